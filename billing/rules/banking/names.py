"""How alike a payer's name in a bank's text is to a name we know."""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

# One spelling for what schools, foundations and firms are called; the words after it tell them apart.
SPELLINGS = {
    "SMAN": "SMA NEGERI", "SMPN": "SMP NEGERI", "SDN": "SD NEGERI", "SMKN": "SMK NEGERI", "MAN": "MA NEGERI",
    "MTSN": "MTS NEGERI", "MIN": "MI NEGERI", "NEG": "NEGERI", "N": "NEGERI", "YYS": "YAYASAN", "YAY": "YAYASAN",
    "PERUM": "PERUMAHAN", "KOP": "KOPERASI",
    "BPK": "", "IBU": "", "SDR": "", "SDRI": "", "BAPAK": "", "PT": "", "CV": "", "TBK": "",
}  # fmt: skip
# What banks write around a name.
_JARGON = """
    TRSF TRF TRANSFER EBANKING BANKING INTERNET MOBILE SWITCHING BIFAST BIF FAST CR DB KR DARI FROM KE TO DR FTSCY FTFVA FTQRS
    BANK BCA BRI BNI MANDIRI SETORAN TUNAI KLIRING SKN RTGS LLG MCM INHOUSE OTHER VIA NBMB BFST IBNK ATM BERITA PEMBAYARAN
    PAYMENT TAGIHAN INVOICE INV REK REKENING KREDIT DEBIT UBP CDT WS
"""
JARGON = frozenset(_JARGON.split())
_WORD = re.compile(r"[A-Z]+|\d+")
ENOUGH = 60


def words_of(text: str) -> tuple[str, ...]:
    """Words in one spelling: "SMAN1 Bekasi" → SMA, NEGERI, 1, BEKASI; the bank's own words are left out."""
    found: list[str] = []
    for word in _WORD.findall(text.upper()):
        if word not in JARGON:
            found += SPELLINGS.get(word, word).split()
    return tuple(found)


def likeness(name: Sequence[str], said: Sequence[str]) -> int:
    """0–100: how much of a name, by letters, stands in what the bank wrote, in order. Both as `words_of` gives them.

    "AYU LESTARI" in "TRSF E-BANKING CR AYU LESTAR" → 100: banks cut names off. SMAN 1 is not SMAN 10: a number must stand
    right after the word before it.
    """
    weight = sum(len(word) for word in name)
    if not any(len(word) >= 3 and word.isalpha() for word in name):
        return 0
    best = max((_run(name, said, start) for start in range(len(said))), default=0)
    return round(100 * best / weight)


def _run(name: Sequence[str], said: Sequence[str], start: int) -> int:
    """Letters of the name found from a word on, each after the one before."""
    place, found = start, 0
    for index, word in enumerate(name):
        near = said[place : place + 1] if word.isdigit() and index else said[place : place + 3]
        hit = next((at for at, other in enumerate(near) if _same(word, other, last=place + at == len(said) - 1)), None)
        if hit is None:
            if word.isdigit():
                return 0  # another number is another school
            continue
        found += len(word)
        place += hit + 1
    return found


def _same(word: str, other: str, *, last: bool) -> bool:
    if word == other:
        return True
    if word.isdigit() or other.isdigit() or min(len(word), len(other)) < 3:
        return False
    if last and word.startswith(other):
        return True
    near = len(word) >= 5 and word[0] == other[0] and abs(len(word) - len(other)) <= 2
    return near and SequenceMatcher(None, word, other).ratio() >= 0.85
