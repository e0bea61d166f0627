"""A gateway under the preloaded shim: power cuts, failing flushes, a death at its n-th call."""
import pathlib
import shutil

from kit import Gateway


class Shimmed(Gateway):
    """A gateway whose state folder lies on a disk that keeps only what was flushed."""

    def __init__(self, stage, name, shim, **options):
        super().__init__(stage, name, **options)
        self.shim = shim
        self.shadow = self.folder / "shadow"
        self.armed = self.folder / "armed"
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.under()

    def under(self, **settings):
        """From the next start on: SHIM_... settings; none = a disk that works."""
        self.environment = {"LD_PRELOAD": str(self.shim), "SHIM_STATE": str(self.data),
                            "SHIM_SHADOW": str(self.shadow), "SHIM_ARMED": str(self.armed)}
        self.environment.update({f"SHIM_{name.upper()}": str(value) for name, value in settings.items()})

    def launch(self):
        shutil.rmtree(self.shadow, ignore_errors=True)
        self.shadow.mkdir()
        super().launch()

    def cut_power(self):
        """Ends the process and lays out what the disk had really kept."""
        if self.process.poll() is None:
            self.kill()
        self.lay_out()

    def lay_out(self):
        root = key_of(self.data)
        before = self.folder / "before"
        shutil.rmtree(before, ignore_errors=True)
        self.data.rename(before)
        self.folder_of(root, self.data)

    def folder_of(self, key, path):
        path.mkdir(mode=0o700)
        names = self.shadow / key
        for line in names.read_text().splitlines() if names.exists() else []:
            inner, kind, name = line.split(" ", 2)
            if kind == "d":
                self.folder_of(inner, path / name)
                continue
            kept = self.shadow / inner
            if kept.exists():
                kept.rename(path / name)
            else:
                (path / name).touch(mode=0o600)


def key_of(folder):
    """As the shim names it; the birth of a folder is not told by Python's stat."""
    shadow = folder.parent / "shadow"
    found = list(shadow.glob(f"{folder.stat().st_ino}-*"))
    assert len(found) == 1, f"the shim knows {len(found)} folders by that number"
    return found[0].name


def shim_of(program):
    """Where CMake puts the shim beside the program."""
    return pathlib.Path(program).resolve().parent / "tests/system/libpower_loss_shim.so"
