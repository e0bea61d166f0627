#!/usr/bin/env python3
"""All checks of the source text: format, layers, coroutine rule, sizes, words, partner pages; --fast leaves out clang-tidy."""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/lint"))
import partner_pages  # noqa: E402
import rules  # noqa: E402
import tidy  # noqa: E402


def tracked(*patterns):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True, check=True)
    files = [f for f in listed.stdout.split() if (ROOT / f).exists()]
    return [f for f in files if not f.startswith("tests/lint/fragments/")]


def ran(name, command):
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        print(f"{name}:\n{done.stdout[-6000:]}")
    return done.returncode == 0


def changed(files):
    base = subprocess.run(["git", "diff", "--name-only", "HEAD~1"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    names = set(base.stdout.split())
    return [f for f in files if f in names]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="?", default="all", choices=["all", "rules"])
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--changed", action="store_true", help="clang-tidy only on files of the last commit")
    chosen = parser.parse_args()
    os.chdir(ROOT)
    if chosen.what == "rules":
        rules.report()
        return
    cpp = tracked("*.cpp", "*.hpp")
    results = {
        "format": ran("format", ["clang-format-14", "--dry-run", "--Werror", *cpp]),
        "coroutines": ran("coroutines", [sys.executable, "tests/lint/check_coroutines.py",
                                         *[f for f in cpp if "co_await" in (ROOT / f).read_text()]]),
        "coroutine fragments": tidy.fragments(),
        "tidy": tidy.check(cpp),
        "partner pages": partner_pages.check(),
    }
    results["layers"] = ran("layers", [sys.executable, "tests/lint/check_layers.py",
                                       str(ROOT / "build/release/layers.txt"), str(ROOT)])
    if not chosen.fast:
        sources = [f for f in cpp if f.endswith(".cpp")]
        if chosen.changed:
            sources = changed(sources)
        results["clang-tidy"] = ran("clang-tidy", ["sh", "-c", "printf '%s\\n' \"$@\" | xargs -r -P2 -n4 clang-tidy-14 -p build/release --quiet",
                                                   "sh", *sources])
    bad = [name for name, good in results.items() if not good]
    print(f"{len(results) - len(bad)} passed, {len(bad)} failed" + (": " + ", ".join(bad) if bad else ""))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
