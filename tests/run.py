#!/usr/bin/env python3
"""Runs the whole test suite in stages, cheapest first, and closes with `N passed, N failed`."""
import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
REPORT = ROOT / "build/report"
SKIPPED = 77  # a test that cannot run here says why and ends with this
SUMMARY = re.compile(r"test cases:\s*(\d+)\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed")
LINE = re.compile(r"^(\d+) passed, (\d+) failed", re.M)
ENVIRONMENT = dict(os.environ, CCACHE_BASEDIR=str(ROOT), CCACHE_NOHASHDIR="1",
                   ASAN_OPTIONS="detect_stack_use_after_return=1:strict_string_checks=1",
                   UBSAN_OPTIONS="print_stacktrace=1")


def fresh_base():
    """Where this commit's fresh seeds begin: other seeds for each commit, the same ones for the same commit."""
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return int(head.stdout[:8] or "1", 16)


class Run:
    def __init__(self):
        self.passed = self.failed = self.left_out = 0
        self.stages = []
        self.one = threading.Lock()

    def count(self, name, passed, failed, output, seconds):
        with self.one:
            self.passed += passed
            self.failed += failed
            if failed:
                tail = "\n".join(output.splitlines()[-80:])
                print(f"--- {name} failed ---\n{tail}\n---", flush=True)
            print(f"    {name}: {passed} passed, {failed} failed, {seconds:.0f} s", flush=True)

    def command(self, name, command, limit):
        """Runs one command; counts the cases it reports, or itself as one case."""
        began = time.monotonic()
        try:
            done = subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, text=True, errors="replace",
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=limit)
            code, output = done.returncode, done.stdout
        except subprocess.TimeoutExpired as slow:
            code, output = 1, f"{slow.stdout or ''}\nstopped after {limit} s"
        if code == SKIPPED:
            with self.one:
                self.left_out += 1
            print(f"    {name}: left out: {output.strip().splitlines()[-1] if output.strip() else 'no reason given'}", flush=True)
            return True
        found = SUMMARY.search(output) or None
        line = LINE.findall(output)
        seconds = time.monotonic() - began
        if found and (code == 0) == (int(found[3]) == 0):
            self.count(name, int(found[2]), int(found[3]), output, seconds)
        elif line and (code == 0) == (int(line[-1][1]) == 0):
            self.count(name, int(line[-1][0]), int(line[-1][1]), output, seconds)
        else:
            self.count(name, int(code == 0), int(code != 0), output, seconds)
        return code == 0

    def stage(self, title, work):
        print(f"== {title}", flush=True)
        began, before = time.monotonic(), self.failed
        work()
        seconds = round(time.monotonic() - began, 1)
        self.stages.append({"stage": title, "seconds": seconds, "failed": self.failed - before})
        print(f"   {seconds} s", flush=True)
        return self.failed == before

    def finish(self):
        REPORT.mkdir(parents=True, exist_ok=True)
        (REPORT / "ci.json").write_text(json.dumps(
            {"passed": self.passed, "failed": self.failed, "left_out": self.left_out, "stages": self.stages}, indent=1))
        if self.left_out:
            print(f"{self.left_out} left out, as said above")
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed else 0)


def build(run, preset, targets=()):
    if not (ROOT / f"build/{preset}/build.ninja").exists():
        if not run.command(f"configure {preset}", ["cmake", "--preset", preset], 300):
            return False
    return run.command(f"build {preset}", ["ninja", "-C", f"build/{preset}", *targets], 4200)


def programs(preset):
    """(name, command, limit, alone) of every CTest test of a build folder; not alone: only the processor counts."""
    listed = subprocess.run(["ctest", "--test-dir", f"build/{preset}", "--show-only=json-v1"], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True, check=True)
    for test in json.loads(listed.stdout)["tests"]:
        if "command" not in test:
            continue
        properties = {p["name"]: p["value"] for p in test.get("properties", [])}
        alone = "virtual_time" not in properties.get("LABELS", [])
        yield test["name"], test["command"], float(properties.get("TIMEOUT", 300)), alone


