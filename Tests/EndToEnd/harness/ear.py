"""Listens on the loopback device to the RTP that arrives at a range of ports."""

import os
import socket
import struct
import threading
import time

from . import audio, framework, rtp

ALL_PROTOCOLS, OUTGOING = 3, 4


class Ear:
    """Keeps every RTP packet that the kernel delivers to a port of [low, high]."""

    def __init__(self, low, high, device="lo"):
        framework.need(os.geteuid() == 0, "needs root to listen on the loopback device")
        self.low, self.high = low, high
        self.packets = []
        self._socket = socket.socket(
            socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ALL_PROTOCOLS))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind((device, ALL_PROTOCOLS))
        self._open = True
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def stop(self):
        self._open = False
        self._thread.join(2)
        self._socket.close()

    def heard(self, seconds):
        """The decoded audio of the coming `seconds`."""
        start = time.monotonic()
        time.sleep(seconds)
        return self.samples(start)

    def samples(self, since):
        data = b"".join(packet.payload for packet in list(self.packets)
                        if packet.time >= since and packet.type == 0)
        return audio.decode_pcmu(data)

    def _listen(self):
        self._socket.settimeout(0.2)
        while self._open:
            try:
                data, address = self._socket.recvfrom(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if address[2] == OUTGOING:
                continue
            datagram = udp(data)
            if datagram and self.low <= datagram[1] <= self.high:
                packet = rtp.parse(datagram[2], datagram[0], time.monotonic())
                # RTCP has packet types 200–204, which read as 72–76 here.
                if packet and not 72 <= packet.type <= 76:
                    self.packets.append(packet)


def udp(packet):
    """((source address, port), destination port, payload) of an IP packet, or None."""
    version = packet[0] >> 4 if packet else 0
    if version == 4 and packet[9] == socket.IPPROTO_UDP:
        start, source = (packet[0] & 15) * 4, socket.inet_ntop(socket.AF_INET, packet[12:16])
    elif version == 6 and packet[6] == socket.IPPROTO_UDP:
        start, source = 40, socket.inet_ntop(socket.AF_INET6, packet[8:24])
    else:
        return None
    sender, receiver = struct.unpack("!HH", packet[start:start + 4])
    return (source, sender), receiver, packet[start + 8:]
