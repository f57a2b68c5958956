"""Tones, G.711 and the measurement of tones."""

import array
import math
import pathlib
import struct
import wave

RATE = 8000
SILENCE_DB = -90.0


def _mulaw_encode(sample):
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = max(magnitude.bit_length() - 8, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def _mulaw_decode(code):
    code = ~code & 0xFF
    magnitude = ((code & 0x0F) << 3) + 132 << (code >> 4 & 7)
    return 132 - magnitude if code & 0x80 else magnitude - 132


_ENCODE = bytes(_mulaw_encode(sample) for sample in range(-32768, 32768))
_DECODE = [_mulaw_decode(code) for code in range(256)]


def encode_pcmu(samples):
    return bytes(_ENCODE[sample + 32768] for sample in samples)


def decode_pcmu(data):
    return [_DECODE[code] for code in data]


def tone(hertz, seconds, amplitude=8000, rate=RATE):
    """A tone of so many seconds; one second is repeated, for whole numbers of Hz."""
    step = 2 * math.pi * hertz / rate
    second = [round(amplitude * math.sin(step * n)) for n in range(rate)]
    return (second * math.ceil(seconds))[:int(rate * seconds)]


def write_wav(path, samples, rate=RATE):
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(array.array("h", samples).tobytes())


def read_growing_wav(path):
    """The samples of a 16-bit WAV file that may still be written to."""
    data = pathlib.Path(path).read_bytes()
    start = data.find(b"data")
    body = data[start + 8:] if start >= 0 else b""
    return memoryview(body[:len(body) & ~1]).cast("h")


def wav_tail(path, seconds, rate=RATE):
    """(samples of the last `seconds`, rate) of a WAV file that may still be written to.

    Of several channels it is the first. A file that is not there yet has no samples; one whose
    header is not written yet is mono and has the rate that was given.
    """
    path = pathlib.Path(path) if path else None
    if path is None or not path.exists() or path.stat().st_size < 44:
        return [], rate
    with path.open("rb") as file:
        head = file.read(44)
        if any(head[22:28]):
            channels, rate = struct.unpack("<HI", head[22:28])
        else:
            channels = 1
        frame, size = 2 * channels, path.stat().st_size - 44
        wanted = min(size // frame, int(seconds * rate))
        file.seek(44 + (size // frame - wanted) * frame)
        body = file.read(wanted * frame)
    body = body[:len(body) - len(body) % frame]
    return memoryview(body).cast("h")[::channels].tolist(), rate


def level_db(samples, hertz, rate=RATE):
    """The level of one tone in dB below full scale (Goertzel), SILENCE_DB at least."""
    if len(samples) < rate // 10:
        return SILENCE_DB
    coefficient = 2 * math.cos(2 * math.pi * hertz / rate)
    last = before = 0.0
    for sample in samples:
        last, before = sample + coefficient * last - before, last
    power = last * last + before * before - coefficient * last * before
    amplitude = 2 * math.sqrt(max(power, 0)) / len(samples)
    return max(SILENCE_DB, 20 * math.log10(amplitude / 32768)) if amplitude > 0 else SILENCE_DB


def describe(samples, tones=(440, 1000), rate=RATE):
    """What was heard, for a failure's text."""
    levels = ", ".join(f"{hertz} Hz {level_db(samples, hertz, rate):.1f} dB" for hertz in tones)
    return f"{len(samples) / rate:.2f} s: {levels}"


def assert_hears(samples, hertz, others, who, rate=RATE):
    """The tone is loud, and no other is: this party hears the right peer and nobody else."""
    text = f"{who} should hear {hertz} Hz and not {others}: " \
        f"{describe(samples, (hertz, *others), rate)}"
    wanted = level_db(samples, hertz, rate)
    assert wanted > -25, text
    for other in others:
        assert level_db(samples, other, rate) < wanted - 30, text


def assert_silent(samples, tones, who):
    """Neither tone is there; no samples at all are silence too."""
    for hertz in tones:
        assert level_db(samples, hertz) < -60, \
            f"{who} should hear nothing: {describe(samples, tones)}"
