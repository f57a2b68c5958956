"""A client of the ng protocol over UDP, TCP and HTTP."""

import http.client
import itertools
import json
import os
import socket
import time

from . import bencode

_cookies = (f"{os.getpid():x}_{number}" for number in itertools.count(1))


def new_cookie():
    return next(_cookies)


class NGClient:
    """Sends requests to one relay and waits for the replies."""

    def __init__(self, address):
        self.address = address
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.connect(address)

    def close(self):
        self.socket.close()

    def raw(self, datagram, timeout=2.0):
        """The next datagram after sending `datagram`, or None when none comes in time."""
        self.socket.send(datagram)
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(65535)
        except (TimeoutError, ConnectionError):
            return None

    def request(self, command, timeout=3.0, encoding="bencode", cookie=None, **keys):
        """The reply's dictionary. Underscores in keyword names stand for hyphens."""
        document = {key.replace("_", "-"): value for key, value in keys.items()}
        document["command"] = command
        return self.send(document, timeout, encoding, cookie)

    def send(self, document, timeout=3.0, encoding="bencode", cookie=None):
        cookie = cookie or new_cookie()
        payload = bencode.encode(document) if encoding == "bencode" \
            else json.dumps(document).encode()
        deadline = time.monotonic() + timeout
        self.socket.send(cookie.encode() + b" " + payload)
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                reply = self.socket.recv(65535)
            except TimeoutError:
                break
            got, _, body = reply.partition(b" ")
            if got.decode() == cookie:
                return decode(body)
        name = document.get("command") if isinstance(document, dict) else "request"
        raise TimeoutError(f"no reply to {name} from {self.address} within {timeout} s")


def decode(body):
    """The dictionary of a reply's body, in whichever encoding it came."""
    return json.loads(body) if body[:1] == b"{" else bencode.decode(body)


class NGStream:
    """An ng connection over TCP."""

    def __init__(self, address, timeout=3.0):
        self.socket = socket.create_connection(address, timeout)
        self.buffer = b""

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def message(self, timeout=3.0):
        """The next (cookie, dictionary); raises TimeoutError, or EOFError when it was closed."""
        deadline = time.monotonic() + timeout
        while True:
            parsed = self._take()
            if parsed:
                return parsed
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no ng message over TCP; have {self.buffer[:80]!r}")
            self.socket.settimeout(left)
            data = self.socket.recv(65535)
            if not data:
                raise EOFError("the relay closed the TCP connection")
            self.buffer += data

    def _take(self):
        cookie, space, body = self.buffer.partition(b" ")
        if not space or not body:
            return None
        if body[:1] == b"{":
            try:
                value, end = json.JSONDecoder().raw_decode(body.decode())
            except ValueError:
                return None
        else:
            try:
                value, end = bencode._decode(body, 0)
            except (ValueError, IndexError):
                return None
        self.buffer = body[end:]
        return cookie.decode(), value


def post(address, path, body, content_type, timeout=3.0):
    """(status, body) of an HTTP POST."""
    connection = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        connection.request("POST", path, body, {"Content-Type": content_type})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def get(address, path, timeout=3.0):
    """(status, body) of an HTTP GET."""
    connection = http.client.HTTPConnection(*address, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
