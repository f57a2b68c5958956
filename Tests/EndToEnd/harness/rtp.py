"""An RTP party: sends a tone every 20 ms and keeps what it receives."""

import collections
import socket
import struct
import threading
import time

from . import audio

Packet = collections.namedtuple("Packet", "time source sequence timestamp ssrc type payload")
FRAME = 160


def parse(data, source=None, at=0.0):
    """The Packet of a plain RTP datagram without CSRCs or extensions, else None."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    _, kind, sequence, timestamp, ssrc = struct.unpack("!BBHII", data[:12])
    return Packet(at, source, sequence, timestamp, ssrc, kind & 0x7F, data[12:])


class Party:
    """One UDP socket pair (RTP, RTCP) of a party. The thread runs between start and stop."""

    def __init__(self, address, port=0, ssrc=1, samples=None, pacing=None):
        self.address, self.ssrc = address, ssrc
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self.socket.bind((address, port))
        self.port = self.socket.getsockname()[1]
        self.frames = frames(samples if samples is not None else audio.tone(440, 1))
        self.pacing = pacing or (lambda number: 0.0)
        self.target = None
        self.sent = 0
        self.received = []
        self._stop = threading.Event()
        self._threads = []

    def start(self, target=None, limit=None):
        """Starts to receive, and to send to `target` when it is given, `limit` packets at most."""
        self.target = target or self.target
        self._stop.clear()
        self._threads = [threading.Thread(target=self._receive, daemon=True)]
        if self.target:
            self._threads.append(
                threading.Thread(target=self._send, args=(limit,), daemon=True))
        for thread in self._threads:
            thread.start()

    def stop(self):
        self._stop.set()
        for thread in self._threads:
            thread.join(5)
        self._threads = []

    def close(self):
        self.stop()
        self.socket.close()

    def send_one(self, payload=None, sequence=None, socket_=None):
        """Sends the next packet at once."""
        number = self.sent if sequence is None else sequence
        header = struct.pack(
            "!BBHII", 0x80, 0, number & 0xFFFF, number * FRAME & 0xFFFFFFFF, self.ssrc)
        payload = payload if payload is not None else self.frames[number % len(self.frames)]
        (socket_ or self.socket).sendto(header + payload, self.target)
        self.sent += 1

    def samples(self, since=0.0):
        """The decoded audio received since a time of time.monotonic()."""
        data = b"".join(packet.payload for packet in self.received if packet.time >= since)
        return audio.decode_pcmu(data)

    def _send(self, limit):
        start = time.monotonic()
        number = 0
        while not self._stop.is_set() and (limit is None or number < limit):
            due = start + number * 0.02 + self.pacing(number)
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            try:
                self.send_one()
            except OSError:
                if self._stop.is_set():
                    return
            number += 1

    def _receive(self):
        self.socket.settimeout(0.2)
        while not self._stop.is_set():
            try:
                data, source = self.socket.recvfrom(2048)
            except TimeoutError:
                continue
            except OSError:
                return
            packet = parse(data, source, time.monotonic())
            if packet:
                self.received.append(packet)


def frames(samples):
    """PCMU payloads of 20 ms each."""
    data = audio.encode_pcmu(samples)
    return [data[i:i + FRAME] for i in range(0, len(data) - FRAME + 1, FRAME)]
