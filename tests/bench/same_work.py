"""The same work by the gateway and its peers: cases B1 to B8. Dossier in, durable, mapped, delivered to one partner, outcome recorded."""
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time

import peers
import tools
from products import CALLS, LienThong, kit

CASES = {
    "B1": "happy path, closed loop of 1, 16, 64 and 256 clients; the partner answers after 2 ms",
    "B2": "constant rates of 50, 200 and 500/s, measured from the intended start",
    "B3": "10 % of the dossiers get one 503",
    "B4": "the partner is down, then back with 150/s above which it collapses for 5 s; every product is told 135/s, then none is",
    "B5": "1 % never succeed: how much slower are the other 99 %",
    "B7": "kill -9 of the whole product again and again under 200/s: lost, twice delivered, time until the last is delivered",
    "B8": "1,000,000 queued: start, memory, accept rate beside the backlog; then delivery beside 100,000 blocked dossiers",
}
# What the short form changes, to develop with.
FULL = {"seconds": 8, "runs": 3, "warm_up": 8, "rate_seconds": 20, "count": 6000, "down": 15, "kills": 10, "queued": 1000000, "blocked": 100000,
        "clients": (1, 16, 64, 256), "rates": (50, 200, 500)}
QUICK = {"seconds": 2, "runs": 1, "warm_up": 1, "rate_seconds": 2, "count": 400, "down": 4, "kills": 2, "queued": 5000, "blocked": 1000,
         "clients": (1, 64), "rates": (50, 200)}
CEILING, CONTRACT_RATE = 150, 135  # a second; what the partner bears, what its contract says
STUCK_AFTER = 90  # seconds after which a dossier that was accepted counts as not delivered


class Run:
    """One case: the partner, the products one after the other, the number of the next dossier."""

    def __init__(self, names, sizes, delays, build):
        self.sizes, self.delays = sizes, delays
        self.products = [LienThong, *(peers.ALL[name] for name in names)]
        self.stage = kit.Stage(build / "lienthong", build / "lienthong-sim")
        self.mock, self.next, self.form = tools.Mock(), 1, None
        self.notes = {}

    def close(self):
        self.mock.end()
        self.stage.close()

    def each(self, measure, **settings):
        """Rows of every product under every flush delay."""
        rows = []
        for delay in self.delays:
            made = []
            for kind in self.products:
                self.mock.fresh()
                product = kind(self.stage, self.mock, delay > 0, **settings)
                try:
                    product.start()
                    product.sign_in()
                    self.notes[kind.name] = {"version": product.version(), "tuning": kind.tuning}
                    for figures in measure(self, product):
                        made.append({"name": kind.name, "durable": True, "flush_delay_ms": delay, **figures})
                finally:
                    product.end()
            rows += made
        return rows

    def send(self, product, **options):
        """A load to its end; `first` is taken care of."""
        told = tools.Load(product, first=self.next, **options).end()
        self.next += told["sent"]
        if told["refused"] or told["broken"]:
            product.failed(f"did not accept all: { {k: told[k] for k in ('accepted', 'refused', 'broken')} }")
        return told

    def delivered(self, product, count, seconds=600):
        """Until so many dossiers are at the partner and the product's own books are closed."""
        if not tools.wait_until(lambda: self.mock.stats()["distinct"] >= count, seconds):
            product.failed(f"delivered only {self.mock.stats()} of {count} in {seconds} s")
        if not product.drained(seconds):
            product.failed(f"has {product.waiting()} in its books after all were delivered")

    def check_forms(self, product):
        """Every product must send the same, but for the number of the dossier."""
        forms = self.mock.forms()
        self.form = self.form or (forms[0] if forms else None)
        if forms and forms != [self.form]:
            product.failed(f"maps otherwise:\n{forms[0]}\n{self.form}")

    def life(self, product, **options):
        """Accepted and finished under one load."""
        self.mock.ask("/reset")
        cpu, begin = product.cpu(), time.monotonic()
        told = self.send(product, **options)
        self.delivered(product, told["accepted"])
        seconds = time.monotonic() - begin
        figures = {"accepted_per_s": round(told["accepted"] / told["seconds"]), "finished_per_s": round(told["accepted"] / seconds),
                   "p50_ms": told["p50_ms"], "p99_ms": told["p99_ms"], "p999_ms": told["p999_ms"], "rss_mib": product.memory(),
                   "cpu_s_per_1000": round((product.cpu() - cpu) / told["accepted"] * 1000, 3)}
        self.check_forms(product)
        return figures


