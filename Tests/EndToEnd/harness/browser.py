"""Chromium as a peer: a page of ours that takes commands over HTTP and tells what happens."""

import http.server
import itertools
import json
import pathlib
import queue
import shutil
import threading
import time
import urllib.parse

from . import framework
from .processes import Process

HERE = pathlib.Path(__file__).resolve()
FOLDERS = {"/phone/": HERE.parents[3] / "examples/browser-phone",
           "/test/": HERE.parents[1] / "browser"}
TYPES = {".html": "text/html", ".js": "text/javascript"}
FLAGS = [
    "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-default-apps", "--disable-dev-shm-usage", "--password-store=basic",
    "--use-mock-keychain", "--no-proxy-server",
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection", "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling", "--enable-logging=stderr",
    # Nothing is looked up, nothing is fetched: all that the page needs is on this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# Without a microphone's permission a browser gives mDNS names instead of its addresses.
SHOWN_ADDRESSES = "--disable-features=WebRtcHideLocalIpsWithMdns"


class QuietServer(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request, _address):
        """A browser that ends closes its connections as it likes."""


class Server:
    """Serves the pages, hands out commands and collects events."""

    def __init__(self):
        self.commands, self.events = queue.Queue(), []
        self.changed = threading.Condition()
        self.open = True
        self.server = QuietServer(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.1,), daemon=True).start()

    def stop(self):
        self.open = False
        self.server.shutdown()
        self.server.server_close()

    def add(self, event):
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    def take(self, fits, timeout, what):
        """The first event that fits, taken out; what the page says about an error ends it."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                for event in self.events:
                    if fits(event):
                        self.events.remove(event)
                        return event
                for event in self.events:
                    assert event["event"] != "error", f"the page: {event['message']}"
                left = deadline - time.monotonic()
                if left <= 0:
                    seen = ", ".join(event["event"] for event in self.events) or "nothing"
                    raise AssertionError(f"browser: no {what} within {timeout} s, saw {seen}")
                self.changed.wait(left)

    def next_command(self):
        """Waits for a command, for as long as a page may be left without an answer."""
        try:
            return self.commands.get(timeout=10 if self.open else 0)
        except queue.Empty:
            return {}

    def _handler(self):
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def answer(self, status, body=b"", kind="application/json"):
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self):
                path = urllib.parse.urlsplit(self.path).path
                if path == "/command":
                    self.answer(200, json.dumps(server.next_command()).encode())
                    return
                file = file_of(path)
                if file:
                    self.answer(200, file.read_bytes(), TYPES[file.suffix])
                else:
                    self.answer(404)

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                server.add(json.loads(body))
                self.answer(200, b"{}")

        return Handler


def file_of(path):
    """The file that is served under a path, or None."""
    for prefix, folder in FOLDERS.items():
        if path.startswith(prefix):
            file = folder / (path[len(prefix):] or "index.html")
            if file.parent == folder and file.suffix in TYPES and file.is_file():
                return file
    return None


class Chromium:
    """A headless Chromium with one page."""

    def __init__(self, folder, url, hides_addresses=False):
        framework.need(shutil.which("chromium"), "chromium is not installed")
        profile = pathlib.Path(folder) / "chromium-profile"
        flags = [*FLAGS, f"--user-data-dir={profile}"]
        if not hides_addresses:
            flags.append(SHOWN_ADDRESSES)
        # The log is about the page; what Chromium keeps goes away with the profile.
        self.profile = profile
        self.process = Process("chromium", ["chromium", *flags, url], folder,
                               {"HOME": str(profile), "DBUS_SESSION_BUS_ADDRESS": "disabled:"})

    def stop(self):
        self.process.stop(timeout=5.0)
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """A page of Tests/EndToEnd/browser in Chromium, which does what it is asked for."""

    def __init__(self, folder, name, query, hides_addresses=False):
        self.server = Server()
        self.numbers = itertools.count(1)
        address = f"http://127.0.0.1:{self.server.port}/test/{name}?{urllib.parse.urlencode(query)}"
        self.chromium = None
        try:
            self.chromium = Chromium(folder, address, hides_addresses)
        finally:
            if self.chromium is None:
                self.server.stop()

    def start(self):
        """Waits until the page takes commands."""
        self.wait_event("ready", 40)
        return self

    def stop(self):
        self.server.stop()
        self.chromium.stop()

    def command(self, name, timeout=10.0, **parameters):
        """What the page's action returns."""
        return self.finish(self.begin(name, **parameters), timeout)

    def begin(self, name, **parameters):
        """Starts an action; its number is for finish()."""
        number = next(self.numbers)
        self.server.commands.put({"id": number, "name": name, "parameters": parameters})
        return number, name

    def finish(self, begun, timeout=10.0):
        number, name = begun
        done = self.server.take(lambda event: event.get("id") == number, timeout,
                                f"end of {name}")
        if "error" in done:
            raise AssertionError(f"browser: {name}: {done['error']}")
        return done["value"]

    def wait_event(self, name, timeout=10.0, **detail):
        try:
            return self.server.take(
                lambda event: event["event"] == name
                and all(event.get(key) == value for key, value in detail.items()),
                timeout, f"{name} {detail or ''}".strip())
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.chromium.process.tail(8)}") from None


class Browser(Page):
    """A phone in a page that says `tone`; it is registered at the proxy."""

    def __init__(self, folder, user, proxy, tone, tones, hides_addresses=False):
        self.user, self.tones = user, tones
        super().__init__(folder, "", {
            "server": proxy.websocket, "user": user, "domain": f"{proxy.host}:{proxy.port}",
            "tone": tone, "tones": ",".join(map(str, tones))}, hides_addresses)

    def dial(self, user):
        self.command("call", user=user)

    def hang_up(self):
        self.command("hangUp")

    def wait_established(self):
        self.wait_event("established")

    def wait_closed(self):
        self.wait_event("ended")

    def assert_hears(self, wanted, other):
        """Waits for a tone, then checks a second of what follows."""
        self.command("until", hertz=wanted)
        return self.check(self.listen(1), wanted, other)

    def check(self, heard, wanted, other):
        tones = {int(key): value for key, value in heard["tones"].items()}
        assert tones[wanted] > -25 and tones[other] < tones[wanted] - 30, \
            f"the browser should hear {wanted} Hz and not {other} Hz: {heard}"
        return heard

    def listen(self, seconds):
        """What is heard in the coming seconds: seconds, tones in dB, gap and gaps."""
        return self.command("listen", seconds + 10, seconds=seconds)
