#!/usr/bin/env python3
"""Power cuts under load on the real program: every acknowledged dossier and file is there, nothing is sent twice."""
import random
import sys
import time

from kill9 import delivered_once
from kit import Cases, Client, Stage, need, programs, wait_until
from load import Load, check_all_there
from shim import Shimmed, shim_of

CUTS = 500 if "--long" in sys.argv else 60
CONTROL_CUTS = 6


def lost_of(gateway, load, codes):
    """Which of these acknowledged dossiers the gateway no longer knows."""
    client = Client(gateway)
    lost = [code for code in codes if client.call("GET", f"/v1/dossiers/{code}").status != 200]
    client.close()
    return lost


def cycles(gateway, load, chance, cuts):
    """Cuts the power so often; returns what was lost: dossiers nobody knows, refusals of what was stored before."""
    lost, seen = [], 0
    for _ in range(cuts):
        wanted = load.count() + chance.randint(1, 12)
        wait_until(lambda: load.wrong or load.count() >= wanted, 60, "dossiers are accepted before the cut")
        gateway.cut_power()
        with load.lock:
            codes = list(load.acknowledged)
        gateway.start()
        lost += lost_of(gateway, load, codes[seen:]) + load.wrong
        seen = len(codes)
        if lost:
            break
    return lost


def storm(gateway, load, chance):
    began = time.monotonic()
    lost = cycles(gateway, load, chance, CUTS)
    need(not lost, f"acknowledged and lost: {lost}")
    print(f"       {CUTS} power cuts, {load.count()} dossiers, {time.monotonic() - began:.0f} s")


def honest(stage, cases, shim, chance):
    with Shimmed(stage, "cut", shim) as gateway:
        gateway.start()
        load = Load(gateway, clerks=2)
        cases.run(f"power loss: {CUTS} cuts under load lose nothing that was acknowledged", lambda: storm(gateway, load, chance))
        cases.run("power loss: every clerk gets his dossier acknowledged in the end", load.end)
        cases.run("power loss: every acknowledged dossier and file is there", lambda: check_all_there(gateway, load))
        cases.run("power loss: the portal has each dossier and each step once", lambda: delivered_once(stage, gateway, load))
        cases.run("power loss: the end is clean", lambda: need(gateway.stop() == 0, "exit code"))
        if cases.failed:
            print(gateway.log.read_text()[-3000:])


def control(stage, shim, chance, level):
    """The same with less than FULL must lose something, else the test sees nothing."""
    with Shimmed(stage, f"control-{level}", shim) as gateway:
        gateway.under(synchronous=level)
        gateway.start()
        load = Load(gateway, clerks=2, day="260303" if level == "OFF" else "260304")
        try:
            lost = cycles(gateway, load, chance, CONTROL_CUTS)
        except AssertionError as broken:
            lost = "ended at once" in str(broken)  # so broken that it does not even open
        load.stop()
        need(lost, f"nothing is lost in {CONTROL_CUTS} power cuts")


def main():
    cases = Cases()
    numbers = [word for word in sys.argv[3:] if word.isdigit()]
    seed = int(numbers[0]) if numbers else time.time_ns() % 1_000_000
    print(f"seed {seed}")
    chance = random.Random(seed)
    arguments = programs(sys.argv[1:])
    shim = shim_of(arguments[0])
    with Stage(*arguments) as stage:
        stage.start_portal()
        honest(stage, cases, shim, chance)
        for level in ("NORMAL", "OFF"):
            cases.run(f"power loss: with synchronous {level} acknowledged dossiers are seen to be lost",
                      lambda level=level: control(stage, shim, chance, level))
    cases.finish()


if __name__ == "__main__":
    main()
