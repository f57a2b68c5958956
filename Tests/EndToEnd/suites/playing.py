"""What the relay itself plays: files and tones to phones, digits to who hears them (row N10)."""

import time

from harness import audio
from harness.framework import test
from harness.processes import wait_until
from suites.calls import HIGH, LOW, Scene
from suites.media import connect, pair

MUSIC = 700
KEYS = "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\n"


def music(t, seconds=2):
    path = t.folder / "music.wav"
    audio.write_wav(path, audio.tone(MUSIC, seconds, rate=16000), 16000)
    return path


def assert_heard(phone, wanted, others):
    """Waits until the phone hears the tone and nothing else, for at most five seconds."""
    def hears():
        samples = phone.ear.samples(time.monotonic() - 0.5)
        return len(samples) >= 3000 and audio.level_db(samples, wanted) > -25 \
            and all(audio.level_db(samples, other) < -50 for other in others)

    wait_until(hears, 5, lambda: f"{phone.user} should hear {wanted} Hz: " + audio.describe(
        phone.ear.samples(time.monotonic() - 0.5), (wanted, *others)))


@test("playing: N10 a phone hears a file again and again until it is stopped, then its peer",
      only="baton", tags=["playing"])
def file(t):
    scene = Scene(t)
    scene.connect()
    scene.assert_both_hear()
    client, call_id = scene.relay.client, scene.relay.calls()[0]
    reply = client.request("play media", call_id=call_id, flags=["all"], file=str(music(t)),
                           repeat_times=30)
    assert reply["result"] == "ok" and reply["duration"] == 2000, reply
    assert_heard(scene.alice, MUSIC, [LOW, HIGH])
    assert_heard(scene.bob, MUSIC, [LOW, HIGH])
    reply = client.request("stop media", call_id=call_id, flags=["all"])
    assert reply["result"] == "ok" and 0 <= reply["last-frame-pos"] < 2000, reply
    assert_heard(scene.alice, HIGH, [LOW, MUSIC])
    assert_heard(scene.bob, LOW, [HIGH, MUSIC])


@test("playing: N10 a file that is not there is told", only="baton", tags=["playing"])
def missing(t):
    relay = t.relay()
    connect(relay, "p1", pair(t)[0], pair(t)[0])
    reply = relay.client.request("play media", call_id="p1", from_tag="a", file="/no/such.wav")
    assert reply["error-reason"] == "Failed to start media playback from file", reply
    assert "No such file" in reply["detail"], reply


@test("playing: N10 a digit arrives as telephone-events at who hears the party", only="baton",
      tags=["playing"])
def digit(t):
    relay = t.relay()
    (caller, _), (called, _) = pair(t), pair(t)
    texts = [text.replace("RTP/AVP 0", "RTP/AVP 0 101") + KEYS for text in (
        f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        f"m=audio {one.getsockname()[1]} RTP/AVP 0\r\n" for one in (caller, called))]
    client = relay.client
    client.request("offer", call_id="p2", from_tag="a", sdp=texts[0])
    client.request("answer", call_id="p2", from_tag="a", to_tag="b", sdp=texts[1])
    for code in ("1", "#"):
        reply = client.request("play DTMF", call_id="p2", from_tag="a", code=code)
        assert reply["result"] == "ok", reply
    packets = []
    while sum(packet[13] >> 7 for packet in packets) < 6:
        packets.append(called.recv(2048))
    assert {packet[1] & 0x7F for packet in packets} == {101}, packets
    assert {packet[12] for packet in packets} == {1, 11}, packets
    ends = [int.from_bytes(packet[14:16], "big") for packet in packets if packet[13] >> 7]
    assert ends == [2000] * 6, ends
