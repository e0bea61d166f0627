#!/usr/bin/env python3
"""The n-th connect, send or receive at a partner fails, once and for ever: every order has one effect and comes to its end."""
import json
import pathlib
import sys
import time
import uuid

from kit import Cases, Client, Gateway, Stage, code_of, dossier, need, programs, wait_until
from partners import Simulators, new_parcel, new_payment, notice, told, with_partners

CALLS_MAX = 200


class Faulty(Gateway):
    """A gateway whose n-th call at a partner fails while it is armed."""

    def __init__(self, stage, name, shim):
        super().__init__(stage, name)
        self.armed, self.told = self.folder / "armed", self.folder / "told"
        self.preload = {"LD_PRELOAD": str(shim), "SHIM_ARMED": str(self.armed), "SHIM_TOLD": str(self.told)}

    def begin(self, call, ever):
        """A new process without connections; nothing fails before `arm`."""
        if self.process and self.process.poll() is None:
            self.kill()
        self.armed.unlink(missing_ok=True)
        self.told.unlink(missing_ok=True)
        self.environment = dict(self.preload, SHIM_FAIL_CALL=str(call), SHIM_FAIL_EVER=str(int(ever)))
        self.start()

    def arm(self):
        self.armed.touch()

    def heal_and_settle(self, ever):
        """Waits for the end; True: something had failed. What fails for ever is mended half a second later."""
        if ever:
            wait_until(lambda: self.told.exists() or self.legs()[1] == 0, 20, "a call fails")
            until = time.monotonic() + 0.5
            wait_until(lambda: time.monotonic() > until, 5, "half a second")
            self.armed.unlink(missing_ok=True)
        wait_until(lambda: self.legs()[1] == 0, 40, lambda: f"all is sent; {self.admin('/admin/status')['queues']}")
        self.armed.unlink(missing_ok=True)
        need(self.process.poll() is None, "the process has died")
        return self.told.exists()


class World:
    """The gateway and its partners; each operation says whether a call of its own had failed."""

    def __init__(self, stage, gateway, simulators):
        self.stage, self.gateway, self.simulators, self.number = stage, gateway, simulators, 0

    def next_code(self):
        self.number += 1
        return code_of(self.number, "260404")

    def quiet(self):
        wait_until(lambda: self.gateway.legs()[1] == 0, 20, "all is quiet")

    def push(self, call, ever):
        self.gateway.begin(call, ever)
        client, before = Client(self.gateway), self.stage.at_portal("/sim/state")
        self.gateway.arm()
        told(client.call("POST", "/v1/dossiers", dossier(self.next_code()), uuid.uuid4().hex))
        failed = self.gateway.heal_and_settle(ever)
        held = self.stage.at_portal("/sim/state")
        need(held["dossiers"] == before["dossiers"] + 1, f"the portal holds {held['dossiers'] - before['dossiers']} of one dossier")
        need(held["lines"] == before["lines"] + 1 and held["duplicate_lines"] == 0, "a line of progress is missing or doubled")
        client.close()
        return failed

    def order(self, call, ever):
        self.gateway.begin(call, ever)
        client, code = Client(self.gateway), self.next_code()
        told(client.call("POST", "/v1/dossiers", dossier(code), uuid.uuid4().hex))
        self.quiet()
        self.gateway.arm()
        told(client.call("POST", "/v1/deliveries", new_parcel(code), uuid.uuid4().hex))
        failed = self.gateway.heal_and_settle(ever)
        held = [parcel for parcel in self.simulators.state("vnpost", "/parcels") if parcel["dossier"] == code]
        need(len(held) == 1 and held[0]["creates"] == 1, f"the post holds {held} for one order")
        client.close()
        return failed

    def refund(self, call, ever):
        self.gateway.begin(call, ever)
        client = Client(self.gateway)
        payment = new_payment(client, self.next_code())
        self.quiet()
        key = self.simulators.ask("vnpay", "/sim/open", {"url": payment["checkout"]["url"]})["key"]
        paid = self.simulators.ask("vnpay", "/sim/act", {"reference": key, "action": "pay"})
        told(client.raw("GET", notice(payment, paid["number"])))
        path = f"/v1/payments/{payment['id']}/refunds"
        asked = told(client.call("POST", path, json.dumps({"amount": 10000, "reason_vi": "Nộp thừa"}), uuid.uuid4().hex))
        self.quiet()
        self.gateway.arm()
        told(client.call("POST", f"{path}/{asked['id']}/approve", "{}", uuid.uuid4().hex, {"LT-Actor": "CB0002"}))
        failed = self.gateway.heal_and_settle(ever)
        held = self.simulators.state("vnpay", f"/payments/{key}")["refunds"]
        need(len(held) == 1 and held[0]["amount"] == 10000, f"VNPAY holds {held} for one refund")
        client.close()
        return failed


def every_call(name, one, ever, stride):
    """The first call, the next …, until none is left to fail."""
    failed = 0
    for call in range(1, CALLS_MAX, stride):
        try:
            if not one(call, ever):
                break
        except AssertionError as wrong:
            raise AssertionError(f"{name}, call {call}: {wrong}") from wrong
        failed += 1
    need(failed >= 2, f"only {failed} calls could fail")
    need(call < CALLS_MAX - stride, "it never came to an end")
    print(f"       {name}: {failed} calls failed{' and all after them' if ever else ''}")


def main():
    cases, arguments = Cases(), programs(sys.argv[1:])
    shim = pathlib.Path(arguments[0]).resolve().parent / "tests/system/libcall_faults_shim.so"
    with Simulators(arguments[1]) as simulators, Stage(*arguments) as stage:
        stage.start_portal()
        with Faulty(stage, "faulty", shim) as gateway:
            with_partners(gateway, simulators.urls)
            world = World(stage, gateway, simulators)
            for name, one in (("push", world.push), ("postal order", world.order), ("refund", world.refund)):
                cases.run(f"call faults: {name}: each call fails once, it has one effect",
                          lambda name=name, one=one: every_call(name, one, False, 1))
                cases.run(f"call faults: {name}: all calls fail from one on, it has one effect in the end",
                          lambda name=name, one=one: every_call(name, one, True, 2))
            if cases.failed:
                print(gateway.log.read_text()[-3000:])
    cases.finish()


if __name__ == "__main__":
    main()
