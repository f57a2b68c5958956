"""Recordings of real calls, read by tools that are not ours (row N10)."""

import array
import json
import shutil
import subprocess
import time
import wave

from harness import audio, framework, tshark
from harness.framework import test
from harness.listener import AudioListener
from harness.processes import wait_until
from suites.calls import HIGH, LOW, Scene


def recorded_scene(t, formats):
    """A relay that records into a folder, a proxy and two phones."""
    folder = t.folder / "recordings"
    folder.mkdir()
    make = t.relay
    t.relay = lambda **keywords: make(**{**keywords, "settings": {"recording": {
        "directory": str(folder), "template": "call", "formats": formats}}})
    return Scene(t, delete_delay=0), folder


def metadata(folder):
    """The recording's metadata, which are written when its other files are complete."""
    path = folder / "call.json"
    wait_until(lambda: path.exists() and path.stat().st_size > 0, 10,
               lambda: f"no metadata in {sorted(folder.iterdir())}")
    return json.loads(path.read_text())


def record_for(scene, seconds):
    """Records an established call for a while, from a command to a command."""
    call = scene.relay.calls()[0]
    reply = scene.relay.client.request("start recording", call_id=call)
    assert reply["result"] == "ok", reply
    time.sleep(seconds)
    reply = scene.relay.client.request("stop recording", call_id=call)
    assert reply["result"] == "ok", reply
    return call


def channels_by_sox(path):
    """The samples of each channel, as sox reads the file."""
    framework.need(shutil.which("sox"), "sox is not installed")
    if path.suffix == ".ogg":
        framework.need(shutil.which("opusdec"), "opusdec is not installed")
        decoded = path.with_suffix(".wav")
        subprocess.run(["opusdec", "--quiet", "--rate", "8000", str(path), str(decoded)],
                       check=True, timeout=30)
        path = decoded
    found = []
    for channel in (1, 2):
        raw = path.with_suffix(f".{channel}.raw")
        subprocess.run(["sox", str(path), "-t", "raw", "-r", "8000", "-e", "signed", "-b", "16",
                        str(raw), "remix", str(channel)], check=True, timeout=30)
        found.append(array.array("h", raw.read_bytes()).tolist())
    return found


@test("recording: N10 a phone call as WAV, each party on its own channel", tags=["recording"],
      only="baton")
