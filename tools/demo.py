#!/usr/bin/env python3
"""A demonstration: baton beside Kamailio, two phones that talk, and more calls beside them.

    tools/run demo [--seconds S] [--calls N] [--keep FOLDER]

Alice and Bob are two baresip phones. Each speaks a text (espeak-ng), hears the other through
Kamailio and baton, and records what it hears. N further calls (SIPp) carry speech both ways at
the same time. While that runs, counters are printed; at the end, what was relayed and what was
heard. The exit status is 1 when any of it did not arrive.
"""

import argparse
import math
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "Tests/EndToEnd"))

from harness import audio, framework, processes, relays  # noqa: E402
from harness.phones import Phone  # noqa: E402
from harness.proxy import Kamailio  # noqa: E402
from harness.sipp import Load  # noqa: E402

TEXTS = {
    "alice": ("en-gb", "Hello Bob, this is Alice. Each word that I say goes to Kamailio's friend, "
                       "the media relay called baton, and from there to you."),
    "bob": ("en-us+m3", "Hello Alice, I hear you well. Fifty packets a second come to me, "
                        "and fifty a second go back to you. Can you hear me?"),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--relay", choices=("baton", "rtpengine"), default="baton")
    parser.add_argument("--baton", default=str(ROOT / ".build/release/baton"))
    parser.add_argument("--seconds", type=int, default=12, help="how long they talk")
    parser.add_argument("--calls", type=int, default=20, help="calls beside the two phones")
    parser.add_argument("--keep", help="keep recordings and logs in this folder")
    return parser.parse_args()


def speech(folder, user, seconds):
    """A WAV file of `seconds` with the user's text, said again and again, and its samples."""
    voice, text = TEXTS[user]
    once, long = folder / f"{user}-once.wav", folder / f"{user}-says.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", once, text], check=True)
    subprocess.run(
        ["sox", "-D", "-V1", once, "-r", "8000", "-c", "1", "-b", "16", long, "pad", "0", "0.5",
         "repeat", "60", "trim", "0", str(seconds)], check=True)
    return long, list(audio.read_growing_wav(long))


def envelope(samples):
    """The loudness of each 20 ms."""
    frames = [samples[i:i + 160] for i in range(0, len(samples) - 159, 160)]
    return [math.sqrt(sum(x * x for x in frame) / 160) for frame in frames]


def likeness(one, other):
    """The correlation of two lists of one length, 1 for the same shape, 0 for no relation."""
    top = sum(a * b for a, b in zip(one, other))
    bottom = math.sqrt(sum(a * a for a in one) * sum(b * b for b in other))
    return top / bottom if bottom else 0.0


def recognise(heard, said):
    """How much `heard` is like the part of `said` that it fits best: 0 to 1."""
    size = 2 * audio.RATE
    part = list(heard[audio.RATE:audio.RATE + size])
    if len(part) < size:
        return 0.0
    loud, source = envelope(part), envelope(said)
    frame = max(range(len(source) - len(loud)),
                key=lambda start: likeness(loud, source[start:start + len(loud)]))
    first = max(0, (frame - 1) * 160)
    return max(likeness(part, said[start:start + size])
               for start in range(first, min(first + 320, len(said) - size)))


