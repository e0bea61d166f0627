#!/usr/bin/env python3
"""A message whose preparation kills the process: it is put aside after three deaths, the others go out."""
import json
import sys
import uuid

from kit import Cases, Client, Stage, Unreached, code_of, dossier, need, programs, wait_until
from shim import Shimmed, shim_of

DEATHS = 3


def ended(gateway):
    return gateway.process.poll() is not None


def delivered(gateway, number):
    client = Client(gateway)
    need(client.call("POST", "/v1/dossiers", dossier(code_of(number)), uuid.uuid4().hex).status == 201, "accepted")
    client.close()


def dead_legs(gateway):
    exit_code, said = gateway.run("queue", "national_portal", "--state", "dead", "--json")
    need(exit_code in (0, 4), said)
    return json.loads(said)["items"] if exit_code == 0 else []


def dies_three_times(gateway):
    gateway.under(poison=1)
    gateway.start()
    gateway.armed.touch()
    try:
        delivered(gateway, 1)
    except Unreached:
        pass  # it died before it could answer
    deaths = 0
    while deaths < DEATHS:
        wait_until(lambda: ended(gateway), 20, f"it dies for the {deaths + 1}. time")
        need(gateway.process.returncode == -11, f"it ended with {gateway.process.returncode}")
        deaths += 1
        gateway.launch()
    wait_until(lambda: gateway.ready.exists() or ended(gateway), 20, "it starts")
    need(not ended(gateway), "it died a fourth time")
    gateway.port = int(gateway.ready.read_text())
    dead = wait_until(lambda: dead_legs(gateway), 20, "the message is put aside")
    need(len(dead) == 1 and dead[0]["reason"] == "poison", dead)
    delivered(gateway, 2)
    wait_until(lambda: gateway.legs()[0] >= 1, 20, "another dossier goes out")
    need(not ended(gateway), "it died when all was done")
    return dead[0]


def goes_when_mended(gateway, leg):
    """What killed it is mended: sent back by hand, it goes out."""
    gateway.armed.unlink()
    exit_code, said = gateway.run("leg", "redrive", str(leg["id"]), "--reason", "đã sửa", "--actor", "CB0001")
    need(exit_code == 0, f"redrive ends with {exit_code}: {said}")
    wait_until(lambda: gateway.legs()[1] == 0, 30, lambda: f"leg {leg['id']} goes out")


def main():
    cases = Cases()
    arguments = programs(sys.argv[1:])
    with Stage(*arguments) as stage:
        stage.start_portal()
        with Shimmed(stage, "poison", shim_of(arguments[0])) as gateway:
            leg = {}
            if cases.run("poison: three deaths while one message is prepared put it aside, the others go out",
                         lambda: leg.update(dies_three_times(gateway))):
                cases.run("poison: when the fault is mended it is sent back by hand", lambda: goes_when_mended(gateway, leg))
            if cases.failed:
                print(gateway.log.read_text()[-3000:])
    cases.finish()


if __name__ == "__main__":
    main()
