"""The ng protocol over the wire: framing, encodings, cookies, errors and reply shapes.

Rows N1–N8 of docs/ng.md, from outside.
"""

import threading
import time

from harness import bencode, ng, ports, sdp
from harness.framework import test
from harness.ng import NGStream, new_cookie

PING = b"d7:command4:pinge"

# (datagram after the cookie, error-reason) — every line of the framing layer's error table.
FRAMING_ERRORS = [
    (b"", "Invalid data (no payload)"),
    (b"x", "Invalid NG data format"),
    (b"[]", "Invalid NG data format"),
    (b"l4:pinge", "Invalid NG data format"),
    (b"i5e", "Invalid NG data format"),
    (b'"x"', "Invalid NG data format"),
    (b"d3:abce", "Could not decode bencode dictionary"),
    (b"d7:command9999:pinge", "Could not decode bencode dictionary"),
    (b"{", "Failed to parse JSON document"),
    (b'{"command":"ping"', "Failed to parse JSON document"),
    (b"d1:a1:be", 'Dictionary contains no key "command"'),
    (b'{"a":1}', 'Dictionary contains no key "command"'),
    (b"d7:command3:fooe", "Unrecognized command"),
    (b'{"command":"foo"}', "Unrecognized command"),
]
# rtpengine 10.5 speaks of bencode here, too; later ones of JSON.
JSON_FRAMING_ERRORS = [
    (b'{"x":' + b"[" * 18 + b"null" + b"]" * 18 + b"}", "Could not decode JSON dictionary"),
]


def offer(relay, call_id, encoding="bencode", **keys):
    keys.setdefault("sdp", sdp.audio("127.0.0.1", ports.PHONE_MIN))
    return relay.client.request("offer", encoding=encoding, call_id=call_id, from_tag="a", **keys)


def answer(relay, call_id, encoding="bencode", **keys):
    keys.setdefault("sdp", sdp.audio("127.0.0.1", ports.PHONE_MIN + 2))
    return relay.client.request(
        "answer", encoding=encoding, call_id=call_id, from_tag="a", to_tag="b", **keys)


def assert_ok(reply):
    assert reply.get("result") == "ok", reply
    return reply


@test("ng: N1 every framing error has its text and its cookie", tags=["ng"])
def framing_errors(t):
    relay = t.relay()
    errors = FRAMING_ERRORS + (JSON_FRAMING_ERRORS if t.kind == "baton" else [])
    for number, (document, reason) in enumerate(errors):
        cookie = f"e{number}".encode()
        reply = relay.client.raw(cookie + b" " + document)
        assert reply is not None, f"no reply to {document!r}"
        got, _, body = reply.partition(b" ")
        assert got == cookie, reply
        decoded = ng.decode(body)
        assert decoded["result"] == "error" and decoded["error-reason"] == reason, \
            f"{document!r}: expected {reason!r}, got {decoded}"
        as_json = document[:1] == b"{"
        assert (body[:1] == b"{") == as_json, f"encoding of the reply to {document!r}: {body!r}"


@test("ng: N1 a datagram without a cookie gets no reply", tags=["ng"])
def no_cookie(t):
    relay = t.relay()
    for datagram in (b"abc", b" " + PING, b"", PING):
        reply = relay.client.raw(datagram, timeout=0.3)
        assert reply is None, f"{datagram!r} got {reply!r}"
    assert relay.client.request("ping")["result"] == "pong"


@test("ng: N1 bencode and JSON over UDP give the same call", tags=["ng"])
def encodings(t):
    relay = t.relay()
    for encoding in ("bencode", "json"):
        call_id = f"encoding-{encoding}"
        port = sdp.endpoint(assert_ok(offer(relay, call_id, encoding))["sdp"])[1]
        assert ports.RELAY_MIN <= port <= ports.RELAY_MAX, port
        assert_ok(answer(relay, call_id, encoding))
        other = "json" if encoding == "bencode" else "bencode"
        reply = relay.client.request("query", encoding=other, call_id=call_id)
        assert set(assert_ok(reply)["tags"]) == {"a", "b"}, reply


@test("ng: N1 bencode over TCP, cut at every byte and several at once", tags=["ng"])
def tcp_bencode(t):
    tcp_cuts(t, lambda cookie: cookie + b" " + PING)


@test("ng: N1 JSON over TCP, cut at every byte and several at once", only="baton", tags=["ng"])
def tcp_json(t):
    tcp_cuts(t, lambda cookie: cookie + b' {"command":"ping","a":"}{\\"\\\\"}')


