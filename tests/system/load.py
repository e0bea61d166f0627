"""Clerks who send dossiers until each is acknowledged, and remember what they were told."""
import threading
import uuid

from kit import Client, Unreached, code_of, dossier, need, pdf, wait_until


class Told:
    """What was promised for one dossier."""

    def __init__(self, key, body, answer, attachment="", content=b""):
        self.key, self.body, self.answer = key, body, answer
        self.attachment, self.content = attachment, content


class Load:
    """`clerks` threads; each sends one dossier after another under one key each until a 2xx, as a one-stop does."""

    def __init__(self, gateway, clerks=4, day="260302", every=5, pace=0.0):
        self.gateway, self.day, self.every, self.pace = gateway, day, every, pace
        self.lock = threading.Lock()
        self.acknowledged, self.wrong = {}, []
        self.refusals = []  # (status, code, detail, Retry-After)
        self.number, self.ends, self.pause = 0, threading.Event(), threading.Event()
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(clerks)]
        for thread in self.threads:
            thread.start()

    def count(self):
        with self.lock:
            return len(self.acknowledged)

    def refused(self):
        with self.lock:
            return len(self.refusals)

    def end(self, finish=True):
        """`finish`: each clerk first ends the dossier at hand."""
        self.stop(finish)
        need(not self.wrong, f"answers nobody documented: {self.wrong[:3]}")

    def stop(self, finish=False):
        """Ends without a word about what was answered."""
        self.ends.set()
        if not finish:
            self.pause.set()
        for thread in self.threads:
            thread.join(60)
            need(not thread.is_alive(), "a clerk does not come to an end")

    def until_done(self, call):
        """Repeats `call` until it is acknowledged. None: told to stop first."""
        while not self.pause.is_set():
            try:
                answer = call()
            except Unreached:
                self.pause.wait(0.02)
                continue
            if answer.status in (200, 201):
                return answer
            problem = answer.json()
            fact = (answer.status, problem.get("code"), problem.get("detail", ""), answer.headers.get("Retry-After"))
            with self.lock:
                (self.refusals if answer.status in (503, 409) else self.wrong).append(fact)
            self.pause.wait(0.02)
        return None

    def work(self):
        client = Client(self.gateway)
        try:
            while not self.ends.is_set():
                self.one(client)
                self.ends.wait(self.pace)
        except Exception as fault:  # noqa: BLE001 - reported by end()
            with self.lock:
                self.wrong.append(repr(fault))
        client.close()

    def one(self, client):
        with self.lock:
            self.number += 1
            number = self.number
        day = str(int(self.day) + number // 9_000)  # a day has four digits
        code, key, attachment, content = code_of(number % 9_000, day), uuid.uuid4().hex, "", b""
        if number % self.every == 0:
            content, upload_key = pdf(20_000, f"{self.day}-{number}"), uuid.uuid4().hex
            stored = self.until_done(lambda: client.upload(content, upload_key))
            if stored is None:
                return
            attachment = stored.json()["id"]
        body = dossier(code, attachment)
        answer = self.until_done(lambda: client.call("POST", "/v1/dossiers", body, key))
        if answer is not None:
            with self.lock:
                self.acknowledged[code] = Told(key, body, answer, attachment, content)


def check_all_there(gateway, load):
    """Every acknowledged dossier answers, with its file; so does the command line for some."""
    client = Client(gateway)
    for code, told in load.acknowledged.items():
        answer = client.call("GET", f"/v1/dossiers/{code}")
        need(answer.status == 200, f"{code} was acknowledged and is {answer.status}")
        if told.attachment:
            file = client.call("GET", f"/v1/attachments/{told.attachment}/content")
            need(file.status == 200 and file.body == told.content, f"the file of {code} is not what was sent")
    for code in list(load.acknowledged)[:10]:
        exit_code, said = gateway.run("dossier", code, "--json")
        need(exit_code == 0 and f'"code":"{code}"' in said, f"`lienthong dossier {code}` says {exit_code}: {said[:300]}")
    client.close()


def answered(response):
    return None if response.status == 503 else response


def check_replayed(gateway, load, codes):
    """The same key and body get the very answer that was given first; a 503 on the way there is no answer."""
    client = Client(gateway)
    for code in codes:
        told = load.acknowledged[code]
        again = wait_until(lambda told=told: answered(client.call("POST", "/v1/dossiers", told.body, told.key)), 20,
                           f"the repeat of {code} is answered")
        need(again.status == told.answer.status and again.body == told.answer.body,
             f"{code}: the repeat was answered {again.status}, otherwise than first")
        need(again.headers.get("Idempotency-Replayed") == "true", f"{code}: the repeat is not marked as one")
    client.close()
