"""tshark's RTP analysis of a capture."""

import collections
import shutil
import subprocess

from . import framework

Stream = collections.namedtuple(
    "Stream", "source destination port ssrc packets lost mean_jitter_ms max_jitter_ms")


def streams(path, ports):
    """The RTP streams in a capture that go to or come from the given UDP ports."""
    framework.need(shutil.which("tshark"), "tshark is not installed")
    command = ["tshark", "-r", str(path), "-q", "-z", "rtp,streams"]
    for port in ports:
        command += ["-d", f"udp.port=={port},rtp"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    found = []
    for line in done.stdout.splitlines():
        words = line.split()
        if len(words) < 15 or "0x" not in line:
            continue
        found.append(_stream(words))
    assert found, f"tshark sees no RTP in {path}:\n{done.stdout}{done.stderr}"
    return found


def _stream(words):
    # start end source port destination port ssrc payload… packets lost (p%) 3 deltas 3 jitters
    ssrc = next(index for index, word in enumerate(words) if word.startswith("0x"))
    percent = next(index for index, word in enumerate(words) if word.endswith("%)"))
    jitters = words[percent + 4:percent + 7]
    return Stream(words[ssrc - 4], words[ssrc - 2], int(words[ssrc - 1]), int(words[ssrc], 16),
                  int(words[percent - 2]), int(words[percent - 1]),
                  float(jitters[1]), float(jitters[2]))
