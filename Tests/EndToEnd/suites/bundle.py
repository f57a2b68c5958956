"""Two peers in a real browser talk and show themselves through the relay, several lines by one
port (RFC 9143) or each by its own."""

from harness import framework, netns
from harness.browser import Page
from harness.framework import test
from harness.processes import wait_until

LOW, HIGH = 440, 1000
TONE = {"alice": LOW, "bob": HIGH}
COLOR = {"alice": (255, 0, 0), "bob": (0, 0, 255)}
PROFILE = "UDP/TLS/RTP/SAVPF"


def bundle_test(title, deadline=90):
    def register(function):
        return test(f"bundle: {title}", deadline=deadline, tags=["browser"],
                    long=not framework.MEDIA_INTERWORKING)(netns.apart(function))
    return register


class Scene:
    """A relay, and alice and bob in one page."""

    def __init__(self, t, alice, bob):
        self.relay = t.relay(delete_delay=0)
        self.client = self.relay.client
        self.page = t.keep(Page(t.folder, "peers.html", {"tones": f"{LOW},{HIGH}"})).start()
        for name, policy in (("alice", alice), ("bob", bob)):
            color = "rgb({}, {}, {})".format(*COLOR[name])
            self.page.command("create", peer=name, policy=policy, hertz=TONE[name], color=color)

    def negotiate(self, caller="alice", **words):
        """An offer and its answer; gives what the two were sent."""
        callee = "bob" if caller == "alice" else "alice"
        keys = {"call_id": "bundle", "from_tag": caller, "ICE": "force",
                "transport_protocol": PROFILE, **words}
        offer = self.page.command("offer", peer=caller)
        forward = self.client.request("offer", sdp=offer, **keys)
        assert forward["result"] == "ok", forward
        answer = self.page.command("answer", peer=callee, sdp=forward["sdp"])
        back = self.client.request("answer", sdp=answer, to_tag=callee, **keys)
        assert back["result"] == "ok", back
        self.page.command("accept", peer=caller, sdp=back["sdp"])
        return forward["sdp"], back["sdp"]

    def assert_both_perceive(self):
        self.assert_both_hear()
        for name, other in (("alice", "bob"), ("bob", "alice")):
            self.wait_for_picture(name, COLOR[other])

    def assert_both_hear(self):
        for name, other in (("alice", "bob"), ("bob", "alice")):
            self.page.command("until", peer=name, hertz=TONE[other])
            heard = self.page.command("listen", peer=name, seconds=1)["tones"]
            assert heard[str(TONE[other])] > -25 > heard[str(TONE[name])] + 30, \
                f"{name} should hear {TONE[other]} Hz: {heard}"

    def wait_for_picture(self, name, wanted):
        before = self.page.command("statistics", peer=name)["frames"]

        def sees():
            color = self.page.command("look", peer=name)["color"]
            frames = self.page.command("statistics", peer=name)["frames"]
            return color and frames > before + 10 and \
                all(abs(one - other) < 60 for one, other in zip(color, wanted))

        wait_until(sees, 15, lambda: f"{name} should see {wanted}: "
                   f"{self.page.command('look', peer=name)}, "
                   f"{self.page.command('statistics', peer=name)}")

    def transports(self, name):
        """How many transports a peer has; all of them work."""
        found = self.page.command("statistics", peer=name)["transports"]
        assert all(one["dtlsState"] == "connected" for one in found), f"{name}: {found}"
        return len(found)

    def packets(self, tag):
        """How many packets the relay got of each line of a peer."""
        reply = self.client.request("query", call_id="bundle")
        return [media["streams"][0]["stats"]["packets"] for media in reply["tags"][tag]["medias"]]


def group(description):
    """The mids of the group, None without one."""
    lines = [line for line in description.splitlines() if line.startswith("a=group:BUNDLE")]
    return lines[0].split()[1:] if lines else None


def line_ports(description):
    return [int(line.split()[1]) for line in description.splitlines() if line.startswith("m=")]


@bundle_test("two pages with the policy max-bundle: sound and pictures by one port each")
def max_bundle(t):
    scene = Scene(t, "max-bundle", "max-bundle")
    forward, back = scene.negotiate(bundle="offer")
    assert len(group(forward)) == len(group(back)) == 2, (group(forward), group(back))
    assert len(set(line_ports(back))) == 1, f"the answer should show one port: {line_ports(back)}"
    scene.assert_both_perceive()
    for name in ("alice", "bob"):
        assert scene.transports(name) == 1
        assert all(count > 20 for count in scene.packets(name)), scene.packets(name)
        reports = ["audio", "video"]
        wait_until(
            lambda name=name: scene.page.command("statistics", peer=name)["reported"] == reports,
            10, lambda name=name: f"{name} gets no reports of both lines: "
            f"{scene.page.command('statistics', peer=name)}")
        lost = scene.page.command("statistics", peer=name)["lost"]
        assert max(lost.values()) <= 0, f"{name} misses packets: {lost}"
    t.figure(f"packets of alice's and bob's lines: {scene.packets('alice')}, "
             f"{scene.packets('bob')}")
    # The same again: nothing has to begin anew.
    _, again = scene.negotiate(bundle="offer")
    assert line_ports(again) == line_ports(back)
    scene.assert_both_perceive()


@bundle_test("a page with max-bundle calls one whose lines have ports of their own")
def apart(t):
    scene = Scene(t, "max-bundle", "max-compat")
    forward, back = scene.negotiate()
    assert group(forward) is None and len(set(line_ports(forward))) == 2, forward
    assert len(group(back)) == 2 and len(set(line_ports(back))) == 1, back
    scene.assert_both_perceive()
    assert (scene.transports("alice"), scene.transports("bob")) == (1, 2)


@bundle_test("a page with max-bundle is called by one whose lines have ports of their own")
def called(t):
    scene = Scene(t, "max-bundle", "max-compat")
    forward, back = scene.negotiate("bob", bundle=["offer", "reject"])
    assert len(group(forward)) == 2, forward
    assert group(back) is None and len(set(line_ports(back))) == 2, back
    scene.assert_both_perceive()
    assert (scene.transports("alice"), scene.transports("bob")) == (1, 2)
    # Now the other way round; who has which ports is known.
    _, back = scene.negotiate("alice")
    assert len(group(back)) == 2 and len(set(line_ports(back))) == 1, back
    scene.assert_both_perceive()


@bundle_test("a line of a bundle ends and another takes its place")
def line_ends(t):
    scene = Scene(t, "max-bundle", "max-bundle")
    _, back = scene.negotiate(bundle="offer")
    scene.assert_both_perceive()
    scene.page.command("stop", peer="alice", kind="video")
    _, without = scene.negotiate(bundle="offer")
    assert line_ports(without) == [line_ports(back)[0], 0], (line_ports(back), line_ports(without))
    assert len(group(without)) == 1, without
    scene.assert_both_hear()
    scene.page.command("show", peer="alice", color="rgb({}, {}, {})".format(*COLOR["alice"]))
    _, again = scene.negotiate(bundle="offer")
    assert len(group(again)) == 2 and len(set(line_ports(again))) == 1, again
    scene.wait_for_picture("bob", COLOR["alice"])
    scene.assert_both_hear()
    assert scene.transports("alice") == scene.transports("bob") == 1
