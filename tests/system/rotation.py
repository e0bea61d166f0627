#!/usr/bin/env python3
"""What is done moves to segments: every answer stays the same, also when the process dies while it moves."""
import json
import sys
import time

from kit import Cases, Client, Gateway, Stage, need, programs, wait_until
from load import Load

STORE = 'hot_days = {days}\nrotate_every = "1s"\n'
DEATHS = 12


def told(gateway, *words):
    code, said = gateway.run(*words, "--json")
    need(code == 0, f"{words}: {said[:300]}")
    return json.loads(said)


def delivered(gateway, load):
    wait_until(lambda: gateway.legs()[1] == 0, 60, lambda: f"everything is delivered: {gateway.legs()}")


def moved(gateway):
    return sum(row["messages"] for row in told(gateway, "retention")["segments"])


def explained(gateway, leg):
    """Without what the national catalogue says at the moment."""
    shown = told(gateway, "explain", str(leg))
    sent = json.loads(shown.pop("bytes"))
    shown.pop("sha256")
    for item in sent["data"]:
        for name in ("TenTTHC", "MaLinhVuc", "TenLinhVuc"):
            item.pop(name, None)
    return shown, sent


def answers(gateway, load):
    """Everything that may be asked about what was accepted."""
    client, found = Client(gateway), {}
    for code, promise in sorted(load.acknowledged.items()):
        dossier = told(gateway, "dossier", code)
        found[code, "dossier"] = dossier
        found[code, "sync"] = client.call("GET", f"/v1/dossiers/{code}/sync").json()
        found[code, "again"] = client.call("POST", "/v1/dossiers", promise.body, promise.key).body
        for message in {event["message"] for event in dossier["events"]}:
            found[code, "message", message] = told(gateway, "message", str(message))
        for leg in dossier["legs"]:
            found[code, "explain", leg["id"]] = explained(gateway, leg["id"])
    client.close()
    return found


def same_answers(stage, gateway):
    gateway.start()
    load = Load(gateway, clerks=2, every=1000)
    wait_until(lambda: load.count() >= 12, 60, "dossiers are accepted")
    load.end()
    delivered(gateway, load)
    before = answers(gateway, load)
    need(moved(gateway) == 0, "something moved before its time")
    need(gateway.stop() == 0, "exit code")
    gateway.change("hot_days = 7", "hot_days = 0")
    gateway.start()
    wait_until(lambda: moved(gateway) >= load.count(), 30, "everything moves")
    after = answers(gateway, load)
    for question, answer in before.items():
        need(after[question] == answer, f"{question}\n was {answer}\n now {after[question]}")
    need(before.keys() == after.keys(), "other questions")
    need(any((gateway.data / "segments").glob("*.db")), "there is no segment")
    return load


def held(gateway, load):
    code = sorted(load.acknowledged)[0]
    said, text = gateway.run("retention", "hold", code, "--reason", "công văn mẫu", "--actor", "CB0001")
    need(said == 0, text)
    shown = told(gateway, "retention")
    need([one["dossier_code"] for one in shown["held"]] == [code], str(shown))
    need(shown["segments"][0]["kept_by"] == ["legal_hold"], str(shown))
    need(any(row["action"] == "admin.hold" for row in told(gateway, "dossier", code)["audit"]), "not in the audit trail")
    said, text = gateway.run("retention", "release", code, "--reason", "đã xong", "--actor", "CB0001")
    need(said == 0, text)
    need(told(gateway, "retention")["held"] == [], "the hold has not ended")
    said, text = gateway.run("retention")
    need(said == 0 and "kept until" in text, text)


def killed(stage, gateway):
    """Twelve deaths while messages come, are delivered and move."""
    load = Load(gateway, clerks=3, every=1000, day="260303", pace=0.01)
    for number in range(DEATHS):
        enough = load.count() + 12
        wait_until(lambda enough=enough: load.count() >= enough, 60, "dossiers are accepted")
        time.sleep(0.05 * (number % 7))  # at another moment of the second each time
        gateway.kill()
        gateway.start()
    load.end()
    delivered(gateway, load)
    before = moved(gateway)
    wait_until(lambda: moved(gateway) > before or moved(gateway) >= load.count(), 30, "the rest moves")
    client = Client(gateway)
    for code, promise in sorted(load.acknowledged.items()):
        legs = told(gateway, "dossier", code)["legs"]
        need(legs and all(leg["state"] == "delivered" for leg in legs), f"{code}: {legs}")
        again = client.call("POST", "/v1/dossiers", promise.body, promise.key)
        need(again.body == promise.answer.body, f"{code}: the repeat is answered otherwise")
    client.close()
    print(f"       {load.count()} dossiers over {DEATHS} deaths, {moved(gateway)} messages moved")
    return load


def backed_up(stage, gateway, load):
    file = stage.folder / "copies" / "a.db"
    file.parent.mkdir()
    code, said = gateway.run("backup", str(file))
    need(code == 0, said)
    code, said = gateway.run("restore", "--check", str(file))
    need(code == 0, said)
    with Gateway(stage, "restored", store=STORE.format(days=0)) as other:
        code, said = other.run("restore", str(file))
        need(code == 0, said)
        other.start()
        client = Client(other)
        for dossier, promise in list(load.acknowledged.items())[:20]:
            again = client.call("POST", "/v1/dossiers", promise.body, promise.key)
            need(again.body == promise.answer.body, f"{dossier}: the repeat is answered otherwise")
            need(told(other, "dossier", dossier)["legs"], f"{dossier} has no legs")
        client.close()
        need(other.stop() == 0, "exit code")
    for segment in (file.parent / "segments").glob("*.db"):
        segment.unlink()
    code, said = gateway.run("restore", "--check", str(file))
    need(code == 1 and "missing beside the backup" in said, said)


def missing(gateway, load):
    """Without its segment the old cannot be read; the new is taken."""
    need(gateway.stop() == 0, "exit code")
    for segment in (gateway.data / "segments").glob("*.db"):
        segment.rename(segment.with_suffix(".away"))
    gateway.start()
    client = Client(gateway)
    code, promise = sorted(load.acknowledged.items())[0]
    answer = client.call("GET", f"/v1/dossiers/{code}/sync")
    need(answer.status == 503 and answer.json()["code"] == "storage.segment", f"{answer.status} {answer.body[:300]}")
    need(".db is missing" in answer.json()["detail"], answer.body)
    need(client.call("GET", f"/v1/dossiers/{code}").status == 200, "the dossier itself is there")
    more = Load(gateway, clerks=1, every=1000, day="260304")
    wait_until(lambda: more.count() >= 3, 30, "dossiers are accepted")
    more.end()
    client.close()


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        with Gateway(stage, "source", store=STORE.format(days=7)) as gateway:
            kept = []
            cases.run("rotation: every answer is the same after everything has moved",
                      lambda: kept.append(same_answers(stage, gateway)))
            cases.run("rotation: a hold is shown with what it keeps, and released", lambda: held(gateway, kept[0]))
            cases.run("rotation: killed while messages move, nothing is lost or answered otherwise",
                      lambda: kept.append(killed(stage, gateway)))
            cases.run("rotation: a backup with its segments is restored", lambda: backed_up(stage, gateway, kept[1]))
            cases.run("rotation: a segment that is missing stops nothing else", lambda: missing(gateway, kept[0]))
    cases.finish()


if __name__ == "__main__":
    main()