def median(rows):
    return {key: statistics.median(row[key] for row in rows) for key in rows[0]}


def spread(rows, key):
    values = [row[key] for row in rows]
    return round((max(values) - min(values)) / statistics.median(values), 2)


def b1(run, product):
    run.life(product, connections=64, seconds=run.sizes["warm_up"])
    for clients in run.sizes["clients"]:
        runs = [run.life(product, connections=clients, seconds=run.sizes["seconds"]) for _ in range(run.sizes["runs"])]
        yield {"clients": clients, **median(runs), "runs": len(runs), "spread": spread(runs, "accepted_per_s")}


def b2(run, product):
    run.life(product, connections=64, seconds=run.sizes["warm_up"])
    for rate in run.sizes["rates"]:
        figures = run.life(product, connections=64, seconds=run.sizes["rate_seconds"], rate=rate)
        yield {"rate": rate, **{k: figures[k] for k in ("p50_ms", "p99_ms", "p999_ms", "cpu_s_per_1000", "rss_mib")}}


def b3(run, product):
    count = run.sizes["count"]
    run.life(product, connections=64, count=count)
    run.mock.set(once=100)
    figures = run.life(product, connections=64, count=count)
    stats = run.mock.stats()
    yield {"finished_per_s": figures["finished_per_s"], "accepted_per_s": figures["accepted_per_s"], "p99_ms": figures["p99_ms"],
           "failed_sends": stats["unavailable"], "extra_sends": stats["sends"] - count - stats["unavailable"], "duplicates": stats["duplicates"]}


def b4(run, product):
    down = run.sizes["down"]
    run.life(product, connections=64, seconds=run.sizes["warm_up"], rate=100)  # a partner that was well before
    run.mock.fresh(down=1)
    told = run.send(product, connections=64, seconds=down, rate=100)
    run.mock.set(down=0, ceiling=CEILING)
    begin = time.monotonic()
    run.delivered(product, told["accepted"])
    stats = run.mock.stats()
    yield {"told_per_s": product.settings["rate"] or "nothing", "down_s": down, "queued": told["accepted"], "p99_ms": told["p99_ms"], "first_delivery_s": round(stats["first_effect"] - begin, 1),
           "drained_s": round(stats["last_effect"] - begin, 1), "least_possible_s": round(told["accepted"] / CEILING, 1),
           "collapses": stats["collapses"], "failed_sends": stats["unavailable"], "duplicates": stats["duplicates"]}


def never(number, share):
    """As the mock draws."""
    return (number * 2654435761 >> 12) % 1000 < share


def healthy_rate(run, product, share):
    count = run.sizes["count"]
    run.mock.fresh(never=share)
    good = sum(not never(number, share) for number in range(run.next, run.next + count))
    begin = time.monotonic()
    run.send(product, connections=64, count=count)
    if not tools.wait_until(lambda: run.mock.stats()["distinct"] >= good, 300):
        product.failed(f"delivered {run.mock.stats()['distinct']} of {good} healthy dossiers")
    return good / (run.mock.stats()["last_effect"] - begin)


def b5(run, product):
    run.life(product, connections=64, seconds=run.sizes["warm_up"])
    without = healthy_rate(run, product, 0)
    run.delivered(product, run.sizes["count"])
    with_some = healthy_rate(run, product, 10)
    yield {"healthy_per_s": round(with_some), "healthy_per_s_without": round(without), "slower_percent": round((without / with_some - 1) * 100, 1),
           "failed_sends": run.mock.stats()["unavailable"]}


