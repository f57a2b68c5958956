"""The requests of OpenSIPS' rtpengine module (examples/opensips), replayed with real media."""

import time

from harness import audio, ports, sdp
from harness.framework import test
from harness.ng import new_cookie
from harness.processes import wait_until
from harness.rtp import Party

LOW, HIGH = 440, 1000
RECEIVED = ["IP4", "127.0.0.1"]


class Call:
    """Two parties and the requests that OpenSIPS sends for them."""

    def __init__(self, t, relay, call_id, addresses=("127.0.0.1", "127.0.0.1")):
        self.relay, self.call_id = relay, call_id
        self.caller = t.keep(party(addresses[0], 11, LOW), "close")
        self.called = t.keep(party(addresses[1], 12, HIGH), "close")
        self.version = 0

    def send(self, command, **keys):
        # No `supports`, always `received-from`; `command` is neither first nor last.
        document = {"call-id": self.call_id, "received-from": RECEIVED, "command": command, **keys}
        reply = self.relay.client.send(document, cookie=f"{new_cookie()}_4711_1")
        assert reply["result"] == "ok", f"{command}: {reply}"
        return reply

    def offer(self, flow=None, **keys):
        self.version += 1
        text = sdp.audio(self.caller.address, self.caller.port, flow, self.version)
        keys.setdefault("replace", ["origin", "session-connection"])
        reply = self.send("offer", **{"from-tag": "caller", "sdp": text, **keys})
        self.called.target = sdp.endpoint(reply["sdp"])
        return reply

    def answer(self, flow=None, **keys):
        text = sdp.audio(self.called.address, self.called.port, flow, self.version)
        keys.setdefault("replace", ["origin", "session-connection"])
        reply = self.send(
            "answer", **{"from-tag": "caller", "to-tag": "called", "sdp": text, **keys})
        self.caller.target = sdp.endpoint(reply["sdp"])
        return reply

    def talk(self):
        self.caller.start()
        self.called.start()

    def assert_both_hear(self):
        for side in (self.caller, self.called):
            count = len(side.received)
            wait_until(lambda: len(side.received) > count + 2, 5,
                       lambda: f"no RTP reaches {side.address}:{side.port}")
        start = time.monotonic()
        time.sleep(1.0)
        audio.assert_hears(self.called.samples(start), LOW, [HIGH], "the called party")
        audio.assert_hears(self.caller.samples(start), HIGH, [LOW], "the caller")

    def assert_quiet(self):
        time.sleep(0.3)
        counts = len(self.caller.received), len(self.called.received)
        time.sleep(0.6)
        now = len(self.caller.received), len(self.called.received)
        assert counts == now, f"packets still arrive: {counts} → {now}"


def party(address, ssrc, hertz):
    return Party(address, ports.take(ports.PHONE_MIN, 190, address, step=2), ssrc,
                 audio.tone(hertz, 1))


@test("opensips: N8, N13 a call; delete with call-id and received-from ends it", tags=["opensips"])
def call(t):
    relay = t.relay(delete_delay=0)
    call = Call(t, relay, "opensips-1")
    first = call.offer()
    assert f"o=- 4242 1 IN IP4 {sdp.endpoint(first['sdp'])[0]}" in first["sdp"], first["sdp"]
    call.answer()
    call.talk()
    call.assert_both_hear()
    call.send("delete")
    call.assert_quiet()
    wait_until(lambda: relay.sessions() == 0, 5, lambda: f"{relay.sessions()} sessions are left")


@test("opensips: N8 delete without tags is answered with figures, query while delete-delay runs",
      tags=["opensips"])
def delete_lingers(t):
    relay = t.relay()
    call = Call(t, relay, "opensips-2")
    call.offer()
    call.answer()
    call.talk()
    call.assert_both_hear()
    reply = call.send("delete")
    # rtpengine 10.5 answers such a delete without figures.
    if t.kind == "baton":
        assert reply["totals"]["RTP"]["packets"] >= 100, reply
    reply = relay.client.request("query", call_id="opensips-2")
    assert reply["totals"]["RTP"]["packets"] >= 100, reply


