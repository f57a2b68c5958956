"""The soak of mixed calls, by `baton bench mixed`: short for every run, long for tools/verify."""

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import threading
import time
import wave

from harness import framework
from harness.framework import test
from harness.processes import wait_until
from suites.bench import MEDIA_PORTS, SOURCE_PORTS, descriptors

KINDS = ("plain", "secured", "secured-both", "dtls", "transcoded", "recorded", "music", "media")
COLUMNS = (("calls", "calls"), ("sent", "sent"), ("received", "received"), ("lost", "lost"),
           ("lostInQueues", "late"), ("lostByGenerator", "own"), ("disorder", "disorder"),
           ("strange", "strange"))

# In shorter runs the relay's tables and heap have not reached their size in the first wave.
JUDGED_SECONDS = 600
ANY_GROWTH = ["--growth-limit", "1000"]


class Recordings:
    """Reads each recording as soon as it is complete, and removes it: there would be gigabytes."""

    def __init__(self, folder):
        self.folder, self.faults = folder, []
        self.wav = self.pcap = self.packets_in_pcap = self.seconds_of_wav = 0

    def collect(self):
        for path in sorted(self.folder.glob("*.json")):
            # A file without its last bytes is still being written.
            try:
                told = json.loads(path.read_text())
            except ValueError:
                continue
            try:
                self._check(path, told)
            except (OSError, ValueError, EOFError, wave.Error, struct.error) as fault:
                self.faults.append(f"{path.name}: {type(fault).__name__}: {fault}")
            for part in self.folder.glob(path.stem + ".*"):
                part.unlink()

    def _check(self, path, told):
        if told["unrecorded-packets"]:
            self.faults.append(f"{path.name}: {told['unrecorded-packets']} packets unrecorded")
        sound, packets = path.with_suffix(".wav"), path.with_suffix(".pcap")
        if sound.exists():
            with wave.open(str(sound)) as file:
                self.seconds_of_wav += file.getnframes() / file.getframerate()
                self.wav += 1
        elif packets.exists():
            count = rtp_packets(packets)
            self.packets_in_pcap += count
            self.pcap += 1
        else:
            self.faults.append(f"{path.name}: no file beside it")


def rtp_packets(path):
    """How many RTP packets a PCAP file of IPv4 packets (LINKTYPE_RAW or Ethernet) has."""
    data = path.read_bytes()
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    link = struct.unpack_from(order + "I", data, 20)[0]
    start = {1: 14, 101: 0, 228: 0, 113: 16}[link]
    offset = 24
    count = 0
    while offset < len(data):
        length = struct.unpack_from(order + "I", data, offset + 8)[0]
        packet = data[offset + 16 + start:offset + 16 + length]
        payload = packet[(packet[0] & 15) * 4 + 8:]
        # RTCP has packet types from 192 to 223 where RTP has its marker and payload type.
        count += len(payload) >= 12 and not 192 <= payload[1] <= 223
        offset += 16 + length
    return count


