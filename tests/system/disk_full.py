#!/usr/bin/env python3
"""A real disk runs full under a real process: refused clearly, nothing lost, goes on by itself."""
import os
import subprocess
import sys
import time

from kit import Cases, Client, Gateway, Stage, need, pdf, programs, wait_until
from load import Load, check_all_there, check_replayed

DISK = 192 << 20
QUICK_CYCLES = 16  # after the four that look at everything
RESUMES_WITHIN_S = 5


class Disk:
    """A small tmpfs at `path`."""

    def __init__(self, path):
        self.path, self.filler = path, path / "filler"
        path.mkdir(parents=True)
        path.chmod(0o700)

    def mount(self):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "tmpfs", str(self.path)],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.returncode == 0, done.stdout.strip()

    def unmount(self):
        subprocess.run(["umount", "-l", str(self.path)], check=False)

    def free(self):
        space = os.statvfs(self.path)
        return space.f_bavail * space.f_frsize

    def fill(self, leave):
        """Somebody else's data take the room, all but `leave` bytes."""
        with open(self.filler, "ab", buffering=0) as file:
            try:
                while self.free() > leave:
                    file.write(bytes(min(1 << 20, max(4096, self.free() - leave))))
            except OSError:
                pass

    def clear(self):
        self.filler.unlink()


def slow_portal(stage, on):
    """While it is on, every call fails before it has an effect: what was accepted waits."""
    import json
    import urllib.request
    body = json.dumps({"switch": "*.bad_gateway", "probability": 1, "count": 0}).encode() if on else None
    request = urllib.request.Request(stage.portal_url + "/sim/faults", body, method="POST" if on else "DELETE")
    urllib.request.urlopen(request, timeout=10).read()


def check_refusals(load, before):
    with load.lock:
        seen = [fact for fact in load.refusals[before:] if fact[0] == 503]
    need(seen, "nothing was refused")
    for status, code, detail, retry_after in seen:
        need((status, code) == (503, "overloaded"), f"refused with {status} {code}")
        need(retry_after is not None, "a refusal without Retry-After")
    need(any("store.disk_nearly_full" in fact[2] for fact in seen), f"the reason is not told: {seen[0]}")


def cycle(stage, gateway, disk, load, leave):
    """Fill, look at what works, free, see it go on."""
    pid, before, count = gateway.process.pid, load.refused(), load.count()
    wait_until(lambda: load.count() >= count + 40, 60, "new dossiers are accepted")
    slow_portal(stage, True)
    count = load.count()
    wait_until(lambda: load.count() >= count + 20, 60, "dossiers wait for the portal")
    done, _ = gateway.legs()
    disk.fill(leave)
    wait_until(lambda: load.refused() >= before + 20, 30, "new work is refused")
    slow_portal(stage, False)
    wait_until(lambda: gateway.legs()[0] > done + 10, 30, "delivery goes on while the disk is full")
    look_while_full(gateway, load)
    need(gateway.process.poll() is None, "the process ended on a full disk")
    check_refusals(load, before)
    count = load.count()
    disk.clear()
    wait_until(lambda: load.count() >= count + 40, 60, "it takes new work again by itself")
    wait_until((gateway.data / "ballast").exists, 30, "the ballast lies ready for the next time")
    client = Client(gateway)
    wait_until(lambda: client.raw("GET", "/readyz").status == 200, 10, "ready again")
    client.close()
    need(gateway.process.poll() is None and gateway.process.pid == pid, "it was the same process all the time")


def quick_cycles(gateway, disk, load, count):
    """Fill to the last byte, free, and take the time until new work is taken again."""
    slowest = 0.0
    for _ in range(count):
        before = load.refused()
        disk.fill(0)
        wait_until(lambda before=before: load.refused() >= before + 3, 30, "new work is refused")
        taken = load.count()
        disk.clear()
        began = time.monotonic()
        wait_until(lambda taken=taken: load.count() > taken, 30, "new work is taken again")
        slowest = max(slowest, time.monotonic() - began)
        need(gateway.process.poll() is None, "the process ended on a full disk")
    need(slowest <= RESUMES_WITHIN_S, f"it went on only after {slowest:.1f} s")
    print(f"       {count} times full and free, on again after {slowest:.2f} s at most")


def without_ballast(stage, disk):
    """The control: what was accepted cannot be finished while the disk is full."""
    with Gateway(stage, "full-2", data="../full/data/second", store='ballast = "0B"\n') as gateway:
        gateway.start()
        load = Load(gateway, clerks=1, day="260304")
        slow_portal(stage, True)
        wait_until(lambda: load.count() >= 20, 60, "dossiers wait for the portal")
        disk.fill(0)
        wait_until(lambda: load.refused() >= 3 or gateway.process.poll() is not None, 30, "new work is refused")
        slow_portal(stage, False)
        try:
            wait_until(lambda: gateway.legs()[1] == 0, 6, "everything is delivered")
        except (AssertionError, OSError):
            return
        finally:
            disk.clear()
            load.end(finish=False)
        raise AssertionError("without ballast everything is delivered on a full disk: the test sees nothing")


