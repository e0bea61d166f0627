#!/usr/bin/env python3
"""Starts that must be refused, damage, backup and restore, and the end of the real process."""
import shutil
import sys
import threading
import time
import uuid

from kit import Cases, Client, Gateway, Stage, Unreached, code_of, dossier, need, programs, wait_until
from load import Load, check_all_there, check_replayed


def refused(stage, name, change, line_with, *words):
    """`serve` and `check` both say file, line and remedy, start nothing and end with 2."""
    with Gateway(stage, name) as gateway:
        change(gateway)
        place = f"{gateway.config}:{gateway.line_of(line_with)}:"
        for command in ("check", "serve"):
            exit_code, said = gateway.run(command, seconds=20)
            need(exit_code == 2, f"{command} ends with {exit_code}: {said}")
            need(place in said, f"{command} does not name {place}: {said}")
            for word in words:
                need(word in said, f"{command} does not say {word!r}: {said}")
        need(not gateway.data.exists(), "a store was made although nothing may start")


def configuration(stage, cases):
    def secret_gone(gateway):
        (gateway.folder / "secrets/portal-password").unlink()

    def secret_open(gateway):
        (gateway.folder / "secrets/server-key").chmod(0o644)

    table = (
        ("an unknown key", lambda g: g.change("drain =", "drian ="), "drian =", ('unknown key "drian"', 'Did you mean "drain"?')),
        ("a missing secret", secret_gone, "secret:portal-password", ('"portal-password" is missing', "Put its value into")),
        ("a secret others can read", secret_open, "secret:server-key", ("can be read by others", "chmod 0400")),
        ("a number in quotes", lambda g: g.change("= 1000", '= "1000"'), "connections_per_client_max",
         ("whole number", "without quotes")),
        ("a duration without unit", lambda g: g.change('drain = "5s"', 'drain = "5"'), "drain =", ("needs a unit", '"30s"')),
        ("a text without quotes", lambda g: g.change('listen = "127.0.0.1:0"', "listen = 8443"), "listen =", ("Put it in quotes",)),
        ("an unknown connector", lambda g: g.change('connector = "national_portal"', 'connector = "portal"'), "connector =",
         ('no connector "portal"',)),
        ("a key of three bytes", lambda g: g.put_secret("file-links", "abc"), "token_secret =", ("at least 16 random bytes", "openssl rand")),
        ("a certificate that is none", lambda g: g.put_secret("server-certificate", "abc"), "certificate =", ("cannot be read",)),
        ("an address that is none", lambda g: g.change('listen = "127.0.0.1:0"', 'listen = "127.0.0.1"'), "listen =", ("ADDRESS:PORT",)),
        ("no calls at the same time", lambda g: g.change("concurrency = 32", "concurrency = 0"), "concurrency =", ("at least 1",)),
        ("an operation that does not exist",
         lambda g: g.change("[partner.national_portal]",
                            '[partner.national_portal.operation.Khong]\nsettle_time = "1s"\n\n[partner.national_portal]'),
         "settle_time =", ("no such operation",)),
        ("hours that are none", lambda g: g.change("concurrency = 32", 'concurrency = 32\nopen_hours = ["Mon-Fri 7-17"]'),
         "open_hours =", ("is not like", "Mon-Fri 07:00-17:30")),
        ("shares of more than there is",
         lambda g: g.change("concurrency = 32", 'concurrency = 32\ncalls_per_day = 900\ncall_shares = ["H56 60", "H57 50"]'),
         "call_shares =", ("together they are 110 percent",)),
        ("a quote that is not closed", lambda g: g.change('dstcode = "VN', "dstcode = \"VN\"\nmore = \"VN"), "more =", ("more",)),
    )
    for number, (what, change, line_with, words) in enumerate(table):
        cases.run(f"start: {what} is refused with file, line and remedy",
                  lambda n=number, c=change, at=line_with, w=words: refused(stage, f"refused-{n}", c, at, *w))

    def lacking():
        with Gateway(stage, "lacking") as gateway:
            gateway.change('public_url = "https://gateway.test"', "")
            exit_code, said = gateway.run("serve", seconds=20)
            need(exit_code == 2 and '[server] lacks "public_url"' in said and str(gateway.config) in said, said)
    cases.run("start: a key that must be there is named", lacking)


def second_process(stage, gateway):
    client = Client(gateway)
    need(client.call("POST", "/v1/dossiers", dossier(code_of(1)), "key-1").status == 201, "a dossier is accepted")
    exit_code, said = gateway.run("serve", seconds=20)
    need(exit_code == 2, f"the second process ends with {exit_code}")
    need("another process uses the store" in said and str(gateway.data) in said, f"it says: {said}")
    need(client.call("GET", f"/v1/dossiers/{code_of(1)}").status == 200, "the first process serves on")
    need(gateway.run("status")[0] == 0, "the administration socket is still the first one's")
    client.close()


