#!/usr/bin/env python3
"""Measures the gateway beside a named reference in the same run: ./dev bench [case...] [--json FILE]."""
import argparse
import json
import os
import pathlib
import platform
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.parse

import reference
import same_work

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = pathlib.Path(os.environ.get("LIENTHONG_BUILD", ROOT / "build/release"))
CASES = {
    "accept": "durable accept over HTTPS keep-alive, 1.6 kB dossiers, 64 connections; reference: nginx answers the same with a fixed 202",
    "rate": "durable accept at a constant 500/s for 20 s, measured from the intended start",
    "life": "accept, mapped, delivered to the simulated portal, settled: per second and per CPU second, after 500 lives that are not counted",
    "waiting": "memory with 100,000 dossiers waiting and start-up time with them",
    "callbacks": "payment notices of VNPAY, each verified and flushed before its answer, 64 kept connections; "
                 "reference: Express, verify, insert and update in one PostgreSQL transaction",
    "lookups": "identity checks while 100,000 legs drain beside them; reference: libcurl asks the same population database the same",
    "tracking": "1,000,000 tracking events caught up, of them 120,000 of 20,000 parcels of ours; reference: libcurl fetches the same pages",
}


def machine():
    model = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return {"cores": os.cpu_count(), "cpu": model[1] if model else platform.machine(), "kernel": platform.release(),
            "load": round(os.getloadavg()[0], 2)}


def measure(what, *options):
    done = subprocess.run([RELEASE / "lienthong-sim", "bench", what, "--gateway", RELEASE / "lienthong", *map(str, options)],
                          stdout=subprocess.PIPE, text=True, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"bench: {what} could not be measured")
    return json.loads(done.stdout.splitlines()[-1])


def row(name, durable, figures, keys, **more):
    return {"name": name, "durable": durable, **more, **{k: figures[k] for k in keys}}


class Nginx:
    """nginx that answers every POST with a fixed 202 over TLS."""

    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="lienthong-nginx-")
        at = pathlib.Path(self.folder.name)
        subprocess.run([ROOT / "certs/make-test-authority.sh", at / "certs"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(["chmod", "-R", "a+rX", at], check=True)
        port = reference.free_port()
        self.url = f"https://127.0.0.1:{port}/v1/dossiers"
        (at / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {at}/pid; error_log stderr error;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u;
 scgi_temp_path {at}/s; keepalive_requests 100000000; client_body_buffer_size 64k;
 server {{ listen 127.0.0.1:{port} ssl; ssl_certificate {at}/certs/server.pem; ssl_certificate_key {at}/certs/server.key;
  location / {{ return 202 '{{"accepted":true}}'; }} }} }}
""")
        self.process = subprocess.Popen(["nginx", "-c", at / "nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()


def wrk(url, script, seconds=8):
    """64 connections, kept alive, that send the script's requests as fast as they are answered."""
    done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", script, url], stdout=subprocess.PIPE, text=True, check=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        sys.exit(f"bench: not all were accepted\n{done.stdout}")

    def latency(share):
        found = re.search(share + r"%\s*([\d.]+)(us|ms|s)", done.stdout)
        return round(float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]], 2)
    return {"count": int(re.search(r"(\d+) requests in", done.stdout)[1]),
            "accepted_per_s": round(float(re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)[1])), "p50_ms": latency("50"), "p99_ms": latency("99")}


