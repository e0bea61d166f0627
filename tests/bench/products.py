"""The gateway and the products it is compared with: each is started, loaded, killed and asked in the same way."""
import datetime
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import reference
import tools

sys.path.insert(0, str(tools.ROOT / "tests/system"))
import kit  # noqa: E402

PARTNER_PATH = "/XrdAdapter/RestService/forward"
CALLS = 64  # at the partner at the same time
# What the partner asks for: it keeps what it took at once, and wants to be left alone for a second after a 503.
CONTRACT = """rate = {rate}
burst = {burst}
concurrency = {calls}
catalogue = "optional"
lookup_rate = 1000
retry_base = "1s"
timeout_floor = "1s"
ask_at = ["1s", "5s", "30s"]
not_found_gap = "1s"
[partner.national_portal.operation.DongBoHoSoMC]
settle_time = "1s"
[partner.national_portal.operation.CapNhatTienDoHoSoMC]
settle_time = "1s"
"""
ROUTES = """partner = "national_portal"

[[route]]
event = "dossier.received"
operations = ["DongBoHoSoMC"]
"""
# For a partner without keys: the only call is one that must not be repeated blindly.
ROUTES_ONCE = """partner = "national_portal"

[[route]]
event = "progress.recorded"
operations = ["CapNhatTienDoHoSoMC"]
"""
CODES = "H56.14-{day}-"  # and the number, 7 digits


