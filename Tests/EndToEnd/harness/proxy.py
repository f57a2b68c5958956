"""Kamailio with the configuration of examples/kamailio."""

import pathlib
import shutil

from . import framework, ports
from .processes import Process

CONFIGURATION = pathlib.Path(__file__).resolve().parents[3] / "examples/kamailio/kamailio.cfg"


class Kamailio:
    """A running proxy in front of one relay."""

    def __init__(self, folder, relay, bridge=False, host="127.0.0.1", children=4):
        framework.need(shutil.which("kamailio"), "kamailio is not installed")
        self.host, self.port = host, ports.sip()
        defines = [
            f"LISTEN=udp:{host}:{self.port}", f'RELAY="{relay.socket_name}"',
        ]
        if bridge:
            defines += ["WITH_BRIDGE", f"LISTEN6=udp:[::1]:{self.port}"]
        folder = pathlib.Path(folder)
        run = folder / "kamailio-run"
        run.mkdir(exist_ok=True)
        command = ["kamailio", "-f", CONFIGURATION, "-DD", "-E", "-m", "128", "-M", "16",
                   "-n", str(children), "-Y", run, "-P", run / "kamailio.pid", "-w", run]
        for define in defines:
            command += ["-A", define]
        self.process = Process("kamailio", command, folder)

    def start(self):
        """Waits until the proxy answers OPTIONS."""
        from .sip import Transport
        probe = Transport(self.host)
        try:
            probe.ping((self.host, self.port), timeout=10)
        except TimeoutError:
            raise AssertionError(f"Kamailio does not answer\n{self.process.tail()}") from None
        finally:
            probe.close()
        return self

    def stop(self):
        self.process.stop()

    def log(self):
        return self.process.text()
