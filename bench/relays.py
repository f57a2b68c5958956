"""The relays that the benches start: baton, rtpengine in user space, and the bare floor.

Shared by the benches that compare. Everything runs on loopback.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Failure(Exception):
    """Something that has to run does not."""


def say(text):
    """A line of progress, beside the figures."""
    print(text, file=sys.stderr, flush=True)


def add_arguments(parser):
    """The options that every bench of relays takes."""
    parser.add_argument("--baton", help="the binary to measure (builds .build/release/baton)")
    parser.add_argument("--generator", help="the baton binary that generates the load (the same)")
    parser.add_argument("--no-build", action="store_true", help="take the binary as it is")
    parser.add_argument("--relay-core", type=int, default=0, help="the relays' core (0)")
    parser.add_argument("--generator-core", type=int, default=1, help="the generator's core (1)")
    parser.add_argument(
        "--realtime", action="store_true",
        help="run relays and generator ahead of everything else (SCHED_FIFO), where neighbours are "
        "busy; the kernel then keeps 5 %% of each core for the others")
    parser.add_argument("--ng-port", type=int, default=23390, help="the relays' ng port (23390)")
    parser.add_argument("--ports", default="30000-39999", help="the relays' media ports")
    parser.add_argument("--source-ports", default="12000-29999", help="the parties' ports")


def parse(parser):
    """The options, with ready binaries and a folder for logs."""
    settings = parser.parse_args()
    settings.scratch = pathlib.Path(tempfile.mkdtemp(prefix="baton-bench-"))
    build(settings)
    settings.generator = settings.generator or settings.baton
    return settings


def build(settings):
    """Builds what is missing or older than its source."""
    floor = ROOT / "bench/floor/floor"
    source = ROOT / "bench/floor/floor.c"
    if not floor.exists() or floor.stat().st_mtime < source.stat().st_mtime:
        say("building bench/floor/floor")
        subprocess.run(["cc", "-O2", "-Wall", "-Wextra", "-o", floor, source], check=True)
    if settings.baton:
        return
    settings.baton = str(ROOT / ".build/release/baton")
    if not settings.no_build:
        say("building baton")
        subprocess.run(
            ["swift", "build", "-c", "release", "--static-swift-stdlib", "--product", "baton"],
            cwd=ROOT, check=True, stdout=sys.stderr)


class Relay:
    """One relay: how it is started, and its process while it runs. A context manager."""

    def __init__(self, name, command, version, settings):
        self.name = name
        self.command = command
        self.version = version
        self.settings = settings
        self.log = settings.scratch / f"{name}.log"
        self.process = None
        # The control group that the process is put into, if any.
        self.share = None

    def __enter__(self):
        pinned = prefix(self.settings, self.settings.relay_core) + self.command
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                pinned, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        if self.share:
            self.share.add(self.process.pid)
        self.wait_until_ready()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            # A relay that drains need not wait for anybody here.
            self.process.wait(3)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def wait_until_ready(self):
        """Until it answers an ng ping."""
        deadline = time.monotonic() + 15
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.settimeout(0.2)
            client.connect(("127.0.0.1", self.settings.ng_port))
            while time.monotonic() < deadline and self.process.poll() is None:
                try:
                    client.send(b"bench d7:command4:pinge")
                    if b"pong" in client.recv(4096):
                        return
                except OSError:
                    time.sleep(0.1)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        raise Failure(f"{self.name} does not answer; its log is {self.log}")

    def bench(self, verb, *options):
        """Runs `baton bench VERB` against the relay and gives its figures."""
        settings = self.settings
        command = prefix(settings, settings.generator_core) + [settings.generator, "bench", verb]
        command += ["--target", f"127.0.0.1:{settings.ng_port}", "--pid", str(self.process.pid)]
        command += ["--source-ports", settings.source_ports, "--json", "--quiet", *options]
        done = subprocess.run(command, capture_output=True, text=True)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Failure(
                f"the generator failed against {self.name} ({done.returncode}): "
                f"{done.stderr.strip()}") from None


def prefix(settings, core):
    """What pins a command to a core. Each becomes the next command, under the same PID."""
    ahead = ["chrt", "--fifo", "1"] if settings.realtime else []
    return ahead + ["taskset", "-c", str(core)]


def choose(names, settings):
    """The relays of these names, comma-separated."""
    low, high = settings.ports.split("-")
    ng = f"127.0.0.1:{settings.ng_port}"
    commands = {
        "baton": [
            settings.baton, "serve", "--interface", "127.0.0.1", "--ng", ng,
            "--api", f"127.0.0.1:{settings.ng_port + 1}", "--ports", settings.ports,
            "--workers", "1", "--log-level", "error"],
        "rtpengine": [
            "rtpengine", "-f", "-E", "-t", "-1", "--num-threads=2", "-L", "3",
            "--interface=127.0.0.1", f"--listen-ng={ng}", "-m", low, "-M", high,
            f"--pidfile={settings.scratch}/rtpengine.pid"],
        "floor": [str(ROOT / "bench/floor/floor"), "127.0.0.1", str(settings.ng_port), low, high],
    }
    versions = {
        "baton": commit,
        "rtpengine": lambda: output_of(["rtpengine", "--version"]).split("Version: ")[-1],
        "floor": lambda: output_of(["cc", "--version"]).split("\n")[0],
    }
    chosen = []
    for name in names.split(","):
        if name not in commands:
            raise Failure(f"no relay is called {name}; there are {', '.join(commands)}")
        if not shutil.which(commands[name][0]):
            raise Failure(f"{commands[name][0]} is not there; tools/setup installs what is needed")
        chosen.append(Relay(name, commands[name], versions[name](), settings))
    return chosen


def value(report, section, figure):
    """A figure of a report, None where it has none."""
    found = report.get(section, {}).get(figure)
    return None if found is None else found["value"]


def output_of(command):
    """What a command says; nothing when it cannot be run."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    except OSError:
        return ""
    return (done.stdout + done.stderr).strip()


