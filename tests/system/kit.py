"""What the tests of real processes share: a gateway, a simulated portal, a client, cases and their count."""
import base64
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request
import uuid

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
AUDIENCE = "https://gateway.test/oauth2/token"
OFFICER = "CB0001"
TICK = 0.02  # between two looks at a condition


def wait_until(condition, seconds, what):
    """Looks until `condition` gives something true; says `what` when it never does."""
    until = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {what() if callable(what) else what}")
        time.sleep(TICK)


def need(good, what):
    if not good:
        raise AssertionError(what)


class Cases:
    """Runs cases and closes with the line that tests/run.py reads."""

    def __init__(self):
        self.passed = self.failed = 0

    def run(self, name, work):
        try:
            work()
        except Exception:
            self.failed += 1
            print(f"FAILED {name}\n{traceback.format_exc()}", flush=True)
            return False
        self.passed += 1
        print(f"ok     {name}", flush=True)
        return True

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def base64url(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw_signature(der):
    """The two numbers of an ECDSA signature in DER, 32 bytes each, as JWS wants them."""
    at = 4
    out = b""
    for _ in range(2):
        size = der[at - 1]
        out += int.from_bytes(der[at:at + size], "big").to_bytes(32, "big")
        at += size + 2
    return out


def sign_jwt(key_file, claims, header=None):
    text = ".".join(base64url(json.dumps(part).encode()) for part in (header or {"alg": "ES256", "typ": "JWT"}, claims))
    der = subprocess.run(["openssl", "dgst", "-sha256", "-sign", str(key_file)], input=text.encode(),
                         stdout=subprocess.PIPE, check=True).stdout
    return text + "." + base64url(raw_signature(der))


class Stage:
    """A temporary folder with certificates and a simulated portal that everything in a test program shares."""

    def __init__(self, program, simulator):
        self.program, self.simulator = str(program), str(simulator)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="lienthong-system-"))
        self.certificates = self.folder / "certs"
        subprocess.run([str(ROOT / "certs/make-test-authority.sh"), str(self.certificates)], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.tls = ssl.create_default_context(cafile=str(self.certificates / "authority.pem"))
        self.portal, self.portal_url = None, "http://127.0.0.1:9"

    def start_portal(self):
        self.portal = subprocess.Popen([self.simulator, "serve", "--port", "0"], stdout=subprocess.PIPE, text=True)
        self.portal_url = self.portal.stdout.readline().split()[-1].rstrip("/")
        threading.Thread(target=self.portal.stdout.read, daemon=True).start()

    def at_portal(self, path):
        with urllib.request.urlopen(self.portal_url + path, timeout=30) as answer:
            return json.load(answer)

    def close(self):
        if self.portal:
            self.portal.kill()
            self.portal.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


CONFIG = """[province]
id = "H56"
agency_roots = ["H56"]

[server]
listen = "127.0.0.1:0"
public_url = "https://gateway.test"
certificate = "secret:server-certificate"
private_key = "secret:server-key"
ready_file = "ready"
drain = "{drain}"
connections_per_client_max = 1000

[store]
path = "{data}"
{store}
[secrets]
folder = "secrets"

[mappings]
folder = "{root}/mappings"

[log]
level = "info"

[limits]
calls_per_s = 0
failures_per_min = 0

[attachments]
token_secret = "secret:file-links"

[client.onestop-h56]
key = "secret:onestop-public"
scopes = ["dossiers.read", "dossiers.write", "files.read", "files.write", "inbox.read", "inbox.ack", "events.read", "sync.read"]

[partner.national_portal]
connector = "national_portal"
url = "{portal}/XrdAdapter/RestService/forward"
dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider"
username = "mau-user"
password = "secret:portal-password"
madonvi = "000.00.00.H56"
tendonvi = "UBND tỉnh Mẫu"
province_roots = ["H56"]
files_base_url = "https://gateway.test"
files_secret = "secret:file-links"
rate = 2000
burst = 200
concurrency = 32
retry_base = "150ms"
retry_cap = "1s"
retry_floor = "50ms"
timeout_floor = "200ms"
ask_at = ["200ms", "600ms", "1s"]
not_found_gap = "500ms"
breaker_open = "500ms"
[partner.national_portal.operation.DongBoHoSoMC]
settle_time = "1s"
total_max = "3s"
[partner.national_portal.operation.CapNhatTienDoHoSoMC]
settle_time = "1s"
total_max = "3s"
"""
FILE_SECRET = "MAU-FILE-LINK-SECRET-0001-0001"


class Gateway:
    """One installation: its folder, its configuration, its process."""

    def __init__(self, stage, name, data="data", drain="5s", store=""):
        self.stage = stage
        self.folder = stage.folder / name
        self.config = self.folder / "lienthong.toml"
        self.log = self.folder / "gateway.log"
        self.ready = self.folder / "ready"
        self.data = self.folder / data
        self.process, self.port = None, 0
        self.environment = {}  # beside ours
        (self.folder / "secrets").mkdir(parents=True, exist_ok=True)
        for secret, text in (("server-certificate", self.certificate("server.pem")),
                             ("server-key", self.certificate("server.key")),
                             ("onestop-public", self.certificate("onestop.pub")),
                             ("file-links", FILE_SECRET), ("portal-password", "mau-password")):
            self.put_secret(secret, text)
        self.config.write_text(CONFIG.format(root=ROOT, data=data, drain=drain, store=store, portal=stage.portal_url))

    def certificate(self, name):
        return (self.stage.certificates / name).read_text()

    def put_secret(self, name, text):
        path = self.folder / "secrets" / name
        path.unlink(missing_ok=True)
        path.write_text(text)
        path.chmod(0o400)

    def change(self, old, new):
        text = self.config.read_text()
        need(old in text, f"the configuration does not hold {old!r}")
        self.config.write_text(text.replace(old, new, 1))

    def line_of(self, word):
        for number, line in enumerate(self.config.read_text().splitlines(), 1):
            if word in line:
                return number
        raise AssertionError(f"the configuration does not hold {word!r}")

    def launch(self):
        self.ready.unlink(missing_ok=True)
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([self.stage.program, "serve", "--config", str(self.config)],
                                            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                            env=dict(os.environ, **self.environment))

    def start(self, seconds=30):
        self.launch()
        wait_until(lambda: self.ready.exists() or self.process.poll() is not None, seconds, "the gateway starts")
        need(self.process.poll() is None, f"the gateway ended at once:\n{self.log.read_text()[-2000:]}")
        self.port = int(self.ready.read_text())

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, seconds=30):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def run(self, *words, seconds=60):
        """A command of the program; its exit code and everything it said."""
        done = subprocess.run([self.stage.program, *words, "--config", str(self.config)], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=seconds)
        return done.returncode, done.stdout

    def connect(self, seconds=30):
        return http.client.HTTPSConnection("localhost", self.port, timeout=seconds, context=self.stage.tls)

    def admin(self, path):
        """One question at the administration socket."""
        connection = http.client.HTTPConnection("admin", timeout=10)
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(10)
        connection.sock.connect(str(self.data / "admin.sock"))
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return json.loads(body)

    def legs(self):
        """How many legs are delivered, and how many are not."""
        done = rest = 0
        for queue in self.admin("/admin/status")["queues"]:
            done += queue["delivered"]
            rest += sum(queue[state] for state in ("ready", "sending", "retry", "unknown", "blocked", "dead"))
        return done, rest

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            self.kill()


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Unreached(Exception):
    """The process was not there, or died before it answered."""


