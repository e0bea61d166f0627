#!/usr/bin/env python3
"""Texts to citizens with the whole program: which partner sends them, and that each goes once."""
import json
import sys

from kit import Cases, Client, Gateway, Stage, code_of, dossier, need, programs, wait_until
from texts import PARTNER, Operator, with_texts


def asked(client, number, event="result_ready"):
    """The address of a text about a new dossier."""
    code = code_of(number)
    need(client.call("POST", "/v1/dossiers", dossier(code), f"d{number}").status == 201, "no dossier")
    answer = client.call("POST", "/v1/notifications", json.dumps({"dossier_code": code, "event": event, "params": {}}), f"n{number}")
    need(answer.status == 202, f"{answer.status} {answer.body[:300]}")
    return "/v1/notifications/" + answer.json()["id"]


def sent_once(gateway, operator, partner):
    gateway.start()
    client = Client(gateway)
    notice = asked(client, 1)
    wait_until(lambda: client.call("GET", notice).json()["state"] == "sent", 30, lambda: client.call("GET", notice).body)
    dispatches = client.call("GET", notice).json()["dispatches"]
    need([d["provider"] for d in dispatches] == [partner], f"sent by {dispatches}")

    def legs(state):
        return sum(q[state] for q in gateway.admin("/admin/status")["queues"] if q["partner"].startswith("sms"))

    wait_until(lambda: legs("delivered") and not legs("ready") + legs("sending"), 30, "the legs end")
    need((legs("delivered"), len(operator.texts)) == (1, 1), f"{legs('delivered')} legs, {len(operator.texts)} texts")
    client.close()
    need(gateway.stop() == 0, "exit code")


def noted_on_a_full_disk(stage):
    """What the operator answered is written down while ordinary new work is refused (store.disk_shed_share)."""
    with Operator() as operator, Gateway(stage, "full") as gateway:
        with_texts(gateway, operator)
        gateway.start()
        client = Client(gateway)
        notice = asked(client, 1)
        wait_until(lambda: any(queue["retry"] for queue in gateway.admin("/admin/status")["queues"]
                               if queue["partner"] == "sms_viettel"), 30, "the text waits for another try")
        client.close()
        need(gateway.stop() == 0, "exit code")
        gateway.change("[store]\n", "[store]\ndisk_shed_share = 0.1\n")
        operator.open()
        gateway.start()
        wait_until(lambda: client.call("GET", notice).json()["state"] == "sent", 30, lambda: client.call("GET", notice).body)
        need(len(operator.texts) == 1, f"{len(operator.texts)} texts")
        client.close()
        need(gateway.stop() == 0, "exit code")


def by_another_name(stage):
    with Operator() as operator, Gateway(stage, "name") as gateway:
        operator.open()
        with_texts(gateway, operator)
        gateway.change("[partner.sms_viettel]", "[partner.sms_tinh]")
        gateway.change('sms = "sms_viettel"', 'sms = "sms_tinh"')
        sent_once(gateway, operator, "sms_tinh")


def two_accounts(stage):
    with Operator() as operator, Gateway(stage, "two") as gateway:
        operator.open()
        with_texts(gateway, operator)
        second = PARTNER.split("[notices]")[0].format(port=operator.port).replace("[partner.sms_viettel]", "[partner.sms_spare]")
        gateway.config.write_text(gateway.config.read_text() + second)
        sent_once(gateway, operator, "sms_viettel")


def nobody_who_texts(stage):
    with Operator() as operator, Gateway(stage, "nobody") as gateway:
        with_texts(gateway, operator)
        gateway.change('sms = "sms_viettel"', 'sms = "national_portal"')
        code, said = gateway.run("check")
        need(code == 2 and "notices.sms" in said and "national_portal" in said, f"{code}: {said[:400]}")


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        cases.run("F-193 notices: the answer to a text is noted while new work is refused", lambda: noted_on_a_full_disk(stage))
        cases.run("notices: a partner of any name sends its texts", lambda: by_another_name(stage))
        cases.run("notices: of two accounts of one operator one sends", lambda: two_accounts(stage))
        cases.run("notices: who does not text is refused for a channel", lambda: nobody_who_texts(stage))
    cases.finish()


if __name__ == "__main__":
    main()
