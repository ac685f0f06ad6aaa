"""Padding to one fixed size, so that a length says nothing."""

_HEADER = 2


def room(size: int) -> int:
    """Return how many bytes fit when padded to `size`."""
    return size - _HEADER


def pad(plain: bytes, size: int) -> bytes:
    """Return `plain` behind its length, filled up with zeros to `size` bytes."""
    return len(plain).to_bytes(_HEADER, "big") + plain.ljust(room(size), b"\0")


def unpad(padded: bytes) -> bytes | None:
    """Return what `pad` was given, or None when these bytes are not from `pad`."""
    end = _HEADER + int.from_bytes(padded[:_HEADER], "big")
    if end > len(padded) or padded.count(0, end) != len(padded) - end:
        return None
    return padded[_HEADER:end]
