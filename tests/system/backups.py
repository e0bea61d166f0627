#!/usr/bin/env python3
"""Backups while work goes on: each is proven, restored, and holds everything acknowledged before it was asked for."""
import json
import os
import shutil
import sys

from kit import Cases, Client, Gateway, Stage, code_of, dossier, need, programs, wait_until
from load import Load
from texts import Operator, with_texts

BACKUPS = 10


def check(gateway, file, good):
    code, said = gateway.run("restore", "--check", str(file))
    need((code == 0) == good, f"`restore --check` says {code}: {said[:300]}")


def restored(stage, name, file, wanted):
    """Another installation with that backup knows every one of these dossiers, and the same key has the same answer."""
    with Gateway(stage, name) as other:
        code, said = other.run("restore", str(file))
        need(code == 0, f"`restore` says {code}: {said[:300]}")
        other.start()
        client = Client(other)
        for dossier, told in wanted.items():
            need(client.call("GET", f"/v1/dossiers/{dossier}").status == 200, f"{dossier} is not in the backup after it")
        for dossier, told in list(wanted.items())[-3:]:
            again = client.call("POST", "/v1/dossiers", told.body, told.key)
            need(again.body == told.answer.body, f"{dossier}: the repeat is answered otherwise")
        client.close()
        need(other.stop() == 0, "exit code")
    shutil.rmtree(stage.folder / name)


def backups(stage, gateway, load, files):
    for number in range(BACKUPS):
        wanted = load.count() + 15
        wait_until(lambda wanted=wanted: load.count() >= wanted, 60, "dossiers are accepted")
        with load.lock:
            before = dict(load.acknowledged)
        file = stage.folder / f"backup-{number}.db"
        code, said = gateway.run("backup", str(file), seconds=120)
        need(code == 0, f"`backup` says {code}: {said[:300]}")
        files.append((file, before))


def each_restored(stage, gateway, files):
    for number, (file, before) in enumerate(files):
        check(gateway, file, True)
        restored(stage, f"restored-{number}", file, before)
    need(len(files) == BACKUPS, f"{len(files)} backups")
    print(f"       {len(files)} backups under load, the last with {len(files[-1][1])} dossiers")


