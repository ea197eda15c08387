"""Showing the HTML of a mail in a page without trusting it."""

import base64
import hashlib
import re

STYLE = re.compile(r'style="([^"]*)"')


def frame_policy(html: str) -> str:
    """A content security policy for a mail in a frame: nothing but the inline styles it has, each named by its hash.

    Mail needs inline styles; naming their hashes keeps `unsafe-inline` out of the demo, too. Links open outside.
    """
    hashes = " ".join(sorted({_hash(style) for style in STYLE.findall(html)}))
    return (
        f"default-src 'none'; style-src 'unsafe-hashes' {hashes}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
    )


def _hash(style: str) -> str:
    digest = hashlib.sha256(style.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
