"""Real peers of every kind with a plain PCMU phone: tones at both ears, whoever calls.

The outcomes are printed as a table at the end.
"""

from harness import audio, framework, netns, phones
from harness.browser import Browser
from harness.framework import test
from harness.peers import PJSUA, Linphone
from harness.phones import Phone
from harness.proxy import WebRTCKamailio

LOW, HIGH = 440, 1000
DTLS_OPUS = phones.DTLS._replace(
    codec=phones.OPUS.codec, modules=(*phones.DTLS.modules, "opus"), rate=phones.OPUS.rate)


def tone_file(t, hertz, rate=audio.RATE):
    path = t.folder / f"{hertz}-{rate}.wav"
    audio.write_wav(path, audio.tone(hertz, 60, rate=rate), rate)
    return path


def baresip(media):
    return lambda t, user, proxy: Phone(
        t.folder, user, ("127.0.0.1", proxy.port), tone_file(t, LOW, media.rate), listen=False,
        media=media)


def linphone(encryption, codec):
    return lambda t, user, proxy: Linphone(
        t.folder, user, ("127.0.0.1", proxy.port), tone_file(t, LOW), encryption, codec)


def pjsua(t, user, proxy):
    return PJSUA(t.folder, user, ("127.0.0.1", proxy.port), tone_file(t, LOW))


def chromium(t, user, proxy):
    return Browser(t.folder, user, proxy, LOW, (LOW, HIGH))


# The user's name tells Kamailio what the peer speaks.
PEERS = [
    ("baresip SDES", "sdes-baresip", baresip(phones.SDES)),
    ("baresip DTLS-SRTP, ICE", "dtls-baresip", baresip(phones.DTLS)),
    ("baresip DTLS-SRTP, ICE, Opus", "dtls-opus-baresip", baresip(DTLS_OPUS)),
    ("baresip Opus", "plain-opus-baresip", baresip(phones.OPUS)),
    ("pjsua2 SDES", "sdes-pjsua", pjsua),
    ("linphone SDES", "sdes-linphone", linphone("srtp", "PCMU")),
    ("linphone SDES, Opus", "sdes-opus-linphone", linphone("srtp", "opus")),
    ("linphone DTLS-SRTP, Opus", "dtls-opus-linphone", linphone("dtls", "opus")),
    ("Chromium DTLS-SRTP, ICE, Opus", "chromium", chromium),
]

# By the beginning of the user's name.
PROTOCOLS = {"sdes": "RTP/SAVP", "dtls": "UDP/TLS/RTP/SAVP", "plain": "RTP/AVP",
             "chromium": "UDP/TLS/RTP/SAVP"}


class Scene:
    """A relay, a proxy, a peer that says LOW and the plain phone that says HIGH."""

    def __init__(self, t, user, make):
        self.relay = t.relay(delete_delay=0)
        self.proxy = t.keep(WebRTCKamailio(t.folder, self.relay)).start()
        self.peer = t.keep(make(t, user, self.proxy))
        self.phone = t.keep(Phone(
            t.folder, "phone", ("127.0.0.1", self.proxy.port), tone_file(t, HIGH)))
        self.phone.start()
        self.peer.start()

    def assert_both_hear(self, t):
        t.figure(f"phone {self.phone.assert_hears(LOW, HIGH)}")
        t.figure(f"{self.peer.user} {self.peer.assert_hears(HIGH, LOW)}")
        types = {packet.type for packet in self.phone.ear.packets}
        assert types == {0}, f"the phone should get PCMU, it gets payload types {types}"
        self.assert_protocols()

    def assert_protocols(self):
        """What was negotiated is what the row says: nobody fell back to plain RTP."""
        wanted = {"RTP/AVP", next(protocol for prefix, protocol in PROTOCOLS.items()
                                  if self.peer.user.startswith(prefix))}
        reply = self.relay.client.request("query", call_id=self.relay.calls()[0])
        # With or without RTCP feedback (F) is the peer's choice when it calls.
        found = {media["protocol"].rstrip("F") for party in reply["tags"].values()
                 for media in party["medias"]}
        assert found == wanted, f"negotiated {found}, not {wanted}"


def calls(t, user, make):
    scene = Scene(t, user, make)
    scene.peer.dial("phone")
    scene.phone.wait_established()
    scene.peer.wait_established()
    scene.assert_both_hear(t)
    scene.peer.hang_up()
    scene.phone.wait_closed()


def called(t, user, make):
    scene = Scene(t, user, make)
    scene.phone.dial(user)
    scene.phone.wait_established()
    scene.peer.wait_established()
    scene.assert_both_hear(t)
    scene.phone.hang_up()
    scene.peer.wait_closed()


def register(row, user, make, column, function):
    def one(t):
        function(t, user, make)
    one.__name__ = f"{user}-{function.__name__}"
    test(f"matrix: {row} {column}", deadline=90, tags=["matrix"],
         long=not framework.MEDIA_INTERWORKING, cell=(row, column))(netns.apart(one))


for _row, _user, _make in PEERS:
    register(_row, _user, _make, "calls the phone", calls)
    register(_row, _user, _make, "is called", called)