def killed(run, product, load, chance):
    """One death and return; when it was killed, when it was called back, when its port answered again."""
    wanted = run.mock.stats()["sends"] + 50
    tools.wait_until(lambda: run.mock.stats()["sends"] >= wanted, 60)
    time.sleep(chance.uniform(0.5, 2.5))
    dead = time.monotonic()
    product.kill()
    time.sleep(0.5)
    called = time.monotonic()
    product.start()
    back = time.monotonic()
    product.sign_in()
    load.renew()
    return dead, called, back


def b7(run, product):
    chance = random.Random(7)
    run.mock.set(delay_us=20000)  # so that every death meets calls that are on their way
    load = tools.Load(product, first=run.next, connections=64, rate=200, seconds=86400, acked=True)
    deaths = [killed(run, product, load, chance) for _ in range(run.sizes["kills"])]
    time.sleep(1)
    load.process.terminate()
    told = load.end()
    run.next += told["sent"]
    acked = told["acked"]

    def missing():
        there = run.mock.effects()
        return [number for number in acked if number not in there]
    tools.wait_until(lambda: not missing(), STUCK_AFTER, 0.5)
    there, gone = run.mock.effects(), missing()
    stuck = min(len(gone), product.waiting())
    latest = []
    for dead, called, _ in deaths:
        seen = [there[number][1] for number, when in acked.items() if when < dead and number in there]
        latest.append(max([0, *(first - called for first in seen)]) if seen else 0)
    yield {"kills": len(deaths), "accepted": len(acked), "lost": len(gone) - stuck, "stuck": stuck, "duplicates": run.mock.stats()["duplicates"],
           "enquiries": run.mock.stats()["enquiries"], "broken": told["broken"], "refused": told["refused"], "start_s": round(statistics.median(back - called for _, called, back in deaths), 2), "last_delivered_after_s": round(statistics.median(latest), 1),
           "at_worst_s": round(max(latest), 1)}


def b8(run, product):
    queued, blocked = run.sizes["queued"], run.sizes["blocked"]
    product.fill(queued, run.next)
    run.next += queued
    waiting_mib = product.memory()
    product.kill()
    run.mock.ask("/reset")
    product.settings["deliver"] = True
    called = time.monotonic()
    product.start()
    product.sign_in()
    told = run.send(product, connections=1, count=1)
    accepting = told["first"] - called
    if not tools.wait_until(lambda: run.mock.stats()["effects"] > 0, 300, 0.01):
        product.failed("delivers nothing of its backlog")
    delivering = run.mock.stats()["first_effect"] - called
    beside = run.send(product, connections=64, seconds=run.sizes["seconds"])
    yield {"queued": queued, "rss_mib": waiting_mib, "rss_mib_started": product.memory(), "accepting_s": round(accepting, 2),
           "delivering_s": round(delivering, 2), "accepted_per_s": round(beside["accepted"] / beside["seconds"]), "p99_ms": beside["p99_ms"]}
    product.end()
    yield from beside_blocked(run, type(product)(run.stage, run.mock, product.slow), blocked)


def beside_blocked(run, product, blocked):
    run.mock.fresh()
    try:
        product.start()
        product.sign_in()
        run.life(product, connections=64, seconds=run.sizes["warm_up"])
        without = [run.life(product, connections=64, seconds=run.sizes["seconds"]) for _ in range(run.sizes["runs"])]
        run.mock.set(refuse_below=run.next + blocked)
        product.fill(blocked, run.next)
        run.next += blocked
        if not tools.wait_until(lambda: run.mock.stats()["refused"] >= blocked and product.waiting() == 0, 1800, 0.2):
            product.failed("does not block what the partner refused")
        beside = [run.life(product, connections=64, seconds=run.sizes["seconds"]) for _ in range(run.sizes["runs"])]
    finally:
        product.end()
    before, after = median(without), median(beside)
    yield {"blocked": blocked, "finished_per_s": after["finished_per_s"], "finished_per_s_without": before["finished_per_s"],
           "cpu_s_per_1000": after["cpu_s_per_1000"], "cpu_s_per_1000_without": before["cpu_s_per_1000"],
           "cpu_ratio": round(after["cpu_s_per_1000"] / before["cpu_s_per_1000"], 2)}


