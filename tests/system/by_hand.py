#!/usr/bin/env python3
"""A partner's breaker by hand and the drain plan, with the real program."""
import json
import sys

from kit import Cases, Client, Gateway, Stage, code_of, dossier, need, programs, wait_until

PARTNER = "national_portal"


def told(gateway, *words):
    exit_code, said = gateway.run(*words)
    need(exit_code == 0, f"{words} ends with {exit_code}: {said}")
    return said


def kept_open(gateway):
    """Nothing leaves while a person keeps the breaker open, over a kill -9 too; a probe sends what waited."""
    told(gateway, "breaker", "open", PARTNER, "--until", "2h", "--text", "Cổng bảo trì", "--reason", "công văn 12")
    client = Client(gateway)
    for number in range(5):
        need(client.call("POST", "/v1/dossiers", dossier(code_of(number)), f"key-{number}").status == 201, "accepted")
    gateway.kill()
    gateway.start()
    limits = json.loads(told(gateway, "limits", PARTNER, "--json"))
    need(limits["breakers"]["write"] == "open" and limits["text_vi"] == "Cổng bảo trì", limits)
    partner = [row for row in gateway.admin("/admin/partners")["items"] if row["partner"] == PARTNER][0]
    need(partner["state"] == "parked" and partner["reason_vi"] == "Cổng bảo trì", partner)
    plan = json.loads(told(gateway, "drain-plan", PARTNER, "--json"))["items"][0]
    need("opens_at" in plan and limits["held_until"] <= plan["empty_at"], f"empty only after it opens: {plan}")
    need(plan["waiting"] >= 5 and plan["blocked"] == 0 and plan["ceiling_known_by"] == "contract", plan)
    need(f"{PARTNER}: {plan['waiting']} waiting" in told(gateway, "drain-plan"), "the plan for people")
    need(gateway.legs()[0] == 0, "something left all the same")
    told(gateway, "breaker", "probe", PARTNER, "--reason", "xong sớm")
    wait_until(lambda: gateway.legs()[1] == 0, 60, "what waited goes out")
    limits = json.loads(told(gateway, "limits", PARTNER, "--json"))
    need(limits["breakers"]["write"] == "closed" and "text_vi" not in limits, limits)
    exit_code, said = gateway.run("breaker", "open", PARTNER, "--until", "1h")
    need(exit_code == 2 and "--reason" in said, "without a reason nothing is done by hand")
    exit_code, said = gateway.run("breaker", "open", PARTNER, "--reason", "x")
    need(exit_code == 2 and "--until" in said, f"without an end nothing is kept open: {said}")
    exit_code, said = gateway.run("breaker", "open", PARTNER, "--until", "40d", "--reason", "x")
    need(exit_code == 1 and "/until: " in said, f"the field that is wrong is named: {said}")
    exit_code, said = gateway.run("unmatched", "--close", "unm_1")
    need(exit_code == 2 and "--reason" in said, f"closed only with a reason: {said}")
    exit_code, said = gateway.run("leg", "redrive", "1", "--reason", "x")
    need(exit_code == 1 and "leg.state" in said and "delivered" in said, f"done is done: {said}")
    exit_code, said = gateway.run("drain-plan", "nobody")
    need(exit_code == 4, f"an unknown partner ends with {exit_code}: {said}")


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        with Gateway(stage, "by-hand") as gateway:
            gateway.start()
            cases.run("by hand: a breaker kept open holds over a kill, a probe ends it", lambda: kept_open(gateway))
    cases.finish()


if __name__ == "__main__":
    main()
