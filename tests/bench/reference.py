"""The receiver that callbacks are compared with: Node, Express and PostgreSQL, made on the spot."""
import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent / "callbacks_reference"
ROOT = HERE.parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(*pids):
    """Of these processes and their children that still live."""
    ticks = 0
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            words = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) in pids or int(words[1]) in pids:
                ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def packages():
    """The pinned packages, installed once into the build folder."""
    folder = ROOT / "build/callbacks_reference"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc", "receiver.mjs"):
        shutil.copy(HERE / name, folder / name)
    lock, installed = folder / "package-lock.json", folder / "installed-lock.json"
    if not installed.exists() or installed.read_bytes() != lock.read_bytes():
        done = subprocess.run(["npm", "ci", "--no-progress"], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            sys.exit(f"bench: the reference's packages cannot be had\n{done.stdout}")
        shutil.copy(lock, installed)
    return folder


class Postgres:
    """PostgreSQL as Debian ships it, on a folder of its own, never as root; every commit is flushed."""

    def __init__(self, folder, flush_delay_ms, port=None, prefix=()):
        self.folder, self.prefix = folder, prefix
        self.programs = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
        self.data, self.port = folder / "postgres", port or free_port()
        self.data.mkdir(mode=0o700)
        # initdb refuses root.
        self.person = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
        self.environment = dict(os.environ, LC_ALL="C.UTF-8")
        if self.person:
            shutil.chown(self.data, "postgres", "postgres")
        self.quietly("initdb", "-D", self.data, "-U", "bench", "-A", "trust", "-E", "UTF8")
        if flush_delay_ms:
            shim = folder / "slow_flush.so"
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shim, HERE / "slow_flush.c", "-ldl"], check=True)
            self.environment["LD_PRELOAD"] = str(shim)
        self.url = f"postgres://bench@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self):
        settings = {"listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": self.data, "synchronous_commit": "on",
                    "fsync": "on", "shared_buffers": "256MB", "max_wal_size": "4GB"}
        self.process = subprocess.Popen(
            [*self.prefix, self.programs / "postgres", "-D", self.data, *(f"--{k}={v}" for k, v in settings.items())],
            env=self.environment, stdout=subprocess.DEVNULL, stderr=(self.folder / "postgres.log").open("a"), cwd=self.data, **self.person)
        for _ in range(9000):
            if self.quietly("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), check=False).returncode == 0:
                return
            time.sleep(0.1)
        sys.exit(f"bench: PostgreSQL did not start\n{(self.folder / 'postgres.log').read_text()}")

    def quietly(self, program, *words, check=True):
        return subprocess.run([self.programs / program, *words], check=check, stdout=subprocess.DEVNULL, cwd=self.data, **self.person)

    def sql(self, text, *more, given=None):
        done = subprocess.run([self.programs / "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", self.url, *more, "-c", text],
                              input=given, stdout=subprocess.PIPE, text=True, check=True)
        return done.stdout.strip()

    def end(self):
        self.process.send_signal(2)
        self.process.wait()


@contextlib.contextmanager
def receiver(payments, secret, flush_delay_ms):
    """Gives the receiver's address, what asks its database, and what tells its CPU time. payments: (reference, amount) it waits for."""
    code = packages()
    with tempfile.TemporaryDirectory(prefix="lienthong-reference-") as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        subprocess.run([ROOT / "certs/make-test-authority.sh", folder / "certs"], check=True, stdout=subprocess.DEVNULL)
        database = Postgres(folder, flush_delay_ms)
        node = None
        try:
            database.sql((HERE / "schema.sql").read_text())
            database.sql("COPY payments (reference, amount) FROM STDIN", given="".join(f"{r}\t{a}\n" for r, a in payments))
            database.sql("ANALYZE")
            database.sql("CHECKPOINT")
            node = subprocess.Popen(["node", code / "receiver.mjs", database.url, folder / "certs", secret],
                                    env=dict(os.environ, NODE_ENV="production"), stdout=subprocess.PIPE, text=True)
            port = node.stdout.readline().strip()
            if not port:
                sys.exit("bench: the reference did not start")
            yield f"https://127.0.0.1:{port}", database.sql, lambda: cpu_seconds(node.pid, database.process.pid)
        finally:
            if node:
                node.terminate()
                node.wait()
            database.end()
