"""Kamailio with the configurations of examples/kamailio and examples/kamailio-webrtc."""

import pathlib
import shutil

from . import framework, ports
from .processes import Process

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples"
CONFIGURATION = EXAMPLES / "kamailio/kamailio.cfg"
WEBRTC_CONFIGURATION = EXAMPLES / "kamailio-webrtc/kamailio.cfg"


class Kamailio:
    """A running proxy in front of one relay."""

    configuration = CONFIGURATION

    def __init__(self, folder, relay, bridge=False, host="127.0.0.1", children=4):
        framework.need(shutil.which("kamailio"), "kamailio is not installed")
        self.host, self.port, self.relay_kind = host, ports.sip(), relay.kind
        defines = [
            f"LISTEN=udp:{host}:{self.port}", f'RELAY="{relay.socket_name}"',
        ]
        if bridge:
            defines += ["WITH_BRIDGE", f"LISTEN6=udp:[::1]:{self.port}"]
        defines += self.more_defines()
        folder = pathlib.Path(folder)
        run = folder / "kamailio-run"
        run.mkdir(exist_ok=True)
        command = ["kamailio", "-f", self.configuration, "-DD", "-E", "-m", "128", "-M", "16",
                   "-n", str(children), "-Y", run, "-P", run / "kamailio.pid", "-w", run]
        for define in defines:
            command += ["-A", define]
        self.process = Process("kamailio", command, folder)

    def more_defines(self):
        return []

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


class WebRTCKamailio(Kamailio):
    """The proxy between browsers, phones with SRTP and plain phones."""

    configuration = WEBRTC_CONFIGURATION

    def more_defines(self):
        modules = pathlib.Path("/usr/lib").glob("*/kamailio/modules/websocket.so")
        framework.need(any(modules), "Kamailio's WebSocket modules are not installed")
        self.websocket_port = ports.sip(self.host)
        defines = [f"LISTEN_WS=tcp:{self.host}:{self.websocket_port}", "WITH_SECURE_PHONES"]
        # See the configuration: baton has to do without this.
        return [*defines, "WITHOUT_SSRC"] if self.relay_kind == "rtpengine" else defines

    @property
    def websocket(self):
        return f"ws://{self.host}:{self.websocket_port}"
