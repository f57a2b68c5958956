"""Writes srtp-packets.json: SRTP and SRTCP packets made from RFC 3711, RFC 6188 and RFC 7714 alone.

    python3 srtp-packets.py > srtp-packets.json

It shares no code with baton, libsrtp2 or OpenSSL's command line; it needs the `cryptography`
package for AES and HMAC. Before it writes anything it checks itself against the vectors of
RFC 3711 Appendix B.3, RFC 6188 section 7 and RFC 7714 sections 16 and 17.
"""

import hashlib
import hmac
import json

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY128 = bytes.fromhex("e1f97a0d3e018be0d64fa32c06de4139")
SALT = bytes.fromhex("0ec675ad498afeebb6960b3aabe6")
KEY256 = bytes.fromhex("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6")
SALT256 = bytes.fromhex("3b04803de51ee7c96423ab5b78d2")

# name: key bytes, salt bytes, RTP tag, RTCP tag, is GCM
PROFILES = {
    "aes128CMSHA1Tag80": (16, 14, 10, 10, False),
    "aes128CMSHA1Tag32": (16, 14, 4, 10, False),
    "aes256CMSHA1Tag80": (32, 14, 10, 10, False),
    "aes256CMSHA1Tag32": (32, 14, 4, 10, False),
    "aes128GCM": (16, 12, 16, 16, True),
    "aes256GCM": (32, 12, 16, 16, True),
}


def keystream(key, counter, count):
    cipher = Cipher(algorithms.AES(key), modes.CTR(counter.to_bytes(16, "big"))).encryptor()
    return cipher.update(bytes(count))


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b, strict=True))


def derive(key, salt, label, count):
    """RFC 3711 section 4.3.1 with a key derivation rate of 0; RFC 7714 section 11 pads the salt."""
    salt = salt + bytes(14 - len(salt))
    x = int.from_bytes(salt, "big") ^ (label << 48)
    return keystream(key, x << 16, count)


def counter(salt, ssrc, index):
    return (int.from_bytes(salt, "big") << 16) ^ (ssrc << 64) ^ (index << 16)


def header_length(packet):
    length = 12 + 4 * (packet[0] & 15)
    if packet[0] & 16:
        length += 4 + 4 * int.from_bytes(packet[length + 2 : length + 4], "big")
    return length


class Keys:
    def __init__(self, profile, key, salt):
        key_bytes, salt_bytes, self.rtp_tag, self.rtcp_tag, self.gcm = PROFILES[profile]
        assert (len(key), len(salt)) == (key_bytes, salt_bytes)
        self.rtp = [derive(key, salt, n, c) for n, c in ((0, key_bytes), (1, 20), (2, salt_bytes))]
        self.rtcp = [derive(key, salt, n, c) for n, c in ((3, key_bytes), (4, 20), (5, salt_bytes))]


def gcm_rtp(key, salt, packet, roc):
    start = header_length(packet)
    iv = xor(bytes(2) + packet[8:12] + roc.to_bytes(4, "big") + packet[2:4], salt)
    return packet[:start] + AESGCM(key).encrypt(iv, packet[start:], packet[:start])


def gcm_rtcp(key, salt, packet, index, encrypts=True):
    word = (index | (encrypts << 31)).to_bytes(4, "big")
    iv = xor(bytes(2) + packet[4:8] + bytes(2) + index.to_bytes(4, "big"), salt)
    if encrypts:
        return packet[:8] + AESGCM(key).encrypt(iv, packet[8:], packet[:8] + word) + word
    return packet + AESGCM(key).encrypt(iv, b"", packet + word) + word


def protect_rtp(keys, packet, roc, mki=b"", parameters=()):
    key, auth, salt = keys.rtp
    if keys.gcm:
        return gcm_rtp(key, salt, packet, roc) + mki
    start = header_length(packet)
    ssrc, sequence = int.from_bytes(packet[8:12], "big"), int.from_bytes(packet[2:4], "big")
    payload = packet[start:]
    if "UNENCRYPTED_SRTP" not in parameters:
        stream = keystream(key, counter(salt, ssrc, roc << 16 | sequence), len(payload))
        payload = xor(payload, stream)
    packet = packet[:start] + payload
    if "UNAUTHENTICATED_SRTP" in parameters:
        return packet + mki
    tag = hmac.new(auth, packet + roc.to_bytes(4, "big"), hashlib.sha1).digest()
    return packet + mki + tag[: keys.rtp_tag]


def protect_rtcp(keys, packet, index, mki=b"", parameters=()):
    key, auth, salt = keys.rtcp
    encrypts = "UNENCRYPTED_SRTCP" not in parameters
    if keys.gcm:
        return gcm_rtcp(key, salt, packet, index, encrypts) + mki
    body = packet[8:]
    if encrypts:
        ssrc = int.from_bytes(packet[4:8], "big")
        body = xor(body, keystream(key, counter(salt, ssrc, index), len(body)))
    packet = packet[:8] + body + (index | (encrypts << 31)).to_bytes(4, "big")
    tag = hmac.new(auth, packet, hashlib.sha1).digest()
    return packet + mki + tag[: keys.rtcp_tag]


