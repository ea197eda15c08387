"""A link as a QR code."""

import segno


def qr_svg(link: str) -> str:
    """The code as an inline `<svg>` of one path, sized by its surroundings; nothing of the link's text is in it.

    Error correction M and the quiet zone of four modules that ISO 18004 asks for: a photocopy can still be scanned.
    """
    return str(segno.make(link, error="m", micro=False).svg_inline(scale=1, border=4, omitsize=True, light="#fff"))
