#!/usr/bin/env python3
"""Plants small faults in the engine's arithmetic, one at a time, and says which the unit tests of core do not see."""
import argparse
import pathlib
import random
import shlex
import subprocess
import sys
import time

from mutants import all_of

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
NEAR = "*delivery*,*settling*,*resolver*,*breaker*,*share*,*pace*,*quota*,*drain*,*property*"
FILES = ["delivery", "resolver", "breaker", "share", "pace", "drain_plan"]
GOAL = 90  # per cent


class Bench:
    """Compiles one changed file and links it before the library of core."""

    def __init__(self, build):
        self.build = ROOT / build
        self.place = self.build / "mutation"
        self.place.mkdir(exist_ok=True)
        subprocess.run(["ninja", "-C", str(self.build), "gw_core_test"], check=True, stdout=subprocess.DEVNULL)
        said = subprocess.run(["ninja", "-C", str(self.build), "-t", "commands", "gw_core_test"],
                              check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        self.compilers = {shlex.split(line)[-1]: shlex.split(line) for line in said if " -c " in line}
        link = next(line for line in said if "-o gw_core_test " in line)
        self.link = [word for word in shlex.split(link) if word not in (":", "&&")]

    def run(self, file, text):
        """killed, survived, slow (killed too) or bad: does not compile."""
        source, thing, program = self.place / "mutant.cpp", self.place / "mutant.o", self.place / "mutant_test"
        source.write_text(text)
        command = [word for word in self.compilers[str(file)] if word not in ("ccache", "-Werror", "-D_FORTIFY_SOURCE=2", "-g1")]
        command = ["-O0" if word == "-O2" else word for word in command]
        for flag, value in (("-o", thing), ("-c", source), ("-MF", self.place / "mutant.d")):
            command[command.index(flag) + 1] = str(value)
        command.insert(-2, f"-I{file.parent}")
        if subprocess.run(command, cwd=self.build, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            return "bad"
        link = list(self.link)
        link[link.index("-o") + 1] = str(program)
        link.insert(link.index("-o"), str(thing))
        subprocess.run(link, cwd=self.build, check=True)
        # The tests that stand nearest see most; only who survives them meets all.
        for tests in ([f"--source-file={NEAR}"], []):
            try:
                done = subprocess.run([str(program), "--abort-after=1", *tests], cwd=ROOT, timeout=60, check=False,
                                      stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            except subprocess.TimeoutExpired:
                return "slow"
            if done.returncode != 0:
                return "killed"
        return "survived"


def excuses():
    rows = (ROOT / "tests/mutation/excused.txt").read_text().splitlines()
    return {tuple(part.strip() for part in row.split("|")[:3]) for row in rows if row and not row.startswith("#")}


def line_of(text, mutant):
    return text.splitlines()[mutant.line - 1].strip()


def self_test(bench):
    """The bench must see a fault that cannot live, and let a change that is none live."""
    file = ROOT / "gateway/core/delivery.cpp"
    text = file.read_text()
    if bench.run(file, text) != "survived":
        sys.exit("the tests fail without any fault")
    if bench.run(file, text + "\n// nothing\n") != "survived":
        sys.exit("a comment is taken for a fault")
    deadly = "    GW_ASSERT(1 == 2);\n"
    at = text.find("{\n", text.find("may_become(")) + 2
    if bench.run(file, text[:at] + deadly + text[at:]) == "survived":
        sys.exit("a fault in every change of state survives")


def play(bench, file, chosen, until):
    text, known = file.read_text(), excuses()
    counts = {"killed": 0, "survived": 0, "excused": 0, "bad": 0}
    for mutant in chosen:
        if time.monotonic() > until:
            break
        if (file.stem, line_of(text, mutant), mutant.new.strip()) in known:
            counts["excused"] += 1
            continue
        result = bench.run(file, mutant.applied(text))
        counts["killed" if result == "slow" else result] += 1
        if result == "survived":
            print(f"  survived {file.name}:{mutant}   [{line_of(text, mutant)}]", flush=True)
    print(f"{file.name}: {counts['killed']} killed, {counts['survived']} survived, {counts['excused']} excused, "
          f"{counts['bad']} do not compile", flush=True)
    return counts


def main():
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--build", default="build/release")
    words.add_argument("--file", action="append", help="only this one of " + ", ".join(FILES))
    words.add_argument("--most", type=int, default=0, help="so many of each file, drawn by seed; 0 = all")
    words.add_argument("--minutes", type=float, default=600)
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--list", action="store_true", help="only say what would be planted")
    chosen = words.parse_args()
    files = [ROOT / f"gateway/core/{name}.cpp" for name in chosen.file or FILES]
    files = [file for file in files if file.exists()]
    if chosen.list:
        for file in files:
            for mutant in all_of(file.read_text()):
                print(f"{file.name}:{mutant}")
        return
    bench = Bench(chosen.build)
    self_test(bench)
    until = time.monotonic() + 60 * chosen.minutes
    killed = survived = 0
    for file in files:
        mutants = all_of(file.read_text())
        random.Random(chosen.seed).shuffle(mutants)
        counts = play(bench, file, mutants[:chosen.most] if chosen.most else mutants, until)
        killed += counts["killed"]
        survived += counts["survived"]
    share = 100 * killed / max(1, killed + survived)
    print(f"{killed} of {killed + survived} faults are seen: {share:.1f} %")
    sys.exit(0 if share >= GOAL else 1)


if __name__ == "__main__":
    main()
