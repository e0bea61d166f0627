#!/usr/bin/env python3
"""Measures the gateway beside a named reference in the same run: ./dev bench [case...] [--json FILE]."""
import argparse
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RELEASE = ROOT / "build/release"
CASES = {
    "accept": "durable accept over HTTPS keep-alive, 1.6 kB dossiers, 64 connections; reference nginx with a fixed 202",
    "rate": "durable accept at a constant 500/s for 20 s, measured from the intended start",
    "life": "accept, mapped, delivered to the simulated portal, settled: per second and per CPU second",
    "waiting": "memory with 100,000 dossiers waiting and start-up time with them",
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
        import socket
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        (at / "nginx.conf").write_text(f"""
worker_processes 1; daemon off; pid {at}/pid; error_log stderr error;
events {{ worker_connections 1024; }}
http {{ access_log off; client_body_temp_path {at}/body; proxy_temp_path {at}/p; fastcgi_temp_path {at}/f; uwsgi_temp_path {at}/u;
 scgi_temp_path {at}/s; keepalive_requests 100000000; client_body_buffer_size 64k;
 server {{ listen 127.0.0.1:{self.port} ssl; ssl_certificate {at}/certs/server.pem; ssl_certificate_key {at}/certs/server.key;
  location / {{ return 202 '{{"accepted":true}}'; }} }} }}
""")
        self.process = subprocess.Popen(["nginx", "-c", at / "nginx.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self.folder.cleanup()

    def wrk(self, seconds=8):
        body = "x" * 1600
        script = pathlib.Path(self.folder.name) / "post.lua"
        script.write_text(f'wrk.method="POST"\nwrk.body="{body}"\nwrk.headers["Content-Type"]="application/json"\n')
        done = subprocess.run(["wrk", "-t1", "-c64", f"-d{seconds}s", "--latency", "-s", script, f"https://127.0.0.1:{self.port}/v1/dossiers"],
                              stdout=subprocess.PIPE, text=True, check=True)
        rate = float(re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)[1])
        p99 = re.search(r"99%\s*([\d.]+)(us|ms|s)", done.stdout)
        return {"accepted_per_s": round(rate), "p99_ms": round(float(p99[1]) * {"us": 0.001, "ms": 1, "s": 1000}[p99[2]], 2)}


def case_accept():
    keys = ["accepted_per_s", "p50_ms", "p99_ms", "cpu_s_per_1000", "rss_mib"]
    plain = measure("accept", "--count", 30000)
    slow = measure("accept", "--count", 20000, "--flush-delay-ms", 1)
    with Nginx() as nginx:
        reference = nginx.wrk()
    return [row("lienthong", True, plain, keys, flush_delay_ms=0, ratio=round(plain["accepted_per_s"] / reference["accepted_per_s"], 3)),
            row("lienthong", True, slow, keys, flush_delay_ms=1, ratio=round(slow["accepted_per_s"] / reference["accepted_per_s"], 3)),
            row("nginx fixed 202", False, reference, ["accepted_per_s", "p99_ms"])]


def case_rate():
    keys = ["accepted_per_s", "p50_ms", "p99_ms"]
    return [row("lienthong", True, measure("rate", "--flush-delay-ms", d), keys, flush_delay_ms=d) for d in (0, 1)]


def case_life():
    keys = ["accepted_per_s", "finished_per_s", "cpu_s_per_1000", "rss_mib"]
    return [row("lienthong", True, measure("life", "--count", 5000, "--flush-delay-ms", d), keys, flush_delay_ms=d) for d in (0, 1)]


def case_waiting():
    return [row("lienthong", True, measure("waiting", "--count", 100000), ["rss_mib", "start_ms", "accepted_per_s"], waiting=100000)]


def main():
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("case", nargs="*", choices=[*CASES, []], help="; ".join(CASES))
    parser.add_argument("--json", help="write the result to this file")
    chosen = parser.parse_args()
    if not chosen.case:
        for name, what in CASES.items():
            print(f"{name:10} {what}")
        return
    subprocess.run([ROOT / "dev", "build"], check=True, stdout=subprocess.DEVNULL)
    results = []
    for name in chosen.case:
        result = {"case": name, "machine": machine(), "rows": globals()[f"case_{name}"]()}
        results.append(result)
        print(f"{name}: {CASES[name]}")
        for line in result["rows"]:
            print("  " + ", ".join(f"{k} {v}" for k, v in line.items()))
    if chosen.json:
        pathlib.Path(chosen.json).write_text(json.dumps(results[0] if len(results) == 1 else results, indent=1) + "\n")


if __name__ == "__main__":
    main()
