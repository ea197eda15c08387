"""Problem documents (RFC 9457) for the API; completed by the API's own module."""
