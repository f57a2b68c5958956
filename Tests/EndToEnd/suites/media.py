"""The media path from outside: learning, strangers, RTCP, unchanged bytes (rows N16, N22–N24)."""

import os
import socket
import struct
import time

from harness import ports, sdp
from harness.framework import test
from harness.processes import wait_until
from suites.opensips import Call

RECEIVER_REPORT = struct.pack("!BBHI", 0x80, 201, 1, 0x11223344)
SENDER_REPORT = struct.pack("!BBHIIIIII", 0x80, 200, 6, 0x55667788, 1, 2, 3, 4, 5)


def plain(address="127.0.0.1", port=0):
    made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    made.bind((address, port))
    made.settimeout(2)
    return made


def packet(number, ssrc, payload=b"\x55" * 160):
    return struct.pack("!BBHII", 0x80, 0, number & 0xFFFF, number * 160, ssrc) + payload


def pair(t):
    """An even port and the next one, both bound on 127.0.0.1."""
    while True:
        port = ports.take(ports.PHONE_MIN, 190, step=2)
        try:
            rtp, rtcp = plain(port=port), plain(port=port + 1)
        except OSError:
            continue
        t.keep(rtp, "close")
        t.keep(rtcp, "close")
        return rtp, rtcp


def connect(relay, call_id, caller, called, **keys):
    """Offer and answer for two sockets; returns where each of them sends."""
    texts = [sdp.audio("127.0.0.1", one.getsockname()[1]) for one in (caller, called)]
    offer = relay.client.request("offer", call_id=call_id, from_tag="a", sdp=texts[0], **keys)
    answer = relay.client.request(
        "answer", call_id=call_id, from_tag="a", to_tag="b", sdp=texts[1], **keys)
    assert offer["result"] == answer["result"] == "ok", (offer, answer)
    return sdp.endpoint(answer["sdp"]), sdp.endpoint(offer["sdp"])