def dossier():
    """About 1.6 kB, as a one-stop sends it; @@@@@@@ stands for its number."""
    zone = datetime.timezone(datetime.timedelta(hours=7))
    received = (datetime.datetime.now(zone) - datetime.timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    papers = ["Tờ khai cấp bản sao trích lục hộ tịch", "Bản chụp giấy tờ tùy thân của người yêu cầu",
              "Văn bản ủy quyền có chứng thực", "Giấy tờ chứng minh quan hệ"]
    return json.dumps({
        "code": CODES.format(day=received.strftime("%y%m%d")) + "@@@@@@@",
        "procedure": {"code": "2.000635", "name": "Cấp bản sao trích lục hộ tịch", "field": {"code": "G09-LV01", "name": "Hộ tịch"}},
        "channel": "counter", "origin": "local", "status": "received",
        "owner": {"kind": "citizen", "full_name": "TRẦN THỊ MẪU", "birth": "1990", "sex": "female", "phone": "84100000001",
                  "identities": [{"kind": "citizen_number", "number": "038190000000"}],
                  "address": {"province_code": "38", "commune_code": "00000", "detail": "Thôn Mẫu 1, xã Ví Dụ", "valid_on": "2026-01-05"}},
        "summary": "Cấp 02 bản sao trích lục khai sinh cho công dân theo đề nghị tại bộ phận một cửa",
        "receiving_unit": {"code": "H56.14", "name": "Trung tâm Phục vụ hành chính công (mẫu)"},
        "deciding_agency": {"code": "H56.14", "name": "Ủy ban nhân dân xã Mẫu"},
        "submitted_at": (received - datetime.timedelta(minutes=1)).isoformat(), "received_at": received.isoformat(),
        "due_at": (received + datetime.timedelta(days=8)).isoformat(), "result_delivery": "counter",
        "other_papers": [{"name": name, "count": 1, "copy_kind": "copy"} for name in papers],
        "fees": [{"code": "LP-TRICHLUC", "name": "Lệ phí cấp bản sao trích lục", "kind": "ordinary", "nature": "charge",
                  "collect_when": "at_reception", "unit_amount": 8000, "quantity": 2}],
        "note": "Người dân đề nghị nhận kết quả tại quầy trong ngày làm việc"}, ensure_ascii=False, separators=(",", ":")).encode()


class Product:
    """One installation in a folder of its own. `settings`: what a case asks for, the same of all products."""

    name = ""
    tuning = ""

    def __init__(self, stage, mock, slow, **settings):
        self.stage, self.mock, self.slow = stage, mock, slow
        self.settings = {"rate": 0, "deliver": True, "no_keys": False, **settings}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"lienthong-{self.name}-"))
        self.folder.chmod(0o755)
        self.port, self.token = 0, "bench"
        self.environment = dict(os.environ, LC_ALL="C.UTF-8")
        if slow:
            self.environment["LD_PRELOAD"] = tools.slow_flush()

    def request(self):
        body = dossier()
        head = (f"POST /v1/dossiers HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.token}\r\nContent-Type: application/json\r\n"
                f"LT-Actor: CB0001\r\nIdempotency-Key: bench-0000-0000-@@@@@@@\r\nContent-Length: {len(body)}\r\n\r\n")
        return head.encode() + body

    def spawn(self, *command, **more):
        log = (self.folder / "log").open("ab")
        return subprocess.Popen(tools.pinned(tools.PRODUCT_CORES, *command), stdin=subprocess.DEVNULL,
                                **{"stdout": log, "stderr": log, "env": self.environment, **more})

    def cpu(self):
        return tools.cpu_seconds(self.pids())

    def memory(self):
        return tools.memory_mib(self.pids())

    def drained(self, seconds):
        """Until its own books say that nothing is left to do."""
        return tools.wait_until(lambda: self.waiting() == 0, seconds)

    def fill(self, count, first):
        """`count` dossiers queued while nothing is delivered; how long that took is not measured."""
        load = tools.Load(self, 128, count=count, first=first)
        told = load.end()
        if told["accepted"] != count:
            sys.exit(f"bench: {self.name} could not be filled: {told}")

    def failed(self, what):
        log = self.folder / "log"
        sys.exit(f"bench: {self.name} {what}\n{log.read_text(errors='replace')[-3000:] if log.exists() else ''}")

    def end(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


class LienThong(Product):
    name = "lienthong"
    tuning = "default configuration; one route, so that a dossier is one call; the partner's contract as options"

    def __init__(self, stage, mock, slow, **settings):
        super().__init__(stage, mock, slow, **settings)
        self.gateway = kit.Gateway(stage, f"gateway-{time.monotonic_ns()}")
        text = self.gateway.config.read_text()
        text = text[:text.index("rate = 2000")].replace('level = "info"', 'level = "warning"')
        text = text.replace(stage.portal_url, mock.url).replace(f"{tools.ROOT}/mappings", str(self.one_call_a_dossier()))
        text = text.replace("127.0.0.1:0", f"127.0.0.1:{reference.free_port()}")
        self.text = text
        self.folder.rmdir()
        self.folder = self.gateway.folder
        self.gateway.log = self.folder / "log"

    def one_call_a_dossier(self):
        """The mappings as shipped, but for the routes: the peers send the packet and no line of progress."""
        folder = self.gateway.folder / "mappings"
        shutil.copytree(tools.ROOT / "mappings", folder)
        (folder / "national_portal/routes.toml").write_text(ROUTES_ONCE if self.settings["no_keys"] else ROUTES)
        return folder

    def start(self):
        rate = self.settings["rate"] or 1000000
        # Not to be delivered: next to no calls, so that no breaker opens either; the peers have no worker then.
        if not self.settings["deliver"]:
            rate = 0.001
        burst = max(1, min(200, int(rate / 10)))
        self.gateway.config.write_text(self.text + CONTRACT.format(rate=rate, burst=burst, calls=CALLS))
        self.gateway.ready.unlink(missing_ok=True)
        self.gateway.process = self.spawn(self.stage.program, "serve", "--config", self.gateway.config)
        if not tools.wait_until(lambda: self.gateway.ready.exists() or self.gateway.process.poll() is not None, 60, 0.005):
            self.failed("did not start")
        if self.gateway.process.poll() is not None:
            self.failed("ended at once")
        self.port = self.gateway.port = int(self.gateway.ready.read_text())

    def sign_in(self):
        client = kit.Client(self.gateway)
        client.sign_in()
        self.token = client.token
        client.close()

    def waiting(self):
        return sum(queue[state] for queue in self.gateway.admin("/admin/status")["queues"]
                   for state in ("ready", "sending", "retry", "unknown"))

    def pids(self):
        return [self.gateway.process.pid]

    def kill(self):
        if self.gateway.process and self.gateway.process.poll() is None:
            self.gateway.kill()

    def version(self):
        return subprocess.run([self.stage.program, "version"], stdout=subprocess.PIPE, text=True).stdout.strip()