def tcp_cuts(t, message):
    relay = t.relay()
    stream = t.keep(NGStream(relay.ng_address), "close")
    length = len(message(b"k00"))
    # rtpengine 10.5 misreads a message that is cut inside its last text.
    for cut in range(1, length if t.kind == "baton" else length - 6):
        cookie = b"k%02d" % cut
        data = message(cookie)
        stream.send(data[:cut])
        time.sleep(0.002)
        stream.send(data[cut:])
        reply = stream.message()
        assert reply == (cookie.decode(), {"result": "pong"}), f"cut at {cut}: {reply}"
    stream.send(b"".join(message(b"m%02d" % number) for number in range(10)))
    for number in range(10):
        assert stream.message()[0] == f"m{number:02d}"
    for byte in message(b"one"):
        stream.send(bytes([byte]))
    assert stream.message()[0] == "one"


@test("ng: N1 an offer of 60 KiB over TCP", only="baton", tags=["ng"])
def tcp_large(t):
    relay = t.relay()
    stream = t.keep(NGStream(relay.ng_address), "close")
    filler = [f"a=x-filler:{'y' * 90}"] * 600
    document = {"command": "offer", "call-id": "large", "from-tag": "a",
                "sdp": sdp.audio("127.0.0.1", ports.PHONE_MIN, extra=filler)}
    data = b"big " + bencode.encode(document)
    assert len(data) > 60_000
    for start in range(0, len(data), 7001):
        stream.send(data[start:start + 7001])
    cookie, reply = stream.message()
    assert cookie == "big" and reply["sdp"].count("x-filler") == 600, reply.get("error-reason")


@test("ng: N1 a TCP message without an end is refused, others go on", tags=["ng"])
def tcp_endless(t):
    relay = t.relay()
    stream = t.keep(NGStream(relay.ng_address), "close")
    other = t.keep(NGStream(relay.ng_address), "close")
    closed = False
    try:
        for _ in range(40):
            stream.send(b"cookie d7:command70000:" if _ == 0 else b"x" * 4096)
            time.sleep(0.005)
        stream.message(timeout=2)
    except (EOFError, ConnectionError):
        closed = True
    except TimeoutError:
        pass
    assert closed, "the connection stays open after 160 KiB of one message"
    other.send(b"ok " + PING)
    assert other.message() == ("ok", {"result": "pong"})


@test("ng: N1 POST /ng takes bencode and JSON with a cookie", tags=["ng", "http"])
def http(t):
    relay = t.relay()
    kind = "application/x-rtpengine-ng"
    status, body = ng.post(relay.http_address, "/ng", b"h1 " + PING, kind)
    assert (status, body) == (200, b"h1 d6:result4:ponge"), (status, body)
    status, body = ng.post(relay.http_address, "/ng", b'h2 {"command":"ping"}', kind)
    assert status == 200 and body.startswith(b"h2 {") and ng.decode(body[3:]) == {
        "result": "pong"}, (status, body)


@test("ng: N1 POST /ng-plain takes both without a cookie", only="baton", tags=["ng", "http"])
def http_plain(t):
    relay = t.relay()
    kind = "application/x-rtpengine-ng"
    status, body = ng.post(relay.http_address, "/ng-plain", PING, kind)
    assert (status, body) == (200, b"d6:result4:ponge"), (status, body)
    status, body = ng.post(
        relay.http_address, "/ng-plain", b'{"command":"ping"}', "application/json")
    assert status == 200 and ng.decode(body) == {"result": "pong"}, (status, body)


@test("ng: N2 keys unsorted and repeated, spaces and hyphens, text for lists", tags=["ng"])
def tolerance(t):
    relay = t.relay()
    text = sdp.audio("127.0.0.1", ports.PHONE_MIN)
    # rtpengine 10.5 takes spaces in some keys only.
    space = " " if t.kind == "baton" else "-"
    documents = [
        bencode.Pairs(("supports", ["load limit"]), ("sdp", text), ("call-id", "t1"),
                      ("received-from", ["IP4", "127.0.0.1"]), ("from-tag", "a"),
                      ("command", "offer")),
        bencode.Pairs(("flags", "loop-protect"), ("sdp", text), ("call-id", "t2"),
                      ("flags", ["trust-address"]), ("from-tag", "a"), ("command", "offer")),
        bencode.Pairs(("call-id", "t3"), ("sdp", text), (f"from{space}tag", "a"),
                      ("address family", "IP4"), ("command", "offer")),
        bencode.Pairs(("replace", "origin,session-connection"), ("sdp", text), ("call-id", "t4"),
                      ("from-tag", "a"), ("command", "offer"), ("TOS", "184")),
        bencode.Pairs(("zzz", {"a": [1, 2]}), ("sdp", text), ("call-id", "t5"),
                      ("flags", ["no-such-flag", "strict source"]), ("from-tag", "a"),
                      ("command", "offer")),
    ]
    for number, document in enumerate(documents, 1):
        cookie = new_cookie().encode()
        reply = ng.decode(relay.client.raw(cookie + b" " + bencode.encode(document))
                          .partition(b" ")[2])
        assert reply.get("result") == "ok", f"document {number}: {reply}"
        assert sdp.endpoint(reply["sdp"])[1] >= ports.RELAY_MIN
    assert set(relay.calls()) == {"t1", "t2", "t3", "t4", "t5"}, relay.calls()


