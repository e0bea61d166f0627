#!/usr/bin/env python3
"""House rules over the source text: sizes, first lines, library homes, banned words; stale excuses fail too."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

# File -> why it may be longer. An excuse that is no longer needed is an error.
LONG_FILES = {}
PURE = ("gateway/core/", "gateway/formats/", "gateway/crypto/", "gateway/mapping/", "gateway/evidence/",
        "gateway/engine/", "connectors/")
HOMES = [  # (header pattern, folders that may include it)
    (r"<boost/beast", ("gateway/net/", "simulators/kit/", "gateway/cmake/", "tests/")),
    (r"<curl/", ("gateway/net/", "simulators/kit/")),
    (r"<(pugixml|rapidjson)", ("gateway/formats/", "simulators/", "tests/")),
    (r"<openssl/", ("gateway/crypto/", "gateway/net/", "simulators/", "tests/")),
    (r"<sqlite3", ("gateway/store/sqlite/", "tests/")),
    (r"<toml\+\+", ("gateway/app/", "gateway/mapping/", "simulators/kit/")),
    (r"<boost/asio", ("gateway/ports/", "gateway/engine/", "gateway/net/", "gateway/store/", "gateway/access/", "gateway/api/",
                      "gateway/app/", "gateway/cmake/", "connectors/", "simulators/", "tests/")),
]
BANNED_IN_PURE = [
    (r"(system|steady|high_resolution)_clock::now", "takes `now` from its caller"),
    (r"std::random_device|\bs?rand\(", "takes random numbers from ports::Random"),
    (r"std::thread|std::jthread|pthread_", "has no threads"),
    (r"std::[io]?fstream|\bfopen\(", "has no file access"),
]
SIMULATOR_BAN = re.compile(r'#include "(gateway/(formats|crypto|mapping|engine|store|api|access)|connectors)/')


def lines_max(name):
    return 200 if name.endswith(".hpp") else 400


def check_file(name, text, say):
    lines = text.splitlines()
    test = name.endswith("_test.cpp") or name.startswith("tests/")
    if not lines or not lines[0].startswith("// "):
        say(name, 1, "the first line must say in one sentence what the file is")
    if not test:
        over = len(lines) > lines_max(name)
        if over and name not in LONG_FILES:
            say(name, len(lines), f"more than {lines_max(name)} lines: its idea has become two")
        if not over and name in LONG_FILES:
            say(name, 1, "no longer needs its excuse in tests/lint/tidy.py")
    for number, line in enumerate(lines, 1):
        if re.search(r"\b(TODO|FIXME|XXX)\b", line):
            say(name, number, "unfinished work does not land")
        for pattern, homes in HOMES:
            if re.search(r"#include\s*" + pattern, line) and not name.startswith(homes):
                say(name, number, f"{pattern} has its home in {', '.join(homes)}")
        if name.startswith(PURE) and not test:
            for pattern, why in BANNED_IN_PURE:
                if re.search(pattern, line):
                    say(name, number, f"this folder {why}")
        if name.startswith("simulators/") and SIMULATOR_BAN.search(line):
            say(name, number, "simulators share no code with what they test")
        if name.startswith("gateway/") and re.search(r"asio::detached|\bco_spawn\(", line):
            if name not in SPAWN_HOMES and not test and "/test_" not in name:
                say(name, number, "spawn through TaskGroup only")
        if re.search(r"CURLOPT_SSL_VERIFY(PEER|HOST),\s*0|verify_none", line):
            say(name, number, "verification is never off")


SPAWN_HOMES = {"gateway/engine/task_group.hpp", "gateway/engine/traced.hpp",
               "gateway/net/http_server.cpp", "gateway/app/serve.cpp"}


def check(files):
    problems = []
    for name in files:
        text = (ROOT / name).read_text(errors="replace")
        check_file(name, text, lambda *what: problems.append(what))
    for name in LONG_FILES:
        if name not in files:
            problems.append((name, 1, "is excused but does not exist"))
    for name, line, why in problems:
        print(f"{name}:{line}: {why}")
    return not problems


def fragments():
    """The coroutine checker must find every bad fragment and stay silent on every good one."""
    good = True
    for path in sorted((ROOT / "tests/lint/fragments").glob("*.cpp")):
        done = subprocess.run([sys.executable, "tests/lint/check_coroutines.py", str(path)], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True)
        wanted = 1 if path.name.startswith("bad_") else 0
        if done.returncode != wanted:
            print(f"{path.name}: the coroutine checker answered {done.returncode}, wanted {wanted}")
            good = False
    return good
