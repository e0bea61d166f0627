#!/usr/bin/env python3
"""kill -9 of the real process under load: what was acknowledged is there, the same key has the same answer."""
import random
import sys
import time

from kit import Cases, Gateway, Stage, need, programs, wait_until
from load import Load, check_all_there, check_replayed

KILLS, KILLS_LEAST, SECONDS = 1_000, 300, 180  # a slow machine ends sooner, and says so
LOOK_EVERY = 25  # kills


def storm(gateway, load, chance):
    """Kills at moments that no one chose; work is accepted and sent between them."""
    began, kill = time.monotonic(), 0
    while kill < KILLS and (kill < KILLS_LEAST or time.monotonic() - began < SECONDS):
        kill += 1
        wanted = load.count() + chance.randint(1, 8)
        wait_until(lambda: load.count() >= wanted, 60, f"work is accepted before kill {kill}")
        gateway.kill()
        gateway.start()
        if kill % LOOK_EVERY == 0:
            with load.lock:
                codes = list(load.acknowledged)
            check_replayed(gateway, load, codes[-3:] + chance.sample(codes, min(3, len(codes))))
    print(f"       {kill} kills, {load.count()} dossiers, {time.monotonic() - began:.0f} s")
    done = gateway.legs()[0]
    need(done > kill / 10, f"only {done} legs were delivered in between")


def delivered_once(stage, gateway, load):
    wait_until(lambda: gateway.legs()[1] == 0, 120, lambda: f"everything is delivered; {gateway.admin('/admin/status')['queues']}")
    held = stage.at_portal("/sim/state")
    need(held["dossiers"] == load.count(), f"the portal holds {held['dossiers']} dossiers of {load.count()}")
    need(held["lines"] == load.count() and held["duplicate_lines"] == 0,
         f"{held['lines']} lines of progress, {held['duplicate_lines']} of them twice")


def main():
    cases = Cases()
    numbers = [word for word in sys.argv[3:] if word.isdigit()]
    seed = int(numbers[0]) if numbers else time.time_ns() % 1_000_000
    print(f"seed {seed}")
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        with Gateway(stage, "killed") as gateway:
            gateway.start()
            load = Load(gateway, clerks=2, pace=0.01)
            cases.run("kill -9: up to a thousand kills, after which the same key has the same answer",
                      lambda: storm(gateway, load, random.Random(seed)))
            cases.run("kill -9: every clerk gets his dossier acknowledged in the end", load.end)
            cases.run("kill -9: every acknowledged dossier and file is there", lambda: check_all_there(gateway, load))
            cases.run("kill -9: the portal has each dossier and each step once", lambda: delivered_once(stage, gateway, load))
            cases.run("kill -9: the end is clean", lambda: need(gateway.stop() == 0, "exit code"))
            if cases.failed:
                print(gateway.log.read_text()[-3000:])
    cases.finish()


if __name__ == "__main__":
    main()
