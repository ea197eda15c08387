"""A QRIS code as the stand-in gives it: EMV fields, each two digits of name, two of length, and a checksum at the end."""

_NOBODY = "ID.CO.LANGGANAN.SIMULATOR"


def qr_text(order_id: str, amount: int) -> str:
    """A code for one payment of an amount in rupiah. No bank knows its merchant: whoever scans it pays nothing."""
    fields = [
        _field("00", "01"),
        _field("01", "12"),
        _field("26", _field("00", _NOBODY)),
        _field("52", "8299"),
        _field("53", "360"),
        _field("54", str(amount)),
        _field("58", "ID"),
        _field("59", "SIMULATOR"),
        _field("60", "JAKARTA"),
        _field("62", _field("01", order_id[:25])),
    ]
    body = "".join(fields) + "6304"
    return f"{body}{_crc(body.encode()):04X}"


def _field(name: str, value: str) -> str:
    return f"{name}{len(value):02d}{value}"


def _crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE, as EMV wants it: of "123456789" it is 0x29B1."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _bit in range(8):
            crc = (crc << 1 ^ 0x1021 if crc & 0x8000 else crc << 1) & 0xFFFF
    return crc
