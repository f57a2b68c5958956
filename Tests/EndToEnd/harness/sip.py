"""A small SIP user agent over UDP: enough for calls, re-INVITEs and BYEs through a proxy."""

import collections
import random
import re
import socket
import threading
import time

Message = collections.namedtuple("Message", "start headers body source")


def parse(data, source):
    head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
    lines = head.split("\r\n")
    headers = [(name.strip().lower(), value.strip())
               for name, _, value in (line.partition(":") for line in lines[1:])]
    return Message(lines[0], headers, body, source)


def header(message, name):
    return next((value for key, value in message.headers if key == name), None)


def headers(message, name):
    return [value for key, value in message.headers if key == name]


def status(message):
    return int(message.start.split()[1]) if message.start.startswith("SIP/2.0") else None


def method(message):
    return (header(message, "cseq") or "0 ?").split()[1]


def token():
    return f"{random.getrandbits(48):x}"


def tag(value):
    found = re.search(r";tag=([^;>\s]+)", value or "")
    return found.group(1) if found else None


def address_text(address, port):
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class Transport:
    """A UDP socket with a thread that sorts what arrives."""

    def __init__(self, address, port=0):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.address, self.port = address, self.socket.getsockname()[1]
        self.inbox = []
        self.changed = threading.Condition()
        self.on_request = None
        self._open = True
        threading.Thread(target=self._read, daemon=True).start()

    def close(self):
        self._open = False
        self.socket.close()

    @property
    def here(self):
        return address_text(self.address, self.port)

    def send(self, text, target):
        self.socket.sendto(text.encode(), target)

    def _read(self):
        self.socket.settimeout(0.2)
        while self._open:
            try:
                data, source = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            except OSError:
                return
            if len(data) < 20:
                continue
            message = parse(data, source)
            if status(message) is None and self.on_request:
                self.on_request(message)
            with self.changed:
                self.inbox.append(message)
                self.changed.notify_all()

    def wait(self, condition, timeout, what):
        """The first message that fits, taken out of the inbox."""
        deadline = time.monotonic() + timeout
        with self.changed:
            while True:
                for message in self.inbox:
                    if condition(message):
                        self.inbox.remove(message)
                        return message
                left = deadline - time.monotonic()
                if left <= 0:
                    seen = ", ".join(m.start for m in self.inbox) or "nothing"
                    raise TimeoutError(f"no {what} at {self.here} in {timeout} s; saw {seen}")
                self.changed.wait(left)

    def ping(self, target, timeout):
        """Sends OPTIONS until an answer comes."""
        deadline = time.monotonic() + timeout
        while True:
            call_id = token()
            self.send("\r\n".join([
                f"OPTIONS sip:{address_text(*target[:2])} SIP/2.0",
                f"Via: SIP/2.0/UDP {self.here};rport;branch=z9hG4bK{token()}",
                "Max-Forwards: 70", f"From: <sip:probe@{self.address}>;tag={token()}",
                f"To: <sip:{address_text(*target[:2])}>", f"Call-ID: {call_id}",
                "CSeq: 1 OPTIONS", "Content-Length: 0", "", ""]), target)
            try:
                return self.wait(lambda m: header(m, "call-id") == call_id, 0.3, "answer")
            except TimeoutError:
                if time.monotonic() > deadline:
                    raise


