"""baresip as a phone: plays a WAV file to its peer and records what it hears."""

import collections
import json
import pathlib
import shutil
import socket
import time

from . import audio, ear, framework, peers, ports
from .processes import Process, wait_until

MODULES = pathlib.Path("/usr/lib/baresip/modules")

CONFIGURATION = """\
poll_method epoll
sip_listen {sip}
sip_certificate
call_local_timeout 30
call_max_calls 4
audio_player aubridge,{user}
audio_source {source}
audio_alert aubridge,alert
audio_level no
ausrc_srate {rate}
auplay_srate {rate}
ausrc_channels 1
auplay_channels 1
rtp_ports {low}-{high}
rtp_timeout 0
rtcp_mux no
jitter_buffer_delay 0-0
audio_buffer 20-160
net_interface {address}
prefer_ipv6 {ipv6}
module_path {modules}
module aufile.so
module aubridge.so
module sndfile.so
module g711.so
{more}module account.so
module menu.so
module ctrl_tcp.so
snd_path {recordings}
ctrl_tcp_listen 127.0.0.1:{control}
"""


# What a phone speaks: baresip's settings of the account, its modules, and the rate of its sound.
Media = collections.namedtuple("Media", "codec encryption nat modules rate")
PLAIN = Media("PCMU/8000/1", "", "", (), 8000)
SDES = PLAIN._replace(encryption="srtp-mand", modules=("srtp",))
DTLS = PLAIN._replace(encryption="dtls_srtp", nat="ice", modules=("srtp", "dtls_srtp", "ice"))
OPUS = PLAIN._replace(codec="opus/48000/2", modules=("opus",), rate=48000)


class Phone(peers.Recorder):
    """One baresip, registered at a proxy as `user`, that says `wav` as long as a call lasts."""

    def __init__(self, folder, user, proxy, wav, address="127.0.0.1",
                 listen=True, media=PLAIN, dtmf="info"):
        framework.need(shutil.which("baresip"), "baresip is not installed")
        self.user, self.proxy, self.address = user, proxy, address
        self.folder = pathlib.Path(folder) / user
        self.recordings = self.folder / "heard"
        self.recordings.mkdir(parents=True, exist_ok=True)
        self.port, self.control_port = ports.sip(address), ports.control()
        low, high = ports.phone_range()
        self.ear = ear.Ear(low, high) if listen else None
        bracketed = f"[{address}]" if ":" in address else address
        (self.folder / "config").write_text(CONFIGURATION.format(
            sip=f"{bracketed}:{self.port}", user=user, source=f"aufile,{wav}",
            low=low, high=high, address=address, modules=MODULES, rate=media.rate,
            more="".join(f"module {name}.so\n" for name in media.modules),
            ipv6="yes" if ":" in address else "no",
            recordings=self.recordings, control=self.control_port))
        self.domain = f"[{proxy[0]}]:{proxy[1]}" if ":" in proxy[0] else f"{proxy[0]}:{proxy[1]}"
        (self.folder / "accounts").write_text(
            f"<sip:{user}@{self.domain}>;auth_pass=none;regint=300;answermode=auto;"
            f"audio_codecs={media.codec};ptime=20;dtmfmode={dtmf};"
            f"medianat={media.nat};mediaenc={media.encryption}\n")
        (self.folder / "contacts").write_text("")
        self.process = self.control = None
        self.events, self._buffer = [], b""

    def start(self):
        self.process = Process(f"baresip-{self.user}", ["baresip", "-f", self.folder],
                               self.folder.parent)

        def connect():
            try:
                self.control = socket.create_connection(("127.0.0.1", self.control_port), 1)
                return True
            except OSError:
                if not self.process.is_running():
                    raise AssertionError(
                        f"baresip ended at start\n{self.process.tail()}") from None
                return False

        wait_until(connect, 10, lambda: f"baresip has no control\n{self.process.tail()}")
        self.process.wait_for(r"\d/UDP/v[46]\} 200 OK", 10)
        return self

    def stop(self):
        if self.ear:
            self.ear.stop()
        if self.control:
            self.control.close()
        if self.process:
            self.process.stop(timeout=3.0)

    def command(self, name, parameters=""):
        """Sends a command and returns the text of its answer."""
        document = json.dumps({"command": name, "params": parameters, "token": name})
        self.control.sendall(f"{len(document)}:{document},".encode())
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            for message in self._take(deadline):
                if message.get("response") and message.get("token") == name:
                    return message.get("data", "")
        raise AssertionError(f"{self.user}: no answer to {name}\n{self.process.tail()}")

    def dial(self, peer):
        self.events.clear()
        return self.command("dial", f"sip:{peer}@{self.domain}")

    def hang_up(self):
        return self.command("hangup")

    def hold(self):
        return self.command("hold")

    def resume(self):
        return self.command("resume")

    def wait_event(self, kind, timeout=10.0):
        """Waits for an event of baresip, e.g. CALL_ESTABLISHED, and forgets it."""
        deadline = time.monotonic() + timeout
        while True:
            for event in self.events:
                if event.get("type") == kind:
                    self.events.remove(event)
                    return event
            if time.monotonic() > deadline:
                seen = [event.get("type") for event in self.events]
                raise AssertionError(
                    f"{self.user}: no {kind} within {timeout} s, saw {seen}\n"
                    f"{self.process.tail()}")
            self._take(min(deadline, time.monotonic() + 0.2))

    def wait_established(self):
        self.wait_event("CALL_ESTABLISHED")

    def wait_closed(self):
        self.wait_event("CALL_CLOSED")

    def tail(self, seconds):
        """(samples, rate) of the last seconds that this phone has recorded."""
        return audio.wav_tail(self.recording(), seconds)

    def recording(self):
        """The file of what this phone has heard in its latest call, or None."""
        files = sorted(self.recordings.glob("*-dec.wav"), key=lambda p: p.stat().st_mtime)
        return files[-1] if files else None

    def heard(self, seconds=1.0):
        """What arrives at this phone in the coming `seconds` (fewer samples: silence).

        This listens before the phone does: baresip 1.0 stops its recording at the first hold.
        """
        return self.ear.heard(seconds)

    def recorded(self):
        """What the phone itself has decoded and recorded, from the call's begin to the first
        hold."""
        file = self.recording()
        return audio.read_growing_wav(file) if file else []

    def _take(self, deadline):
        """Reads until the deadline or the first message; returns the new messages."""
        found = []
        while not found:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self.control.settimeout(left)
            try:
                data = self.control.recv(65536)
            except TimeoutError:
                break
            if not data:
                raise AssertionError(f"{self.user}: baresip has gone\n{self.process.tail()}")
            self._buffer += data
            while (message := self._netstring()) is not None:
                found.append(message)
                if message.get("event"):
                    self.events.append(message)
        return found

    def _netstring(self):
        length, colon, rest = self._buffer.partition(b":")
        if not colon or len(rest) < int(length) + 1:
            return None
        size = int(length)
        self._buffer = rest[size + 1:]
        return json.loads(rest[:size])
