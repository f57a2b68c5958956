"""SIPp as many callers and many called parties, each with an RTP stream of known length."""

import pathlib
import re
import shutil

from . import audio, framework, ports
from .processes import Process
from .sip import UserAgent

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "sipp"


class Load:
    """`calls` calls at `rate` a second through a proxy; both sides send `packets` packets."""

    def __init__(self, folder, proxy, calls, rate, packets, pause_ms, speech=None,
                 concurrent=1000):
        framework.need(shutil.which("sipp"), "sipp is not installed")
        self.folder, self.proxy, self.calls = pathlib.Path(folder), proxy, calls
        self.packets = packets
        self.caller_port, self.called_port = ports.sip(), ports.sip()
        samples = speech or audio.tone(440, packets * 0.02)
        file = self.folder / "stream.ulaw"
        file.write_bytes(audio.encode_pcmu(samples[:packets * 160]))
        for side in ("uac", "uas"):
            text = (SCENARIOS / f"{side}.xml").read_text().replace("@FILE@", str(file))
            (self.folder / f"{side}.xml").write_text(text)
        self._register()
        half = (ports.LAST - ports.SIPP_MIN) // 2
        common = ["-i", "127.0.0.1", "-mi", "127.0.0.1", "-nostdin", "-trace_err",
                  "-trace_screen", "-rtcheck", "loose", "-rtp_buffsize", "1048576",
                  "-rtp_threadtasks", "50"]
        self.called = Process("sipp-called", [
            "sipp", "-sf", "uas.xml", "-p", self.called_port, "-mp", ports.SIPP_MIN,
            *common, "-screen_file", "called.screen", "-error_file", "called.errors",
            f"127.0.0.1:{proxy.port}"], self.folder, folder=self.folder)
        self.caller = Process("sipp-caller", [
            "sipp", "-sf", "uac.xml", "-s", "service", "-p", self.caller_port,
            "-mp", ports.SIPP_MIN + half, "-m", calls, "-r", rate, "-l", concurrent,
            "-d", pause_ms, *common, "-screen_file", "caller.screen",
            "-error_file", "caller.errors", f"127.0.0.1:{proxy.port}"],
            self.folder, folder=self.folder)

    def _register(self):
        agent = UserAgent("service", ("127.0.0.1", self.proxy.port))
        try:
            agent.register(contact=f"<sip:service@127.0.0.1:{self.called_port}>")
        finally:
            agent.close()

    def wait(self, timeout):
        """Waits for the callers; returns (successful, failed) calls."""
        status = self.caller.wait(timeout)
        screen = self._screen()
        successful, failed = counter(screen, "Successful call"), counter(screen, "Failed call")
        if status != 0 or failed or successful != self.calls:
            errors = self.folder / "caller.errors"
            shown = errors.read_text(errors="replace")[-1500:] if errors.exists() else ""
            raise AssertionError(
                f"sipp: {successful} of {self.calls} calls succeeded, {failed} failed, "
                f"status {status}\n{shown}\n{self.caller.tail(5)}")
        return successful, failed

    def _screen(self):
        path = self.folder / "caller.screen"
        return path.read_text(errors="replace") if path.exists() else ""

    def stop(self):
        self.caller.stop()
        self.called.stop()


def counter(screen, name):
    """The cumulative value of a line of SIPp's statistics screen."""
    found = re.findall(rf"{name}\s*\|\s*\d+\s*\|\s*(\d+)", screen)
    return int(found[-1]) if found else 0
