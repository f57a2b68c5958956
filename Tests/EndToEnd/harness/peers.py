"""Phones other than baresip, and what all of them have in common.

A peer can start, stop, dial, hang_up, wait_established, wait_closed and assert_hears.
"""

import pathlib
import shutil
import subprocess
import time

from . import audio, framework, ports
from .processes import Process, wait_until

ROOT = pathlib.Path(__file__).resolve().parents[3]
PYTHON = ROOT / ".build-peers/bin/python"
PJSUA_SCRIPT = ROOT / "Tests/EndToEnd/peers/pjsua.py"


class Recorder:
    """A peer whose recording is read: `tail` gives its last seconds and their rate."""

    def assert_hears(self, wanted, other, timeout=10.0):
        """Waits until the recording's end is the tone, then checks half a second of it."""
        def hears():
            samples, rate = self.tail(0.5)
            return len(samples) >= 0.5 * rate \
                and audio.level_db(samples, wanted, rate) > -25 \
                and audio.level_db(samples, other, rate) < -50

        def failure():
            samples, rate = self.tail(1.0)
            return f"{self.user} should hear {wanted} Hz and not {other} Hz: " \
                   f"{audio.describe(samples, (wanted, other), rate)}\n{self.process.tail(8)}"

        wait_until(hears, timeout, failure)
        samples, rate = self.tail(0.5)
        audio.assert_hears(samples, wanted, [other], self.user, rate)
        return audio.describe(samples, (wanted, other), rate)


class Commanded(Recorder):
    """A phone that is told on its input what to do, and tells on its output what happens."""

    def __init__(self, folder, user, proxy):
        self.user, self.proxy = user, proxy
        self.folder = pathlib.Path(folder) / user
        self.folder.mkdir(parents=True)
        self.heard = self.folder / "heard.wav"
        self.domain = f"{proxy[0]}:{proxy[1]}"
        self.process, self.seen = None, 0

    def run(self, command, environment=None):
        self.process = Process(self.user, command, self.folder.parent, environment,
                               stdin=subprocess.PIPE)

    def say(self, line):
        self.process.process.stdin.write(f"{line}\n".encode())
        self.process.process.stdin.flush()

    def wait_text(self, text, timeout=10.0):
        """Waits for a text in what was printed since the last text that was waited for."""
        deadline = time.monotonic() + timeout
        while True:
            position = self.process.text().find(text, self.seen)
            if position >= 0:
                self.seen = position + len(text)
                return
            if time.monotonic() > deadline or not self.process.is_running():
                raise AssertionError(
                    f"{self.user}: no '{text}' within {timeout} s\n{self.process.tail()}")
            time.sleep(0.02)

    def tail(self, seconds):
        return audio.wav_tail(self.heard, seconds)

    def stop(self):
        if self.process:
            if self.process.is_running():
                self.say("quit")
            self.process.process.stdin.close()
            self.process.stop(timeout=3.0)


class PJSUA(Commanded):
    """pjsua2 with SRTP keys in the SDP (SDES), or without SRTP."""

    def __init__(self, folder, user, proxy, wav, encryption="sdes"):
        framework.need(PYTHON.exists(), "pjsua2 is not installed (tools/setup --peers)")
        super().__init__(folder, user, proxy)
        self.wav, self.encryption = wav, encryption

    def start(self):
        low, _ = ports.phone_range()
        self.run([PYTHON, "-u", PJSUA_SCRIPT, self.user, self.domain, ports.sip(), low, self.wav,
                  self.heard, self.encryption])
        self.wait_text("EVENT registered 200")
        return self

    def dial(self, peer):
        self.say(f"call sip:{peer}@{self.domain}")

    def hang_up(self):
        self.say("hangup")

    def wait_established(self):
        self.wait_text("EVENT established")

    def wait_closed(self):
        self.wait_text("EVENT closed")


LINPHONE = """\
[sip]
sip_port={sip}
sip_tcp_port=0
sip_tls_port=0
bind_address=127.0.0.1
use_ipv6=0
ping_with_options=0
register_only_when_network_is_up=0
media_encryption={encryption}
media_encryption_mandatory=1
default_proxy=0
[proxy_0]
reg_proxy=<sip:{domain}>
reg_identity=<sip:{user}@{domain}>
reg_sendregister=1
reg_expires=600
publish=0
[rtp]
audio_rtp_port={rtp}
[video]
enabled=0
capture=0
display=0
[sound]
echocancellation=0
"""
CODECS = (("opus", 48000, 2), ("PCMU", 8000, 1), ("PCMA", 8000, 1), ("speex", 8000, 1),
          ("speex", 16000, 1), ("speex", 32000, 1), ("GSM", 8000, 1), ("G722", 8000, 1),
          ("G729", 8000, 1))


class Linphone(Commanded):
    """linphonec with one codec; `encryption` is srtp (SDES) or dtls."""

    def __init__(self, folder, user, proxy, wav, encryption, codec):
        framework.need(shutil.which("linphonec"), "linphonec is not installed")
        super().__init__(folder, user, proxy)
        # Without this folder linphone starts without any transport.
        (self.folder / ".local/share/linphone").mkdir(parents=True)
        self.wav, self.rate = wav, 48000 if codec == "opus" else 8000
        text = LINPHONE.format(sip=ports.sip(), encryption=encryption, domain=self.domain,
                               user=user, rtp=ports.phone_range()[0])
        for index, (name, rate, channels) in enumerate(CODECS):
            text += f"[audio_codec_{index}]\nmime={name}\nrate={rate}\n" \
                    f"channels={channels}\nenabled={int(name == codec)}\n"
        (self.folder / "linphonerc").write_text(text)

    def start(self):
        self.run(["linphonec", "-a", "-d", "5", "-l", self.folder / "linphone.log",
                  "-c", self.folder / "linphonerc"], {"HOME": str(self.folder)})
        self.wait_text("linphonec>")
        # There is no sound card: a file is played and another is written.
        self.say("soundcard use files")
        self.wait_text("Using wav files")
        self.say(f"play {self.wav}")
        self.say(f"record {self.heard}")
        wait_until(self._registered, 10, lambda: f"no registration\n{self.process.tail()}")
        return self

    def _registered(self):
        log = self.folder / "linphone.log"
        return log.exists() and "LinphoneRegistrationOk" in log.read_text(errors="replace")

    def tail(self, seconds):
        return audio.wav_tail(self.heard, seconds, self.rate)

    def dial(self, peer):
        self.say(f"call sip:{peer}@{self.domain}")

    def hang_up(self):
        self.say("terminate")

    def wait_established(self):
        self.wait_text("Media streams established")

    def wait_closed(self):
        self.wait_text(" ended")
