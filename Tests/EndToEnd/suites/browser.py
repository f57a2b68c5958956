"""A real browser calls a plain phone through Kamailio and the relay, and the other way round."""

import time
import urllib.parse

from harness import audio, capture, framework, gaps, netns, ports, sdp
from harness.browser import Browser, Chromium, Server
from harness.framework import test
from harness.phones import Phone
from harness.processes import wait_until
from harness.proxy import WebRTCKamailio
from harness.rtp import Party
from harness.sip import UserAgent

LOW, HIGH = 440, 1000
TONES = (LOW, HIGH)
# More than this the relay must not add to the time between two packets.
ADDED_GAP = 0.060
LONG = not framework.MEDIA_INTERWORKING


def browser_test(title, deadline=90):
    def register(function):
        return test(f"browser: {title}", deadline=deadline, tags=["browser"],
                    long=LONG)(netns.apart(function))
    return register


class Scene:
    """A relay, a proxy, alice in a browser who says LOW, and the phone bob who says HIGH."""

    def __init__(self, t, phone=True, hides_addresses=False):
        self.t = t
        self.relay = t.relay(delete_delay=0)
        self.proxy = t.keep(WebRTCKamailio(t.folder, self.relay)).start()
        if phone:
            wav = t.folder / "tone.wav"
            audio.write_wav(wav, audio.tone(HIGH, t.options.talk_seconds + 60))
            self.bob = t.keep(Phone(
                t.folder, "bob", ("127.0.0.1", self.proxy.port), wav, dtmf="rtpevent")).start()
        self.alice = t.keep(Browser(
            t.folder, "alice", self.proxy, LOW, TONES, hides_addresses)).start()

    def call(self):
        """The browser calls the phone."""
        self.alice.command("call", user="bob")
        self.bob.wait_event("CALL_ESTABLISHED")

    def called(self):
        """The phone calls the browser."""
        self.bob.dial("alice")
        self.bob.wait_event("CALL_ESTABLISHED")
        self.alice.wait_event("established")

    def assert_both_hear(self, seconds=1):
        """Waits for the right tone at either ear, then checks what follows."""
        self.alice.command("until", hertz=HIGH)
        self.wait_for_low()
        start = time.monotonic()
        heard = self.alice.listen(seconds)
        at_phone = self.bob.ear.samples(start)
        audio.assert_hears(at_phone, LOW, [HIGH], "the phone")
        self.alice.check(heard, HIGH, LOW)
        return heard, at_phone

    def wait_for_low(self):
        def hears():
            recent = self.bob.ear.samples(time.monotonic() - 0.3)
            return audio.level_db(recent, LOW) > -25

        wait_until(hears, 10, lambda: f"the phone does not hear {LOW} Hz within 10 s: "
                   f"{audio.describe(self.bob.ear.samples(time.monotonic() - 1))}")

    def assert_quiet(self):
        """Waits until neither hears a thing, then checks that this stays so."""
        deadline = time.monotonic() + 10
        while True:
            start = time.monotonic()
            heard = self.alice.listen(1)
            if max(heard["tones"].values()) < -60 and heard["gap"] == 1000:
                break
            assert time.monotonic() < deadline, f"the browser still hears {heard}"
        audio.assert_silent(self.bob.ear.samples(start), TONES, "the phone")

    def assert_ended(self):
        wait_until(lambda: self.relay.sessions() == 0, 10,
                   lambda: f"{self.relay.sessions()} sessions are left")


def assert_negotiated(scene):
    """Opus, ICE and DTLS at the browser; G.711 and nothing else at the phone."""
    statistics = scene.alice.command("statistics")
    codecs = {codec["mimeType"] for codec in statistics["codec"]}
    assert codecs == {"audio/opus"}, f"the browser should use Opus, it uses {codecs}"
    transport = statistics["transport"][0]
    assert transport["dtlsState"] == "connected", transport
    assert transport["iceState"] in ("connected", "completed"), transport
    types = {packet.type for packet in scene.bob.ear.packets}
    assert types == {0}, f"the phone should get PCMU, it gets payload types {types}"
    return statistics


@browser_test("a browser calls a phone: Opus, DTLS-SRTP and ICE here, G.711 there")
def call(t):
    scene = Scene(t)
    scene.call()
    heard, at_phone = scene.assert_both_hear()
    assert_negotiated(scene)
    t.figure(f"browser {heard}, phone {audio.describe(at_phone)}")
    recorded = scene.bob.recorded()[8000:]
    audio.assert_hears(recorded, LOW, [HIGH], "the phone's own recording")
    scene.alice.command("hangUp")
    scene.bob.wait_event("CALL_CLOSED")
    scene.assert_ended()


@browser_test("a phone calls a browser")
def called(t):
    scene = Scene(t)
    scene.called()
    scene.assert_both_hear()
    assert_negotiated(scene)
    scene.bob.hang_up()
    scene.alice.wait_event("ended")
    scene.assert_ended()