@test("media: N24 RTP passes both ways in order and byte for byte", tags=["media"])
def unchanged(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    to_caller_side, to_called_side = connect(relay, "m1", caller, called)
    for sender, target, receiver in ((caller, to_caller_side, called),
                                     (called, to_called_side, caller)):
        sent = []
        for number in range(200):
            # Another marker, type, padding, extension and length each time.
            data = bytearray(packet(number, 0xABCD0000, os.urandom(number)))
            data[1] = (number * 37) & 0xFF if not 64 <= (number * 37) & 0x7F <= 95 else 0
            sent.append(bytes(data))
            sender.sendto(data, target)
            time.sleep(0.001)
        received = []
        try:
            while len(received) < len(sent):
                received.append(receiver.recv(2048))
        except TimeoutError:
            missing = [number for number, data in enumerate(sent) if data not in received]
            raise AssertionError(f"{len(missing)} packets did not arrive: {missing[:20]}; "
                                 f"{relay.streams('m1')} {relay.log_tail()}") from None
        assert received == sent, "bytes or order changed"


@test("media: N24 the first packet after the answer is relayed, 300 times", tags=["media"])
def first_packet(t):
    relay = t.relay(delete_delay=0)
    (caller, _), (called, _) = pair(t), pair(t)
    called.settimeout(0.5)
    lost = []
    for number in range(300):
        target, _ = connect(relay, f"f{number}", caller, called)
        caller.sendto(packet(number, number), target)
        try:
            assert called.recv(2048) == packet(number, number)
        except TimeoutError:
            lost.append(number)
        relay.client.request("delete", call_id=f"f{number}", from_tag="a")
    assert not lost, f"{len(lost)} of 300 first packets were lost, e.g. in calls {lost[:10]}"


@test("media: N16 RTCP goes from RTCP port to RTCP port, and is counted apart", tags=["media"])
def rtcp(t):
    relay = t.relay()
    (caller, caller_rtcp), (called, called_rtcp) = pair(t), pair(t)
    to_relay, to_relay_back = connect(relay, "m2", caller, called)
    caller_rtcp.sendto(RECEIVER_REPORT, (to_relay[0], to_relay[1] + 1))
    assert called_rtcp.recv(2048) == RECEIVER_REPORT
    called_rtcp.sendto(SENDER_REPORT, (to_relay_back[0], to_relay_back[1] + 1))
    assert caller_rtcp.recv(2048) == SENDER_REPORT
    totals = relay.client.request("query", call_id="m2")["totals"]
    assert totals["RTCP"]["packets"] == 2 and totals["RTP"]["packets"] == 0, totals


@test("media: N16 rtcp-mux on both sides needs one port", tags=["media"])
def mux(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    texts = [sdp.audio("127.0.0.1", one.getsockname()[1], extra=["a=rtcp-mux"])
             for one in (caller, called)]
    offer = relay.client.request("offer", call_id="m3", from_tag="a", sdp=texts[0])
    assert "a=rtcp-mux" in offer["sdp"], offer["sdp"]
    answer = relay.client.request(
        "answer", call_id="m3", from_tag="a", to_tag="b", sdp=texts[1])
    assert "a=rtcp-mux" in answer["sdp"], answer["sdp"]
    target = sdp.endpoint(answer["sdp"])
    for data in (packet(1, 7), RECEIVER_REPORT):
        caller.sendto(data, target)
        assert called.recv(2048) == data


@test("media: N22 a party behind NAT: media goes where its packets come from", tags=["media"])
def nat(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    target, back = connect(relay, "m4", caller, called)
    # The caller's packets come from another port of the signalled address.
    outside = t.keep(plain(), "close")
    called.setblocking(False)
    deadline = time.monotonic() + 5
    reached, number = False, 0
    while not reached and time.monotonic() < deadline:
        outside.sendto(packet(number, 7), target)
        called.sendto(packet(number, 8), back)
        number += 1
        time.sleep(0.02)
        outside.settimeout(0.001)
        try:
            reached = outside.recv(2048)[8:12] == struct.pack("!I", 8)
        except TimeoutError:
            pass
    assert reached, f"after {number} packets nothing comes to the port that the caller sends from"


@test("media: N22 SIP-source-address: media goes to received-from, not to the SDP's address",
      tags=["media"])
def source_address(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    text = sdp.audio("198.51.100.77", caller.getsockname()[1])
    keys = {"flags": ["SIP-source-address"], "received-from": ["IP4", "127.0.0.1"]}
    offer = relay.client.send({"command": "offer", "call-id": "m5", "from-tag": "a",
                               "sdp": text, **keys})
    answer = relay.client.send({
        "command": "answer", "call-id": "m5", "from-tag": "a", "to-tag": "b",
        "sdp": sdp.audio("127.0.0.1", called.getsockname()[1])})
    assert offer["result"] == answer["result"] == "ok", (offer, answer)
    data = packet(1, 9)
    called.sendto(data, sdp.endpoint(offer["sdp"]))
    assert caller.recv(2048) == data


class Stranger:
    """Sends RTP with an SSRC of its own to every port of a call, and listens."""

    ssrc = 0x0BADBADB

    def __init__(self, t, address):
        self.socket = t.keep(plain(address), "close")
        self.number = 0

    def attack(self, targets, count=25):
        for _ in range(count):
            for target in targets:
                self.socket.sendto(packet(self.number, self.ssrc), target)
            self.number += 1
            time.sleep(0.002)

    def assert_got_nothing(self):
        self.socket.settimeout(0.05)
        try:
            data = self.socket.recv(2048)
        except TimeoutError:
            return
        raise AssertionError(f"the stranger receives media: {data[:12].hex()}")


def assert_no_stranger(call):
    for side in (call.caller, call.called):
        bad = [one for one in side.received if one.ssrc == Stranger.ssrc]
        assert not bad, f"{len(bad)} packets of the stranger reached {side.address}:{side.port}"


@test("media: N23 a stranger at another address reaches nobody and moves nothing, ever",
      only="baton", tags=["media"])
def stranger(t):
    relay = t.relay()
    call = Call(t, relay, "m6")
    stranger = Stranger(t, "127.0.0.66")
    call.offer()
    stranger.attack([call.called.target])
    call.answer()
    targets = [call.caller.target, call.called.target]
    stranger.attack(targets)
    call.talk()
    stranger.attack(targets)
    call.assert_both_hear()
    stranger.attack(targets)
    call.assert_both_hear()
    assert_no_stranger(call)
    stranger.assert_got_nothing()
    streams = {stream.tag: stream.endpoint for stream in relay.streams("m6") if stream.is_rtp}
    assert streams == {"caller": ("127.0.0.1", call.caller.port),
                       "called": ("127.0.0.1", call.called.port)}, streams
    metrics = relay.metrics()
    dropped = sum(value for name, value in metrics.items()
                  if name.startswith("baton_packets_dropped_total"))
    assert dropped >= stranger.number, {
        name: value for name, value in metrics.items() if "dropped" in name}


@test("media: N23 with media-handover a stranger moves nothing either, not in a silence",
      only="baton", tags=["media"])
def stranger_in_silence(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    target, back = connect(relay, "m9", caller, called, flags=["media-handover"])
    for number in range(10):
        caller.sendto(packet(number, 7), target)
        assert called.recv(2048) == packet(number, 7)
        called.sendto(packet(number, 8), back)
        assert caller.recv(2048) == packet(number, 8)
    time.sleep(0.5)
    attacker = Stranger(t, "127.0.0.66")
    attacker.attack([target, back])
    caller.sendto(packet(10, 7), target)
    assert called.recv(2048) == packet(10, 7)
    called.sendto(packet(10, 8), back)
    assert caller.recv(2048) == packet(10, 8)
    attacker.assert_got_nothing()
    # The caller goes on from another address with the SSRC it had.
    time.sleep(0.5)
    mobile = t.keep(plain("127.0.0.67"), "close")
    mobile.sendto(packet(11, 7), target)
    assert called.recv(2048) == packet(11, 7)
    called.sendto(packet(11, 8), back)
    assert mobile.recv(2048) == packet(11, 8)


@test("media: N23 from the party's own address nothing moves once the stream is confirmed",
      only="baton", tags=["media"])
def confirmed(t):
    relay = t.relay()
    call = Call(t, relay, "m7")
    call.offer()
    call.answer()
    call.talk()
    call.assert_both_hear()
    # Learning has ended by now; the neighbour on the same machine is a stranger.
    time.sleep(2.5)
    neighbour = Stranger(t, "127.0.0.1")
    neighbour.attack([call.caller.target, call.called.target])
    call.assert_both_hear()
    assert_no_stranger(call)
    neighbour.assert_got_nothing()


@test("media: N25 a call without media ends by itself, and a notice says why", only="baton",
      tags=["media"])
def timeout(t):
    notices = NoticeReceiver(t)
    relay = t.relay(settings={
        "timeouts": {"media": "1s", "delete-delay": "0s"},
        "notice": {"url": f"http://127.0.0.1:{notices.port}/notice"}})
    (caller, _), (called, _) = pair(t), pair(t)
    target, _ = connect(relay, "m8", caller, called)
    for number in range(100):
        caller.sendto(packet(number, 5), target)
        time.sleep(0.02)
    assert relay.sessions() == 1, "the call ended although it had media"
    wait_until(lambda: relay.sessions() == 0, 6, "the call does not end without media")
    text = notices.wait(5)
    assert "m8" in text and "media" in text.lower(), text


class NoticeReceiver:
    """Takes one HTTP POST."""

    def __init__(self, t):
        self.listener = t.keep(socket.create_server(("127.0.0.1", 0)), "close")
        self.port = self.listener.getsockname()[1]

    def wait(self, timeout):
        self.listener.settimeout(timeout)
        connection, _ = self.listener.accept()
        connection.settimeout(timeout)
        with connection:
            text = ""
            while "}" not in text:
                data = connection.recv(65536)
                if not data:
                    break
                text += data.decode()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        assert text.startswith("POST /notice "), text
        return text


@test("media: N26 an exhausted port range is told, others go on, ports come back", tags=["media"])
def exhausted(t):
    # Eight ports: two calls of two parties with RTP and RTCP each.
    first = ports.RELAY_MIN
    relay = t.relay(media_ports=(first, first + 7), delete_delay=0,
                    settings={"media": {"port-reuse-delay": "0s"}})
    sockets = [pair(t)[0] for _ in range(4)]
    target, _ = connect(relay, "p1", sockets[0], sockets[1])
    connect(relay, "p2", sockets[2], sockets[3])
    reply = relay.client.request(
        "offer", call_id="p3", from_tag="a", sdp=sdp.audio("127.0.0.1", ports.PHONE_MIN))
    assert reply["result"] == "error" and reply["error-reason"] == "Ran out of ports", reply
    if t.kind == "baton":
        assert reply.get("detail"), reply
    sockets[0].sendto(packet(1, 6), target)
    assert sockets[1].recv(2048) == packet(1, 6)
    relay.client.request("delete", call_id="p2", from_tag="a")
    wait_until(lambda: "p2" not in relay.calls(), 5, "the call does not end")
    wait_until(lambda: relay.client.request(
        "offer", call_id="p4", from_tag="a",
        sdp=sdp.audio("127.0.0.1", ports.PHONE_MIN))["result"] == "ok", 8,
        "ports do not come back")