@test("ng: N2 an unknown flag comes back in warning", only="baton", tags=["ng"])
def unknown_flag(t):
    relay = t.relay()
    reply = assert_ok(offer(relay, "w", flags=["no-such-flag"]))
    assert "no-such-flag" in reply.get("warning", ""), reply
    for silent in ("force", "symmetric", "session-connection", "auto-bridge", "repacketize"):
        reply = assert_ok(offer(relay, f"w-{silent}", flags=[silent]))
        assert "warning" not in reply, f"{silent}: {reply['warning']}"
    reply = assert_ok(offer(relay, "w-fax", **{"T.38": ["decode"]}))
    assert "T.38" in reply.get("warning", ""), reply
    reply = assert_ok(offer(relay, "w-remove", ICE="remove", replace=["session-connection"]))
    assert "warning" not in reply, reply["warning"]


@test("ng: N3 a repeated cookie gets the identical reply, whatever it asks", tags=["ng"])
def cookies(t):
    relay = t.relay()
    cookie = new_cookie()
    document = {"command": "offer", "call-id": "c1", "from-tag": "a",
                "sdp": sdp.audio("127.0.0.1", ports.PHONE_MIN)}
    data = cookie.encode() + b" " + bencode.encode(document)
    first = relay.client.raw(data)
    assert relay.client.raw(data) == first
    assert relay.client.raw(cookie.encode() + b" " + PING) == first
    other = ng.NGClient(relay.ng_address)
    t.cleanup(other.close)
    assert other.raw(data) == first, "the same cookie from another port"
    assert relay.calls() == ["c1"]


@test("ng: N3 a burst of copies of one request makes one call", tags=["ng"])
def cookie_burst(t):
    relay = t.relay()
    data = new_cookie().encode() + b" " + bencode.encode({
        "command": "offer", "call-id": "burst", "from-tag": "a",
        "sdp": sdp.audio("127.0.0.1", ports.PHONE_MIN)})
    replies = []

    def send():
        client = ng.NGClient(relay.ng_address)
        replies.append(client.raw(data))
        client.close()

    threads = [threading.Thread(target=send) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(replies)) == 1 and replies[0] is not None, set(replies)


@test("ng: N4 application errors have the texts that proxies compare", tags=["ng"])
def errors(t):
    relay = t.relay()
    good = sdp.audio("127.0.0.1", ports.PHONE_MIN)
    assert_ok(offer(relay, "known"))
    cases = [
        ({"command": "offer", "call-id": "x", "from-tag": "a"}, "No SDP body in message"),
        ({"command": "offer", "from-tag": "a", "sdp": good}, "No call-id in message"),
        ({"command": "offer", "call-id": "x", "sdp": good}, "No from-tag in message"),
        ({"command": "offer", "call-id": "x", "from-tag": "a", "sdp": "hello"},
         "Failed to parse SDP"),
        ({"command": "answer", "call-id": "known", "from-tag": "a", "sdp": good},
         "No to-tag in message"),
        ({"command": "answer", "call-id": "never", "from-tag": "a", "to-tag": "b", "sdp": good},
         "Unknown call-id"),
        ({"command": "query", "call-id": "never"}, "Unknown call-id"),
        ({"command": "query"}, "No call-id in message"),
        ({"command": "delete"}, "No call-id in message"),
    ]
    for document, reason in cases:
        reply = relay.client.send(document)
        assert reply["result"] == "error" and reply["error-reason"] == reason, \
            f"{document['command']}: expected {reason!r}, got {reply}"


