"""What a page may load, and where its forms may go: our own hosts, and the gateway's pages."""

from typing import Any

from csp.constants import NONE, SELF


def allowed(scheme: str, domain: str) -> dict[str, Any]:
    """The content security policy for the hosts under a domain: no inline script or style, no foreign file."""
    return {
        "DIRECTIVES": {
            "default-src": [SELF],
            "script-src": [SELF],
            "style-src": [SELF],
            "img-src": [SELF, "data:"],
            "connect-src": [SELF],
            "object-src": [NONE],
            "frame-ancestors": [NONE],
            "base-uri": [NONE],
            "form-action": [SELF, f"{scheme}://*.{domain}:*", f"{scheme}://{domain}:*", "https://*.midtrans.com"],
        }
    }
