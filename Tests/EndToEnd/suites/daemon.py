"""The daemon as an operator meets it: start, signals, errors, API, command line.

Rows N5, N6 and N28–N30.
"""

import json
import os
import resource
import signal
import socket
import subprocess
import time

from harness import framework, ng, ports, sdp
from harness.framework import test
from harness.processes import wait_until
from suites.media import connect, packet, pair
from suites.opensips import Call


def baton(t, *words, timeout=10):
    """Runs a verb of the binary to its end."""
    return subprocess.run([t.options.baton, *map(str, words)], capture_output=True, text=True,
                          timeout=timeout)


def client(t, relay, *words):
    host, port = relay.http_address
    return baton(t, *words, "--api", f"{host}:{port}")


def assert_refused(done, *parts):
    """Exit status 1 and one sentence that names the thing."""
    text = (done.stderr + done.stdout).strip()
    assert done.returncode == 1, f"exit {done.returncode}: {text}"
    for part in parts:
        assert part in text, f"'{part}' is not in: {text}"
    assert len(text.splitlines()) <= 3, f"more than one clear sentence: {text}"


@test("daemon: N28 prints one line `ready` with its addresses", only="baton", tags=["daemon"])
def ready(t):
    relay = t.relay()
    line = relay.process.wait_for(r"(?m)^ready .*$").group(0)
    for address in (relay.ng_address, relay.http_address):
        assert f"{address[0]}:{address[1]}" in line, line
    assert relay.process.text().count("ready ") >= 1


@test("daemon: N28 ends with 0 on SIGTERM and on SIGINT", only="baton", tags=["daemon"])
def ends(t):
    for number in (signal.SIGTERM, signal.SIGINT):
        relay = t.relay()
        relay.process.process.send_signal(number)
        assert relay.process.wait(5) == 0, f"{number.name}: {relay.process.process.returncode}"


@test("daemon: N28 SIGTERM drains: no new call, the running one goes on; a second one ends it",
      only="baton", tags=["daemon"])
def drains(t):
    relay = t.relay()
    call = Call(t, relay, "drain")
    call.offer()
    call.answer()
    call.talk()
    call.assert_both_hear()
    relay.process.process.send_signal(signal.SIGTERM)
    wait_until(lambda: relay.client.request(
        "offer", call_id=f"new{time.monotonic()}", from_tag="a",
        sdp=sdp.audio("127.0.0.1", ports.PHONE_MIN))["result"] != "ok", 3,
        "new calls are still taken")
    status, _ = ng.get(relay.http_address, "/readyz")
    assert status == 503, f"/readyz: {status}"
    time.sleep(3)
    call.assert_both_hear()
    relay.process.process.send_signal(signal.SIGTERM)
    assert relay.process.wait(3) == 0


@test("daemon: N28 a call without media does not keep a draining daemon up", only="baton",
      tags=["daemon"])
def drains_idle(t):
    relay = t.relay()
    connect(relay, "idle", pair(t)[0], pair(t)[0])
    relay.process.process.send_signal(signal.SIGTERM)
    assert relay.process.wait(10) == 0


@test("daemon: N17 a wrong interface is refused with the addresses that exist", only="baton",
      tags=["daemon"])
def wrong_interface(t):
    done = baton(t, "serve", "--interface", "public/203.0.113.9", "--ng",
                 f"127.0.0.1:{ports.ng()}", "--api", f"127.0.0.1:{ports.ng()}")
    assert_refused(done, "public", "203.0.113.9", "127.0.0.1")


@test("daemon: N28 an occupied control port is refused with its name", only="baton",
      tags=["daemon"])
def occupied(t):
    relay = t.relay()
    done = baton(t, "serve", "--ng", "%s:%d" % relay.ng_address, "--api",
                 f"127.0.0.1:{ports.ng()}")
    assert_refused(done, "%s:%d" % relay.ng_address)
    done = baton(t, "serve", "--ng", f"127.0.0.1:{ports.ng()}", "--api",
                 "%s:%d" % relay.http_address)
    assert_refused(done, "%s:%d" % relay.http_address)


@test("daemon: N28 a configuration with an unknown key is refused with its nearest one",
      only="baton", tags=["daemon"])
def unknown_key(t):
    file = t.folder / "wrong.yaml"
    file.write_text("media:\n  prots: 30000-40000\n")
    for done in (baton(t, "config", "check", file), baton(t, "serve", "--config", file)):
        assert_refused(done, "prots", "ports", "2")
    file.write_text("media:\n  ports: 30000-40000\n")
    done = baton(t, "config", "check", file)
    assert done.returncode == 0, done.stderr


@test("daemon: N28 SIGHUP applies a good configuration and keeps the old one for a bad one",
      only="baton", tags=["daemon"])