class Counters:
    """A line that is written over and over on a terminal, or now and then into a file."""

    def __init__(self, relay):
        self.relay, self.started, self.last = relay, time.monotonic(), None
        self.terminal = sys.stdout.isatty()

    def read(self):
        """(packets relayed so far, sessions) from the statistics that every ng relay has."""
        if self.relay.kind == "baton":
            status = self.relay.get("/v1/status")
            return status["traffic"]["packetsIn"], status["sessions"]["current"]
        statistics = self.relay.client.request("statistics")["statistics"]
        calls = [self.relay.streams(name) for name in self.relay.calls()]
        return sum(s.packets for call in calls for s in call), \
            int(statistics["currentstatistics"]["sessionstotal"])

    def show(self):
        packets, sessions = self.read()
        now = time.monotonic()
        rate = 0.0
        if self.last:
            rate = (packets - self.last[1]) / (now - self.last[0])
        self.last = now, packets
        text = (f"  {now - self.started:5.1f} s  {sessions:4d} calls  "
                f"{packets:9,d} packets  {rate:8,.0f} packets/s")
        print(f"\r{text}" if self.terminal else text, end="" if self.terminal else "\n",
              flush=True)

    def watch(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(min(1.0, max(0.0, end - time.monotonic())))
            self.show()
        if self.terminal:
            print()


class Demo:
    """Everything that the demonstration starts; `failures` are sentences."""

    def __init__(self, options, folder):
        self.options, self.folder, self.failures = options, folder, []
        self.context = framework.Context(options, folder)

    def run(self):
        options = self.options
        relay = self.context.relay(delete_delay=120)
        print(f"{relay.kind} listens for ng on {relay.ng_address[0]}:{relay.ng_address[1]}")
        proxy = self.context.keep(Kamailio(self.folder, relay)).start()
        print(f"Kamailio listens for SIP on 127.0.0.1:{proxy.port}")
        said, phones = {}, {}
        for user in TEXTS:
            wav, said[user] = speech(self.folder, user, options.seconds + 20)
            phones[user] = self.context.keep(Phone(
                self.folder, user, ("127.0.0.1", proxy.port), wav, listen=False)).start()
        load = self.context.keep(Load(
            self.folder, proxy, options.calls, max(5, options.calls), options.seconds * 50,
            pause_ms=(options.seconds + 1) * 1000, speech=said["alice"]))
        phones["alice"].dial("bob")
        for phone in phones.values():
            phone.wait_event("CALL_ESTABLISHED")
        print(f"Alice has called Bob; {options.calls} more calls run beside them")
        Counters(relay).watch(options.seconds)
        phones["alice"].hang_up()
        phones["bob"].wait_event("CALL_CLOSED")
        load.wait(options.seconds + 30)
        self.report(relay, phones, said)
        self.report_load(relay, load)

    def report(self, relay, phones, said):
        print("\nWhat the phones heard:")
        for listener, speaker in (("alice", "bob"), ("bob", "alice")):
            heard = phones[listener].recorded()
            match = recognise(heard, said[speaker])
            file = self.folder / f"{listener}-heard.wav"
            audio.write_wav(file, heard)
            print(f"  {listener.title()} heard {len(heard) / audio.RATE:.1f} s, "
                  f"{100 * match:.0f} % like what {speaker.title()} said")
            if match < 0.9 or len(heard) < (self.options.seconds - 3) * audio.RATE:
                self.failures.append(f"{listener.title()} did not hear {speaker.title()}")
            if self.options.keep:
                print(f"    {file}")

    def report_load(self, relay, load):
        complete, packets, size = 0, 0, 0
        names = relay.calls()
        for name in names:
            streams = relay.streams(name)
            packets += sum(stream.packets for stream in streams)
            size += sum(stream.bytes for stream in streams)
            complete += [s.packets for s in streams if s.is_rtp] == [load.packets] * 2
        print("\nWhat was relayed:")
        print(f"  {len(names)} calls, {packets:,} packets, {size:,} bytes")
        print(f"  {complete} of {load.calls} calls beside the phones are complete: "
              f"{load.packets} packets each way")
        if complete != load.calls:
            self.failures.append(f"{load.calls - complete} calls are not complete")

    def close(self):
        self.context.close()


def main():
    options = arguments()
    folder = pathlib.Path(options.keep or tempfile.mkdtemp(prefix="baton-demo-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    demo = Demo(options, folder)
    try:
        demo.run()
    except (AssertionError, framework.Skip, OSError, subprocess.CalledProcessError) as error:
        demo.failures.append(str(error))
    finally:
        demo.close()
        processes.stop_all()
    for failure in demo.failures:
        print(f"\nFAILED: {failure}", file=sys.stderr)
    if demo.failures:
        print(f"logs: {folder}", file=sys.stderr)
        return 1
    if not options.keep:
        shutil.rmtree(folder, ignore_errors=True)
    print(f"\nThe demonstration took {time.monotonic() - started:.0f} s; all media arrived.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
