"""What the measurements beside other products share: programs built on the spot, pinned cores, CPU and memory of a product."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILT = ROOT / "build/bench_tools"
# The product and its store on one core, load and partner on the other.
PRODUCT_CORES, LOAD_CORES = ("0", "1") if (os.cpu_count() or 1) > 1 else ("0", "0")


def built(name):
    """A program of this folder, compiled when a source is newer."""
    source, target = HERE / (name + ".cpp"), BUILT / name
    newest = max(path.stat().st_mtime for path in (source, *HERE.glob("*.hpp")))
    if not target.exists() or target.stat().st_mtime < newest:
        BUILT.mkdir(parents=True, exist_ok=True)
        subprocess.run(["g++", "-std=c++20", "-O2", "-o", target, source, "-lssl", "-lcrypto"], check=True)
    return target


def slow_flush():
    """The library that makes every fsync and fdatasync of a process a millisecond longer."""
    BUILT.mkdir(parents=True, exist_ok=True)
    library = BUILT / "slow_flush.so"
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, HERE / "callbacks_reference/slow_flush.c", "-ldl"], check=True)
    return str(library)


def share_cores():
    """Everybody runs where there is room: nearer to a small office, less steady to measure."""
    global PRODUCT_CORES, LOAD_CORES
    PRODUCT_CORES = LOAD_CORES = f"0-{(os.cpu_count() or 1) - 1}"


def pinned(cores, *command):
    return ["taskset", "-c", cores, *map(str, command)]


class Mock:
    """The partner. It outlives the products, so that nothing they do is forgotten."""

    def __init__(self):
        self.process = subprocess.Popen(pinned(LOAD_CORES, built("mock")), stdout=subprocess.PIPE, text=True)
        self.port, self.control = map(int, self.process.stdout.readline().split())
        self.url = f"http://127.0.0.1:{self.port}"

    def ask(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.control, timeout=60)
        connection.request("GET", path)
        body = connection.getresponse().read().decode()
        connection.close()
        return body

    def stats(self):
        return json.loads(self.ask("/stats"))

    def set(self, **values):
        self.ask("/set?" + "&".join(f"{k}={v}" for k, v in values.items()))

    def fresh(self, **values):
        """Nothing seen, nothing wrong but what is named; 2 ms an answer."""
        self.set(**{"delay_us": 2000, "once": 0, "never": 0, "ceiling": 0, "refuse_below": 0, "down": 0, **values})
        self.ask("/reset")

    def effects(self):
        """number -> (effects, when the first was, on the clock of time.monotonic)."""
        rows = (line.split() for line in self.ask("/effects").splitlines())
        return {int(number): (int(effects), float(first)) for number, effects, first in rows}

    def forms(self):
        return self.ask("/forms").splitlines()

    def end(self):
        self.process.kill()
        self.process.wait()


class Load:
    """Started at once; `end` gives its figures."""

    def __init__(self, product, connections=64, acked=None, **options):
        self.folder = tempfile.TemporaryDirectory(prefix="lienthong-load-")
        self.product, self.request = product, pathlib.Path(self.folder.name) / "request"
        self.request.write_bytes(product.request())
        self.acked = pathlib.Path(self.folder.name) / "acked"
        words = ["--port", product.port, "--request", self.request, "--connections", connections]
        if acked:
            words += ["--acked", self.acked]
        for name, value in options.items():
            words += ["--" + name, value]
        self.process = subprocess.Popen(pinned(LOAD_CORES, built("load"), *words), stdout=subprocess.PIPE, text=True)

    def renew(self):
        """A product that has begun anew wants a new token."""
        fresh = self.request.with_suffix(".new")
        fresh.write_bytes(self.product.request())
        fresh.replace(self.request)
        self.process.send_signal(signal.SIGUSR1)

    def end(self):
        out, _ = self.process.communicate()
        if self.process.returncode != 0:
            sys.exit("bench: the load could not be made")
        figures = json.loads(out)
        if self.acked.exists():
            rows = (line.split() for line in self.acked.read_text().splitlines())
            figures["acked"] = {int(number): float(when) for number, when in rows}
        self.folder.cleanup()
        return figures


def family(pids):
    """These processes and everything that descends from them."""
    parents = {}
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            ticks = sum(map(int, words[11:15]))  # its own, and of its children that have ended
            parents[int(stat.parent.name)] = (int(words[1]), ticks)
    found, grown = set(pids), True
    while grown:
        more = {pid for pid, (parent, _) in parents.items() if parent in found} - found
        found |= more
        grown = bool(more)
    return {pid: parents[pid][1] for pid in found if pid in parents}


def cpu_seconds(pids):
    return sum(family(pids).values()) / os.sysconf("SC_CLK_TCK")


def memory_mib(pids):
    """Pages that are shared count once."""
    total = 0
    for pid in family(pids):
        with contextlib.suppress(OSError):
            found = re.search(r"^Pss:\s+(\d+)", pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text(), re.M)
            total += int(found[1]) if found else 0
    return round(total / 1024)


def flush_us(folder, library=None):
    """Median time of a flush of 4 kB where the stores will be."""
    code = ("import os,sys,time\nf=os.open(sys.argv[1],os.O_CREAT|os.O_WRONLY)\nfor i in range(200):\n os.write(f,b'x'*4096)\n"
            " t=time.perf_counter();os.fdatasync(f);print(time.perf_counter()-t)")
    environment = dict(os.environ, LD_PRELOAD=library) if library else None
    done = subprocess.run([sys.executable, "-c", code, str(pathlib.Path(folder) / "flush")], stdout=subprocess.PIPE, text=True,
                          check=True, env=environment)
    return round(statistics.median(map(float, done.stdout.split())) * 1e6)


def wait_until(condition, seconds, pause=0.05):
    """Whether it came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(pause)
    return True


def npm_packages(source, target):
    """The pinned packages and the code beside them, installed once into the build folder."""
    target.mkdir(parents=True, exist_ok=True)
    for path in [*source.glob("*.mjs"), *source.glob("*.json"), source / ".npmrc"]:
        shutil.copy(path, target / path.name)
    lock, installed = target / "package-lock.json", target / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        done = subprocess.run(["npm", "ci", "--no-progress"], cwd=target, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: the peers' packages cannot be had\n{done.stdout}")
        shutil.copy(lock, installed)
    return target