MEASURES = {"B1": b1, "B2": b2, "B3": b3, "B4": b4, "B5": b5, "B7": b7, "B8": b8}
SETTINGS = {"B4": [{"rate": CONTRACT_RATE}, {"rate": 0}], "B7": [{"no_keys": True}], "B8": [{"deliver": False}]}
MORE_IS_BETTER = ("accepted_per_s", "finished_per_s", "healthy_per_s")


def compare(rows):
    """Adds to each row of the gateway its ratio to the best peer in the same setting."""
    setting = ("flush_delay_ms", "clients", "rate", "blocked", "told_per_s")
    for row in rows:
        others = [other for other in rows if other["name"] != LienThong.name and all(other.get(k) == row.get(k) for k in setting)]
        if row["name"] != LienThong.name or not others:
            continue
        for key in MORE_IS_BETTER:
            found = [other[key] for other in others if other.get(key)]
            if row.get(key) and found:
                row["x_" + key] = round(row[key] / max(found), 2)
        found = [other["p99_ms"] for other in others if other.get("p99_ms")]
        if row.get("p99_ms") and found:
            row["x_p99_ms"] = round(row["p99_ms"] / min(found), 2)


def circumstances(delays):
    """What a reader needs to judge the figures."""
    disk = subprocess.run(["findmnt", "-no", "SOURCE,FSTYPE", "-T", tempfile.gettempdir()], stdout=subprocess.PIPE, text=True).stdout.strip()
    flush = {delay: tools.flush_us(tempfile.gettempdir(), tools.slow_flush() if delay else None) for delay in delays}
    commit = subprocess.run(["git", "-C", tools.ROOT, "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True).stdout.strip()
    return {"kernel": platform.release(), "cores": os.cpu_count(), "load": [round(x, 2) for x in os.getloadavg()], "disk": disk,
            "flush_us_p50": flush, "commit": commit, "cores_used": {"product": tools.PRODUCT_CORES, "load and partner": tools.LOAD_CORES},
            "partner": {"answers_after_ms": 2, "calls_at_a_time": CALLS}}


def measure(case, chosen, build):
    """One case as the command line asks for it: its result as in docs/benchmarks.md."""
    sizes = dict(QUICK if chosen.quick else FULL)
    for name in ("seconds", "runs", "kills", "count", "queued", "blocked", "down"):
        if getattr(chosen, name) is not None:
            sizes[name] = getattr(chosen, name)
            if name == "seconds":
                sizes["rate_seconds"] = chosen.seconds
    names = [] if chosen.peer == "none" else chosen.peer.split(",") if chosen.peer else list(peers.ALL)
    if not chosen.peer and case != "B1":
        names.remove(peers.RabbitMqAck.name)
    unknown = [name for name in names if name not in peers.ALL]
    if unknown:
        sys.exit(f"bench: no peer {unknown[0]}; there are {', '.join(peers.ALL)}, and none")
    if chosen.shared_cores:
        tools.share_cores()
    delays = [int(word) for word in chosen.delays.split(",")]
    told = circumstances(delays)
    run = Run(names, sizes, delays, build)
    try:
        rows = [row for settings in SETTINGS.get(case, [{}]) for row in run.each(MEASURES[case], **settings)]
    finally:
        run.close()
    compare(rows)
    return {"case": case, "quick": chosen.quick, "machine": told, "sizes": sizes, "products": run.notes, "rows": rows}