class Client:
    """A one-stop system on one thread: one kept connection, a token when it needs one."""

    def __init__(self, gateway):
        self.gateway, self.connection, self.token = gateway, None, ""

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def raw(self, method, path, body=None, headers=None):
        try:
            if self.connection is None:
                self.connection = self.gateway.connect()
            self.connection.request(method, path, body, headers or {})
            answer = self.connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as gone:
            self.close()
            raise Unreached(str(gone)) from gone

    def assertion(self, **changes):
        claims = {"iss": "onestop-h56", "sub": "onestop-h56", "aud": AUDIENCE, "exp": int(time.time()) + 120,
                  "jti": uuid.uuid4().hex}
        claims.update(changes)
        return sign_jwt(self.gateway.stage.certificates / "onestop.key", claims)

    def sign_in(self):
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_assertion": self.assertion(),
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"})
        answer = self.raw("POST", "/oauth2/token", form, {"Content-Type": "application/x-www-form-urlencoded"})
        need(answer.status == 200, f"no token: {answer.status} {answer.body[:300]}")
        self.token = answer.json()["access_token"]

    def call(self, method, path, body=None, key=None, headers=None):
        """One call; asks for a token once when the gateway has forgotten ours."""
        sent = {"LT-Actor": OFFICER}
        if key:
            sent["Idempotency-Key"] = key
        if isinstance(body, str):
            body = body.encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        for _ in range(2):
            if not self.token:
                self.sign_in()
            sent["Authorization"] = "Bearer " + self.token
            answer = self.raw(method, path, body, sent)
            if answer.status != 401:
                return answer
            self.token = ""
        return answer

    def upload(self, content, key=None):
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        return self.call("POST", "/v1/attachments", content, key or uuid.uuid4().hex, {
            "Content-Type": "application/pdf", "Content-Digest": f"sha-256=:{digest}:",
            "Content-Disposition": "attachment; filename*=UTF-8''to-khai.pdf"})