def reload(t):
    relay = t.relay(settings={"limits": {"sessions": 1}})
    file = t.folder / "baton.yaml"

    def refused(call_id):
        return relay.client.request("offer", call_id=call_id, from_tag="a", sdp=sdp.audio(
            "127.0.0.1", ports.PHONE_MIN))["result"] == "error"

    assert not refused("r1") and refused("r2")
    file.write_text("limits: {sessions: two}\n")
    relay.process.process.send_signal(signal.SIGHUP)
    relay.process.wait_for("sessions", 5)
    assert refused("r3"), "a broken configuration was applied"
    file.write_text("limits: {sessions: 2}\n")
    relay.process.process.send_signal(signal.SIGHUP)
    attempts = iter(range(1000))
    wait_until(lambda: not refused(f"r4-{next(attempts)}"), 5, "the new limit is not applied")


@test("daemon: N28 the log says what a reload has changed, and what waits for a restart",
      only="baton", tags=["daemon"])
def reload_differences(t):
    relay = t.relay(settings={"limits": {"sessions": 1}})
    file = t.folder / "baton.yaml"
    file.write_text("limits: {sessions: 2}\nmedia: {workers: 7}\n")
    relay.process.process.send_signal(signal.SIGHUP)
    line = relay.process.wait_for(r"configuration reloaded: .*", 20).group(0)
    assert "applied: limits.sessions 1 → 2" in line, line
    assert "needs a restart: media.workers" in line, line


@test("daemon: N28 the limit of open files is raised to the hard limit", only="baton",
      tags=["daemon"])
def open_files(t):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    framework.need(hard > 1024, f"the hard limit is {hard}")
    relay = t.relay(prefix=("sh", "-c", 'ulimit -S -n 1024; exec "$@"', "sh"))
    limits = resource.prlimit(relay.process.pid, resource.RLIMIT_NOFILE)
    assert limits == (hard, hard), limits
    assert relay.get("/v1/status")["process"]["descriptorLimit"] == hard


@test("daemon: N28 there is a worker for each processor that the process may use", only="baton",
      tags=["daemon"])
def workers_by_affinity(t):
    allowed = sorted(os.sched_getaffinity(0))
    framework.need(len(allowed) > 1, "there is one processor")
    for processors in (allowed[:1], allowed[:2]):
        listed = ",".join(map(str, processors))
        relay = t.relay(prefix=("taskset", "-c", listed))
        workers = relay.get("/v1/status")["workers"]
        assert len(workers) == len(processors), f"{len(workers)} workers on {listed}"


@test("daemon: N6 only --control-allow is answered; a stranger is counted", only="baton",
      tags=["daemon"])
def access(t):
    relay = t.relay(settings={"ng": {"allow": ["127.0.0.1/32"]}})
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    t.keep(stranger, "close")
    stranger.bind(("127.0.0.9", 0))
    stranger.settimeout(0.4)
    stranger.sendto(b"s1 d7:command4:pinge", relay.ng_address)
    try:
        raise AssertionError(f"the stranger got {stranger.recv(2048)!r}")
    except TimeoutError:
        pass
    assert relay.client.request("ping")["result"] == "pong"
    assert relay.metrics()["baton_ng_strangers_total"] == 1


@test("daemon: N1 a message without a cookie is counted, and leaves a line in the debug log",
      only="baton", tags=["daemon"])
def without_cookie(t):
    relay = t.relay(settings={"log": {"level": "debug"}})
    for _ in range(3):
        relay.client.socket.send(b"d7:command4:pinge")
    relay.process.wait_for("messages without a cookie", 10)
    assert relay.metrics()["baton_ng_no_cookie_total"] == 3


@test("daemon: N5 a reply that is too long for UDP shrinks to totals and says so", only="baton",
      tags=["daemon"])
def short_reply(t):
    relay = t.relay(settings={"ng": {"reply-limit": "1400"}})
    extra = [line for number in range(6) for line in (
        f"m=audio {ports.PHONE_MIN + 4 + 2 * number} RTP/AVP 0", "a=rtpmap:0 PCMU/8000")]
    for command, tags in (("offer", {}), ("answer", {"to_tag": "b"})):
        # The offer's reply is longer than the limit as well, and must not be lost.
        reply = relay.client.request(
            command, call_id="long", from_tag="a", **tags,
            sdp=sdp.audio("127.0.0.1", ports.PHONE_MIN, extra=extra))
        assert reply["result"] == "ok" and reply["sdp"].count("m=audio") == 7, reply
    cookie = ng.new_cookie().encode()
    data = relay.client.raw(cookie + b" d7:command5:query7:call-id4:longe")
    assert data is not None and len(data) <= 1400, data and len(data)
    reply = ng.decode(data.partition(b" ")[2])
    assert reply["result"] == "ok" and "totals" in reply and reply.get("warning"), reply
    stream = t.keep(ng.NGStream(relay.ng_address), "close")
    stream.send(b"t1 d7:command5:query7:call-id4:longe")
    assert set(stream.message()[1]["tags"]) == {"a", "b"}, "TCP has no such limit"


@test("daemon: N29 status, session list, show and end, as JSON and with exit codes",
      only="baton", tags=["daemon", "http"])
