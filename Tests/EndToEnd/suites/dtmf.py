"""Keys that are pressed, and media that is blocked or silenced, between two phones (row N10)."""

import json
import socket
import struct
import time

from harness import audio, gaps, sdp
from harness.framework import test
from harness.phones import Phone
from harness.processes import wait_until
from harness.proxy import Kamailio
from suites.calls import HIGH, LOW, tone_file, wait_for_sound
from suites.media import pair

EVENT_TYPE = 101
KEYS = ("a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-16")


class Scene:
    """Two phones that send keys as telephone events: alice says LOW, bob says HIGH."""

    def __init__(self, t):
        self.relay = t.relay(delete_delay=0)
        self.stream = EventStream(t, self.relay)
        self.proxy = t.keep(Kamailio(t.folder, self.relay, False)).start()
        at = ("127.0.0.1", self.proxy.port)
        self.alice, self.bob = (
            t.keep(Phone(t.folder, user, at, tone_file(t, hertz), dtmf="rtpevent")).start()
            for user, hertz in (("alice", LOW), ("bob", HIGH)))
        self.alice.dial("bob")
        self.alice.wait_established()
        self.bob.wait_established()
        wait_for_sound(self.alice)
        wait_for_sound(self.bob)
        self.call_id = self.relay.calls()[0]

    def command(self, name, **keys):
        reply = self.relay.client.request(name, call_id=self.call_id, **keys)
        assert reply["result"] == "ok" and "warning" not in reply, (name, reply)

    def press(self, digits):
        for digit in digits:
            self.alice.command("sndcode", digit)
            time.sleep(0.4)

    def digits_at_bob(self, since):
        found = gaps.events([(packet.timestamp, packet.payload)
                             for packet in list(self.bob.ear.packets)
                             if packet.time >= since and packet.type == EVENT_TYPE])
        return "".join(digit for digit, _ in found)

    def heard(self, phone):
        """What arrives in a second, once what was on its way has."""
        time.sleep(0.3)
        return phone.heard(1.0)


class EventStream:
    """The HTTP event stream."""

    def __init__(self, t, relay):
        self.socket = t.keep(socket.create_connection(relay.http_address), "close")
        self.socket.sendall(b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        self.text = ""

    def keys(self, count, timeout=5):
        """The keys so far, `count` of them or a failure."""
        end = time.monotonic() + timeout
        while True:
            found = [json.loads(line[5:]) for line in self.text.splitlines()
                     if line.startswith("data:") and '"dtmf"' in line and line.endswith("}")]
            if len(found) >= count:
                return found
            self.socket.settimeout(max(end - time.monotonic(), 0.01))
            try:
                self.text += self.socket.recv(65536).decode()
            except TimeoutError:
                raise AssertionError(f"{len(found)} keys, not {count}: {self.text}") from None


@test("dtmf: N10 keys arrive, and are told of on the event stream", only="baton", tags=["dtmf"])
def told(t):
    scene = Scene(t)
    start = time.monotonic()
    scene.press("17#")
    wait_until(lambda: scene.digits_at_bob(start) == "17#", 5,
               lambda: f"at bob: {scene.digits_at_bob(start)}")
    keys = scene.stream.keys(3)
    assert "".join(key["digit"] for key in keys) == "17#", keys
    assert len({key["tag"] for key in keys}) == 1 and all(
        key["callID"] == scene.call_id and key["durationMs"] > 0 for key in keys), keys
    t.figure(f"keys: {[(key['digit'], key['durationMs']) for key in keys]}")


@test("dtmf: N10 blocked keys do not arrive, are told of, and arrive again", only="baton",
      tags=["dtmf"])
def blocked(t):
    scene = Scene(t)
    scene.command("block DTMF")
    start = time.monotonic()
    scene.press("42")
    assert "".join(key["digit"] for key in scene.stream.keys(2)) == "42"
    assert scene.digits_at_bob(start) == "", scene.digits_at_bob(start)
    audio.assert_hears(scene.heard(scene.bob), LOW, [HIGH], "bob")
    scene.command("block DTMF", DTMF_security="zero")
    start = time.monotonic()
    scene.press("9")
    wait_until(lambda: scene.digits_at_bob(start) == "0", 5,
               lambda: f"at bob: {scene.digits_at_bob(start)}")
    scene.command("unblock DTMF")
    start = time.monotonic()
    scene.press("9")
    wait_until(lambda: scene.digits_at_bob(start) == "9", 5,
               lambda: f"at bob: {scene.digits_at_bob(start)}")


@test("dtmf: N10 blocked media is silence at the ear, until it is unblocked", only="baton",
      tags=["dtmf"])
def block_media(t):
    scene = Scene(t)
    audio.assert_hears(scene.heard(scene.bob), LOW, [HIGH], "bob")
    scene.command("block media")
    for phone in (scene.bob, scene.alice):
        audio.assert_silent(scene.heard(phone), [LOW, HIGH], phone.user)
    scene.command("unblock media")
    audio.assert_hears(scene.heard(scene.bob), LOW, [HIGH], "bob")
    audio.assert_hears(scene.heard(scene.alice), HIGH, [LOW], "alice")


@test("dtmf: N10 silenced media goes on as packets of silence", only="baton", tags=["dtmf"])
def silence_media(t):
    scene = Scene(t)
    scene.command("silence media")
    samples = scene.heard(scene.bob)
    assert len(samples) > 6000, f"{len(samples)} samples in a second"
    audio.assert_silent(samples, [LOW, HIGH], "bob")
    scene.command("unsilence media")
    audio.assert_hears(scene.heard(scene.bob), LOW, [HIGH], "bob")


def report(number, code, duration, is_end, timestamp=8000):
    header = struct.pack("!BBHII", 0x80, EVENT_TYPE, number, timestamp, 7)
    return header + struct.pack("!BBH", code, (0x80 if is_end else 0) | 10, duration)


@test("dtmf: N10 each key is a datagram at DTMF-log-dest, and the log keeps its digit to itself",
      only="baton", tags=["dtmf"])
def datagram(t):
    relay = t.relay(settings={"log": {"level": "debug"}})
    (caller, _), (called, _), (listener, _) = pair(t), pair(t), pair(t)
    place = "127.0.0.1:%d" % listener.getsockname()[1]
    texts = [sdp.audio("127.0.0.1", one.getsockname()[1], extra=KEYS)
             .replace("RTP/AVP 0", "RTP/AVP 0 101") for one in (caller, called)]
    relay.client.request("offer", call_id="keys", from_tag="a", sdp=texts[0],
                         DTMF_log_dest=place)
    answer = relay.client.request(
        "answer", call_id="keys", from_tag="a", to_tag="b", sdp=texts[1])
    target = sdp.endpoint(answer["sdp"])
    for number, (duration, is_end) in enumerate(
            [(160, False), (640, False), (800, True), (800, True), (800, True)]):
        caller.sendto(report(number, 11, duration, is_end), target)
    line = json.loads(listener.recv(2048))
    assert isinstance(line.pop("timestamp"), int)
    assert line == {
        "callid": "keys", "source_tag": "a", "source_label": "", "tags": ["a", "b"],
        "type": "DTMF", "source_ip": "127.0.0.1", "event": 11, "duration": 100,
        "volume": 10}, line
    logged = relay.process.wait_for(r"(?m)^.*key pressed.*$").group(0)
    assert "digit" not in logged and "#" not in logged, logged