@browser_test("the browser hangs up on a phone that called", deadline=60)
def browser_ends(t):
    scene = Scene(t)
    scene.called()
    scene.assert_both_hear()
    scene.alice.command("hangUp")
    scene.bob.wait_event("CALL_CLOSED")
    scene.assert_ended()
    # Everything is as before: the next call gets through.
    scene.call()
    scene.assert_both_hear()
    scene.bob.hang_up()
    scene.alice.wait_event("ended", 10, reason="the other side hung up")


@browser_test("no loss, and no gap over 60 ms that the relay adds", deadline=240)
def long_talk(t):
    seconds = t.options.talk_seconds
    scene = Scene(t)
    low, high = scene.relay.media_ports
    scene.call()
    scene.assert_both_hear()
    before = scene.alice.command("statistics")["inbound-rtp"][0]
    trace = capture.Capture(
        t.folder, "talk", expression=f"udp portrange {low}-{high}", snap=96)
    heard, at_phone = scene.assert_both_hear(seconds)
    trace.stop()
    statistics = scene.alice.command("statistics")
    scene.alice.command("hangUp")
    assert trace.kernel_drops() == 0, "the capture itself has holes"
    report_gaps(t, scene, trace, seconds)
    inbound = statistics["inbound-rtp"][0]
    assert inbound["packetsLost"] <= 0, f"the browser misses packets: {inbound}"
    outbound = statistics["remote-inbound-rtp"][0]
    assert outbound["packetsLost"] <= 0, f"packets of the browser went missing: {outbound}"
    assert heard["gap"] <= 100, f"the browser hears a gap: {heard}"
    concealed = inbound["concealedSamples"] - before["concealedSamples"]
    t.figure(f"browser: {heard}, {concealed} of its samples concealed")
    t.figure(f"phone: {audio.describe(at_phone)}")
    expected = seconds * audio.RATE
    assert len(at_phone) > 0.98 * expected, \
        f"the phone got {len(at_phone) / audio.RATE:.2f} s of {seconds} s"


def report_gaps(t, scene, trace, seconds):
    directions = gaps.through(
        trace.file, scene.relay.media_ports, (scene.bob.ear.low, scene.bob.ear.high))
    for name, clock, (into, out) in zip(
            ("phone to browser", "browser to phone"), (48000, 8000), directions):
        more = gaps.added(into, out)
        span = out.packets[-1].time - out.packets[0].time
        drift = gaps.audio_seconds(out, clock) - span
        swapped = gaps.out_of_order(out) - gaps.out_of_order(into)
        t.figure(f"{name}: {len(into.packets)} packets in, {len(out.packets)} out, "
                 f"{1000 * more:.0f} ms at most added to a gap, {swapped} out of order, "
                 f"timestamps {1000 * drift:+.0f} ms")
        assert gaps.lost(into) == 0, f"{name}: {gaps.lost(into)} packets lost before the relay"
        assert gaps.lost(out) == 0, f"{name}: {gaps.lost(out)} packets lost in the relay"
        # rtpengine's threads may overtake one another on a busy machine.
        assert swapped <= 0 or scene.relay.kind == "rtpengine", \
            f"{name}: {swapped} packets leave the relay out of order"
        assert more <= ADDED_GAP, f"{name}: the relay adds {1000 * more:.0f} ms to a gap"
        # A packet or two late at either end of the capture is the machine's, not a wrong clock.
        assert abs(drift) < 0.3, f"{name}: timestamps run {drift:+.3f} s off in {span:.1f} s"
        assert span > seconds - 0.5, f"{name}: only {span:.1f} s of {seconds} s"


@browser_test("digits of the browser arrive as telephone-events")
def digits(t):
    scene = Scene(t)
    scene.call()
    scene.assert_both_hear()
    scene.alice.command("digits", digits="12#0")

    def received():
        packets = [(packet.timestamp, packet.payload) for packet in scene.bob.ear.packets
                   if packet.type not in (0, 13)]
        return gaps.events(packets)

    wait_until(lambda: len(received()) >= 4, 10, lambda: f"the phone got {received()}")
    # The tone comes back when the last digit has ended.
    scene.assert_both_hear()
    found = received()
    t.figure(f"digits and their durations in samples: {found}")
    assert "".join(digit for digit, _ in found) == "12#0", found
    assert all(400 <= duration <= 1600 for _, duration in found), \
        f"100 ms are 800 samples at the phone: {found}"


@browser_test("hold and resume by the browser")
def hold_by_browser(t):
    scene = Scene(t)
    scene.call()
    scene.assert_both_hear()
    scene.alice.command("hold")
    scene.assert_quiet()
    scene.alice.command("resume")
    scene.assert_both_hear()


@browser_test("hold and resume by the phone")
def hold_by_phone(t):
    scene = Scene(t)
    scene.called()
    scene.assert_both_hear()
    scene.bob.hold()
    scene.alice.wait_event("updated", 10, direction="recvonly")
    scene.assert_quiet()
    scene.bob.resume()
    scene.alice.wait_event("updated", 10, direction="sendrecv")
    scene.assert_both_hear()


def ice_name(description):
    return next(line for line in description.splitlines() if line.startswith("a=ice-ufrag:"))