def command_line(t):
    relay = t.relay(delete_delay=0)
    (caller, _), (called, _) = pair(t), pair(t)
    target, _ = connect(relay, "cli call/1", caller, called)
    caller.sendto(packet(1, 0x1234), target)
    called.recv(2048)
    status = json.loads(client(t, relay, "status", "--json").stdout)
    assert status["sessions"]["current"] == 1, status["sessions"]
    listed = json.loads(client(t, relay, "session", "list", "--json").stdout)
    assert [one["callID"] for one in listed["sessions"]] == ["cli call/1"], listed
    shown = json.loads(client(t, relay, "session", "show", "cli call/1", "--json").stdout)
    sources = [source for party in shown["parties"] for stream in party["streams"]
               for port in stream["ports"] for source in port["sources"]]
    assert [source["ssrc"] for source in sources] == [0x1234], sources
    for words in (["status"], ["session", "list"], ["session", "show", "cli call/1"]):
        done = client(t, relay, *words)
        assert done.returncode == 0 and done.stdout.strip(), (words, done)
    assert client(t, relay, "session", "end", "cli call/1").returncode == 0
    wait_until(lambda: relay.sessions() == 0, 5, "the session did not end")
    assert client(t, relay, "session", "show", "never").returncode == 1
    assert client(t, relay, "session", "no-such-verb").returncode == 2
    assert baton(t, "status", "--api", "127.0.0.1:9").returncode == 3


@test("daemon: N29 /healthz, /readyz, /metrics and the API's status", only="baton",
      tags=["daemon", "http"])
def pages(t):
    relay = t.relay()
    for path in ("/healthz", "/readyz"):
        status, _ = ng.get(relay.http_address, path)
        assert status == 200, f"{path}: {status}"
    connect(relay, "m", pair(t)[0], pair(t)[0])
    metrics = relay.metrics()
    assert metrics["baton_sessions"] == 1, {k: v for k, v in metrics.items() if "session" in k}
    assert relay.get("/v1/status")["sessions"]["current"] == 1
    status, _ = ng.get(relay.http_address, "/v1/sessions/never")
    assert status == 404, status


@test("daemon: N29 server-sent events tell when a session starts and ends", only="baton",
      tags=["daemon", "http"])
def events(t):
    relay = t.relay(delete_delay=0)
    stream = t.keep(socket.create_connection(relay.http_address), "close")
    stream.sendall(b"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    stream.settimeout(5)
    text = stream.recv(65536).decode()
    assert text.startswith("HTTP/1.1 200"), text
    connect(relay, "seen", pair(t)[0], pair(t)[0])
    relay.client.request("delete", call_id="seen", from_tag="a")
    while "session-ended" not in text:
        text += stream.recv(65536).decode()
    assert "session-started" in text and text.count("seen") >= 2, text


@test("daemon: a full disk under the log stops no call, and is counted", only="baton",
      tags=["daemon"])
def full_disk(t):
    relay = t.relay(settings={"log": {"file": "/dev/full", "level": "debug"}})
    call = Call(t, relay, "full")
    call.offer()
    call.answer()
    call.talk()
    call.assert_both_hear()
    wait_until(lambda: relay.metrics()["baton_log_write_errors_total"] > 0, 5,
               "no write error is counted")


@test("daemon: N28 reports readiness, reload and end to the service manager", only="baton",
      tags=["daemon"])
def notifies(t):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    t.keep(listener, "close")
    path = t.folder / "notify"
    listener.bind(str(path))
    listener.settimeout(10)
    relay = t.relay(environment={"NOTIFY_SOCKET": str(path)})
    assert "READY=1" in listener.recv(4096).decode()
    relay.process.process.send_signal(signal.SIGHUP)
    assert "RELOADING=1" in listener.recv(4096).decode()
    assert "READY=1" in listener.recv(4096).decode()
    relay.process.process.send_signal(signal.SIGTERM)
    assert "STOPPING=1" in listener.recv(4096).decode()
    assert relay.process.wait(5) == 0


@test("daemon: N28 takes control sockets that the service manager has opened", only="baton",
      tags=["daemon"])
def passed_sockets(t):
    control = ports.ng()
    datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    for one in (datagram, listener):
        t.keep(one, "close")
        one.bind(("127.0.0.1", control))
    listener.listen()
    client = t.keep(ng.NGClient(("127.0.0.1", control)), "close")
    # The question waits in the socket until there is somebody to answer it.
    client.socket.send(b"early d7:command4:pinge")
    script = (f"exec 3<&{datagram.fileno()} 4<&{listener.fileno()}; "
              'LISTEN_FDS=2 LISTEN_PID=$$ exec "$@"')
    process = subprocess.Popen(
        ["sh", "-c", script, "sh", t.options.baton, "serve", "--ng", f"127.0.0.1:{control}",
         "--api", f"127.0.0.1:{ports.ng()}", "--ports",
         f"{ports.RELAY_MIN}-{ports.RELAY_MAX}"],
        pass_fds=(datagram.fileno(), listener.fileno()), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    t.cleanup(process.wait)
    t.cleanup(process.terminate)
    client.socket.settimeout(10)
    assert client.socket.recv(2048) == b"early d6:result4:ponge"
    stream = t.keep(ng.NGStream(("127.0.0.1", control)), "close")
    stream.send(b"tcp d7:command4:pinge")
    assert stream.message() == ("tcp", {"result": "pong"})
