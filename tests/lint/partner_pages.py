#!/usr/bin/env python3
"""Pages in docs/partners: every option of a connector with its default, no option too many, no hash that no vector has."""
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGES = ROOT / "docs/partners"
# Connector -> page, where they are not called alike.
PAGE_OF = {"national_platform": "national-platform", "sms_viettel": "notices", "zalo": "notices", "national_portal": "national-portal"}
# {"name", OptionType::word, "default", "vi", "en", secret, required, "words"}; texts may be in several pieces.
TEXTS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
OPTION = re.compile(r'\{\s*"(\w+)",\s*(?:\w+::)*OptionType::\w+,\s*"([^"]*)",\s*' + TEXTS + r',\s*' + TEXTS +
                    r'(?:,\s*(true|false))?(?:,\s*(true|false))?[^{}]*(?:\{\}[^{}]*)?\}')
ROW = re.compile(r"^\| `([a-z][a-z0-9_]*)` \| (required|–|`[^`]*`) \| \S", re.M)
HASH = re.compile(r"\b(?:[0-9a-f]{128}|[0-9a-f]{64})\b")


def rows_of(folder):
    """The source with the option table: a file of its own where the table is long."""
    own = folder / "option_rows.cpp"
    return (own if own.exists() else folder / "options.cpp").read_text()


def options_of(folder):
    """Name -> what its row on the page must say as default."""
    wanted = {}
    for name, default, _, _, _, required in OPTION.findall(rows_of(folder)):
        wanted[name] = "required" if required == "true" else f"`{default}`" if default else "–"
    return wanted


def faults():
    found, wanted_on = [], {}
    for file in sorted((ROOT / "connectors").glob("*/options.cpp")):
        connector = file.parent.name
        page = PAGE_OF.get(connector, connector)
        if connector == "kit":
            continue
        declared = rows_of(file.parent).count("OptionType::")
        options = options_of(file.parent)
        if len(options) != declared:
            found.append(f"{connector}: {declared} option rows, {len(options)} of them understood by this check")
        if not (PAGES / f"{page}.md").exists():
            found.append(f"{connector}: docs/partners/{page}.md is missing")
            continue
        wanted_on.setdefault(page, []).append(options)
    for page, all_options in wanted_on.items():
        rows = ROW.findall((PAGES / f"{page}.md").read_text())
        for options in all_options:
            for name, default in options.items():
                if (name, default) not in rows:
                    found.append(f"docs/partners/{page}.md: no row | `{name}` | {default} | …")
        known = set().union(*all_options)
        found += [f"docs/partners/{page}.md: no option is called `{name}`" for name, _ in rows if name not in known]
    vectors = "".join(file.read_text() for file in (ROOT / "tests/vectors").glob("*.json"))
    for page in PAGES.glob("*.md"):
        found += [f"docs/partners/{page.name}: {value[:16]}… is in no vector" for value in HASH.findall(page.read_text())
                  if value not in vectors]
    return found


def check():
    found = faults()
    for fault in found:
        print(fault)
    return not found


if __name__ == "__main__":
    raise SystemExit(0 if check() else 1)
