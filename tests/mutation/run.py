#!/usr/bin/env python3
"""Plants small faults in the engine's arithmetic, one at a time, and says which the unit tests of core do not see."""
import argparse
import concurrent.futures
import csv
import datetime
import os
import pathlib
import queue
import random
import shlex
import subprocess
import sys
import time

from mutants import all_of

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NEAR = {"delivery": "*core/delivery_test*,*core/settling_test*", "resolver": "*core/delivery_test*,*core/settling_test*"}
FILES = ["delivery", "resolver", "breaker", "share", "pace", "drain_plan"]
GOAL = 90  # per cent of each file
LEDGER = ROOT / "tests/mutation/ledger.csv"


def commands_of(build):
    said = subprocess.run(["ninja", "-C", str(build), "-t", "commands", "gw_core_test"],
                          check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    compilers = {shlex.split(line)[-1]: shlex.split(line) for line in said if " -c " in line}
    link = next(line for line in said if "-o gw_core_test " in line)
    return compilers, [word for word in shlex.split(link) if word not in (":", "&&")]


class Bench:
    """Compiles one changed file and links it before the library of core."""

    def __init__(self, build, name):
        self.build = build
        self.place = build / "mutation" / name
        self.place.mkdir(parents=True, exist_ok=True)
        self.compilers, self.link = commands_of(build)
        self.header = ""

    def compiler(self, file, source, thing, kind=()):
        left_out = ("ccache", "-Werror", "-D_FORTIFY_SOURCE=2", "-g1")
        command = ["-O0" if word == "-O2" else word for word in self.compilers[str(file)] if word not in left_out]
        for flag, value in (("-o", thing), ("-c", source), ("-MF", self.place / "mutant.d")):
            command[command.index(flag) + 1] = str(value)
        at = command.index("-c")
        command[at:at] = ["-D_GLIBCXX_ASSERTIONS", f"-I{self.place}", f"-I{file.parent}", *kind]
        return command

    def prepare(self, file):
        """Its header, the same for all of its mutants, is compiled once."""
        self.header = file.read_text().split('#include "', 1)[1].split('"', 1)[0]
        compiled = self.place / f"{self.header}.gch"
        compiled.parent.mkdir(parents=True, exist_ok=True)
        command = self.compiler(file, ROOT / self.header, compiled, ("-w", "-x", "c++-header"))
        subprocess.run(command, cwd=self.build, check=True)

    def run(self, file, text):
        """killed, survived or bad: does not compile."""
        source, thing, program = self.place / "mutant.cpp", self.place / "mutant.o", self.place / "mutant_test"
        source.write_text(text)
        if subprocess.run(self.compiler(file, source, thing), cwd=self.build, stderr=subprocess.DEVNULL,
                          check=False).returncode != 0:
            return "bad"
        link = list(self.link)
        link[link.index("-o") + 1] = str(program)
        link.insert(link.index("-o"), str(thing))
        subprocess.run(link, cwd=self.build, check=True)
        # The tests that stand nearest see most; only who survives them meets all.
        for tests in ([f"--source-file={NEAR.get(file.stem, f'*core/{file.stem}_test*')}"], []):
            # Seconds of the processor: a machine that is stopped for a while kills no mutant.
            done = subprocess.run(["prlimit", "--cpu=20", "--core=0", str(program), "--abort-after=1", *tests], cwd=ROOT, check=False,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if done.returncode != 0:
                return "killed"
        return "survived"


def excuses():
    rows = (ROOT / "tests/mutation/excused.txt").read_text().splitlines()
    return {tuple(part.strip() for part in row.split(" | ")[:4]) for row in rows if row and not row.startswith("#")}


def key_of(file, mutant):
    return file.stem, mutant.function, mutant.before, mutant.after


def self_test(bench):
    """The bench must see a fault that cannot live, and let a change that is none live."""
    file = ROOT / "gateway/core/delivery.cpp"
    text = file.read_text()
    bench.prepare(file)
    if bench.run(file, text + "\n// nothing\n") != "survived":
        sys.exit("a comment is taken for a fault")
    deadly = "    GW_ASSERT(1 == 2);\n"
    at = text.find("{\n", text.find("may_become(")) + 2
    if bench.run(file, text[:at] + deadly + text[at:]) != "killed":
        sys.exit("a fault in every change of state survives")
    known = excuses()
    for source in FILES:
        planted = {key_of(pathlib.Path(source), mutant) for mutant in all_of((file.parent / f"{source}.cpp").read_text())}
        for row in known:
            if row[0] == source and row not in planted:
                sys.exit(f"an excuse for a fault that is not planted: {' | '.join(row)}")


def play(benches, file, chosen, until):
    text, known, began = file.read_text(), excuses(), time.monotonic()
    counts = {"killed": 0, "survived": 0, "excused": 0, "bad": 0, "left": 0}
    needless = 0
    for bench in list(benches.queue):
        bench.prepare(file)
    if benches.queue[0].run(file, text) != "survived":
        sys.exit(f"the tests fail without any fault in {file.name}")

    def one(mutant):
        if time.monotonic() > until:
            return "left"
        bench = benches.get()
        try:
            return bench.run(file, mutant.applied(text))
        finally:
            benches.put(bench)
    with concurrent.futures.ThreadPoolExecutor(benches.qsize()) as pool:
        for mutant, result in zip(chosen, pool.map(one, chosen)):
            is_excused = key_of(file, mutant) in known
            if result == "survived" and is_excused:
                result = "excused"  # played all the same: an excuse that is none would show
            elif result == "survived":
                print(f"  survived: {file.stem}:{mutant}", flush=True)
            elif result == "killed" and is_excused:
                print(f"  excused, but killed: {file.stem}:{mutant}", flush=True)
                needless += 1
            counts[result] += 1
    counts["seconds"] = round(time.monotonic() - began)
    played = counts["killed"] + counts["survived"] + counts["excused"]
    share = 100 * counts["killed"] / max(1, played)
    print(f"{file.name}: {played} faults, {counts['killed']} killed ({share:.1f} %), {counts['excused']} excused, "
          f"{counts['survived']} survived; {counts['bad']} do not compile, {counts['left']} left; {counts['seconds']} s", flush=True)
    return counts, played, share >= GOAL and counts["survived"] == 0 and counts["left"] == 0 and needless == 0


def note(file, counts, played):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout
    with LEDGER.open("a", newline="") as ledger:
        csv.writer(ledger, lineterminator="\n").writerow([datetime.date.today(), commit.strip(), file.stem, played, counts["killed"],
                                                          counts["excused"], counts["seconds"]])


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--build", default="build/release")
    words.add_argument("--file", action="append", help="only this one of " + ", ".join(FILES))
    words.add_argument("--most", type=int, default=0, help="so many of each file, drawn by seed; 0 = all")
    words.add_argument("--function", action="append", help="only faults in functions of this name")
    words.add_argument("--minutes", type=float, default=600)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--list", action="store_true", help="only say what would be planted")
    words.add_argument("--ledger", action="store_true", help="append what came of it to tests/mutation/ledger.csv")
    chosen = words.parse_args()
    files = [ROOT / f"gateway/core/{name}.cpp" for name in chosen.file or FILES]
    if chosen.list:
        for file in files:
            for mutant in all_of(file.read_text()):
                print(f"{file.stem}:{mutant}")
        return
    if chosen.ledger and (chosen.most or chosen.function):
        sys.exit("the ledger takes whole files")
    os.nice(10)
    build = ROOT / chosen.build
    subprocess.run(["ninja", "-C", str(build), "gw_core_test"], check=True, stdout=subprocess.DEVNULL)
    benches = queue.Queue()
    for i in range(chosen.jobs):
        benches.put(Bench(build, str(i)))
    self_test(benches.queue[0])
    until = time.monotonic() + 60 * chosen.minutes
    good = True
    for file in files:
        mutants = [m for m in all_of(file.read_text()) if not chosen.function or m.function in chosen.function]
        random.Random(chosen.seed).shuffle(mutants)
        counts, played, is_good = play(benches, file, mutants[:chosen.most] if chosen.most else mutants, until)
        good = good and is_good
        if chosen.ledger and counts["left"] == 0:
            note(file, counts, played)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
