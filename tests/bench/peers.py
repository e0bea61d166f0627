"""The peers: RabbitMQ, BullMQ on Redis, pg-boss on PostgreSQL, each with the same door and the same call to the partner."""
import contextlib
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess

import reference
import tools
from products import CALLS, Product, dossier

FOLDER = tools.HERE / "peers"


def answers_at(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


class Peer(Product):
    """A store, a process that takes dossiers and one that delivers them."""

    script = ""
    processes = (("door",), ("work",))  # what each Node process does
    record = True  # of what became of a dossier, after it is done

    def __init__(self, stage, mock, slow, **settings):
        super().__init__(stage, mock, slow, **settings)
        self.code = tools.npm_packages(FOLDER, tools.ROOT / "build/bench_peers")
        self.port, self.control, self.store_port = reference.free_port(), reference.free_port(), reference.free_port()
        self.nodes, self.store_url = [], self.store_port

    def node(self, *roles):
        told = {"port": self.port, "control": self.control, "partner": self.mock.url, "store": self.store_url, "calls": CALLS,
                "rate": self.settings["rate"], "record": self.record, "certificates": str(self.stage.certificates)}
        return self.spawn("node", "--max-old-space-size=4096", self.code / self.script, json.dumps(told), *roles,
                          env=dict(os.environ, NODE_ENV="production"))

    def start(self):
        self.start_store()
        hidden = () if self.settings["deliver"] else ("work",)
        roles = [[role for role in process if role not in hidden] for process in self.processes]
        self.nodes = [self.node(*process) for process in roles if process]
        wanted = [self.port] + ([self.control] if self.settings["deliver"] else [])
        if not tools.wait_until(lambda: all(map(answers_at, wanted)), 900, 0.01):
            self.failed("did not start")

    def sign_in(self):
        pass

    def waiting(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.control, timeout=30)
        try:
            connection.request("GET", "/")
            return json.loads(connection.getresponse().read()).get("waiting", 1)
        except OSError:
            return 1
        finally:
            connection.close()

    def fill(self, count, first):
        node = self.node("fill", str(count), str(first), dossier().decode())
        if node.wait() != 0:
            self.failed("could not be filled")

    def pids(self):
        return [process.pid for process in [*self.nodes, *self.stores()] if process.poll() is None]

    def kill(self):
        for pid in tools.family(self.pids()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for process in [*self.nodes, *self.stores()]:
            process.wait()
        self.nodes = []

    def package(self, name):
        return name + " " + json.loads((self.code / "node_modules" / name / "package.json").read_text())["version"]


class BullMq(Peer):
    name, script = "bullmq", "bullmq.mjs"
    tuning = ("Redis appendonly yes, appendfsync always, no snapshots, maxmemory-policy noeviction (docs.bullmq.io/guide/going-to-production); "
              "worker process of its own, concurrency 64 (docs.bullmq.io/guide/workers/concurrency); finished jobs kept as the record")
    redis = None

    def start_store(self):
        self.redis = self.spawn("redis-server", "--port", self.store_port, "--bind", "127.0.0.1", "--dir", self.folder, "--appendonly", "yes",
                                "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction")
        ready = ["redis-cli", "-p", str(self.store_port), "ping"]  # PONG only when the log has been read
        if not tools.wait_until(lambda: subprocess.run(ready, capture_output=True, text=True).stdout.strip() == "PONG", 900, 0.05):
            self.failed("has no Redis")

    def stores(self):
        return [self.redis] if self.redis else []

    def version(self):
        redis = subprocess.run(["redis-server", "--version"], stdout=subprocess.PIPE, text=True).stdout.split()[2].removeprefix("v=")
        return f"{self.package('bullmq')}, Redis {redis}"


class PgBoss(Peer):
    name, script = "pgboss", "pgboss.mjs"
    processes = (("door", "work"),)  # measured: a tenth less CPU than two
    tuning = ("PostgreSQL synchronous_commit on, shared_buffers 256MB, max_wal_size 4GB; send per dossier over 20 connections, fetch and complete "
              "in batches by 2 loops, expireInSeconds 30 and maintenance every 10 s instead of 15 minutes (github.com/timgit/pg-boss, docs)")
    postgres = None

    def start_store(self):
        if self.postgres is None:
            prefix = tools.pinned(tools.PRODUCT_CORES)
            self.postgres = reference.Postgres(self.folder, self.slow, self.store_port, prefix)
            self.store_url = self.postgres.url
            if self.node("setup").wait() != 0:
                self.failed("could not be set up")
        elif self.postgres.process.poll() is not None:
            self.postgres.start()

    def stores(self):
        return [self.postgres.process] if self.postgres else []

    def version(self):
        return f"{self.package('pg-boss')}, PostgreSQL {self.postgres.sql('SHOW server_version').split()[0]}"


class RabbitMq(Peer):
    name, script = "rabbitmq", "rabbitmq.mjs"
    tuning = ("quorum queue, persistent, publisher confirms (rabbitmq.com/docs/confirms), prefetch 64, the outcome in a second quorum queue before the acknowledgement, busy waiting off "
              "(rabbitmq.com/docs/runtime); retries by dead-lettering at least once from quorum queues with a time to live "
              "(rabbitmq.com/docs/quorum-queues)")

    def __init__(self, stage, mock, slow, **settings):
        super().__init__(stage, mock, slow, **settings)
        self.broker = self.names = None
        self.store_url = f"amqp://guest:guest@127.0.0.1:{self.store_port}?heartbeat=0"
        (self.folder / "plugins").write_text("[].\n")
        (self.folder / "rabbitmq.conf").write_text("disk_free_limit.absolute = 50MB\nlisteners.tcp.local = 127.0.0.1:%d\n" % self.store_port)
        self.environment.update({
            "HOME": str(self.folder), "ERL_EPMD_PORT": str(reference.free_port()), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": f"bench{self.store_port}@localhost", "RABBITMQ_DIST_PORT": str(reference.free_port()),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"), "RABBITMQ_LOG_BASE": str(self.folder), "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(self.folder / "pid"), "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none"})

    def program(self):
        return max(pathlib.Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))

    def start_store(self):
        if self.names is None or self.names.poll() is not None:
            self.names = self.spawn("epmd")
            tools.wait_until(lambda: answers_at(int(self.environment["ERL_EPMD_PORT"])), 10)
        self.broker = self.spawn(self.program())
        if not tools.wait_until(lambda: answers_at(self.store_port), 900):
            self.failed("has no broker")

    def stores(self):
        return [process for process in (self.broker, self.names) if process]

    def version(self):
        return f"RabbitMQ {self.program().parent.parent.name.removeprefix('rabbitmq_server-')}, {self.package('amqplib')}"


class RabbitMqAck(RabbitMq):
    name = "rabbitmq_ack"
    tuning = "as rabbitmq, but an outcome is only the acknowledgement: afterwards nothing tells what became of a dossier"
    record = False


ALL = {peer.name: peer for peer in (RabbitMq, BullMq, PgBoss, RabbitMqAck)}
