#!/usr/bin/env python3
"""The real process dies at every write, flush and send of a payment's notice and of a postal order: one effect each."""
import subprocess
import sys
import time
import uuid

from kit import Cases, Client, Stage, Unreached, code_of, dossier, need, programs, wait_until
from partners import Simulators, new_parcel, new_payment, notice, paid_events, told, with_partners
from shim import Shimmed, shim_of

STEPS_MAX = 200


def insist(gateway, call):
    """Repeats a call through deaths, as a one-stop and a provider do; restarts what has died."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            answer = call()
            if answer.status in (200, 201, 202):
                return answer
        except Unreached:
            pass
        revive(gateway)
        time.sleep(0.02)
    raise AssertionError("it never came to an answer")


def revive(gateway):
    """True: it had died. Whoever starts it again disarms first."""
    try:
        gateway.process.wait(0.05)
    except subprocess.TimeoutExpired:
        return False
    gateway.armed.unlink(missing_ok=True)
    gateway.under()
    gateway.start()
    return True


def armed(gateway, step):
    """From now on it dies at that call."""
    if gateway.process and gateway.process.poll() is None:
        gateway.kill()
    gateway.under(kill_at=step)
    gateway.start()


def payment_dies_at(gateway, step, stride):
    """One payment; the process dies at that step of the notice. False: it had no such step."""
    armed(gateway, step)
    client = Client(gateway)
    code = code_of(step * 10 + stride, "260402")
    payment = new_payment(client, code)
    wait_until(lambda: gateway.legs()[1] == 0, 20, "all is quiet")
    ipn = notice(payment)
    gateway.armed.touch()
    answer = insist(gateway, lambda: client.raw("GET", ipn))
    need(answer.json()["RspCode"] in ("00", "02"), f"the notice is answered {answer.body}")
    died = settle(gateway)
    again = insist(gateway, lambda: client.raw("GET", ipn))
    need(again.json()["RspCode"] in ("00", "02"), f"the repeat is answered {again.body}")
    client.token = ""
    held = told(client.call("GET", f"/v1/payments/{payment['id']}"))
    need(held["state"] == "paid", f"the payment is {held['state']}")
    need(paid_events(client, payment["id"]) == 1, f"the feed tells {paid_events(client, payment['id'])} times that it was paid")
    client.close()
    return died


def settle(gateway):
    """Waits until nothing is under way; True: the process died in the meantime or before."""
    died = not gateway.armed.exists()

    def quiet():
        nonlocal died
        died = revive(gateway) or died
        return gateway.process.poll() is None and gateway.legs()[1] == 0
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            if quiet():
                break
        except (OSError, ValueError):
            pass
    died = revive(gateway) or died
    gateway.armed.unlink(missing_ok=True)
    return died


def order_dies_at(gateway, simulators, step, stride):
    armed(gateway, step)
    client = Client(gateway)
    code = code_of(step * 10 + stride, "260403")
    told(client.call("POST", "/v1/dossiers", dossier(code), uuid.uuid4().hex))
    wait_until(lambda: gateway.legs()[1] == 0, 20, "all is quiet")
    body = new_parcel(code)
    key = uuid.uuid4().hex
    gateway.armed.touch()
    made = insist(gateway, lambda: client.call("POST", "/v1/deliveries", body, key)).json()
    died = settle(gateway)
    held = [parcel for parcel in simulators.state("vnpost", "/parcels") if parcel["dossier"] == code]
    need(len(held) == 1 and held[0]["creates"] == 1, f"the post holds {held} for one order")
    again = insist(gateway, lambda: client.call("POST", "/v1/deliveries", body, key)).json()
    need(again["id"] == made["id"], "the repeat made another delivery")
    client.close()
    return died


def every_step(name, first, stride, one):
    steps, deaths = 0, 0
    for step in range(1 + first % stride, STEPS_MAX, stride):
        steps = step
        if not one(step):
            break
        deaths += 1
    need(deaths >= 2, f"it died only {deaths} times")
    need(steps < STEPS_MAX - stride, "it never came to an end")
    print(f"       {name}: it died {deaths} times, at every {stride}. step of {steps}")


def main():
    cases = Cases()
    arguments = programs(sys.argv[1:])
    numbers = [word for word in sys.argv[3:] if word.isdigit()]
    seed = int(numbers[0]) if numbers else time.time_ns() % 1_000_000
    stride = 1 if "--long" in sys.argv else 3
    print(f"seed {seed}")
    with Simulators(arguments[1]) as simulators, Stage(*arguments) as stage:
        stage.start_portal()
        with Shimmed(stage, "steps", shim_of(arguments[0])) as gateway:
            with_partners(gateway, simulators.urls)
            cases.run("kill -9 between the steps of a payment's notice: it is paid once",
                      lambda: every_step("notice", seed, stride, lambda step: payment_dies_at(gateway, step, 1)))
            cases.run("kill -9 between the steps of a postal order: the post has it once",
                      lambda: every_step("order", seed, stride, lambda step: order_dies_at(gateway, simulators, step, 2)))
            if cases.failed:
                print(gateway.log.read_text()[-3000:])
    cases.finish()


if __name__ == "__main__":
    main()
