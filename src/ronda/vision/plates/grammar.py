"""What an Indonesian registration is: one or two letters of a region, a number, up to three letters.

The number has no leading zeros. So the police's regulation 7/2021 has it. Diplomats' plates (`CD 12 34`), the army's
and the police's own follow other rules and are not read here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

GRAMMAR: Final = re.compile(r"([A-Z]{1,2}) ?([1-9][0-9]{0,3}) ?([A-Z]{0,3})")

REGIONS: Final[Mapping[str, str]] = {
    "A": "Banten",
    "AA": "Kedu (Magelang)",
    "AB": "DI Yogyakarta",
    "AD": "Surakarta",
    "AE": "Madiun",
    "AG": "Kediri",
    "B": "Jakarta, Depok, Tangerang, Bekasi",
    "BA": "Sumatera Barat",
    "BB": "Tapanuli",
    "BD": "Bengkulu",
    "BE": "Lampung",
    "BG": "Sumatera Selatan",
    "BH": "Jambi",
    "BK": "Sumatera Utara",
    "BL": "Aceh",
    "BM": "Riau",
    "BN": "Bangka Belitung",
    "BP": "Kepulauan Riau",
    "D": "Bandung",
    "DA": "Kalimantan Selatan",
    "DB": "Sulawesi Utara",
    "DC": "Sulawesi Barat",
    "DD": "Sulawesi Selatan",
    "DE": "Maluku",
    "DG": "Maluku Utara",
    "DH": "Timor",
    "DK": "Bali",
    "DL": "Sangihe dan Talaud",
    "DM": "Gorontalo",
    "DN": "Sulawesi Tengah",
    "DP": "Sulawesi Selatan (utara)",
    "DR": "Lombok",
    "DT": "Sulawesi Tenggara",
    "DW": "Sulawesi Selatan (timur)",
    "E": "Cirebon",
    "EA": "Sumbawa",
    "EB": "Flores",
    "ED": "Sumba",
    "F": "Bogor",
    "G": "Pekalongan",
    "H": "Semarang",
    "K": "Pati",
    "KB": "Kalimantan Barat",
    "KH": "Kalimantan Tengah",
    "KT": "Kalimantan Timur",
    "KU": "Kalimantan Utara",
    "L": "Surabaya",
    "M": "Madura",
    "N": "Malang",
    "P": "Besuki",
    "PA": "Papua",
    "PB": "Papua Barat",
    "R": "Banyumas",
    "S": "Bojonegoro",
    "T": "Karawang",
    "W": "Sidoarjo, Gresik",
    "Z": "Garut",
}
"""Where a vehicle is registered, by the letters before the number."""

NAMES: Final = frozenset({"L300", "L200", "L100", "T120", "T120SS", "D21", "F150", "S10"})
"""What stands on vehicles as the name of their make, and would be a registration."""

AS_DIGIT: Final[Mapping[str, str]] = {
    "O": "0",
    "Q": "0",
    "D": "0",
    "U": "0",
    "I": "1",
    "L": "1",
    "J": "1",
    "Z": "2",
    "A": "4",
    "S": "5",
    "G": "6",
    "T": "7",
    "B": "8",
    "P": "9",
}
"""What stands where a digit must be, though a letter was read: the two look alike."""
AS_LETTER: Final[Mapping[str, str]] = {
    "0": "O",
    "1": "I",
    "2": "Z",
    "3": "B",
    "4": "A",
    "5": "S",
    "6": "G",
    "7": "T",
    "8": "B",
    "9": "P",
}
"""The other way round, the likeliest letter of each digit."""

PAIRS: Final = (("M", "AA"), ("W", "VV"))
"""A letter, and two that look like it where they touch."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A registration in its parts.

    Attributes:
        region: One or two letters.
        number: One to four digits, the first not 0.
        series: None to three letters.
    """

    region: str
    number: str
    series: str

    @property
    def text(self) -> str:
        """As it stands on the plate: `H 1234 AB`."""
        return f"{self.region} {self.number} {self.series}".rstrip()

    @property
    def place(self) -> str:
        """Where it is registered; empty where the letters are no region's that is known."""
        return REGIONS.get(self.region, "")


def parse(text: str) -> Registration | None:
    """Return what a text says, however it is spaced; None where it is no registration."""
    match = GRAMMAR.fullmatch("".join(text.upper().split()))
    return None if match is None else Registration(match[1], match[2], match[3])


def merged(one: Registration) -> list[Registration]:
    """Return what a registration may be else where two narrow letters ran into one, or one was taken for two."""
    found = []
    for single, double in PAIRS:
        for was, now in ((single, double), (double, single)):
            others = (
                Registration(one.region.replace(was, now), one.number, one.series),
                Registration(one.region, one.number, one.series.replace(was, now)),
            )
            found += [other for other in others if other != one and parse(other.text) == other]
    return found
