"""An SMS operator for tests of real processes, and the configuration that texts through it."""
import http.server
import re
import threading

PARTNER = """
[partner.sms_viettel]
connector = "sms_viettel"
name_vi = "SMS"
url = "http://127.0.0.1:{port}/bulkapi"
user = "mau"
password = "secret:sms"
cp_code = "MAU"
brand = "MOTCUA-MAU"
retry_base = "100ms"
retry_cap = "500ms"
retry_floor = "50ms"
timeout_floor = "200ms"
ask_at = ["100ms", "300ms", "600ms"]
breaker_open = "300ms"

[notices]
enabled = false
sms = "sms_viettel"
wait = "1s"
wait_urgent = "1s"
every = "200ms"
quiet = "none"
quiet_urgent = "none"
per_hour = 0
per_day = 0
"""
ANSWER = ('<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><ns2:r xmlns:ns2="http://impl.bulkSms.ws/">'
          "<return><message>{message}</message><result>{result}</result></return></ns2:r></S:Body></S:Envelope>")


class Operator:
    """Notes what citizens got. Until it is opened it refuses connections."""

    def __init__(self):
        self.texts = []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self.handler(), bind_and_activate=False)
        self.server.daemon_threads = True
        self.server.server_bind()
        self.port = self.server.server_address[1]

    def open(self):
        self.server.server_activate()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, body):
        if "wsCpMt" not in body:
            return ANSWER.format(message="OK</message><balance>1000000</balance><message>", result=1)
        self.texts.append(re.search("<Content>(.*?)</Content>", body, re.S)[1])
        return ANSWER.format(message="Insert MT_QUEUE: OK", result=1)

    def handler(self):
        operator = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                out = operator.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/xml")
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            def log_message(self, *_):
                pass

        return Handler

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.server_close()


def with_texts(gateway, operator):
    gateway.put_secret("sms", "mau-mat-khau")
    gateway.change('"sync.read"]', '"sync.read", "notifications.write"]')
    gateway.config.write_text(gateway.config.read_text() + PARTNER.format(port=operator.port))