def as_wav(t):
    scene, folder = recorded_scene(t, ["wav"])
    scene.connect()
    scene.assert_both_hear()
    record_for(scene, 3.0)
    told = metadata(folder)
    with wave.open(str(folder / "call.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000), file.getparams()
        length = file.getnframes() / 8000
    assert 2.7 < length < 3.3, f"{length} s were recorded, not 3"
    left, right = channels_by_sox(folder / "call.wav")
    audio.assert_hears(left[4000:20000], LOW, [HIGH], "the left channel")
    audio.assert_hears(right[4000:20000], HIGH, [LOW], "the right channel")
    assert told["packets"] >= 280 and told["unrecorded-packets"] == 0, told
    assert [line["channel"] for line in told["lines"]] == ["left", "right"], told
    scene.assert_both_hear()


@test("recording: N10 a phone call as PCAP, which tshark reads without a loss",
      tags=["recording"], only="baton")
def as_pcap(t):
    scene, folder = recorded_scene(t, ["pcap"])
    scene.connect()
    scene.assert_both_hear()
    record_for(scene, 2.0)
    told = metadata(folder)
    ports = [int(line["local"].rsplit(":", 1)[1]) for line in told["lines"]]
    streams = tshark.streams(folder / "call.pcap", ports)
    assert len(streams) == 2, streams
    for stream in streams:
        t.figure(f"{stream.packets} packets, {stream.lost} lost, jitter {stream.max_jitter_ms} ms")
        assert 90 <= stream.packets <= 110 and stream.lost == 0, stream


@test("recording: N10 a phone call as Ogg Opus, which opusdec reads",
      tags=["recording"], only="baton")
def as_ogg(t):
    scene, folder = recorded_scene(t, ["ogg"])
    scene.connect()
    scene.assert_both_hear()
    record_for(scene, 3.0)
    metadata(folder)
    left, right = channels_by_sox(folder / "call.ogg")
    # Opus couples channels: a little of each is in the other.
    for samples, own, other in ((left, LOW, HIGH), (right, HIGH, LOW)):
        samples = samples[4000:20000]
        apart = audio.level_db(samples, own) - audio.level_db(samples, other)
        t.figure(f"{own} Hz is {apart:.0f} dB above {other} Hz")
        assert apart > 20, audio.describe(samples)


def forwarded_scene(t, address):
    """A relay that forwards to `address`, a proxy and two phones."""
    make = t.relay
    t.relay = lambda **keywords: make(
        **{**keywords, "settings": {"recording": {"forward-to": address}}})
    return Scene(t, delete_delay=0)


@test("recording: N10 a phone call goes live to a listener, each party by its own connection",
      tags=["recording"], only="baton")
def forwarded(t):
    listener = t.keep(AudioListener()).start()
    scene = forwarded_scene(t, listener.address)
    scene.connect()
    scene.assert_both_hear()
    call = scene.relay.calls()[0]
    begin = time.monotonic()
    reply = scene.relay.client.request("start forwarding", call_id=call)
    assert reply["result"] == "ok" and "warning" not in reply, reply
    wait_until(lambda: len(listener.connections) == 2
               and all(len(each.samples) > 16000 for each in listener.connections), 10,
               lambda: f"the listener got {[len(c.received) for c in listener.connections]} bytes")
    passed = time.monotonic() - begin
    assert passed < 3.5, f"two seconds of audio came after {passed} s"
    heard = set()
    for connection in listener.connections:
        header = connection.header
        assert header["call-id"] == call and header["sample-rate"] == 8000, header
        samples = connection.samples[4000:16000]
        own, other = (LOW, HIGH) if audio.level_db(samples, LOW) > -40 else (HIGH, LOW)
        audio.assert_hears(samples, own, [other], f"the listener of {header['tag']}")
        heard.add((own, header["tag"]))
    assert len({own for own, _ in heard}) == 2 and len({tag for _, tag in heard}) == 2, heard
    detail = scene.relay.client.request("query", call_id=call)["recording"]
    assert detail["forwarding"] == 1 and detail["call recording"] == 0, detail
    assert scene.relay.metrics()["baton_forwarding_connections"] == 2
    reply = scene.relay.client.request("stop forwarding", call_id=call)
    assert reply["result"] == "ok", reply
    wait_until(lambda: all(each.is_closed for each in listener.connections), 5,
               lambda: "the connections stay open")
    dropped = scene.relay.metrics()["baton_forwarding_dropped_frames_total"]
    assert dropped == 0, f"{dropped} frames were dropped"
    t.figure(f"two seconds of audio after {passed:.2f} s")
    scene.assert_both_hear()


@test("recording: N10 a call goes on where nobody listens, and a listener that comes later hears",
      tags=["recording"], only="baton")
def forwarded_late(t):
    nobody = AudioListener()
    address = nobody.address
    nobody.stop()
    scene = forwarded_scene(t, address)
    scene.connect()
    scene.assert_both_hear()
    call = scene.relay.calls()[0]
    reply = scene.relay.client.request("start forwarding", call_id=call)
    assert reply["result"] == "ok", reply
    wait_until(lambda: scene.relay.metrics().get(
        'baton_forwarding_failures_total{cause="refused"}', 0) == 2, 10,
        lambda: f"nothing is told of it: {scene.relay.metrics()}")
    scene.assert_both_hear()
    host, port = address.rsplit(":", 1)
    listener = t.keep(AudioListener((host, int(port)))).start()
    wait_until(lambda: len(listener.connections) == 2
               and all(len(each.samples) > 8000 for each in listener.connections), 15,
               lambda: f"{[len(c.received) for c in listener.connections]} bytes came")
    levels = [[audio.level_db(each.samples[:8000], hertz) for hertz in (LOW, HIGH)]
              for each in listener.connections]
    assert sorted(pair.index(max(pair)) for pair in levels) == [0, 1], levels
    scene.assert_both_hear()
