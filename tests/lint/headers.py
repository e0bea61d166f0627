#!/usr/bin/env python3
"""Every header compiles alone: as the first include of a source of the build, or here; once until it changes."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
KNOWN = ROOT / "build/report/headers.json"
FIRST = re.compile(r'^\s*#\s*include\s*([<"])([^">]+)', re.M)
# What the including source must say first: the store that the contract is about.
NOT_ALONE = "tests/contract/store_contract"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.M)
COMMAND = ["g++", "-std=c++20", "-fsyntax-only", f"-I{ROOT}", "-DBOOST_ASIO_SEPARATE_COMPILATION",
           "-DBOOST_BEAST_SEPARATE_COMPILATION", "-DBOOST_ASIO_NO_DEPRECATED", "-x", "c++"]


def files(pattern):
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern], cwd=ROOT,
                            stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    return [f for f in listed if (ROOT / f).exists() and not f.startswith(("tests/lint/fragments/", "tests/fuzz/"))]


def proven_by_the_build():
    """A source that includes a header before anything else has compiled it alone."""
    firsts = (FIRST.search((ROOT / source).read_text()) for source in files("*.cpp"))
    return {first[2] for first in firsts if first and first[1] == '"'}


def closure(name, seen):
    """The header and all of ours that it includes."""
    if name in seen or not (ROOT / name).is_file():
        return seen
    text = (ROOT / name).read_bytes()
    seen[name] = hashlib.sha256(text).hexdigest()
    for included in INCLUDE.findall(text):
        closure(included.decode(), seen)
    return seen


def key_of(name):
    return hashlib.sha256(json.dumps([COMMAND, sorted(closure(name, {}).items())]).encode()).hexdigest()


def compile_alone(name):
    """As the first line of a source: nothing before it may help."""
    done = subprocess.run([*COMMAND, "-"], input=f'#include "{name}"\n', cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return name, done.returncode == 0, done.stdout


def main():
    headers = sys.argv[1:] or sorted(h for h in set(files("*.hpp")) - proven_by_the_build() if not h.startswith(NOT_ALONE))
    known = set(json.loads(KNOWN.read_text())) if KNOWN.exists() else set()
    keys = {name: key_of(name) for name in headers}
    todo = [name for name in headers if keys[name] not in known]
    began, failed = time.monotonic(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, good, said in pool.map(compile_alone, todo):
            if good:
                known.add(keys[name])
            else:
                failed += 1
                print(f"FAILED {name} does not compile alone\n{said[:1500]}")
    if not sys.argv[1:]:
        known &= set(keys.values())
    KNOWN.parent.mkdir(parents=True, exist_ok=True)
    KNOWN.write_text(json.dumps(sorted(known)))
    print(f"{len(todo)} of {len(headers)} headers that no source includes first were compiled in {time.monotonic() - began:.0f} s")
    print(f"{len(headers) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