SANITIZE_WITHIN_MIN = 16
# What runs under the sanitizers: everything that parses, decides or keeps. Target -> CTest name.
SANITIZED = {"gw_core_test": "core", "gw_formats_test": "formats", "gw_crypto_test": "crypto", "gw_mapping_test": "mapping",
             "gw_access_test": "access", "gw_engine_test": "engine", "gw_store_test": "store",
             "gw_store_sqlite_test": "store_sqlite", "gw_connector_kit_test": "connector_kit",
             "gw_connector_national_portal_test": "connector_national_portal", "gw_net_test": "net",
             "gw_connector_vnpay_test": "connector_vnpay", "gw_connector_vnpost_test": "connector_vnpost",
             "gw_connector_population_test": "connector_population",
             "gw_connector_national_platform_test": "connector_national_platform",
             "gw_signatures_test": "signatures"}
# What has threads of its own.
THREADED = {"gw_store_sqlite_test": "store_sqlite", "gw_store_test": "store", "gw_net_test": "net"}


def run_programs(run, preset, only=None):
    """Those that wait for disks and sockets one after the other on one core, those in virtual time on the others."""
    wanted = [p for p in programs(preset) if only is None or p[0] in only]

    def one_after_the_other():
        for name, command, limit, alone in wanted:
            if alone:
                run.command(f"{preset}: {name}", command, limit)

    with concurrent.futures.ThreadPoolExecutor(max(2, os.cpu_count() or 2)) as cores:
        begun = [cores.submit(one_after_the_other)]
        begun += [cores.submit(run.command, f"{preset}: {name}", command, limit)
                  for name, command, limit, alone in wanted if not alone]
        for one in begun:
            one.result()


def sanitized(run, preset, targets):
    if build(run, preset, [*targets]):
        run_programs(run, preset, targets.values())


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--quick", action="store_true", help="lint, release build and unit tests only")
    arguments.add_argument("--stage", help="only the stages whose title holds this word")
    chosen = arguments.parse_args()
    run = Run()
    os.chdir(ROOT)
    ENVIRONMENT.setdefault("LIENTHONG_FRESH_SEEDS", str(fresh_base()))
    print(f"fresh seeds from {ENVIRONMENT['LIENTHONG_FRESH_SEEDS']} (LIENTHONG_FRESH_SEEDS repeats them)", flush=True)
    demo = ["build/release/lienthong-sim", "demo", "--gateway", "build/release/lienthong", "--headless"]
    stages = [
        ("lint", lambda: run.command("lint", [sys.executable, "tests/lint/check.py", "--fast"], 300)),
        ("build release", lambda: build(run, "release", ["all"])),
        ("unit, contract and simulation", lambda: run_programs(run, "release")),
    ]
    if not chosen.quick:
        stages += [
            ("address and undefined behaviour sanitizers", lambda: sanitized(run, "dev", SANITIZED)),
            ("thread sanitizer", lambda: sanitized(run, "tsan", THREADED)),
            ("kill -9 storm", lambda: run.command(
                "100 kills under load",
                [*demo, "--dossiers", "400", "--seed", "9", "--kills", "100", "--report", "build/report/storm.json"], 600)),
            ("demo", lambda: run.command(
                "a day of 500 dossiers",
                [*demo, "--dossiers", "500", "--seed", "1", "--report", "build/report/demo.json"], 400)),
        ]
    began = time.monotonic()
    for title, work in stages:
        if chosen.stage and chosen.stage not in title:
            continue
        # A second compiler over everything takes as long again: on a machine that had to build all of the first there
        # is no time left for it, and that is said.
        minutes = (time.monotonic() - began) / 60
        if "sanitizer" in title and minutes > SANITIZE_WITHIN_MIN and not chosen.stage:
            print(f"== {title}: left out, {minutes:.0f} minutes are used; ./dev test --stage sanitizer runs it alone", flush=True)
            run.left_out += 1
            continue
        if not run.stage(title, work):
            break
    run.finish()


if __name__ == "__main__":
    main()
