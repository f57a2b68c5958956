"""The relay under test: baton, or rtpengine to check the tests themselves."""

import collections
import contextlib
import json
import os
import pathlib
import shutil
import signal
import urllib.parse

from . import ng, ports
from .processes import Process, wait_until

Stream = collections.namedtuple(
    "Stream", "tag media port endpoint packets bytes packets_out is_rtp")


class Relay:
    """What tests may ask of any relay. `interfaces` are (name, address) pairs, `prefix` the words
    of a command that becomes the relay, such as `taskset`.
    """

    kind = "none"
    has_http = True
    has_statistics_out = False
    # What ends the relay at once.
    end_signal = signal.SIGTERM

    def __init__(self, folder, interfaces=(("default", "127.0.0.1"),), namespace=None,
                 ng_host="127.0.0.1", binary=None, delete_delay=None, settings=None,
                 media_ports=(ports.RELAY_MIN, ports.RELAY_MAX), environment=None, prefix=()):
        self.folder, self.interfaces, self.namespace = folder, interfaces, namespace
        self.ng_address = (ng_host, ports.ng() if namespace is None else ports.NG)
        self.http_address = (ng_host, ports.ng() if namespace is None else ports.NG + 1)
        self.media_ports, self.environment = media_ports, environment
        self.binary, self.delete_delay, self.settings = binary, delete_delay, settings or {}
        self.prefix, self.process, self._client = prefix, None, None

    @property
    def client(self):
        if self._client is None:
            self._client = ng.NGClient(self.ng_address)
        return self._client

    @property
    def socket_name(self):
        """The relay's address as Kamailio's rtpengine module writes it."""
        return f"udp:{self.ng_address[0]}:{self.ng_address[1]}"

    def start(self):
        name = f"{self.kind}-{self.ng_address[1]}"
        self.process = Process(name, [*self.prefix, *self.command()], self.folder, self.environment,
                               namespace=self.namespace.name if self.namespace else None)
        with self.inside():
            wait_until(self._answers, 20, lambda: f"no pong from {name}\n{self.process.tail()}")
        self.wait_until_ready()
        return self

    def wait_until_ready(self):
        """Waits until all that listens besides ng does so."""

    def inside(self):
        """Where sockets that talk to the relay must be made."""
        return self.namespace.inside() if self.namespace else contextlib.nullcontext()

    def _answers(self):
        if not self.process.is_running():
            raise AssertionError(f"{self.kind} ended at start\n{self.process.tail()}")
        try:
            return self.client.request("ping", timeout=0.3).get("result") == "pong"
        except (TimeoutError, ConnectionError):
            return False

    def stop(self):
        if self._client is not None:
            self._client.close()
            self._client = None
        return self.process.stop(first=self.end_signal) if self.process else None

    def command(self):
        raise NotImplementedError

    def log_tail(self):
        return "\n" + self.process.tail(8)

    def streams(self, call_id):
        """Every stream of a call, from the ng `query` reply."""
        return streams_of(self.client.request("query", call_id=call_id))

    def calls(self):
        return self.client.request("list", limit=5000).get("calls", [])

    def queue_drops(self):
        """Datagrams that the kernel dropped because a media socket's queue was full."""
        return sum(drops for _, drops in socket_drops(self.process.pid, self.media_ports))

    def loss_report(self, call_id):
        """[{ssrc, packets, lost, jitter_ms}] of the sources of a call, or None when unknown."""
        return None

    def sessions(self):
        """How many sessions there are now, from the ng `statistics` reply."""
        statistics = self.client.request("statistics")["statistics"]
        return int(statistics["currentstatistics"]["sessionstotal"])