class UserAgent:
    """One user with one call at a time. Answers in-dialog requests by itself."""

    def __init__(self, user, proxy, address="127.0.0.1", port=0):
        self.user, self.proxy = user, proxy
        self.domain = address_text(*proxy[:2])
        self.transport = Transport(address, port)
        self.transport.on_request = self._request
        self.call_id = None
        self.ended = threading.Event()
        self.answer_sdp = None
        self.on_invite = None
        self.rings_only = False
        self._ringing = None
        self.other_contact = None
        self._reset()

    def _reset(self):
        self.call_id, self.local_tag = f"{token()}@{self.user}", token()
        self.remote_tag, self.target, self.routes = None, None, []
        self.sequence = 0
        self.remote_sdp = None
        self.ended.clear()

    def close(self):
        self.transport.close()

    def move(self, address):
        """The phone gets another address; old sockets are gone."""
        self.transport.close()
        self.transport = Transport(address)
        self.transport.on_request = self._request

    @property
    def contact(self):
        return self.other_contact or f"<sip:{self.user}@{self.transport.here}>"

    def _compose(self, name, uri, sequence, sdp=None, extra=(), branch=None):
        remote = f";tag={self.remote_tag}" if self.remote_tag else ""
        lines = [
            f"{name} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {self.transport.here};rport;"
            f"branch={branch or 'z9hG4bK' + token()}",
            "Max-Forwards: 70", f"From: <sip:{self.user}@{self.domain}>;tag={self.local_tag}",
            f"To: <sip:{self.peer}@{self.domain}>{remote}", f"Call-ID: {self.call_id}",
            f"CSeq: {sequence} {name}", f"Contact: {self.contact}",
            *(f"Route: {route}" for route in self.routes), *extra,
        ]
        if sdp:
            lines.append("Content-Type: application/sdp")
        body = sdp or ""
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])

    def _exchange(self, name, uri, sdp=None, extra=(), timeout=8.0, cancel_after=None):
        """Sends a request, repeats it, and returns the final answer."""
        self.sequence += 1
        number, branch = self.sequence, "z9hG4bK" + token()
        text = self._compose(name, uri, number, sdp, extra, branch)
        deadline, interval = time.monotonic() + timeout, 0.5
        cancel_at = time.monotonic() + cancel_after if cancel_after else None
        answered = False

        def fits(message):
            return status(message) is not None and header(message, "call-id") == self.call_id \
                and (header(message, "cseq") or "") == f"{number} {name}"

        while True:
            if not answered:
                self.transport.send(text, self.proxy)
            left = deadline - time.monotonic()
            if cancel_at and answered:
                left = cancel_at - time.monotonic()
            try:
                reply = self.transport.wait(
                    fits, min(left, 30 if answered else interval), f"answer to {name}")
            except TimeoutError:
                if cancel_at and answered:
                    self.transport.send(
                        self._compose("CANCEL", uri, number, branch=branch), self.proxy)
                    cancel_at = None
                    continue
                if time.monotonic() >= deadline:
                    raise
                interval *= 2
                continue
            if status(reply) >= 200:
                return reply
            answered = True

    def register(self, expires=600, contact=None):
        self.peer = self.user
        self._reset()
        self.other_contact = contact
        reply = self._exchange(
            "REGISTER", f"sip:{self.domain}", extra=[f"Expires: {expires}"])
        self.other_contact = None
        assert status(reply) == 200, f"REGISTER {self.user}: {reply.start}"
        self._reset()

    def invite(self, peer, sdp, timeout=10.0, ack_sdp=None):
        """Calls `peer`; returns the SDP of the answer (of the offer, when `ack_sdp` answers)."""
        self._reset()
        self.peer = peer
        return self._invite(f"sip:{peer}@{self.domain}", sdp, timeout, ack_sdp)

    def try_invite(self, peer, sdp, cancel_after=None):
        """The status of a call that is refused, or given up after some seconds of ringing."""
        self._reset()
        self.peer = peer
        uri = f"sip:{peer}@{self.domain}"
        reply = self._exchange("INVITE", uri, sdp, timeout=10, cancel_after=cancel_after)
        if status(reply) >= 300:
            self.remote_tag = tag(header(reply, "to"))
            self.transport.send(self._compose("ACK", uri, self.sequence), self.proxy)
        return status(reply)

    def reinvite(self, sdp, timeout=8.0):
        """Offers again within the call; returns the SDP of the answer."""
        return self._invite(self.target, sdp, timeout)

    def _invite(self, uri, sdp, timeout, ack_sdp=None):
        reply = self._exchange("INVITE", uri, sdp, timeout=timeout)
        assert status(reply) == 200, f"INVITE of {self.user}: {reply.start}"
        if self.remote_tag is None:
            self.remote_tag = tag(header(reply, "to"))
            self.routes = [route for value in headers(reply, "record-route")
                           for route in re.split(r",\s*(?=<)", value)][::-1]
        self.target = contact_uri(reply) or self.target
        self.transport.send(
            self._compose("ACK", self.target, self.sequence, ack_sdp), self.proxy)
        self.remote_sdp = reply.body
        return reply.body

    def bye(self):
        reply = self._exchange("BYE", self.target)
        assert status(reply) == 200, f"BYE of {self.user}: {reply.start}"
        self.ended.set()

    def _request(self, message):
        """Answers what arrives: INVITE with `answer_sdp(offer)`, the rest with 200."""
        name = method(message)
        if name == "ACK":
            return
        body = None
        if name == "CANCEL" and self._ringing:
            self._reply(message, "200 OK")
            self._reply(self._ringing, "487 Request Terminated")
            return
        if name == "INVITE":
            if self.on_invite:
                self.on_invite(message)
            if self.rings_only:
                self._ringing = message
                self._reply(message, "180 Ringing")
                return
            if self.answer_sdp is None:
                self._reply(message, "486 Busy Here")
                return
            self._note_dialog(message)
            self.remote_sdp = message.body
            body = self.answer_sdp(message.body)
        if name == "BYE":
            self.ended.set()
        self._reply(message, "200 OK", body)

    def _note_dialog(self, message):
        if header(message, "call-id") != self.call_id:
            self._reset()
            self.call_id = header(message, "call-id")
            self.remote_tag = tag(header(message, "from"))
            self.peer = re.search(r"sip:([^@>]+)@", header(message, "from")).group(1)
            self.routes = [route for value in headers(message, "record-route")
                           for route in re.split(r",\s*(?=<)", value)]
        self.target = contact_uri(message) or self.target

    def _reply(self, message, line, body=None):
        to = header(message, "to")
        if tag(to) is None:
            to += f";tag={self.local_tag}"
        lines = [f"SIP/2.0 {line}"]
        lines += [f"Via: {value}" for value in headers(message, "via")]
        lines += [f"Record-Route: {value}" for value in headers(message, "record-route")]
        lines += [f"From: {header(message, 'from')}", f"To: {to}",
                  f"Call-ID: {header(message, 'call-id')}", f"CSeq: {header(message, 'cseq')}",
                  f"Contact: {self.contact}"]
        if body:
            lines.append("Content-Type: application/sdp")
        body = body or ""
        text = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body])
        self.transport.send(text, message.source)


def contact_uri(message):
    found = re.search(r"<([^>]+)>|(sips?:\S+)", header(message, "contact") or "")
    return (found.group(1) or found.group(2)) if found else None
