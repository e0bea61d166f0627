#!/usr/bin/env python3
"""Lists which numbered rules of the domain (NP-31, ID-4, OC-2, F-14 …) are named by a test."""
import collections
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RULE = re.compile(r"\b(NP|ID|OC|TR|CD|RD|DS|PD|PY|PO|NT|SS|F|I|T)-?0*(\d+)\b")
NAMES = re.compile(r'(?:TEST_CASE|TEST_CASE_TEMPLATE|SUBCASE)\(\s*((?:"[^"\n]*"\s*)+)')


def proven():
    found = collections.defaultdict(set)
    for path in [*ROOT.glob("*/**/*_test.cpp"), *ROOT.glob("tests/**/*.[ch]pp"), *ROOT.glob("simulators/**/*.conv")]:
        if "build" in path.relative_to(ROOT).parts:
            continue
        text = path.name if path.suffix == ".conv" else "\n".join(NAMES.findall(path.read_text(errors="replace")))
        for kind, number in RULE.findall(text.replace("_", " ")):
            if kind not in "IT":
                found[f"{kind}-{number}"].add(str(path.relative_to(ROOT)))
    return found


def report():
    found = proven()
    order = sorted(found, key=lambda r: (r.split("-")[0], int(r.split("-")[1])))
    for rule in order:
        print(f"{rule}: {', '.join(sorted(found[rule]))}")
    print(f"{len(order)} rules are named by a test")
