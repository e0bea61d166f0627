#!/usr/bin/env python3
"""An independent library checks the addresses that the gateway makes for VNPAY, and signs the notices that it must judge."""
import json
import pathlib
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from kit import Cases, Client, Gateway, Stage, code_of, need, programs  # noqa: E402
from partners import Simulators, new_payment, paid_events, told, with_partners  # noqa: E402

CODES = {"right": "00", "again": "02", "changed": "97", "stranger": "97", "amount": "04", "unknown": "01"}


class Library:
    """The library's process; ends the test as left out where its packages cannot be had."""

    def __init__(self, folder):
        self.process = subprocess.Popen([HERE / "run.sh", folder, "vnpay_signer", "-"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, **question):
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        line = self.process.stdout.readline()
        if not line.startswith("{"):
            print(f"the packages of npm cannot be had here: {line}")
            sys.exit(77)
        return json.loads(line)


def fields_of(payment):
    """What VNPAY would say of a payment that was made."""
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(payment["checkout"]["url"]).query))
    said = {name: asked[name] for name in ("vnp_Amount", "vnp_OrderInfo", "vnp_TmnCode", "vnp_TxnRef")}
    return said | {"vnp_BankCode": "NCB", "vnp_PayDate": asked["vnp_CreateDate"], "vnp_ResponseCode": "00",
                   "vnp_TransactionNo": "14000001", "vnp_TransactionStatus": "00"}


def address(library, client):
    payment = new_payment(client, code_of(1, "260405"))
    url = payment["checkout"]["url"]
    seen = library.ask(verify=url)
    need(seen["verified"] and seen["amount"] in (10000, "10000", 1000000), f"the library reads {seen}")
    held = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["vnp_SecureHash"]
    need(library.ask(rebuild=url)["hash"] == held, "the library makes another hash of the same fields")
    changed = library.ask(verify=url.replace("vnp_Amount=1000000", "vnp_Amount=900000"))
    need(not changed["verified"], "the library takes a changed amount")


def notices(library, client):
    payment = new_payment(client, code_of(2, "260405"))
    said = fields_of(payment)

    def answer(fields, secret=None, spoil=lambda query: query):
        query = spoil(library.ask(sign=fields, secret=secret)["query"])
        return client.raw("GET", f"/v1/ipn/vnpay?{query}").json()["RspCode"]

    def state():
        return told(client.call("GET", f"/v1/payments/{payment['id']}"))["state"]
    wrong = {"stranger": answer(said, "ANOTHERSECRET0123456789ABCDEF012"),
             "changed": answer(said, None, lambda query: query.replace("vnp_ResponseCode=00", "vnp_ResponseCode=24")),
             "unknown": answer(said | {"vnp_TxnRef": "NOSUCHREFERENCE"})}
    need(wrong == {name: CODES[name] for name in wrong}, f"the answers are {wrong}")
    need(state() != "paid", "a forged notice made the payment paid")
    right = {"right": answer(said), "again": answer(said)}
    need(right["right"] == "00" and right["again"] in ("00", "02"), f"the answers are {right}")
    need(state() == "paid", f"the payment is {state()}")
    need(paid_events(client, payment["id"]) == 1, "it was told more than once")


def wrong_amount(library, client):
    payment = new_payment(client, code_of(3, "260405"))
    query = library.ask(sign=fields_of(payment) | {"vnp_Amount": "900000"})["query"]
    code = client.raw("GET", f"/v1/ipn/vnpay?{query}").json()["RspCode"]
    need(code == CODES["amount"], f"another amount is answered {code}")
    state = told(client.call("GET", f"/v1/payments/{payment['id']}"))["state"]
    need(state != "paid", f"the payment is {state}")


def main():
    cases = Cases()
    arguments = programs(sys.argv[1:])
    library = Library(sys.argv[3])
    library.ask(sign={"vnp_TxnRef": "first"})
    with Simulators(arguments[1]) as simulators, Stage(*arguments) as stage:
        stage.start_portal()
        with Gateway(stage, "library") as gateway:
            with_partners(gateway, simulators.urls)
            gateway.start()
            client = Client(gateway)
            cases.run("the library verifies and rebuilds the address of a payment", lambda: address(library, client))
            cases.run("its notices: right once, forged never", lambda: notices(library, client))
            cases.run("its notice of another amount", lambda: wrong_amount(library, client))
            client.close()
    cases.finish()


if __name__ == "__main__":
    main()