class Soak:
    """A run of `baton bench mixed`, with looks at the relay's own figures after each wave."""

    def __init__(self, t, relay, recordings, words, limit):
        command = [t.options.baton, "bench", "mixed", "--target", "%s:%d" % relay.ng_address,
                   "--pid", relay.process.pid, "--source-ports", SOURCE_PORTS, "--json", *words]
        self.relay, self.recordings, self.limit = relay, recordings, limit
        self.after, self.lines = [], []
        self.process = subprocess.Popen([str(word) for word in command], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.output = ""
        self.readers = [threading.Thread(target=self._read_output, daemon=True),
                        threading.Thread(target=self._read_progress, daemon=True)]

    def run(self, shows_progress):
        """Waits for its end, with the recordings read meanwhile; gives the report."""
        self.shows_progress = shows_progress
        for reader in self.readers:
            reader.start()
        deadline = time.monotonic() + self.limit
        try:
            while self.process.poll() is None:
                assert time.monotonic() < deadline, "the soak does not end\n" + self.tail()
                self.recordings.collect()
                time.sleep(0.5)
        finally:
            self.process.kill()
        for reader in self.readers:
            reader.join(10)
        if shows_progress:
            print(flush=True)
        assert self.output.startswith("{"), f"no report: exit {self.process.returncode}\n" \
            + self.tail()
        return json.loads(self.output)

    def _read_output(self):
        self.output = self.process.stdout.read()

    def _read_progress(self):
        for line in self.process.stderr:
            self.lines = self.lines[-20:] + [line.rstrip()]
            if self.shows_progress:
                print("\r" + line.rstrip().ljust(99), end="", flush=True)
            if re.search(r"wave \d+: all calls have ended", line):
                self.after.append(self._look())

    def _look(self):
        """What the relay says of itself when a wave has ended."""
        metrics = {}
        for _ in range(40):
            metrics = self.relay.metrics()
            if not metrics["baton_ports_in_use"] and not metrics["baton_sessions"]:
                break
            time.sleep(0.1)
        return {"sessions": metrics["baton_sessions"], "ports": metrics["baton_ports_in_use"],
                "drops": self.relay.counted_drops()}

    def tail(self):
        return "\n".join(self.lines[-8:])


def table(report):
    """The packets of each kind of call, as lines."""
    yield "packets       " + "".join(title.rjust(12) for _, title in COLUMNS)
    for kind in KINDS:
        if kind in report:
            name = "all" if kind == "media" else kind
            yield name.ljust(14) + "".join(
                f"{report[kind][key]['value']:,}".rjust(12) for key, _ in COLUMNS)
    yield "lost: by the relay; late: in its receive queues; own: in the generator's, not counted"


def figures(report, soak, recordings):
    """What a reader of the results wants to know, as lines."""
    calls, media = report["calls"], report["media"]
    yield (f"{calls['made']['value']:,} calls made and {calls['ended']['value']:,} ended in "
           f"{calls['waves']['value']} waves of {calls['duration']['value']} s together, at most "
           f"{calls['atOnce']['value']} at the same time, seed {calls['seed']['value']}; "
           f"{calls['failed']['value']} requests or handshakes failed")
    yield from table(report)
    yield (f"{media['jumps']['value']} jumps of timestamp or SSRC, {media['toneless']['value']} "
           f"listeners without their tone, {media['underfed']['value']} played too little")
    yield (f"recordings read: {recordings.wav} WAV with {recordings.seconds_of_wav:.0f} s, "
           f"{recordings.pcap} PCAP with {recordings.packets_in_pcap:,} RTP packets of "
           f"{calls['packetsInPCAP']['value']:,} sent")
    process = report["process"]
    for number, look in enumerate(soak.after, 1):
        yield (f"after wave {number}: {process[f'resident{number}']['value']:.2f} MB resident, "
               f"{process[f'descriptors{number}']['value']} descriptors "
               f"({process['descriptorsBefore']['value']} before), "
               f"{look['sessions']:.0f} sessions, {look['ports']:.0f} ports in use, "
               f"{look['drops']} packets dropped in receive queues so far")
    yield f"memory since wave 1: {process.get('growth', {}).get('value', 0):+.2f} %"
    yield (f"generator: packets sent late by p50 {report['generator']['latenessP50']['value']:.0f} "
           f"µs, p99 {report['generator']['latenessP99']['value']:.0f} µs")
    yield from report["remarks"]


def run(t, words, limit, shows_progress=False):
    """The soak and its verdict."""
    folder = t.folder / "mixed-recordings"
    folder.mkdir(exist_ok=True)
    # Replies are kept for a minute as a rule; memory is to show the calls, not those.
    relay = t.relay(media_ports=MEDIA_PORTS, delete_delay=0, settings={
        "recording": {"directory": str(folder)}, "ng": {"cookie-age": "5s"}})
    fresh = descriptors(relay)
    recordings = Recordings(folder)
    soak = Soak(t, relay, recordings, words, limit)
    report = soak.run(shows_progress)
    calls = report["calls"]
    expected = calls["recordedWAV"]["value"], calls["recordedPCAP"]["value"]

    def complete():
        recordings.collect()
        return recordings.wav + recordings.pcap + len(recordings.faults) >= sum(expected)

    wait_until(complete, 15, lambda: f"{recordings.wav} WAV and {recordings.pcap} PCAP files are "
               f"complete, of {expected}")
    for line in figures(report, soak, recordings):
        t.figure(line)
    faults = recordings.faults[:10]
    if (recordings.wav, recordings.pcap) != expected:
        faults.append(f"recordings read {(recordings.wav, recordings.pcap)}, made {expected}")
    if recordings.packets_in_pcap != calls["packetsInPCAP"]["value"]:
        faults.append("packets are missing in PCAP files")
    for number, look in enumerate(soak.after, 1):
        if look["sessions"] or look["ports"]:
            faults.append(f"sessions or ports left after wave {number}: {look}")
    if len(soak.after) != calls["waves"]["value"]:
        faults.append("not every wave has ended")
    if not report["passed"]:
        faults.append("the soak was not passed: " + "; ".join(report["remarks"]))
    faults += [line for line in relay.process.text().splitlines()
               if re.match(r"\S+ (warning|error|critical) ", line)][:10]
    wait_until(lambda: descriptors(relay) <= fresh, 10,
               lambda: f"{fresh} descriptors before, {descriptors(relay)} after")
    shutil.rmtree(folder, ignore_errors=True)
    assert not faults, "\n".join([*faults, *table(report)])


def need_generator(t):
    framework.need(t.options.baton and os.path.exists(t.options.baton),
                   "the load generator is the baton binary: --baton PATH")


@test("bench: N24, N26, N27 mixed calls come and go for some seconds, without a packet lost",
      only="baton", deadline=90, tags=["mixed"])
def mixed(t):
    need_generator(t)
    run(t, ["--calls", 14, "--waves", 2, "--duration", 14, "--mean-life", 2, "--settle", 1,
            *ANY_GROWTH], limit=70)


@test("bench: N24, N26, N27 mixed soak: calls of every kind for MIXED_SOAK_MINUTES (20)",
      only="baton", deadline=7200, tags=["mixed-soak"], long=True)
def mixed_soak(t):
    need_generator(t)
    seconds = float(os.environ.get("MIXED_SOAK_MINUTES", "20")) * 60
    growth = [] if seconds >= JUDGED_SECONDS else ANY_GROWTH
    if growth:
        t.figure("too short to judge memory")
    run(t, ["--calls", os.environ.get("MIXED_SOAK_CALLS", "300"), "--duration", seconds,
            "--seed", os.environ.get("MIXED_SOAK_SEED", "1"), *growth],
        limit=seconds * 2 + 300, shows_progress=sys.stdout is not None)