def damaged(stage):
    """A start on a broken file is refused and changes nothing; a restore repairs it, with what was accepted before."""
    with Gateway(stage, "damaged") as gateway:
        gateway.start()
        load = Load(gateway, pace=0.01)
        wait_until(lambda: load.count() >= 60, 60, "dossiers before the backup")
        backup = gateway.folder / "backup.db"
        with load.lock:
            before = dict(load.acknowledged)
        exit_code, said = gateway.run("backup", str(backup))
        need(exit_code == 0 and backup.exists(), f"no backup under load: {said}")
        need(backup.stat().st_mode & 0o077 == 0, "others can read the backup")
        wait_until(lambda: load.count() >= len(before) + 40, 60, "dossiers after the backup")
        load.end()
        exit_code, said = gateway.run("restore", str(backup))
        need(exit_code == 1 and "running" in said, f"restore beside a running gateway says {exit_code}: {said}")
        gateway.change('ready_file = "ready"', 'ready_file = "ready"\nadmin_socket = "elsewhere.sock"')
        exit_code, said = gateway.run("restore", str(backup))
        need(exit_code != 0 and "another process uses the store" in said, f"restore under a running gateway: {said}")
        gateway.change('\nadmin_socket = "elsewhere.sock"', "")
        need(gateway.stop() == 0, "the end is clean")
        file = gateway.data / "lienthong.db"
        whole = file.read_bytes()
        file.write_bytes(b"no database" * 400 + whole[4400:])
        broken = file.read_bytes()
        exit_code, said = gateway.run("serve", seconds=20)
        need(exit_code == 2, f"a start on a damaged file ends with {exit_code}")
        need("cannot open the store" in said and str(file) in said and "restore the newest proven backup" in said, said)
        need(file.read_bytes() == broken, "the damaged file was changed")
        bad = gateway.folder / "bad.db"
        bad.write_bytes(backup.read_bytes()[:-9000] + bytes(9000))
        exit_code, said = gateway.run("restore", str(bad))
        need(exit_code == 1 and file.read_bytes() == broken, f"a damaged backup is put in place: {said}")
        exit_code, said = gateway.run("restore", str(backup))
        need(exit_code == 0 and "put aside" in said, f"restore says {exit_code}: {said}")
        need(any(gateway.data.glob("before-restore-*/lienthong.db")), "the former file was not kept")
        need(file.stat().st_mode & 0o077 == 0, "others can read the restored store")
        gateway.start()
        load.acknowledged, after = before, load.acknowledged
        check_all_there(gateway, load)
        check_replayed(gateway, load, list(before))
        client = Client(gateway)
        for code, told in after.items():  # what came after the backup is repeated by its senders
            if told.attachment and code not in before:
                continue  # its file would be sent again first
            answer = client.call("POST", "/v1/dossiers", told.body, told.key)
            need(answer.status == 201, f"the repeat of {code} is answered {answer.status} {answer.body[:200]}")
        client.close()
        need(gateway.stop() == 0, "the end is clean")


class Open(threading.Thread):
    """A call that is under way when the process is told to stop."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.begun, self.said = work, threading.Event(), None
        self.start()

    def run(self):
        try:
            self.said = self.work(self.begun)
        except (Unreached, OSError) as gone:
            self.said = gone


def long_poll(gateway, token):
    def work(begun):
        client = Client(gateway)
        client.token = token
        begun.set()
        return client.call("GET", "/v1/events?wait=25").status
    return Open(work)


def slow_upload(gateway, token, over):
    def work(begun):
        connection = gateway.connect()
        connection.putrequest("POST", "/v1/attachments")
        for name, value in (("Authorization", "Bearer " + token), ("LT-Actor", "CB0001"), ("Idempotency-Key", uuid.uuid4().hex),
                            ("Content-Type", "application/pdf"), ("Content-Length", "10000000"),
                            ("Content-Digest", "sha-256=:" + "A" * 43 + "=:")):
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(b"%PDF-1.4\n")
        begun.set()
        while not over.wait(0.05):
            connection.send(b"x" * 1000)
        return "never cut"
    return Open(work)


def clean_end(stage):
    drain, grace = 2, 6  # the bound of the configuration, and room for a busy machine
    with Gateway(stage, "ends", drain=f"{drain}s") as gateway:
        gateway.start()
        load = Load(gateway, clerks=2, pace=0.01)
        wait_until(lambda: load.count() >= 20, 60, "work is under way")
        client, over = Client(gateway), threading.Event()
        client.sign_in()
        calls = [long_poll(gateway, client.token) for _ in range(5)] + [
            slow_upload(gateway, client.token, over) for _ in range(3)]
        for call in calls:
            need(call.begun.wait(10), "a call does not begin")
        partial = gateway.data / "files/partial"
        wait_until(lambda: len(list(partial.iterdir())) >= 3, 10, "the uploads are under way")
        began = time.monotonic()
        need(gateway.stop(drain + grace) == 0, "the exit code of a clean end is 0")
        took = time.monotonic() - began
        for call in calls:
            call.join(10)
        over.set()
        load.end(finish=False)
        need(took <= drain + grace, f"the end took {took:.1f} s")
        need("event=gateway.stopped" in gateway.log.read_text(), "the last line says that it stopped")
        need(all(call.said != "never cut" for call in calls), "an upload went on after the end")
        polls = [call.said for call in calls[:5]]
        need(all(said == 200 for said in polls), f"the long polls were answered {polls}")
        gateway.start()
        check_all_there(gateway, load)
        need(not list(partial.iterdir()), "half an upload was kept")
        need(gateway.stop() == 0, "the end is clean")


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage:
        configuration(stage, cases)
        with Gateway(stage, "first") as gateway:
            gateway.start()
            cases.run("start: a second process on the same folder is refused, the first serves on",
                      lambda: second_process(stage, gateway))
        cases.run("store: damage is refused clearly, a backup taken under load brings everything back", lambda: damaged(stage))
        shutil.rmtree(stage.folder / "damaged", ignore_errors=True)
        cases.run("end: SIGTERM ends within its bound with long polls and uploads open", lambda: clean_end(stage))
    cases.finish()


if __name__ == "__main__":
    main()
