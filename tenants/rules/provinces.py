"""Indonesia's 38 provinces, and how people write them: by the API, and where no list was there to choose from."""

# Official name → other spellings, all in small letters; signs and "provinsi" are dropped before they are compared.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "Aceh": ("nad", "nanggroe aceh darussalam"),
    "Sumatera Utara": ("sumut", "sumatra utara", "north sumatra"),
    "Sumatera Barat": ("sumbar", "sumatra barat", "west sumatra"),
    "Riau": (),
    "Kepulauan Riau": ("kepri", "riau islands"),
    "Jambi": (),
    "Sumatera Selatan": ("sumsel", "sumatra selatan", "south sumatra"),
    "Kepulauan Bangka Belitung": ("babel", "bangka belitung"),
    "Bengkulu": (),
    "Lampung": (),
    "DKI Jakarta": ("jakarta", "dki", "daerah khusus jakarta", "daerah khusus ibukota jakarta", "dk jakarta"),
    "Jawa Barat": ("jabar", "west java"),
    "Banten": (),
    "Jawa Tengah": ("jateng", "central java"),
    "DI Yogyakarta": ("yogyakarta", "diy", "jogja", "jogjakarta", "d i yogyakarta", "daerah istimewa yogyakarta"),
    "Jawa Timur": ("jatim", "east java"),
    "Bali": (),
    "Nusa Tenggara Barat": ("ntb", "west nusa tenggara"),
    "Nusa Tenggara Timur": ("ntt", "east nusa tenggara"),
    "Kalimantan Barat": ("kalbar", "west kalimantan"),
    "Kalimantan Tengah": ("kalteng", "central kalimantan"),
    "Kalimantan Selatan": ("kalsel", "south kalimantan"),
    "Kalimantan Timur": ("kaltim", "east kalimantan"),
    "Kalimantan Utara": ("kaltara", "kalut", "north kalimantan"),
    "Sulawesi Utara": ("sulut", "north sulawesi"),
    "Gorontalo": (),
    "Sulawesi Tengah": ("sulteng", "central sulawesi"),
    "Sulawesi Barat": ("sulbar", "west sulawesi"),
    "Sulawesi Selatan": ("sulsel", "south sulawesi"),
    "Sulawesi Tenggara": ("sultra", "southeast sulawesi"),
    "Maluku": (),
    "Maluku Utara": ("malut", "north maluku"),
    "Papua": (),
    "Papua Barat": ("west papua",),
    "Papua Barat Daya": ("southwest papua",),
    "Papua Selatan": ("south papua",),
    "Papua Tengah": ("central papua",),
    "Papua Pegunungan": ("highland papua",),
}
PROVINCES = tuple(SPELLINGS)


def _plain(text: str) -> str:
    """ " Provinsi  D.I. Yogyakarta " → "di yogyakarta"."""
    words = "".join(sign for sign in text.casefold() if sign.isalnum() or sign.isspace()).split()
    return " ".join(words[1:] if words[:1] in (["provinsi"], ["prov"], ["propinsi"]) else words)


_KNOWN = {_plain(name): province for province, others in SPELLINGS.items() for name in (province, *others)}


def province_named(text: str) -> str:
    """The official name of what somebody wrote: "jabar", "Prov. Jawa  Barat" → "Jawa Barat"; empty where it is none of them."""
    return _KNOWN.get(_plain(text), "")


def province_in(address: str) -> str:
    """The province that an address names between its commas: "Jl. Riau 5, Bandung, Jawa Barat 40111" → "Jawa Barat".

    A street that is called after one is none; of several the last. Empty where none is named.
    """
    parts = ("".join(sign for sign in part if not sign.isdigit()) for part in reversed(address.split(",")))
    return next((name for part in parts if (name := province_named(part))), "")
