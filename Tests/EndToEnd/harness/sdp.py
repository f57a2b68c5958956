"""The little SDP that tests need."""

import re


def audio(address, port, direction=None, version=1, rtcp=None, extra=()):
    """An SDP with one PCMU stream."""
    family = "IP6" if ":" in address else "IP4"
    lines = [
        "v=0", f"o=- 4242 {version} IN {family} {address}", "s=-", f"c=IN {family} {address}",
        "t=0 0", f"m=audio {port} RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=ptime:20",
    ]
    if rtcp:
        lines.append(f"a=rtcp:{rtcp}")
    if direction:
        lines.append(f"a={direction}")
    return "\r\n".join([*lines, *extra]) + "\r\n"


def endpoint(text, media=0):
    """(address, port) of the given m-line."""
    sections = re.split(r"^m=", text, flags=re.M)
    section = sections[1 + media]
    port = int(section.split()[1])
    found = re.search(r"^c=IN IP[46] (\S+)", section, re.M) \
        or re.search(r"^c=IN IP[46] (\S+)", sections[0], re.M)
    return found.group(1), port


def direction(text):
    found = re.search(r"^a=(sendrecv|sendonly|recvonly|inactive)", text, re.M)
    return found.group(1) if found else "sendrecv"