class Gateway:
    """A gateway with a token to call it, made by lienthong-sim; its figures when it has ended."""

    def __init__(self, flush_delay_ms, what="stage", *options):
        self.process = subprocess.Popen([RELEASE / "lienthong-sim", "bench", what, "--gateway", RELEASE / "lienthong",
                                         "--flush-delay-ms", str(flush_delay_ms), *map(str, options)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        told = self.process.stdout.readline()
        if not told:
            sys.exit("bench: the gateway's stage could not be made")
        self.stage = json.loads(told)

    def end(self):
        out, _ = self.process.communicate()
        if self.process.returncode != 0:
            sys.exit("bench: the gateway could not be measured")
        return json.loads(out.splitlines()[-1])


def accept(flush_delay_ms, reference):
    """One run of the gateway; `reference`: nginx that answers the very same requests."""
    gateway = Gateway(flush_delay_ms)
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "dossiers.lua"
        script.write_bytes(pathlib.Path(gateway.stage["script"]).read_bytes())
        figures = wrk(gateway.stage["url"] + "/v1/dossiers", script)
        more = gateway.end()
        compared = None
        if reference:
            with Nginx() as nginx:
                compared = wrk(nginx.url, script)
    figures.update(rss_mib=more["rss_mib"], cpu_s_per_1000=round(more["cpu_s"] / figures["count"] * 1000, 3))
    return figures, compared


def case_accept():
    keys = ["accepted_per_s", "p50_ms", "p99_ms", "cpu_s_per_1000", "rss_mib"]
    plain, reference = accept(0, True)
    slow, _ = accept(1, False)
    rows = [row("lienthong", True, figures, keys, flush_delay_ms=delay, ratio=round(figures["accepted_per_s"] / reference["accepted_per_s"], 3))
            for figures, delay in ((plain, 0), (slow, 1))]
    return [*rows, row("nginx fixed 202", False, reference, ["accepted_per_s", "p50_ms", "p99_ms"])]


def case_rate():
    keys = ["accepted_per_s", "p50_ms", "p99_ms"]
    return [row("lienthong", True, measure("rate", "--flush-delay-ms", d), keys, flush_delay_ms=d) for d in (0, 1)]


def case_life():
    keys = ["accepted_per_s", "finished_per_s", "cpu_s_per_1000", "rss_mib"]
    return [row("lienthong", True, measure("life", "--count", 5000, "--flush-delay-ms", d), keys, flush_delay_ms=d, warm_up=500) for d in (0, 1)]


def case_waiting():
    return [row("lienthong", True, measure("waiting", "--count", 100000), ["rss_mib", "start_ms", "accepted_per_s"], waiting=100000)]


NOTICE_SCRIPT = """local lines = {}
for line in io.lines("%s") do lines[#lines + 1] = "GET /v1/ipn/vnpay?" .. line .. " HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n" end
local ffi = require("ffi")
ffi.cdef("int kill(int, int); int getpid(void);")
local n = 0
request = function()
  n = n + 1
  if n == #lines + 1 then ffi.C.kill(ffi.C.getpid(), 2) end  -- all are sent: wrk ends as on Ctrl-C
  if n > #lines then wrk.thread:stop() end
  return lines[math.min(n, #lines)]
end
"""


def notices_sent(url, folder, notices, paid):
    """Each notice once, at most 20 s. paid: how many payments the receiver has booked."""
    script = folder / "notices.lua"
    script.write_text(NOTICE_SCRIPT % notices)
    figures = wrk(url, script, 20)
    booked = paid()
    if not figures["count"] <= booked <= figures["count"] + 64:
        sys.exit(f"bench: {figures['count']} answers, {booked} payments booked")
    return figures


def callbacks(flush_delay_ms, count):
    gateway = Gateway(flush_delay_ms, "callbacks", "--count", count)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        notices = folder / "notices.txt"
        notices.write_bytes(pathlib.Path(gateway.stage["notices"]).read_bytes())

        def paid_here():
            with sqlite3.connect(f"file:{gateway.stage['store']}?mode=ro", uri=True) as store:
                return store.execute("SELECT count(*) FROM object WHERE kind = 'payment' AND state = 'paid'").fetchone()[0]
        ours = notices_sent(gateway.stage["url"], folder, notices, paid_here)
        more = gateway.end()
        ours.update(rss_mib=more["rss_mib"], cpu_s_per_1000=round(more["cpu_s"] / ours["count"] * 1000, 3))
        fields = [urllib.parse.parse_qs(line) for line in notices.read_text().splitlines()]
        payments = [(f["vnp_TxnRef"][0], int(f["vnp_Amount"][0]) // 100) for f in fields]
        with reference.receiver(payments, gateway.stage["secret"], flush_delay_ms) as (url, sql, cpu):
            before = cpu()
            theirs = notices_sent(url, folder, notices, lambda: int(sql("SELECT count(*) FROM payments WHERE state = 'paid'")))
            theirs.update(cpu_s_per_1000=round((cpu() - before) / theirs["count"] * 1000, 3))
    return ours, theirs


def case_callbacks():
    keys, rows = ["accepted_per_s", "p50_ms", "p99_ms"], []  # on a busy machine, compare CPU seconds
    for delay in (0, 1):
        ours, theirs = callbacks(delay, 30000)
        ratio = round(ours["accepted_per_s"] / theirs["accepted_per_s"], 2)
        rows.append(row("lienthong", True, ours, [*keys, "cpu_s_per_1000", "rss_mib"], flush_delay_ms=delay, ratio=ratio))
        rows.append(row("express + postgresql", True, theirs, [*keys, "cpu_s_per_1000"], flush_delay_ms=delay))
    return rows


def case_lookups():
    rows = []
    for delay in (0, 1):
        told = measure("lookups", "--count", 100000, "--flush-delay-ms", delay)
        for beside in ("draining", "idle"):
            f = told[beside]
            ratio = {"ratio": round(f["p50_ms"] / f["direct_p50_ms"], 2)}
            more = {"legs": told["legs"], "drained_per_s": told["drained_per_s"]} if beside == "draining" else {}
            keys = ["checks", "p50_ms", "p99_ms", "added_p50_ms", "added_p99_ms"]
            rows.append(row("lienthong", True, f, keys, flush_delay_ms=delay, beside=beside, **more, **ratio))
            rows.append({"name": "libcurl directly", "durable": False, "beside": beside, "p50_ms": f["direct_p50_ms"], "p99_ms": f["direct_p99_ms"]})
    return rows


def case_tracking():
    rows = []
    for delay in (0, 1):
        f = measure("tracking", "--count", 1000000, "--flush-delay-ms", delay)
        rows.append(row("lienthong", True, f, ["events", "known_parcels", "seconds", "events_per_s", "rss_mib", "cpu_s"], flush_delay_ms=delay,
                        ratio=round(f["direct_seconds"] / f["seconds"], 3)))
        rows.append({"name": "libcurl alone, nothing kept", "durable": False, "seconds": f["direct_seconds"],
                     "events_per_s": round(f["events"] / f["direct_seconds"])})
    return rows


def arguments():
    parser = argparse.ArgumentParser(prog="./dev bench")
    every = {**CASES, **same_work.CASES}
    parser.add_argument("case", nargs="*", choices=[*every, []], help="; ".join(every))
    parser.add_argument("--json", help="write the result to this file")
    beside = parser.add_argument_group("B1 to B8")
    beside.add_argument("--peer", help="rabbitmq, bullmq, pgboss, several with commas, or none; default: all")
    beside.add_argument("--quick", action="store_true", help="seconds instead of minutes, to develop with; no figures to quote")
    beside.add_argument("--delays", default="0,1", help="injected flush delays in ms, 0 or 1")
    beside.add_argument("--shared-cores", action="store_true", help="product and load on all cores, instead of one each")
    beside.add_argument("--markdown", action="store_true", help="print the rows as docs/benchmarks.md has them")
    for name in ("seconds", "runs", "kills", "count", "queued", "blocked", "down"):
        beside.add_argument("--" + name, type=int, help="instead of the number in the table of docs/benchmarks.md")
    return parser.parse_args()


def told(result, markdown):
    """The rows of one case as lines, or as a table whose columns are what any row has."""
    rows = result["rows"]
    if not markdown:
        return ["  " + ", ".join(f"{k} {v}" for k, v in line.items()) for line in rows]
    lines = []
    for keys in dict.fromkeys(tuple(k for k in row if not k.startswith("x_")) for row in rows):
        alike = [row for row in rows if tuple(k for k in row if not k.startswith("x_")) == keys]
        keys = [*(k for k in keys if k != "durable"), *dict.fromkeys(k for row in alike for k in row if k.startswith("x_"))]
        lines += ["", "| " + " | ".join(keys) + " |", "|" + "---|" * len(keys)]
        lines += ["| " + " | ".join(f"{row.get(k, '')}" for k in keys) + " |" for row in alike]
    return lines


def measured(name, chosen):
    if name in same_work.CASES:
        return same_work.measure(name, chosen, RELEASE)
    return {"case": name, "machine": machine(), "rows": globals()[f"case_{name}"]()}


def main():
    chosen = arguments()
    every = {**CASES, **same_work.CASES}
    if not chosen.case:
        for name, what in every.items():
            print(f"{name:10} {what}")
        return
    if "LIENTHONG_BUILD" not in os.environ:
        subprocess.run([ROOT / "dev", "build"], check=True, stdout=subprocess.DEVNULL)
    results = []
    for name in chosen.case:
        result = measured(name, chosen)
        results.append(result)
        print(f"{name}: {every[name]}")
        print("\n".join(told(result, chosen.markdown)))
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(results[0] if len(results) == 1 else results, indent=1) + "\n")


if __name__ == "__main__":
    main()
