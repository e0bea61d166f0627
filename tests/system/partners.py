"""VNPAY and the post beside the portal: their simulators, a payment, its notice, an order."""
import hashlib
import hmac
import json
import subprocess
import threading
import urllib.parse
import urllib.request
import uuid

from kit import dossier, need

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

    def ask(self, name, path, body):
        asked = urllib.request.Request(f"{self.urls[name]}{path}", json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(asked, timeout=10) as answer:
            return json.load(answer)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def with_partners(gateway, urls):
    gateway.put_secret("vnpay", SECRET)
    gateway.put_secret("vnpost", "mau-customer-secret")
    gateway.change('"sync.read"]', '"sync.read", "payments.read", "payments.write", "payments.refund", "deliveries.write"]')
    gateway.config.write_text(gateway.config.read_text() + PARTNERS.format(fast=FAST, **urls))


def with_fee(code):
    body = json.loads(dossier(code))
    body["fees"] = [{"code": "LP-MAU", "name": "Lệ phí", "kind": "ordinary", "nature": "charge",
                     "collect_when": "at_reception", "unit_amount": 10000, "quantity": 1}]
    return json.dumps(body, ensure_ascii=False)


def told(answer, statuses=(200, 201, 202)):
    need(answer.status in statuses, f"{answer.status} {answer.body[:400]}")
    return answer.json()


def new_payment(client, code):
    """A dossier with one fee, and an online payment of it."""
    made = told(client.call("POST", "/v1/dossiers", with_fee(code), uuid.uuid4().hex))
    return told(client.call("POST", "/v1/payments", json.dumps(
        {"dossier_code": code, "fee_ids": [fee["id"] for fee in made["fees"]], "amount": 10000, "method": "online",
         "provider": "vnpay", "return_url": "https://motcua.test/thanh-toan"}), uuid.uuid4().hex))


def new_parcel(code):
    """What the one-stop asks the post for."""
    return json.dumps({"dossier_code": code, "direction": "return", "carrier": "vnpost", "receiver": {
        "name": "TRẦN THỊ MẪU", "phone": "84100000001",
        "address": {"province_code": "38", "commune_code": "00000", "detail": "Thôn Mẫu 1"}},
        "items": ["Kết quả"], "cod_amount": 0}, ensure_ascii=False)


def notice(payment, number=""):
    """What VNPAY sends when a citizen has paid; its number of the payment, else one that is made up."""
    url = urllib.parse.urlsplit(payment["checkout"]["url"])
    asked = dict(urllib.parse.parse_qsl(url.query))
    said = {"vnp_Amount": asked["vnp_Amount"], "vnp_BankCode": "NCB", "vnp_OrderInfo": asked["vnp_OrderInfo"],
            "vnp_PayDate": asked["vnp_CreateDate"], "vnp_ResponseCode": "00", "vnp_TmnCode": TERMINAL,
            "vnp_TransactionNo": number or "14" + asked["vnp_TxnRef"][-6:].encode().hex()[:6], "vnp_TransactionStatus": "00",
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
