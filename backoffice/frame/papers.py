"""Files that strangers sent, shown to staff."""

from typing import Any

from django.http import FileResponse, Http404

# What a browser may show of a stranger's file; anything else is only handed out.
IMAGES = frozenset({"image/jpeg", "image/png", "image/webp"})


def served(file: Any, content_type: str, name: str) -> FileResponse:
    """A stranger's file: without scripts, in a sandbox, under a type of our choosing; Http404 where there is none."""
    if not file:
        raise Http404
    image = content_type in IMAGES
    kind = content_type if image or content_type == "application/pdf" else "application/octet-stream"
    answer = FileResponse(file.open("rb"), as_attachment=not image, filename=name, content_type=kind)
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer
