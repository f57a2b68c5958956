"""The ports that the tests use; every range can be moved by an environment variable."""

import os
import socket


def _base(name, default):
    return int(os.environ.get(name, default))


SIP = _base("BATON_E2E_SIP", 23500)
NG = _base("BATON_E2E_NG", 23400)
RTP = _base("BATON_E2E_RTP", 13000)

# Parts of the RTP range.
RELAY_MIN, RELAY_MAX = RTP, RTP + 2999
PHONE_MIN = RTP + 3000
PARTY_MIN = RTP + 3160
SIPP_MIN = RTP + 3200
LAST = RTP + 6999

_next = {}


def _free(address, port, kind):
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def take(base, size=100, address="127.0.0.1", step=1):
    """A port of [base, base + size) that is free for UDP and TCP and was not handed out lately."""
    for _ in range(size):
        offset = _next.get(base, 0)
        _next[base] = (offset + step) % size
        port = base + offset
        if _free(address, port, socket.SOCK_DGRAM) and _free(address, port, socket.SOCK_STREAM):
            return port
    raise AssertionError(f"no free port in {base}–{base + size - 1}")


def sip(address="127.0.0.1"):
    """A SIP port; the next one is left free, because baresip takes it for TLS."""
    return take(SIP, 60, address, step=2)


def control():
    """A port for the control connection of a phone."""
    return take(SIP + 60, 40)


def ng(address="127.0.0.1"):
    return take(NG, address=address)


def phone_range(count=20):
    """(lowest, highest) of an RTP range for one phone."""
    start = PHONE_MIN + _next.get("phone", 0)
    _next["phone"] = (_next.get("phone", 0) + count) % (PARTY_MIN - PHONE_MIN)
    return start, start + count - 1


def party(address="127.0.0.1"):
    """An RTP port that is in no phone's range, so that no phone's ear hears what it gets."""
    return take(PARTY_MIN, SIPP_MIN - PARTY_MIN, address)
