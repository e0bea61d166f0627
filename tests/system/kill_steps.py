#!/usr/bin/env python3
"""The real process dies at every write, flush and send of a payment's notice and of a postal order: one effect each."""
import hashlib
import hmac
import json
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid

from kit import Cases, Client, Stage, Unreached, code_of, dossier, need, programs, wait_until
from shim import Shimmed, shim_of

STEPS_MAX = 200
TERMINAL, SECRET = "TESTTMN1", "SYNTHETICSECRET0123456789ABCDEF0"  # of the simulator
FAST = """retry_base = "100ms"
retry_cap = "500ms"
retry_floor = "50ms"
timeout_floor = "200ms"
ask_at = ["100ms", "300ms", "600ms"]
not_found_gap = "200ms"
breaker_open = "300ms"
"""
PARTNERS = """
[payments]
preference = ["vnpay"]

[partner.vnpay]
connector = "vnpay"
pay_url = "{vnpay}/paymentv2/vpcpay.html"
api_url = "{vnpay}/merchant_webapi/api/transaction"
terminal = "TESTTMN1"
secret = "secret:vnpay"
return_url = "https://motcua.test/thanh-toan"
watch_every = "1h"
{fast}
[partner.vnpost]
connector = "vnpost"
url = "{vnpost}"
customer_key = "mau-customer-key"
customer_secret = "secret:vnpost"
customer_code = "KH0000001"
agency = "H56"
office_name = "Trung tâm Phục vụ hành chính công (mẫu)"
office_phone = "84100000009"
office_address = "Số 1, đường Mẫu"
office_province = "38"
office_commune = "00000"
poll = "1h"
{fast}
[partner.vnpost.operation.OrderPost]
settle_time = "500ms"
total_max = "3s"
"""


class Simulators:
    """VNPAY and the post, each with its address."""

    def __init__(self, program):
        self.process = subprocess.Popen([program, "serve", "vnpay", "vnpost", "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.urls = {}
        while len(self.urls) < 2:
            line = self.process.stdout.readline()
            for name in ("vnpay", "vnpost"):
                if f"({name})" in line:
                    self.urls[name] = line.split()[-1].rstrip("/")
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    def state(self, name, path=""):
        with urllib.request.urlopen(f"{self.urls[name]}/sim/state{path}", timeout=10) as answer:
            return json.load(answer)

    def close(self):
        self.process.kill()
        self.process.wait()


def with_partners(gateway, urls):
    gateway.put_secret("vnpay", SECRET)
    gateway.put_secret("vnpost", "mau-customer-secret")
    gateway.change('"sync.read"]', '"sync.read", "payments.read", "payments.write", "deliveries.write"]')
    gateway.config.write_text(gateway.config.read_text() + PARTNERS.format(fast=FAST, **urls))


def with_fee(code):
    body = json.loads(dossier(code))
    body["fees"] = [{"code": "LP-MAU", "name": "Lệ phí", "kind": "ordinary", "nature": "charge",
                     "collect_when": "at_reception", "unit_amount": 10000, "quantity": 1}]
    return json.dumps(body, ensure_ascii=False)


def told(answer, statuses=(200, 201, 202)):
    need(answer.status in statuses, f"{answer.status} {answer.body[:400]}")
    return answer.json()


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


def notice(payment):
    """What VNPAY sends when a citizen has paid."""
    url = urllib.parse.urlsplit(payment["checkout"]["url"])
    asked = dict(urllib.parse.parse_qsl(url.query))
    said = {"vnp_Amount": asked["vnp_Amount"], "vnp_BankCode": "NCB", "vnp_OrderInfo": asked["vnp_OrderInfo"],
            "vnp_PayDate": asked["vnp_CreateDate"], "vnp_ResponseCode": "00", "vnp_TmnCode": TERMINAL,
            "vnp_TransactionNo": "14" + asked["vnp_TxnRef"][-6:].encode().hex()[:6], "vnp_TransactionStatus": "00",
            "vnp_TxnRef": asked["vnp_TxnRef"]}
    text = urllib.parse.urlencode(sorted(said.items()))
    return f"/v1/ipn/vnpay?{text}&vnp_SecureHash={hmac.new(SECRET.encode(), text.encode(), hashlib.sha512).hexdigest()}"


def paid_events(client, word):
    """How often the feed says that this payment was made."""
    count, after = 0, "&after=begin"
    while True:
        page = told(client.call("GET", f"/v1/events?limit=500{after}"))
        for item in page["items"]:
            count += item["type"] == "payment.paid" and word in json.dumps(item)
        if not page.get("has_more"):
            return count
        after = f"&after={page['next']}"


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
    made = told(client.call("POST", "/v1/dossiers", with_fee(code), uuid.uuid4().hex))
    fees = [fee["id"] for fee in made["fees"]]
    payment = told(client.call("POST", "/v1/payments", json.dumps(
        {"dossier_code": code, "fee_ids": fees, "amount": 10000, "method": "online", "provider": "vnpay",
         "return_url": "https://motcua.test/thanh-toan"}), uuid.uuid4().hex))
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
    body = json.dumps({"dossier_code": code, "direction": "return", "carrier": "vnpost", "receiver": {
        "name": "TRẦN THỊ MẪU", "phone": "84100000001",
        "address": {"province_code": "38", "commune_code": "00000", "detail": "Thôn Mẫu 1"}},
        "items": ["Kết quả"], "cod_amount": 0}, ensure_ascii=False)
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
    simulators = Simulators(arguments[1])
    try:
        with Stage(*arguments) as stage:
            stage.start_portal()
            with Shimmed(stage, "steps", shim_of(arguments[0])) as gateway:
                with_partners(gateway, simulators.urls)
                cases.run("kill -9 between the steps of a payment's notice: it is paid once",
                          lambda: every_step("notice", seed, stride, lambda step: payment_dies_at(gateway, step, 1)))
                cases.run("kill -9 between the steps of a postal order: the post has it once",
                          lambda: every_step("order", seed, stride, lambda step: order_dies_at(gateway, simulators, step, 2)))
                if cases.failed:
                    print(gateway.log.read_text()[-3000:])
    finally:
        simulators.close()
    cases.finish()


if __name__ == "__main__":
    main()