def pdf(size, seed):
    """Content that is no other's and looks like a PDF."""
    head = b"%PDF-1.4\n% " + str(seed).encode() + b"\n"
    block = hashlib.sha256(head).hexdigest().encode()
    return (head + block * (size // len(block) + 1))[:size - 6] + b"%%EOF\n"


def dossier(code, attachment=""):
    """The body of a new dossier of an invented person."""
    unit = code.split("-")[0]
    person = {"kind": "citizen", "full_name": "TRẦN THỊ MẪU", "birth": "1990", "sex": "female", "phone": "0100000001",
              "identities": [{"kind": "citizen_number", "number": "020190000001"}]}
    papers = [{"component_code": "TP-MAU-01", "name": "Tờ khai", "attachment_id": attachment,
               "copy_kind": "electronic", "digitised": False}] if attachment else []
    return json.dumps({
        "code": code, "procedure": {"code": "1.001193", "name": "Đăng ký khai sinh", "field": {"code": "G09-LV01", "name": "Hộ tịch"}}, "channel": "counter", "origin": "local", "status": "received",
        "owner": person, "summary": "Đăng ký khai sinh",
        "receiving_unit": {"code": unit, "name": "Trung tâm Phục vụ hành chính công (mẫu)"},
        "deciding_agency": {"code": unit, "name": "Ủy ban nhân dân xã Mẫu"},
        "submitted_at": "2026-03-02T08:00:00+07:00", "received_at": "2026-03-02T08:10:00+07:00",
        "due_at": "2026-03-02T17:00:00+07:00", "result_delivery": "counter", "vneid_verified": False,
        "documents": papers, "fees": [], "other_papers": [] if papers else [
            {"name": "Tờ khai theo mẫu", "count": 1, "copy_kind": "copy"}]}, ensure_ascii=False)


def code_of(number, day="260302"):
    return f"H56.14-{day}-{number:04d}"


def programs(arguments):
    """The two programs from the command line, or those of the release build."""
    if len(arguments) >= 2:
        return arguments[0], arguments[1]
    return str(ROOT / "build/release/lienthong"), str(ROOT / "build/release/lienthong-sim")
