"""Lost packets: the relay's statistics against tshark's analysis of captures at both sides."""

import random
import time

from harness import audio, capture, netns, ports, sdp, tshark
from harness.framework import test
from harness.rtp import Party

# Addresses of the range for benchmarks (RFC 2544).
NEAR, ROUTER_NEAR, ROUTER_FAR = "198.18.1.2", "198.18.1.1", "198.18.2.1"
RELAY_NEAR, RELAY_FAR, FAR = "198.18.2.2", "198.18.3.1", "198.18.3.2"
LOSSY, CLEAN = 0x1055AAAA, 0xC1EA4BBB


class Network:
    """near phone – router that loses 5 % towards the relay – relay – far phone."""

    def __init__(self, t):
        self.near, self.router, self.relay, self.far = (
            t.keep(netns.Namespace(letter)) for letter in "nmrf")
        netns.connect(self.near, self.router, NEAR, ROUTER_NEAR)
        netns.connect(self.router, self.relay, ROUTER_FAR, RELAY_NEAR)
        netns.connect(self.relay, self.far, RELAY_FAR, FAR)
        self.router.exec("sysctl", "-q", "-w", "net.ipv4.ip_forward=1")
        self.near.exec("ip", "route", "add", "default", "via", ROUTER_NEAR)
        self.relay.exec("ip", "route", "add", f"{NEAR}/32", "via", ROUTER_FAR)
        self.far.exec("ip", "route", "add", "default", "via", RELAY_FAR)

    def lose(self, probability):
        self.router.exec(
            "iptables", "-A", "FORWARD", "-s", NEAR, "-p", "udp", "-m", "statistic",
            "--mode", "random", "--probability", probability, "-j", "DROP")


ROUNDS = 3


@test("loss: N24 5 % lost on one side: tshark at both sides and the relay agree", deadline=180,
      tags=["loss"])
def loss(t):
    """Losses must agree in every round; jitter, which a busy machine adds to, in one of three."""
    network = Network(t)
    relay = t.relay(interfaces=(("near", RELAY_NEAR), ("far", RELAY_FAR)),
                    namespace=network.relay)
    network.lose(0.05)
    for number in range(1, ROUNDS + 1):
        t.figure(f"round {number}")
        differences = one_round(t, network, relay, f"loss-{number}")
        if not differences:
            return
        t.figure("; ".join(differences))
    raise AssertionError(f"jitter differs in {ROUNDS} rounds, the last: {differences}")


def one_round(t, network, relay, call_id):
    near, far = parties(t, network)
    connect_call(relay, near, far, call_id)
    captures = [
        capture.Capture(t.folder, f"{name}-{call_id}", device, "udp", space.name, snap=262144)
        for name, device, space in (("sent", "to-m", network.near),
                                    ("relay", "to-m", network.relay),
                                    ("far", "to-r", network.far))]
    for one in captures:
        t.keep(one)
    near.start()
    far.start()
    time.sleep(15)
    near.stop()
    far.stop()
    time.sleep(0.2)
    report = relay.loss_report(call_id)
    for one in captures:
        one.stop()
    seen = {one.file.stem.partition("-")[0]: analyse(one, near, far) for one in captures}
    near.close()
    far.close()
    return compare(t, seen, report, near)


def parties(t, network):
    """Two parties that send a tone with up to 6 ms of jitter."""
    noise = random.Random(20)
    delays = [noise.uniform(0, 0.006) for _ in range(4096)]

    def pacing(number):
        return delays[number % len(delays)]

    with network.near.inside():
        near = t.keep(Party(NEAR, ports.PHONE_MIN, LOSSY, audio.tone(440, 1), pacing), "close")
    with network.far.inside():
        far = t.keep(Party(FAR, ports.PHONE_MIN, CLEAN, audio.tone(1000, 1), pacing), "close")
    return near, far


def connect_call(relay, near, far, call_id):
    with relay.inside():
        offer = relay.client.request(
            "offer", call_id=call_id, from_tag="n", direction=["near", "far"],
            sdp=sdp.audio(NEAR, near.port))
        assert offer["result"] == "ok", offer
        answer = relay.client.request(
            "answer", call_id=call_id, from_tag="n", to_tag="f", sdp=sdp.audio(FAR, far.port))
        assert answer["result"] == "ok", answer
    far.target, near.target = sdp.endpoint(offer["sdp"]), sdp.endpoint(answer["sdp"])


def analyse(one, near, far):
    """{(ssrc, destination address): tshark's figures}."""
    used = {near.port, far.port, near.target[1], far.target[1]}
    return {(stream.ssrc, stream.destination): stream
            for stream in tshark.streams(one.file, used)}


def compare(t, seen, report, near):
    """Checks the losses; returns what is wrong with the jitter, in words."""
    sent = seen["sent"][LOSSY, RELAY_NEAR]
    arrived = seen["relay"][LOSSY, RELAY_NEAR]
    passed_on = seen["far"][LOSSY, FAR]
    for name, stream in (
            ("sent", sent), ("at the relay", arrived), ("at the far phone", passed_on)):
        t.figure(f"tshark, lossy stream {name}: {stream.packets} packets, {stream.lost} lost, "
                 f"jitter mean {stream.mean_jitter_ms:.2f} ms")
    assert sent.lost == 0 and sent.packets == near.sent, (sent, near.sent)
    assert 0.02 < arrived.lost / sent.packets < 0.09, arrived
    assert (passed_on.packets, passed_on.lost) == (arrived.packets, arrived.lost), \
        f"in {arrived}\nout {passed_on}"
    if report is None:
        t.figure("this relay reports no loss of its own; only the captures were compared")
        return differing("in and out", arrived.mean_jitter_ms, passed_on.mean_jitter_ms)
    own = {source["ssrc"]: source for source in report}
    clean = seen["relay"][CLEAN, NEAR]
    differences = []
    for ssrc, wire in ((LOSSY, arrived), (CLEAN, clean)):
        source = own[ssrc]
        t.figure(f"relay, ssrc {ssrc:08x}: {source['packets']} packets, {source['lost']} lost, "
                 f"jitter {source['jitter_ms']:.2f} ms (tshark {wire.lost} lost, "
                 f"{wire.mean_jitter_ms:.2f} ms)")
        assert source["lost"] == wire.lost, (source, wire)
        differences += differing(f"ssrc {ssrc:08x}", source["jitter_ms"], wire.mean_jitter_ms)
    assert own[LOSSY]["packets"] == arrived.packets, (own[LOSSY], arrived)
    return differences


def differing(name, one, other):
    return [f"jitter of {name}: {one:.2f} and {other:.2f} ms"] if abs(one - other) >= 1 else []