def look_while_full(gateway, load):
    client = Client(gateway)
    need(client.raw("GET", "/healthz").status == 200, "healthz")
    need(client.raw("GET", "/readyz").status == 503, "readyz tells that nothing new is taken")
    with load.lock:
        code = next(iter(load.acknowledged))
    need(client.call("GET", f"/v1/dossiers/{code}").status == 200, "reading goes on")
    check_replayed(gateway, load, [code])
    refused = client.upload(pdf(300_000, time.monotonic()))
    need(refused.status == 503 and refused.json()["code"] == "overloaded", f"an upload is answered {refused.status}")
    exit_code, said = gateway.run("status", "--json")
    need(exit_code == 0 and '"writable":false' in said, f"`lienthong status` says {said[:300]}")
    client.close()


def play(stage, cases, disk, gateway):
    gateway.start()
    first = Load(gateway, clerks=1, day="260301")
    wait_until(first.count, 30, "a first dossier is accepted")
    first.end()
    wait_until(lambda: gateway.legs()[1] == 0, 60, "the portal's catalogue is there and dossiers are delivered")
    load = Load(gateway, pace=0.05)
    for leave, name in ((8 << 20, "the limit is reached"), (0, "no byte is left"), (0, "no byte is left again"),
                        (300_000, "a little is left")):
        cases.run(f"disk full: {name}: 503 with its reason, delivery and reading go on, then it resumes",
                  lambda left=leave: cycle(stage, gateway, disk, load, left))
        disk.filler.unlink(missing_ok=True)
    cases.run(f"disk full: {QUICK_CYCLES} times full and free: on again within {RESUMES_WITHIN_S} s",
              lambda: quick_cycles(gateway, disk, load, QUICK_CYCLES))
    disk.filler.unlink(missing_ok=True)
    cases.run("disk full: every clerk gets his dossier acknowledged in the end", load.end)
    cases.run("disk full: every acknowledged dossier and file is there", lambda: check_all_there(gateway, load))
    cases.run("disk full: the same key has the same answer", lambda: check_replayed(gateway, load, list(load.acknowledged)))
    cases.run("disk full: the portal holds every dossier", lambda: at_portal(stage, gateway, load.count() + first.count()))
    cases.run("disk full: a start on a full disk is refused clearly, and works once there is room",
              lambda: start_when_full(gateway, disk, load))
    cases.run("disk full: the end is clean", lambda: need(gateway.stop() == 0, "exit code"))


def tell(gateway):
    """What helps to understand a failure."""
    lines = [line for line in gateway.log.read_text().splitlines() if "event=api.answered" not in line]
    print("\n".join(lines[-30:]))
    subprocess.run(["du", "-a", "--max-depth=1", str(gateway.data)], check=False)


def at_portal(stage, gateway, sent):
    wait_until(lambda: gateway.legs()[1] == 0, 150,  # after an outage it goes out at the pace of the catch-up
               lambda: f"everything is delivered: {gateway.admin('/admin/status')['queues']}")
    held = stage.at_portal("/sim/state")
    need(held["dossiers"] == sent, f"{held['dossiers']} of {sent} dossiers are at the portal")
    need(held["duplicate_lines"] == 0, f"{held['duplicate_lines']} lines of progress were sent twice")


def start_when_full(gateway, disk, load):
    gateway.kill()
    disk.fill(0)
    gateway.launch()
    wait_until(lambda: gateway.ready.exists() or gateway.process.poll() is not None, 20, "it starts or says why not")
    if gateway.process.poll() is not None:
        need(gateway.process.returncode in (1, 2), f"exit code {gateway.process.returncode}")
        said = gateway.log.read_text().splitlines()[-1]
        need("full" in said, f"it does not say why: {said}")
        disk.clear()
        gateway.start()
    else:
        gateway.port = int(gateway.ready.read_text())
        disk.clear()
    check_all_there(gateway, load)


def with_own_mounts():
    """Who may not mount may do so in a namespace of his own, where the kernel allows that."""
    if os.geteuid() == 0 or "LIENTHONG_TEST_NAMESPACE" in os.environ:
        return
    allowed = subprocess.run(["unshare", "--user", "--map-root-user", "--mount", "true"], stderr=subprocess.DEVNULL, check=False)
    if allowed.returncode == 0:
        os.environ["LIENTHONG_TEST_NAMESPACE"] = "1"
        os.execvp("unshare", ["unshare", "--user", "--map-root-user", "--mount", sys.executable, *sys.argv])


def main():
    with_own_mounts()
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        disk = Disk(stage.folder / "full" / "data")
        mounted, why = disk.mount()
        if not mounted:
            print(f"left out: a small disk cannot be mounted here ({why})")
            cases.finish()
        try:
            with Gateway(stage, "full") as gateway:
                play(stage, cases, disk, gateway)
                if cases.failed:
                    tell(gateway)
            cases.run("disk full: without ballast nothing is finished while it is full, and that is seen",
                      lambda: without_ballast(stage, disk))
        finally:
            disk.unmount()
    cases.finish()


if __name__ == "__main__":
    main()