@test("opensips: N14, N15 hold and resume by re-INVITE of either side", tags=["opensips"])
def hold(t):
    call = Call(t, t.relay(), "opensips-3")
    call.offer()
    call.answer()
    call.talk()
    call.assert_both_hear()
    before = call.caller.target, call.called.target
    held = call.offer("sendonly")
    assert sdp.direction(held["sdp"]) == "sendonly", held["sdp"]
    assert sdp.direction(call.answer("recvonly")["sdp"]) == "recvonly"
    call.offer("sendrecv")
    call.answer("sendrecv")
    assert before == (call.caller.target, call.called.target), "ports changed without a reason"
    call.assert_both_hear()
    # The called party re-offers: the tags change places.
    text = sdp.audio(call.called.address, call.called.port, version=3)
    reply = call.send("offer", **{"from-tag": "called", "to-tag": "caller", "sdp": text})
    assert sdp.endpoint(reply["sdp"]) == call.caller.target
    text = sdp.audio(call.caller.address, call.caller.port, version=4)
    reply = call.send("answer", **{"from-tag": "called", "to-tag": "caller", "sdp": text})
    assert sdp.endpoint(reply["sdp"]) == call.called.target
    call.assert_both_hear()


@test("opensips: N2, N17 in-iface and out-iface as direction, `address family` with a space",
      tags=["opensips", "ipv6"])
def interfaces(t):
    relay = t.relay(interfaces=(("inside", "127.0.0.1"), ("outside", "::1")))
    call = Call(t, relay, "opensips-4", ("127.0.0.1", "::1"))
    reply = call.offer(**{"direction": ["inside", "outside"], "address family": "IP6"})
    assert sdp.endpoint(reply["sdp"])[0] == "::1", reply["sdp"]
    assert "IN IP6 ::1" in reply["sdp"], reply["sdp"]
    reply = call.answer()
    assert sdp.endpoint(reply["sdp"])[0] == "127.0.0.1", reply["sdp"]
    call.talk()
    call.assert_both_hear()


@test("opensips: N17 two interfaces of one family, each side by its own address", tags=["opensips"])
def two_interfaces(t):
    relay = t.relay(interfaces=(("inside", "127.0.0.1"), ("outside", "127.0.0.3")))
    call = Call(t, relay, "opensips-5", ("127.0.0.1", "127.0.0.4"))
    reply = call.offer(direction=["inside", "outside"])
    assert sdp.endpoint(reply["sdp"])[0] == "127.0.0.3", reply["sdp"]
    assert sdp.endpoint(call.answer()["sdp"])[0] == "127.0.0.1"
    call.talk()
    call.assert_both_hear()
    assert {packet.source[0] for packet in call.called.received} == {"127.0.0.3"}


@test("opensips: N2 rtcp-mux as a list, codec and unknown flags as plain words, nested brackets",
      tags=["opensips"])
def flags(t):
    call = Call(t, t.relay(), "opensips-6")
    call.offer(**{
        "rtcp-mux": ["demux"], "ICE": "remove", "transport-protocol": "RTP/AVP",
        "flags": ["trust-address", "codec-strip-opus", "no-such-flag"],
        "codec": {"strip": ["opus", "G722"]}, "via-branch": "z9hG4bK-abc"})
    call.answer(**{"flags": ["trust-address"], "via-branch": "z9hG4bK-abc"})
    call.talk()
    call.assert_both_hear()


@test("opensips: N14 the called party rings twice (18x and 200 with SDP)", tags=["opensips"])
def early_media(t):
    call = Call(t, t.relay(), "opensips-7")
    call.offer()
    early = call.answer()["sdp"]
    call.talk()
    call.assert_both_hear()
    assert sdp.endpoint(call.answer()["sdp"]) == sdp.endpoint(early)
    call.assert_both_hear()
