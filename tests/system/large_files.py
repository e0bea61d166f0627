#!/usr/bin/env python3
"""Files of 100 MiB to and from the real process: whole, and never held in its memory."""
import base64
import hashlib
import sys
import threading
import uuid

from kit import Cases, Client, Gateway, Stage, need, programs

LARGEST = 100 << 20
BLOCK = 64 << 10
MEMORY_GROWTH = 24 << 20  # of the process, whatever the size of the files


def blocks(size, seed):
    """A file of `size` bytes, never in memory as a whole here either."""
    head = b"%PDF-1.4\n% " + str(seed).encode() + b"\n"
    yield head
    block = hashlib.sha256(head).digest() * (BLOCK // 32)
    left = size - len(head)
    while left > 0:
        yield block[:min(left, BLOCK)]
        left -= BLOCK


def digest_of(size, seed):
    digest = hashlib.sha256()
    for block in blocks(size, seed):
        digest.update(block)
    return digest


def upload(client, size, seed):
    digest = base64.b64encode(digest_of(size, seed).digest()).decode()
    return client.call("POST", "/v1/attachments", blocks(size, seed), uuid.uuid4().hex, {
        "Content-Type": "application/pdf", "Content-Length": str(size), "Content-Digest": f"sha-256=:{digest}:",
        "Content-Disposition": "attachment; filename*=UTF-8''ban-ve.pdf"})


def most_memory(gateway):
    with open(f"/proc/{gateway.process.pid}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmHWM"))


def download(gateway, token, attachment):
    """SHA-256 of what comes back, read in blocks."""
    connection = gateway.connect()
    connection.request("GET", f"/v1/attachments/{attachment}/content", headers={
        "Authorization": "Bearer " + token, "LT-Actor": "CB0001"})
    answer = connection.getresponse()
    need(answer.status == 200, f"the file is answered {answer.status}")
    digest, size = hashlib.sha256(), 0
    while block := answer.read(BLOCK):
        digest.update(block)
        size += len(block)
    connection.close()
    return digest.hexdigest(), size


def there_and_back(gateway):
    client = Client(gateway)
    small = upload(client, 10_000, 0)
    need(small.status == 201, f"a small file is answered {small.status} {small.body[:300]}")
    before, told = most_memory(gateway), {}

    def one(seed):
        own = Client(gateway)
        told[seed] = upload(own, LARGEST, seed)
        own.close()

    threads = [threading.Thread(target=one, args=(seed,)) for seed in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seed, answer in told.items():
        need(answer.status == 201, f"a file of 100 MiB is answered {answer.status} {answer.body[:300]}")
        expected = digest_of(LARGEST, seed).hexdigest()
        need(answer.json()["sha256"] == expected, "its digest is another's")
        need(download(gateway, client.token, answer.json()["id"]) == (expected, LARGEST), "it comes back changed")
    grown = most_memory(gateway) - before
    need(grown < MEMORY_GROWTH, f"the process grew by {grown >> 20} MiB")
    client.close()


def one_byte_more(gateway):
    client = Client(gateway)
    client.sign_in()
    connection = gateway.connect()
    connection.putrequest("POST", "/v1/attachments")
    for name, value in (("Authorization", "Bearer " + client.token), ("LT-Actor", "CB0001"), ("Idempotency-Key", uuid.uuid4().hex),
                        ("Content-Type", "application/pdf"), ("Content-Length", str(LARGEST + 1)),
                        ("Content-Digest", "sha-256=:" + "A" * 43 + "=:")):
        connection.putheader(name, value)
    connection.endheaders()  # nothing of the file is sent: the answer must not wait for it
    answer = connection.getresponse()
    need(answer.status == 413, f"a file over the limit is answered {answer.status}")
    need(client.call("GET", "/v1/events").status == 200, "others are served on")
    connection.close()
    client.close()


def main():
    cases = Cases()
    with Stage(*programs(sys.argv[1:])) as stage, Gateway(stage, "large") as gateway:
        gateway.start()
        cases.run("files: three of 100 MiB at once arrive whole and come back whole, not held in memory",
                  lambda: there_and_back(gateway))
        cases.run("files: one byte over the limit is refused before it is sent", lambda: one_byte_more(gateway))
    cases.finish()


if __name__ == "__main__":
    main()