def check():
    # RFC 3711 Appendix B.3
    assert derive(KEY128, SALT, 0, 16).hex() == "c61e7a93744f39ee10734afe3ff7a087"
    assert derive(KEY128, SALT, 2, 14).hex() == "30cbbc08863d8c85d49db34a9ae1"
    assert derive(KEY128, SALT, 1, 94).hex().startswith(
        "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578e")
    # RFC 6188 section 7.2
    assert derive(KEY256, SALT256, 0, 32).hex() == (
        "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4")
    assert derive(KEY256, SALT256, 2, 14).hex() == "fa31791685ca444a9e07c6c64e93"
    assert derive(KEY256, SALT256, 1, 20).hex() == "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"
    # RFC 7714 sections 16.1.1, 16.2.1, 17.1, 17.2 and 17.3, whose keys are session keys
    salt = b"Quid pro quo"
    packet = bytes.fromhex("8040f17b8041f8d35501a0b2") + b"Gallia est omnis divisa in partes tres"
    assert gcm_rtp(bytes(range(16)), salt, packet, 0).hex().endswith(
        "36de3adf8833899d7f27beb16a9152cf765ee4390cce")
    assert gcm_rtp(bytes(range(32)), salt, packet, 0).hex().endswith(
        "1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13")
    report = bytes.fromhex(
        "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61" + "deadbeef" * 5)
    assert gcm_rtcp(bytes(range(16)), salt, report, 0x5D4).hex().endswith(
        "0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4")
    assert gcm_rtcp(bytes(range(32)), salt, report, 0x5D4, False).hex().endswith(
        "deadbeef91db4afbfeee5a978fab4393ed2615fe000005d4")


SSRC = "cafebabe"
RTP = {
    "16 bytes of payload": "800f1234decafbad" + SSRC + "ab" * 16,
    "no payload": "80001235decafbae" + SSRC,
    "one byte of payload": "80801236decafbaf" + SSRC + "5a",
    "contributing sources": "82001237decafbb0" + SSRC + "0000000100000002" + "c3" * 20,
    "header extension": "90601238decafbb1" + SSRC + "bede000210aa3120313200ff" + "99" * 33,
    "both, padded": "b1e01239decafbb2" + SSRC + "00000003" + "10000001" + "0102abcd"
    + "77" * 157 + "000003",
}
RTCP = {
    "sender report": "81c8000b" + SSRC + "4e5450314e545032525450200000042a0000e930"
    + "00000001" + "0000000200000003000000040000000500000006",
    "receiver report without blocks": "80c90001" + SSRC,
    "compound": "80c90001" + SSRC + "81ca0004" + SSRC + "0106612e622e63000000" + "0000"
    + "81cb0001" + SSRC,
}


def vectors():
    for profile, (key_bytes, salt_bytes, _, _, gcm) in PROFILES.items():
        key = (KEY128 if key_bytes == 16 else KEY256)
        salt = (SALT if key_bytes == 16 else SALT256)[:salt_bytes]
        keys = Keys(profile, key, salt)

        def vector(name, kind, plain, protected, **more):
            return {"name": f"{profile}: {name}", "profile": profile, "kind": kind,
                    "key": key.hex(), "salt": salt.hex(), "plain": plain,
                    "protected": protected.hex(), **more}

        for name, plain in RTP.items():
            yield vector(name, "rtp", plain, protect_rtp(keys, bytes.fromhex(plain), 0))
        for roc in (1, 0x01020304, 0xFFFFFFFF):
            plain = RTP["16 bytes of payload"]
            yield vector(f"roll-over counter {roc:#x}", "rtp", plain,
                         protect_rtp(keys, bytes.fromhex(plain), roc), rollOverCounter=roc)
        for name, plain in RTCP.items():
            yield vector(name, "rtcp", plain, protect_rtcp(keys, bytes.fromhex(plain), 1), index=1)
        for index in (3, 0x5D4, 0x7FFFFFFE):
            plain = RTCP["sender report"]
            yield vector(f"index {index:#x}", "rtcp", plain,
                         protect_rtcp(keys, bytes.fromhex(plain), index), index=index)
        for mki in (b"\x01", bytes.fromhex("00112233"), bytes(range(128))):
            plain = RTP["header extension"]
            yield vector(f"identifier of {len(mki)} bytes", "rtp", plain,
                         protect_rtp(keys, bytes.fromhex(plain), 0, mki), identifier=mki.hex())
            plain = RTCP["sender report"]
            yield vector(f"identifier of {len(mki)} bytes", "rtcp", plain,
                         protect_rtcp(keys, bytes.fromhex(plain), 1, mki), identifier=mki.hex(),
                         index=1)
        combinations = [["UNENCRYPTED_SRTCP"]]
        if not gcm:
            combinations += [["UNENCRYPTED_SRTP"], ["UNAUTHENTICATED_SRTP"],
                             ["UNENCRYPTED_SRTP", "UNAUTHENTICATED_SRTP", "UNENCRYPTED_SRTCP"]]
        for parameters in combinations:
            name = " ".join(parameters)
            plain = RTP["header extension"]
            yield vector(name, "rtp", plain,
                         protect_rtp(keys, bytes.fromhex(plain), 0, parameters=parameters),
                         parameters=parameters)
            yield vector(f"{name}, with an identifier", "rtp", plain,
                         protect_rtp(keys, bytes.fromhex(plain), 0, b"\x0a\x0b", parameters),
                         parameters=parameters, identifier="0a0b")
            plain = RTCP["compound"]
            yield vector(name, "rtcp", plain,
                         protect_rtcp(keys, bytes.fromhex(plain), 1, parameters=parameters),
                         parameters=parameters, index=1)
            yield vector(f"{name}, with an identifier", "rtcp", plain,
                         protect_rtcp(keys, bytes.fromhex(plain), 1, b"\x0a\x0b", parameters),
                         parameters=parameters, identifier="0a0b", index=1)


check()
print("[")
print(",\n".join(json.dumps(vector) for vector in vectors()))
print("]")
