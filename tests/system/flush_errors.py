#!/usr/bin/env python3
"""Flushes of the real program that fail: it ends at once, acknowledges nothing more and starts again cleanly."""
import random
import sys
import time

from kit import Cases, Stage, need, programs, wait_until
from load import Load, check_all_there
from shim import Shimmed, shim_of

NUMBERS = [*range(1, 13), 15, 20, 27, 35, 50, 80]  # of the flush that fails; the first ones are those of a start


class Days:
    """Each day of dossiers has its own date in the codes."""

    def __init__(self):
        self.number = 0

    def next(self):
        self.number += 1
        return f"2604{self.number:02d}" if self.number <= 30 else f"2605{self.number - 30:02d}"


def dies_at(gateway, number, days):
    """One life whose flushes fail from `number` on; returns what it acknowledged."""
    gateway.under(fail_flush=number)
    gateway.launch()
    wait_until(lambda: gateway.ready.exists() or gateway.process.poll() is not None, 30, "it starts or says why not")
    if gateway.process.poll() is not None:
        need(gateway.process.returncode != 0, "a start whose flushes fail is no success")
        return None
    gateway.port = int(gateway.ready.read_text())
    load = Load(gateway, clerks=2, day=days.next())
    failed = gateway.shadow / "flush-failed"
    wait_until(failed.exists, 60, f"flush {number} fails")
    wait_until(lambda: gateway.process.poll() is not None, 10, "the process ends by itself after a failed flush")
    took = time.time() - failed.stat().st_mtime
    load.end(finish=False)
    need(took < 5, f"it went on for {took:.1f} s")
    return load


def every_number(gateway, days, numbers):
    lives = []
    slowest = 0.0
    for number in numbers:
        load = dies_at(gateway, number, days)
        gateway.cut_power()  # the process is gone; the disk has kept what it had kept
        if load:
            lives.append(load)
        began = time.monotonic()
        gateway.under()
        gateway.start()
        slowest = max(slowest, time.monotonic() - began)
        for past in lives[-1:]:
            check_all_there(gateway, past)
        need(gateway.stop() == 0, "the life after ends cleanly")
    gateway.start()
    for past in lives:
        check_all_there(gateway, past)
    need(len(lives) >= 3, "no life got as far as accepting")
    print(f"       {len(numbers)} failing flushes, {sum(load.count() for load in lives)} dossiers acknowledged before them")


def control(stage, shim, days):
    """A flush tried again after an error says that it went well, and has kept nothing: the loss must be seen."""
    with Shimmed(stage, "again", shim, drain="300ms") as gateway:
        gateway.start()
        need(gateway.stop() == 0, "a first life ends cleanly")
        for number in (15, 25, 35):
            gateway.under(lose_flush=number)
            gateway.start()
            load = Load(gateway, clerks=2, day=days.next())
            wait_until((gateway.shadow / "flush-lost").exists, 60, "the flush is lost")
            wanted = load.count() + 10
            wait_until(lambda load=load, wanted=wanted: load.count() >= wanted, 60, "dossiers are accepted after it")
            gateway.cut_power()
            load.end(finish=False)
            gateway.under()
            try:
                gateway.start()
                check_all_there(gateway, load)
            except AssertionError:
                return
            gateway.stop()
        raise AssertionError("a lost flush was never seen")


def main():
    cases = Cases()
    arguments = programs(sys.argv[1:])
    shim = shim_of(arguments[0])
    chance = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() % 1_000_000)
    days = Days()
    with Stage(*arguments) as stage:
        stage.start_portal()
        with Shimmed(stage, "eio", shim, drain="300ms") as gateway:
            gateway.start()
            gateway.stop()
            numbers = NUMBERS + [chance.randint(13, 120) for _ in range(4)]
            cases.run("flush errors: the process ends, nothing acknowledged is lost, the next start is clean",
                      lambda: every_number(gateway, days, numbers))
            if cases.failed:
                print(gateway.log.read_text()[-3000:])
        cases.run("flush errors: a flush that only says it went well is seen as a loss", lambda: control(stage, shim, days))
    cases.finish()


if __name__ == "__main__":
    main()