class RTPEngine(Relay):
    kind = "rtpengine"

    def command(self):
        words = [
            shutil.which("rtpengine") or "/usr/bin/rtpengine",
            "--foreground", "--table=-1", "--num-threads=2", "--log-level=6", "--log-stderr",
            f"--listen-ng={_host_port(self.ng_address)}",
            f"--listen-tcp-ng={_host_port(self.ng_address)}",
            f"--listen-http={_host_port(self.http_address)}",
            f"--port-min={self.media_ports[0]}", f"--port-max={self.media_ports[1]}",
        ]
        if self.delete_delay is not None:
            words.append(f"--delete-delay={self.delete_delay}")
        return words + [f"--interface={name}/{address}" for name, address in self.interfaces]


class Baton(Relay):
    kind = "baton"
    has_statistics_out = True
    end_signal = signal.SIGINT

    def wait_until_ready(self):
        self.process.wait_for(r"(?m)^ready ", 20)

    def command(self):
        words = [
            self.binary, "serve", "--ng", _host_port(self.ng_address),
            "--api", _host_port(self.http_address),
            "--ports", "-".join(map(str, self.media_ports)),
        ]
        for name, address in self.interfaces:
            words += ["--interface", f"{name}/{address}"]
        settings = dict(self.settings)
        if self.delete_delay is not None:
            settings["timeouts"] = {"delete-delay": f"{self.delete_delay}s"}
        if settings:
            file = pathlib.Path(self.folder) / "baton.yaml"
            # JSON is YAML.
            file.write_text(json.dumps(settings))
            words += ["--config", file]
        return words

    def loss_report(self, call_id):
        with self.inside():
            detail = self.get(f"/v1/sessions/{urllib.parse.quote(call_id, safe='')}")
        return [
            {"ssrc": source["ssrc"], "packets": source["packets"], "lost": source["lost"],
             "jitter_ms": source["jitterMs"]}
            for party in detail["parties"] for stream in party["streams"]
            for port in stream["ports"] for source in port["sources"]]

    def get(self, path):
        """The JSON that the HTTP API gives for a path."""
        status, body = ng.get(self.http_address, path)
        assert status == 200, f"GET {path}: {status} {body[:200]!r}"
        return json.loads(body)

    def metrics(self):
        """{series: value} of the Prometheus page."""
        status, body = ng.get(self.http_address, "/metrics")
        assert status == 200, f"GET /metrics: {status}"
        lines = [line for line in body.decode().splitlines() if line and line[0] != "#"]
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines}

    def counted_drops(self):
        """Receive-queue drops as the relay itself counted them, over all workers."""
        name = "baton_worker_receive_queue_drops_total"
        found = [value for key, value in self.metrics().items() if key.startswith(name)]
        assert found, f"no {name} on the metrics page"
        return int(sum(found))


def _host_port(address):
    host, port = address
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def streams_of(reply):
    found = []
    for tag, party in reply.get("tags", {}).items():
        for media in party.get("medias", []):
            for stream in media.get("streams", []):
                endpoint = stream.get("endpoint", {})
                stats, out = stream.get("stats", {}), stream.get("stats_out")
                found.append(Stream(
                    tag, media.get("index"), stream.get("local port"),
                    (endpoint.get("address"), endpoint.get("port")),
                    stats.get("packets"), stats.get("bytes"),
                    out.get("packets") if out else None, "RTP" in stream.get("flags", [])))
    return found


def socket_drops(pid, media_ports):
    """[(port, drops)] of the media sockets of a process."""
    own, rows = set(), []
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            own.add(os.readlink(descriptor))
        except OSError:
            continue
    for name in ("udp", "udp6"):
        lines = pathlib.Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]
        for line in lines:
            fields = line.split()
            port = int(fields[1].rsplit(":", 1)[1], 16)
            # The table is that of the machine: others may use ports of the range, too.
            if f"socket:[{fields[9]}]" in own and media_ports[0] <= port <= media_ports[1]:
                rows.append((port, int(fields[-1])))
    return rows


def make(kind, folder, binary, **keywords):
    if kind == "baton":
        return Baton(folder, binary=binary, **keywords)
    return RTPEngine(folder, **keywords)
