"""A program that gets the audio of calls over TCP, as speech recognition would."""

import array
import json
import socket
import threading


class Connection:
    """One stream: a header up to a byte 0, then samples of 16 bits, the low byte first."""

    def __init__(self, number):
        self.number = number
        self.received = bytearray()
        self.is_closed = False

    @property
    def header(self):
        """The header as an object; None until all of it is there."""
        end = self.received.find(0)
        return json.loads(self.received[:end].decode()) if end >= 0 else None

    @property
    def samples(self):
        end = self.received.find(0)
        body = bytes(self.received[end + 1:]) if end >= 0 else b""
        return array.array("h", body[:len(body) & ~1]).tolist()


class AudioListener:
    """Takes connections and reads from each what comes."""

    def __init__(self, address=("127.0.0.1", 0)):
        self.socket = socket.create_server(address)
        self.address = "%s:%d" % self.socket.getsockname()
        self.connections = []

    def start(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def stop(self):
        self.socket.close()

    def _accept(self):
        while True:
            try:
                peer, _ = self.socket.accept()
            except OSError:
                return
            connection = Connection(len(self.connections))
            self.connections.append(connection)
            threading.Thread(target=self._read, args=(peer, connection), daemon=True).start()

    def _read(self, peer, connection):
        with peer:
            while data := peer.recv(65_536):
                connection.received += data
        connection.is_closed = True
