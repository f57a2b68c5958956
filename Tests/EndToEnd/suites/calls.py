"""Calls of real phones through Kamailio and the relay."""

import time

from harness import audio, ports, sdp
from harness.framework import test
from harness.phones import Phone
from harness.processes import wait_until
from harness.proxy import Kamailio
from harness.rtp import Party
from harness.sip import UserAgent

LOW, HIGH = 440, 1000


class Scene:
    """A relay, a proxy and two phones: alice says LOW, bob says HIGH."""

    def __init__(self, t, bridge=False, bob_address="127.0.0.1", alice=True,
                 delete_delay=None):
        interfaces = (("v4", "127.0.0.1"), ("v6", "::1")) if bridge \
            else (("default", "127.0.0.1"),)
        self.relay = t.relay(interfaces=interfaces, delete_delay=delete_delay)
        self.proxy = Kamailio(t.folder, self.relay, bridge)
        t.keep(self.proxy).start()
        self.low = tone_file(t, LOW)
        self.high = tone_file(t, HIGH)
        if alice:
            self.alice = t.keep(Phone(
                t.folder, "alice", ("127.0.0.1", self.proxy.port), self.low)).start()
        self.bob = t.keep(Phone(
            t.folder, "bob", (bob_address, self.proxy.port), self.high, bob_address)).start()

    def connect(self):
        self.alice.dial("bob")
        self.alice.wait_event("CALL_ESTABLISHED")
        self.bob.wait_event("CALL_ESTABLISHED")

    def assert_both_hear(self):
        """Waits until media flows both ways, then checks a second of it at either ear."""
        wait_for_sound(self.alice)
        wait_for_sound(self.bob)
        start = time.monotonic()
        time.sleep(1.0)
        audio.assert_hears(self.bob.ear.samples(start), LOW, [HIGH], "bob")
        audio.assert_hears(self.alice.ear.samples(start), HIGH, [LOW], "alice")

    def assert_quiet(self):
        """Waits until what was on its way has arrived, then checks that nothing follows."""
        time.sleep(0.4)
        start = time.monotonic()
        time.sleep(0.8)
        audio.assert_silent(self.bob.ear.samples(start), [LOW, HIGH], "bob")
        audio.assert_silent(self.alice.ear.samples(start), [LOW, HIGH], "alice")


def tone_file(t, hertz):
    path = t.folder / f"{hertz}.wav"
    if not path.exists():
        audio.write_wav(path, audio.tone(hertz, 60))
    return path


def wait_for_sound(phone, timeout=5.0):
    before = len(phone.ear.packets)
    wait_until(lambda: len(phone.ear.packets) > before + 2, timeout,
               lambda: f"no RTP reaches {phone.user} within {timeout} s\n{phone.process.tail()}")


@test("phones: N24 a call through Kamailio, each tone heard at the other ear", tags=["phones"])
def call(t):
    scene = Scene(t)
    scene.connect()
    scene.assert_both_hear()
    for phone, heard, other in ((scene.bob, LOW, HIGH), (scene.alice, HIGH, LOW)):
        recorded = phone.recorded()[4000:]
        audio.assert_hears(recorded, heard, [other], f"{phone.user}'s own recording")
        t.figure(f"{phone.user} recorded {audio.describe(recorded)}")
    rtp = [stream for stream in scene.relay.streams(scene.relay.calls()[0]) if stream.is_rtp]
    assert len(rtp) == 2 and all(stream.packets > 40 for stream in rtp), rtp
    scene.alice.hang_up()
    scene.bob.wait_event("CALL_CLOSED")


@test("phones: N15 hold and resume by the caller", tags=["phones"])
def hold_by_caller(t):
    scene = Scene(t)
    scene.connect()
    scene.assert_both_hear()
    scene.alice.hold()
    scene.assert_quiet()
    scene.alice.resume()
    scene.assert_both_hear()


@test("phones: N14, N15 hold and resume by the called party", tags=["phones"])
def hold_by_called(t):
    scene = Scene(t)
    scene.connect()
    scene.assert_both_hear()
    scene.bob.hold()
    scene.assert_quiet()
    scene.bob.resume()
    scene.assert_both_hear()


@test("phones: N8 hang-up by the caller ends the call and its media", tags=["phones"])
def hang_up_by_caller(t):
    hang_up(t, lambda scene: (scene.alice, scene.bob))


@test("phones: N8 hang-up by the called party ends the call and its media", tags=["phones"])
def hang_up_by_called(t):
    hang_up(t, lambda scene: (scene.bob, scene.alice))


def hang_up(t, sides):
    scene = Scene(t)
    scene.connect()
    scene.assert_both_hear()
    ending, other = sides(scene)
    ending.hang_up()
    other.wait_event("CALL_CLOSED")
    scene.assert_quiet()
    # The relay was told: a second call gets through at once and is the only one with media.
    scene.connect()
    scene.assert_both_hear()