def commit():
    """The commit that is checked out."""
    return output_of(["git", "describe", "--always", "--dirty"])


def machine():
    """The machine in one line."""
    model = re.search(r"^model name\s*:\s*(.*)$", open("/proc/cpuinfo").read(), re.MULTILINE)
    memory = int(re.search(r"\d+", open("/proc/meminfo").readline()).group()) // 1024
    return (
        f"{model.group(1) if model else 'unknown processor'}, {os.cpu_count()} cores, {memory} MB, "
        f"Linux {platform.release()}")


def heading(title, chosen, load):
    """The first lines of an entry of bench/RESULTS.md: when, where, what, how to repeat it."""
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    lines = [f"## {title}, {now}", ""]
    lines.append(f"- machine: {machine()}; load average {load[0]:.2f} before, {load[1]:.2f} after")
    lines.append(f"- commit: {commit()}")
    for relay in chosen:
        command = " ".join(relay.command).replace(f"{ROOT}/", "")
        lines.append(f"- {relay.name} ({relay.version}): `{command}`")
    arguments = " ".join([f"bench/{pathlib.Path(sys.argv[0]).name}"] + sys.argv[1:])
    lines.append(f"- command: `{arguments}`")
    return lines


def record(text):
    """Appends an entry to bench/RESULTS.md."""
    path = ROOT / "bench/RESULTS.md"
    if not path.exists():
        path.write_text("# Results\n\nWhat the benches measured, the newest last.\n\n")
    with open(path, "a") as file:
        file.write(text)


def run(main):
    """Runs a bench's main function and exits: 3 when something cannot be run."""
    try:
        sys.exit(main())
    except (Failure, subprocess.CalledProcessError, OSError) as failure:
        say(f"{pathlib.Path(sys.argv[0]).name}: {failure}")
        sys.exit(3)
    except KeyboardInterrupt:
        sys.exit(130)