@test("ng: N7 reply shapes of offer, answer, query, list, statistics, delete", tags=["ng"])
def shapes(t):
    relay = t.relay()
    assert relay.client.request("ping") == {"result": "pong"}
    assert "v=0" in assert_ok(offer(relay, "s1"))["sdp"]
    assert "v=0" in assert_ok(answer(relay, "s1"))["sdp"]
    assert assert_ok(relay.client.request("list"))["calls"] == ["s1"]
    query = assert_ok(relay.client.request("query", call_id="s1"))
    check_query(query)
    statistics = assert_ok(relay.client.request("statistics"))["statistics"]
    current, total = statistics["currentstatistics"], statistics["totalstatistics"]
    assert int(current["sessionstotal"]) == 1 and int(current["sessionsown"]) == 1, current
    for key in ("packetrate", "byterate", "errorrate"):
        assert key in current, f"currentstatistics has no {key}"
    for key in ("uptime", "managedsessions", "rejectedsessions", "timeoutsessions",
                "relayedpackets", "relayedpacketerrors", "regularterminatedsessions"):
        assert key in total, f"totalstatistics has no {key}"
    for key in ("mos", "controlstatistics", "interfaces"):
        assert key in statistics, f"statistics has no {key}"
    deleted = assert_ok(relay.client.request("delete", call_id="s1", from_tag="a"))
    check_query(deleted)


def check_query(reply):
    for key in ("created", "last signal", "SSRC", "tags", "totals"):
        assert key in reply, f"no {key} in {sorted(reply)}"
    assert isinstance(reply["created"], int) and abs(reply["created"] - time.time()) < 60
    for kind in ("RTP", "RTCP"):
        assert set(reply["totals"][kind]) >= {"packets", "bytes", "errors"}
    assert set(reply["tags"]) == {"a", "b"}
    for tag, other in (("a", "b"), ("b", "a")):
        party = reply["tags"][tag]
        assert party["tag"] == tag and "created" in party
        assert {"tag": other, "type": "offer/answer"} in party["subscriptions"], party
        media = party["medias"][0]
        assert (media["index"], media["type"], media["protocol"]) == (1, "audio", "RTP/AVP")
        kinds = []
        for stream in media["streams"]:
            assert ports.RELAY_MIN <= stream["local port"] <= ports.RELAY_MAX
            assert stream["family"] == "IPv4" and stream["local address"] == "127.0.0.1"
            assert set(stream["endpoint"]) >= {"family", "address", "port"}
            assert set(stream["stats"]) >= {"packets", "bytes", "errors"}
            assert "last packet" in stream
            kinds += [flag for flag in stream["flags"] if flag in ("RTP", "RTCP")]
        assert kinds == ["RTP", "RTCP"], kinds
        rtp = media["streams"][0]
        expected = ports.PHONE_MIN + (0 if tag == "a" else 2)
        assert rtp["endpoint"]["port"] == expected, rtp["endpoint"]


@test("ng: N7 list obeys its limit", tags=["ng"])
def list_limit(t):
    relay = t.relay()
    for number in range(40):
        assert_ok(offer(relay, f"l{number}"))
    assert len(relay.client.request("list")["calls"]) == 32
    assert len(relay.client.request("list", limit=5)["calls"]) == 5
    assert len(relay.client.request("list", limit=100)["calls"]) == 40


@test("ng: N8 delete: unknown calls, fatal, and the time in which query still answers",
      tags=["ng"])
def deletion(t):
    relay = t.relay()
    warning = "Call-ID not found or tags didn't match"
    reply = relay.client.request("delete", call_id="never", from_tag="a")
    assert reply["result"] == "ok" and reply["warning"] == warning, reply
    reply = relay.client.request("delete", call_id="never", from_tag="a", flags=["fatal"])
    assert reply["result"] == "error" and reply["error-reason"] == warning, reply
    assert_ok(offer(relay, "d1"))
    assert_ok(answer(relay, "d1"))
    assert "tags" in assert_ok(relay.client.request("delete", call_id="d1", from_tag="a"))
    assert_ok(relay.client.request("query", call_id="d1"))


@test("ng: N8 delete-delay 0 ends the call at once, and its ports return", tags=["ng"])
def deletion_at_once(t):
    relay = t.relay()
    assert_ok(offer(relay, "d2"))
    assert_ok(answer(relay, "d2"))
    assert relay.sessions() == 1
    reply = relay.client.send({"command": "delete", "call-id": "d2", "from-tag": "a",
                               "delete delay": 0})
    assert_ok(reply)
    deadline = time.monotonic() + 3
    while relay.sessions() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert relay.sessions() == 0
    reply = relay.client.request("query", call_id="d2")
    assert reply["result"] == "error", reply


@test("ng: N9 a request with supports gets `load limit` at the session limit", only="baton",
      tags=["ng"])
def load_limit(t):
    relay = t.relay(settings={"limits": {"sessions": 2}})
    assert_ok(offer(relay, "n1"))
    assert_ok(offer(relay, "n2"))
    reply = offer(relay, "n3")
    assert reply["result"] == "error", reply
    assert reply["error-reason"] == "Parallel session limit reached", reply
    reply = offer(relay, "n4", supports=["load limit"])
    assert reply["result"] == "load limit" and "message" in reply, reply
    # A re-offer of a running call is no new session.
    assert_ok(offer(relay, "n1"))
