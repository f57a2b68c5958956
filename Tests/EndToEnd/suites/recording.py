"""Recordings of real calls, read by tools that are not ours (row N10)."""

import array
import json
import shutil
import subprocess
import time
import wave

from harness import audio, framework, tshark
from harness.framework import test
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