def spoiled(stage, gateway, files):
    """The controls: a byte changed, and an end that is missing, are refused."""
    whole = files[-1][0].read_bytes()
    bad = stage.folder / "bad.db"
    shutil.copy(str(files[-1][0]) + ".sha256", str(bad) + ".sha256")
    at = whole.rindex(next(iter(files[-1][1])).encode())
    bad.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1:])
    check(gateway, bad, False)
    for byte in (100, len(whole) // 2, len(whole) - 1):  # also where no row lies
        bad.write_bytes(whole[:byte] + bytes([whole[byte] ^ 1]) + whole[byte + 1:])
        check(gateway, bad, False)
    bad.write_bytes(whole[:len(whole) * 99 // 100])
    check(gateway, bad, False)
    bad.write_bytes(whole)
    check(gateway, bad, True)
    (stage.folder / "bad.db.sha256").unlink()
    bad.write_bytes(whole[:len(whole) * 99 // 100])
    check(gateway, bad, False)


def texts_once(stage):
    """A text that waits in the backup and is sent after it goes out once; the feed misses nothing."""
    with Operator() as operator, Gateway(stage, "texts") as gateway:
        with_texts(gateway, operator)
        gateway.start()
        client = Client(gateway)
        need(client.call("POST", "/v1/dossiers", dossier(code_of(1)), "d1").status == 201, "no dossier")
        asked = client.call("POST", "/v1/notifications", json.dumps(
            {"dossier_code": code_of(1), "event": "result_ready", "params": {}}), "n1")
        need(asked.status == 202, f"{asked.status} {asked.body[:300]}")
        notice = "/v1/notifications/" + asked.json()["id"]
        wait_until(lambda: any(queue["retry"] for queue in gateway.admin("/admin/status")["queues"]
                               if queue["partner"] == "sms_viettel"), 30, "the text waits for another try")
        file = stage.folder / "texts.db"
        code, said = gateway.run("backup", str(file))
        need(code == 0, f"`backup` says {code}: {said[:300]}")
        operator.open()
        wait_until(lambda: client.call("GET", notice).json()["state"] == "sent", 30, "the text is sent")
        need(client.call("POST", "/v1/dossiers", dossier(code_of(2)), "d2").status == 201, "no dossier")
        cursor = client.call("GET", "/v1/events").json()["next"]
        client.close()
        need(gateway.stop() == 0, "exit code")
        code, said = gateway.run("restore", str(file))
        need(code == 0, f"`restore` says {code}: {said[:300]}")
        gateway.start()
        gone = client.call("GET", f"/v1/events?after={cursor}")
        need(gone.status == 410, f"a cursor that the backup does not know: {gone.status} {gone.body[:300]}")
        wait_until(lambda: client.call("GET", notice).json()["state"] == "unknown", 30, "nobody knows")
        for number in range(3, 9):
            need(client.call("POST", "/v1/dossiers", dossier(code_of(number)), f"d{number}").status == 201, "no dossier")
        told = client.call("GET", f"/v1/events?after={cursor}").json()["items"]
        made = {item["dossier_code"] for item in told if item["type"] == "dossier.created"}
        need(made == {code_of(number) for number in range(3, 9)}, f"the feed tells of {sorted(made)}")
        need(len(operator.texts) == 1, f"{len(operator.texts)} texts")
        client.close()
        need(gateway.stop() == 0, "exit code")


def by_itself(stage):
    """With `backup.folder` a proven copy appears without anybody asking, and the metric says when."""
    with Gateway(stage, "itself") as gateway:
        folder = gateway.folder / "backups"
        gateway.change("[log]", '[backup]\nfolder = "backups"\nevery = "1min"\n\n[log]')
        code, said = gateway.run("check")
        need(code == 2 and "backup.folder" in said, f"a folder that is not there passes: {said[:300]}")
        folder.mkdir()
        gateway.start()
        wait_until(lambda: list(folder.glob("lienthong-*.db")), 60, "a backup is made")
        check(gateway, next(folder.glob("lienthong-*.db")), True)
        client = Client(gateway)
        metrics = client.call("GET", "/metrics").body.decode()
        proven = [line for line in metrics.splitlines() if line.startswith("lienthong_backup_last_proven_seconds ")]
        need(len(proven) == 1 and int(proven[0].split()[1]) > 1_700_000_000, proven)
        for name in ('job_runs_total{job="backup"} 1', 'certificate_expires_seconds{name="server.certificate"} ',
                     'webhook_endpoints{state="failing"} 0', 'accept_seconds_count '):
            need("lienthong_" + name in metrics, f"{name} is not among the metrics")
        client.close()
        code, said = gateway.run("backup", "/nowhere/b.db")
        need(code == 1 and "/nowhere" in said, f"a folder that cannot be written is not named: {said[:300]}")


def given_to_owner(stage):
    """What root restores belongs to whom the store's folder belongs to."""
    if os.geteuid() != 0:
        return
    nobody = 65534
    with Gateway(stage, "itself") as source, Gateway(stage, "owned") as gateway:
        file = next((source.folder / "backups").glob("lienthong-*.db"))
        gateway.data.mkdir()
        os.chown(gateway.data, nobody, nobody)
        code, said = gateway.run("restore", str(file))
        need(code == 0, f"`restore` says {code}: {said[:300]}")
        for path in gateway.data.iterdir():
            need(path.stat().st_uid == nobody, f"{path.name} belongs to {path.stat().st_uid}")


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        stage.start_portal()
        with Gateway(stage, "source") as gateway:
            gateway.start()
            load, files = Load(gateway, clerks=2, every=1000, pace=0.01), []
            cases.run(f"backup: {BACKUPS} while work goes on", lambda: backups(stage, gateway, load, files))
            cases.run("backup: every dossier of the load is acknowledged", load.end)
            cases.run("backup: each is proven and, restored, holds what was acknowledged before it",
                      lambda: each_restored(stage, gateway, files))
            cases.run("backup: a byte changed and a cut end are refused", lambda: spoiled(stage, gateway, files))
        cases.run("restore: a text that was sent after the backup is not sent again", lambda: texts_once(stage))
        cases.run("backup: made by itself, proven, and counted", lambda: by_itself(stage))
        cases.run("backup: what root restores belongs to the folder's owner", lambda: given_to_owner(stage))
    cases.finish()


if __name__ == "__main__":
    main()
