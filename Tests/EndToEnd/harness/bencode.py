"""Bencode as the ng protocol uses it: keys in any order, also repeated."""


def encode(value):
    """The bencoding of a dict, list, int, str or bytes; a list of pairs is no dict."""
    if isinstance(value, bool):
        value = int(value)
    if isinstance(value, int):
        return b"i%de" % value
    if isinstance(value, str):
        value = value.encode()
    if isinstance(value, bytes):
        return b"%d:%s" % (len(value), value)
    if isinstance(value, Pairs):
        return b"d" + b"".join(encode(k) + encode(v) for k, v in value.items) + b"e"
    if isinstance(value, dict):
        return b"d" + b"".join(encode(k) + encode(v) for k, v in value.items()) + b"e"
    return b"l" + b"".join(encode(item) for item in value) + b"e"


class Pairs:
    """A dictionary whose keys may repeat."""

    def __init__(self, *items):
        self.items = items


def decode(data):
    """The value that `data` holds; raises ValueError when anything is left over."""
    value, end = _decode(data, 0)
    if end != len(data):
        raise ValueError(f"{len(data) - end} bytes after the end")
    return value


def _decode(data, i):
    kind = data[i:i + 1]
    if kind == b"i":
        end = data.index(b"e", i)
        return int(data[i + 1:end]), end + 1
    if kind == b"l" or kind == b"d":
        items, i = [], i + 1
        while data[i:i + 1] != b"e":
            item, i = _decode(data, i)
            items.append(item)
        if kind == b"l":
            return items, i + 1
        return dict(zip(items[::2], items[1::2])), i + 1
    colon = data.index(b":", i)
    end = colon + 1 + int(data[i:colon])
    if end > len(data):
        raise ValueError("string is cut short")
    return data[colon + 1:end].decode("utf-8", "replace"), end
