"""Many calls with RTP streams through Kamailio and the relay."""

import collections
import time

from harness import ports, relays
from harness.capture import Capture, flows
from harness.framework import test
from harness.processes import wait_until
from harness.proxy import Kamailio
from harness.sipp import Load


@test("load: N24 50 SIPp calls with RTP, every stream out = in", deadline=90, tags=["sipp"])
def small_load(t):
    run(t, calls=50, rate=10, seconds=4, watch=True)


@test("load: N24, N28 500 SIPp calls with RTP, every stream out = in, no receive-queue drop",
      deadline=240, tags=["load"], long=True)
def full_load(t):
    run(t, t.options.load_calls, t.options.load_rate, t.options.load_seconds, watch=True)


def run(t, calls, rate, seconds, watch):
    """Each side of each call sends for `seconds`, the call ends one second later."""
    relay = t.relay(delete_delay=300)
    proxy = t.keep(Kamailio(t.folder, relay, children=8)).start()
    packets = seconds * 50
    capture = t.keep(Capture(
        t.folder, "rtp", expression=f"udp portrange {ports.RTP}-{ports.LAST + 3000}",
        direction="in", snap=64)) if watch else None
    begun = time.monotonic()
    load = t.keep(Load(t.folder, proxy, calls, rate, packets, pause_ms=(seconds + 1) * 1000))
    peak, drops = follow(relay, load, calls / rate + seconds + 60)
    successful, failed = load.wait(30)
    took = time.monotonic() - begun
    t.figure(f"{successful} calls succeeded, {failed} failed in {took:.0f} s; "
             f"{peak} sessions at once; {drops} receive-queue drops")
    assert drops == 0, f"{drops} datagrams were dropped in full receive queues"
    if relay.kind == "baton":
        assert relay.counted_drops() == 0, f"baton counted {relay.counted_drops()} drops"
    own_ports = check_statistics(t, relay, calls, packets)
    if capture:
        capture.stop()
        check_capture(t, capture, own_ports, calls, packets)


def follow(relay, load, timeout):
    """Watches the relay while the calls run: (most sessions, receive-queue drops)."""
    peak, drops, deadline = 0, {}, time.monotonic() + timeout
    while load.caller.is_running() and time.monotonic() < deadline:
        peak = max(peak, relay.sessions())
        for port, count in relays.socket_drops(relay.process.pid, relay.media_ports):
            drops[port] = max(drops.get(port, 0), count)
        time.sleep(0.5)
    return peak, sum(drops.values())


def check_statistics(t, relay, calls, packets):
    """The relay's own figures, asked for call by call after the end; its RTP ports."""
    names = relay.client.request("list", limit=10 * calls).get("calls", [])
    assert len(names) == calls, f"list names {len(names)} calls, expected {calls}"
    wrong, own_ports = [], set()
    for name in names:
        streams = [stream for stream in relay.streams(name) if stream.is_rtp]
        own_ports.update(stream.port for stream in streams)
        counts = [(stream.packets, stream.packets_out) for stream in streams]
        expected = packets if relay.has_statistics_out else None
        if counts != [(packets, expected)] * 2:
            wrong.append((name, counts))
    t.figure(f"query: {calls - len(wrong)} of {calls} calls have {packets} packets in and out "
             "on both sides")
    assert not wrong, f"{len(wrong)} calls are not complete, e.g. {wrong[:3]}"
    return own_ports


def check_capture(t, capture, own_ports, calls, packets):
    """What the kernel delivered: each stream to the relay and each stream from it."""
    lost = capture.kernel_drops()
    if lost:
        t.figure(f"capture: not used, tcpdump itself lost {lost} packets")
        return
    into, out = collections.Counter(), collections.Counter()
    for (source, port, ssrc), count in flows(capture.file).items():
        if port in own_ports:
            into[count] += 1
        elif source[1] in own_ports:
            out[count] += 1
    t.figure(f"capture: streams by packets into the relay {dict(into)}, out of it {dict(out)}")
    assert into == {packets: 2 * calls}, f"streams into the relay: {dict(into)}"
    assert out == {packets: 2 * calls}, f"streams out of the relay: {dict(out)}"
