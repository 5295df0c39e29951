"""Addresses of scripts that the build makes, which change when the scripts do."""

import hashlib


def versioned(address: str, content: bytes) -> str:
    """Return the address with a mark of the content: no browser keeps an older one.

    >>> versioned("frames.js", b"let frames;")
    'frames.js?v=8c4fb7c0'
    """
    return f"{address}?v={hashlib.sha256(content).hexdigest()[:8]}"
