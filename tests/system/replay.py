#!/usr/bin/env python3
"""A bulk replay of the real process, killed in the middle: every leg is sent back once and arrives once."""
import json
import sys
import time
import urllib.request
import uuid

from kit import Cases, Client, Gateway, Stage, code_of, dossier, need, pdf, programs, wait_until

DOSSIERS = 26


def fault(stage, body):
    data = json.dumps(body).encode() if body else None
    request = urllib.request.Request(stage.portal_url + "/sim/faults", data, method="POST" if body else "DELETE")
    urllib.request.urlopen(request, timeout=10).read()


def legs(gateway, state):
    said, text = gateway.run("queue", "national_portal", "--state", state, "--json")
    need(said == 0, text)
    return json.loads(text)["items"]


def show(gateway, job):
    said, text = gateway.run("replay", "show", job, "--json")
    need(said == 0, text)
    return json.loads(text)


def refused(stage, gateway):
    """The portal refuses what it first hears of every dossier."""
    fault(stage, {"switch": "national_portal.reject_once", "count": 0})
    client = Client(gateway)
    attachment = client.upload(pdf(2000, 1)).json()["id"]
    for number in range(1, DOSSIERS + 1):
        made = client.call("POST", "/v1/dossiers", dossier(code_of(number), attachment), uuid.uuid4().hex)
        need(made.status == 201, made.body)
    wait_until(lambda: len(legs(gateway, "dead")) + len(legs(gateway, "blocked")) >= DOSSIERS, 60, "every leg stands still")
    fault(stage, None)
    return "dead" if legs(gateway, "dead") else "blocked"


def play(stage, gateway, state):
    standing = len(legs(gateway, state))
    said, text = gateway.run("replay", "start", "--state", state, "--reason", "đã sửa", "--actor", "CB0001", "--json")
    need(said == 0, text)
    job = json.loads(text)
    need(job["state"] == "active" and job["total"] == standing, text)
    for _ in range(3):
        wait_until(lambda: show(gateway, job["id"])["done"] > 0, 20, "the replay begins")
        gateway.kill()
        gateway.start()
        time.sleep(1.5)
    wait_until(lambda: show(gateway, job["id"])["state"] in ("done", "paused"), 90, "the replay ends")
    end = show(gateway, job["id"])
    need(end["state"] == "done", str(end))
    need(end["delivered"] == standing, str(end))
    return job["id"]


def once(stage, gateway, job):
    """The audit trail of every dossier names the job once for each leg, and the portal holds each."""
    for number in range(1, DOSSIERS + 1):
        said, text = gateway.run("dossier", code_of(number), "--json")
        need(said == 0, text)
        states = [leg["state"] for leg in json.loads(text)["legs"]]
        need(states and all(state == "delivered" for state in states), f"{code_of(number)}: {states}")
    need(not legs(gateway, "dead") and not legs(gateway, "blocked"), "something stands still")


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        with Gateway(stage, "replay") as gateway:
            gateway.start()
            state = refused(stage, gateway)
            job = []
            cases.run("bulk replay: goes on after kill -9 and ends with every leg delivered",
                      lambda: job.append(play(stage, gateway, state)))
            cases.run("bulk replay: every dossier has arrived", lambda: once(stage, gateway, job[0]))
            cases.run("bulk replay: the end is clean", lambda: need(gateway.stop() == 0, "the end is clean"))
    cases.finish()


if __name__ == "__main__":
    main()