@test("phones: N17 IPv4 on one side and IPv6 on the other", tags=["phones", "ipv6"])
def bridge(t):
    scene = Scene(t, bridge=True, bob_address="::1")
    scene.connect()
    scene.assert_both_hear()
    sources = {packet.source[0] for packet in scene.bob.ear.packets}
    assert sources == {"::1"}, f"bob's media should come from ::1, it comes from {sources}"
    scene.alice.hold()
    scene.assert_quiet()
    scene.alice.resume()
    scene.assert_both_hear()
    scene.bob.hang_up()
    scene.alice.wait_event("CALL_CLOSED")


@test("phones: N17 IPv6 calls IPv4", tags=["phones", "ipv6"])
def bridge_back(t):
    scene = Scene(t, bridge=True, bob_address="::1")
    scene.bob.command("dial", f"sip:alice@{scene.bob.domain}")
    scene.bob.wait_event("CALL_ESTABLISHED")
    scene.alice.wait_event("CALL_ESTABLISHED")
    scene.assert_both_hear()


@test("phones: N14, N22 an address change followed by a re-INVITE", tags=["phones"])
def address_change(t):
    scene = Scene(t, alice=False)
    carol = UserAgent("carol", ("127.0.0.1", scene.proxy.port))
    t.cleanup(carol.close)
    first = Party("127.0.0.1", ports.party(), 7, audio.tone(LOW, 1))
    t.cleanup(first.close)
    carol.register()
    answer = carol.invite("bob", sdp.audio("127.0.0.1", first.port))
    first.start(sdp.endpoint(answer))
    assert_pair_hears(first, scene.bob)

    # The phone moves: another address, other sockets, and the old ones are gone.
    first.stop()
    carol.move("127.0.0.2")
    second = Party("127.0.0.2", ports.party(), 7, audio.tone(LOW, 1))
    t.cleanup(second.close)
    silence = len(scene.bob.ear.packets)
    answer = carol.reinvite(sdp.audio("127.0.0.2", second.port, version=2))
    second.sent = first.sent
    second.start(sdp.endpoint(answer))
    assert_pair_hears(second, scene.bob)
    assert len(scene.bob.ear.packets) > silence
    late = [packet for packet in first.received if packet.time > second.received[0].time]
    assert not late, f"{len(late)} packets still went to the old address"
    carol.bye()
    scene.bob.wait_event("CALL_CLOSED")


def assert_pair_hears(party, phone):
    wait_until(lambda: len(party.received) > 5, 5, lambda: f"no RTP reaches {party.address}")
    wait_for_sound(phone)
    start = time.monotonic()
    time.sleep(1.0)
    audio.assert_hears(party.samples(start), HIGH, [LOW], f"the party at {party.address}")
    audio.assert_hears(phone.ear.samples(start), LOW, [HIGH], phone.user)


@test("phones: N14 a late offer (INVITE without SDP) gets media both ways", tags=["phones"])
def late_offer(t):
    scene = Scene(t, alice=False)
    carol = UserAgent("carol", ("127.0.0.1", scene.proxy.port))
    t.cleanup(carol.close)
    party = Party("127.0.0.1", ports.party(), 8, audio.tone(LOW, 1))
    t.cleanup(party.close)
    offer = carol.invite("bob", None, ack_sdp=sdp.audio("127.0.0.1", party.port))
    party.start(sdp.endpoint(offer))
    assert_pair_hears(party, scene.bob)
    carol.bye()
    scene.bob.wait_event("CALL_CLOSED")


@test("phones: N8 a refused call leaves no session behind", tags=["phones"])
def refused(t):
    scene = Scene(t, alice=False, delete_delay=0)
    carol = UserAgent("carol", ("127.0.0.1", scene.proxy.port))
    dave = UserAgent("dave", ("127.0.0.1", scene.proxy.port))
    t.cleanup(carol.close)
    t.cleanup(dave.close)
    dave.register()
    offers = []
    dave.on_invite = lambda _: offers.append(scene.relay.sessions())
    refusal = carol.try_invite("dave", sdp.audio("127.0.0.1", ports.PHONE_MIN))
    assert refusal == 486, f"expected 486, got {refusal}"
    assert offers == [1], f"sessions while it rang: {offers}"
    wait_until(lambda: scene.relay.sessions() == 0, 5,
               lambda: f"{scene.relay.sessions()} sessions are left")


@test("phones: N8 a call that the caller gives up leaves no session behind", tags=["phones"])
def given_up(t):
    scene = Scene(t, alice=False, delete_delay=0)
    carol = UserAgent("carol", ("127.0.0.1", scene.proxy.port))
    dave = UserAgent("dave", ("127.0.0.1", scene.proxy.port))
    t.cleanup(carol.close)
    t.cleanup(dave.close)
    dave.register()
    dave.rings_only = True
    final = carol.try_invite("dave", sdp.audio("127.0.0.1", ports.PHONE_MIN), cancel_after=0.5)
    assert final == 487, f"expected 487, got {final}"
    wait_until(lambda: scene.relay.sessions() == 0, 5,
               lambda: f"{scene.relay.sessions()} sessions are left")