def fingerprint(description):
    return next(line for line in description.splitlines() if line.startswith("a=fingerprint:"))


@browser_test("an ICE restart within a call")
def ice_restart(t):
    scene = Scene(t)
    scene.call()
    scene.assert_both_hear()
    before = scene.alice.command("descriptions")
    scene.alice.command("restartICE")
    after = scene.alice.command("descriptions")
    assert ice_name(before["local"]) != ice_name(after["local"]), "the browser did not restart"
    # RFC 8839, section 4.4.3.1.1: the answer to a restart has new credentials.
    assert ice_name(before["remote"]) != ice_name(after["remote"]), \
        f"the relay answers a restart with its old {ice_name(after['remote'])}"
    assert fingerprint(before["remote"]) == fingerprint(after["remote"])
    scene.assert_both_hear()
    scene.bob.hang_up()
    scene.alice.wait_event("ended")


@browser_test("a new RTCPeerConnection within a call: new certificate, ICE and SSRC")
def renewed(t):
    scene = Scene(t)
    scene.call()
    scene.assert_both_hear()
    before = scene.alice.command("descriptions")
    scene.alice.command("renew")
    after = scene.alice.command("descriptions")
    assert fingerprint(before["local"]) != fingerprint(after["local"]), "the same certificate"
    scene.assert_both_hear()
    assert_negotiated(scene)


@browser_test("the browser gives up a call that rings")
def given_up(t):
    scene = Scene(t, phone=False)
    dave = UserAgent("dave", ("127.0.0.1", scene.proxy.port))
    t.cleanup(dave.close)
    dave.register()
    dave.rings_only = True
    scene.alice.command("ring", user="dave")
    scene.alice.wait_event("ringing")
    assert scene.relay.sessions() == 1
    scene.alice.command("hangUp")
    scene.alice.wait_event("ended", 10, reason="487 Request Terminated")
    scene.assert_ended()


@browser_test("a phone calls a browser with a late offer (INVITE without SDP)")
def late_offer(t):
    scene = Scene(t, phone=False)
    carol = UserAgent("carol", ("127.0.0.1", scene.proxy.port))
    t.cleanup(carol.close)
    party = Party("127.0.0.1", ports.party(), 9, audio.tone(HIGH, 1))
    t.cleanup(party.close)
    offer = carol.invite("alice", None, ack_sdp=sdp.audio("127.0.0.1", party.port))
    assert " RTP/AVP 0" in offer, f"a plain phone was offered {offer}"
    party.start(sdp.endpoint(offer))
    scene.alice.assert_hears(HIGH, LOW)
    start = time.monotonic()
    scene.alice.listen(1)
    audio.assert_hears(party.samples(start), LOW, [HIGH], "the phone")
    carol.bye()
    scene.alice.wait_event("ended")
    scene.assert_ended()


@browser_test("a browser that hides its addresses behind mDNS names")
def hidden_addresses(t):
    scene = Scene(t, hides_addresses=True)
    scene.call()
    scene.assert_both_hear()
    local = scene.alice.command("descriptions")["local"]
    candidates = [line.split()[4] for line in local.splitlines()
                  if line.startswith("a=candidate:")]
    assert candidates and all(name.endswith(".local") for name in candidates), candidates


@browser_test("the example page calls by its own address")
def example_page(t):
    relay = t.relay(delete_delay=0)
    proxy = t.keep(WebRTCKamailio(t.folder, relay)).start()
    wav = t.folder / "tone.wav"
    audio.write_wav(wav, audio.tone(HIGH, 60))
    bob = t.keep(Phone(t.folder, "bob", ("127.0.0.1", proxy.port), wav)).start()
    server = t.keep(Server())
    query = urllib.parse.urlencode({
        "server": proxy.websocket, "domain": f"{proxy.host}:{proxy.port}", "user": "alice",
        "tone": LOW, "peer": "bob", "dial": 1})
    t.keep(Chromium(t.folder, f"http://127.0.0.1:{server.port}/phone/?{query}"))
    bob.wait_event("CALL_ESTABLISHED", 40)
    wait_until(lambda: audio.level_db(bob.ear.samples(time.monotonic() - 0.5), LOW) > -25, 10,
               lambda: f"no {LOW} Hz: {audio.describe(bob.ear.samples(0))}")


@browser_test("an answer that the browser cannot use ends the call at the phone, too")
def useless_answer(t):
    scene = Scene(t, phone=False)
    dave = UserAgent("dave", ("127.0.0.1", scene.proxy.port))
    t.cleanup(dave.close)
    dave.register()
    # No medium at all, although one was offered.
    dave.answer_sdp = lambda _: sdp.audio("127.0.0.1", 9).split("m=")[0]
    refused = scene.alice.begin("call", user="dave")
    assert dave.ended.wait(10), "the phone got no BYE"
    try:
        scene.alice.finish(refused)
    except AssertionError as error:
        t.figure(error)
    else:
        raise AssertionError("the browser took an answer without media")
    scene.assert_ended()
