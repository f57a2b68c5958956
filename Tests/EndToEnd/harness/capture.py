"""Captures of RTP with tcpdump, and what can be counted in them."""

import collections
import re
import shutil
import signal
import struct
import time

from . import ear, framework
from .processes import Process


class Capture:
    """tcpdump on one device until stop(); packets are cut after their RTP header."""

    def __init__(self, folder, name, device="lo", expression="udp", namespace=None, snap=96,
                 direction=None):
        framework.need(shutil.which("tcpdump"), "tcpdump is not installed")
        self.file = folder / f"{name}.pcap"
        command = ["tcpdump", "-i", device, "-n", "-U", "-s", str(snap), "-B", "65536",
                   "-w", self.file, "-Z", "root"]
        if direction:
            command += ["-Q", direction]
        self.process = Process(f"tcpdump-{name}", command + [expression], folder,
                               namespace=namespace)
        self.process.wait_for("listening on", 10)

    def stop(self):
        if self.process.is_running():
            # The kernel hands packets over in blocks, after a second at the latest.
            time.sleep(1.2)
            self.process.process.send_signal(signal.SIGINT)
            self.process.wait(20)
        self.process.stop()

    def kernel_drops(self):
        found = re.search(r"(\d+) packets? dropped by kernel", self.process.text())
        return int(found.group(1)) if found else 0


def read(path):
    """(time, source, destination port, payload) of every UDP packet of a pcap file."""
    data = path.read_bytes()
    if len(data) < 24:
        return
    order = "<" if data[:4] in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1") else ">"
    fraction = 1e-9 if data[:4] in (b"\x4d\x3c\xb2\xa1", b"\xa1\xb2\x3c\x4d") else 1e-6
    link = struct.unpack(order + "I", data[20:24])[0]
    header = {1: 14, 113: 16, 276: 20, 101: 0}[link]
    entry, offset = struct.Struct(order + "IIII"), 24
    while offset + 16 <= len(data):
        seconds, part, length, _ = entry.unpack_from(data, offset)
        packet = data[offset + 16 + header:offset + 16 + length]
        offset += 16 + length
        datagram = ear.udp(packet) if packet else None
        if datagram:
            yield seconds + part * fraction, *datagram


def flows(path):
    """{(source (address, port), destination port, ssrc): packets} of the RTP in a capture."""
    counts = collections.Counter()
    for _, source, port, payload in read(path):
        if len(payload) >= 12 and payload[0] >> 6 == 2 and not 200 <= payload[1] <= 204:
            counts[source, port, payload[8:12]] += 1
    return counts
