"""What a relay adds to the gaps of a stream: RTP into it compared with RTP out of it.

Headers are in clear in SRTP as well, so this works for either side of a call.
"""

import collections

from . import capture

Header = collections.namedtuple("Header", "time sequence timestamp ssrc type")
Flow = collections.namedtuple("Flow", "source port packets")


def rtp_header(time, payload):
    """The Header of an RTP or SRTP packet; None for STUN, DTLS and RTCP (RFC 7983, RFC 5761)."""
    if len(payload) < 12 or payload[0] >> 6 != 2 or 192 <= payload[1] <= 223:
        return None
    return Header(time, int.from_bytes(payload[2:4], "big"), int.from_bytes(payload[4:8], "big"),
                  int.from_bytes(payload[8:12], "big"), payload[1] & 0x7F)


def flows(path):
    """Every RTP stream of a capture."""
    found = {}
    for time, source, port, payload in capture.read(path):
        header = rtp_header(time, payload)
        if header:
            key = source, port, header.ssrc
            found.setdefault(key, Flow(source, port, [])).packets.append(header)
    return list(found.values())


def longest(chosen):
    """The flow with most packets."""
    assert chosen, "no RTP in the capture where there should be"
    return max(chosen, key=lambda flow: len(flow.packets))


def through(path, relay_ports, phone_ports):
    """(to the relay, from the relay) for either direction: phone to browser, browser to phone."""
    def within(port, ports):
        return ports[0] <= port <= ports[1]

    into = [flow for flow in flows(path) if within(flow.port, relay_ports)]
    out = [flow for flow in flows(path) if within(flow.source[1], relay_ports)]
    return (
        (longest([flow for flow in into if within(flow.source[1], phone_ports)]),
         longest([flow for flow in out if not within(flow.port, phone_ports)])),
        (longest([flow for flow in into if not within(flow.source[1], phone_ports)]),
         longest([flow for flow in out if within(flow.port, phone_ports)])))


def intervals(flow):
    """(begin, end) between packets that follow one another."""
    times = [packet.time for packet in flow.packets]
    return list(zip(times, times[1:]))


def added(before, after, reach=0.3):
    """The largest difference, in seconds, between a gap after the relay and the longest before
    it that ends within `reach` seconds of it."""
    worst, inbound, first = 0.0, intervals(before), 0
    for begin, end in intervals(after):
        while first < len(inbound) and inbound[first][1] < begin - reach:
            first += 1
        same, index = 0.0, first
        while index < len(inbound) and inbound[index][0] <= end:
            same = max(same, inbound[index][1] - inbound[index][0])
            index += 1
        worst = max(worst, end - begin - same)
    return worst


def steps(flow):
    """What each sequence number adds to the one before it; 1 in a stream that is in order."""
    numbers = [packet.sequence for packet in flow.packets]
    return [(b - a + 0x8000 & 0xFFFF) - 0x8000 for a, b in zip(numbers, numbers[1:])]


def lost(flow):
    """How many sequence numbers never came."""
    position, seen = 0, {0}
    for step in steps(flow):
        position += step
        seen.add(position)
    return max(seen) - min(seen) + 1 - len(seen)


def out_of_order(flow):
    """How many packets came after a later one."""
    return sum(step <= 0 for step in steps(flow))


def audio_seconds(flow, clock):
    """How much time has passed by the RTP timestamps."""
    difference = flow.packets[-1].timestamp - flow.packets[0].timestamp
    return (difference & 0xFFFFFFFF) / clock


def events(packets):
    """The digits of RFC 4733 telephone-events, in order, with their durations in samples.

    Each packet is (timestamp, payload); packets of one event share their timestamp.
    """
    digits, last = [], None
    for timestamp, payload in packets:
        if len(payload) < 4:
            continue
        digit = "0123456789*#ABCD"[payload[0]] if payload[0] < 16 else "?"
        duration = int.from_bytes(payload[2:4], "big")
        if timestamp != last:
            digits.append((digit, duration))
        else:
            digits[-1] = digit, max(duration, digits[-1][1])
        last = timestamp
    return digits
