"""The register of processing (UU PDP 27/2022 Art. 31) and the impact assessment (Art. 34), drawn from the registry.

Nothing here is written by hand but the words of the law: what is counted is what is configured at that moment.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ronda.city.camera import Camera
from ronda.city.city import City
from ronda.city.publication import PublicationMode
from ronda.people.action import PICTURES, Action
from ronda.people.roles import MAY, NEEDS_PURPOSE

_BASIS: Final = {
    "security": "UU PDP Art. 17 ayat (1): keamanan; Art. 20 ayat (2) huruf e: kepentingan umum",
    "disaster": "UU PDP Art. 17 ayat (1): pencegahan bencana; Art. 20 ayat (2) huruf e",
    "traffic": "UU PDP Art. 17 ayat (1): analisis dan pengaturan lalu lintas; Art. 20 ayat (2) huruf e",
}
_SAID: Final = {
    "security": ("security", "keamanan"),
    "disaster": ("disaster", "bencana"),
    "traffic": ("traffic", "lalu lintas"),
}
"""Words by which a purpose, written in either language, is known for one that the law allows."""
_UNSAID: Final = "unsaid"
_OTHER: Final = "other"


@dataclass(frozen=True, slots=True)
class Processing:
    """One activity: the cameras of one purpose.

    Attributes:
        purpose: What they are there for; `unsaid` where the papers do not say.
        basis: Ground in law; empty where the purpose is unsaid.
        cameras: How many.
        signs: Of how many a notice has been put up.
        published: How many residents see, by how.
        recorded: How many are recorded.
        most_days: For how many days at most.
        masked: How many have privacy masks.
        partners: How many belong to partners.
    """

    purpose: str
    basis: str
    cameras: int
    signs: int
    published: Mapping[str, int]
    recorded: int
    most_days: int
    masked: int
    partners: int


def register(city: City, *, public: bool = False) -> list[Processing]:
    """Return every activity, the largest first; takes some tens of milliseconds for a city, off the loop.

    In the `public` register a purpose in words of its own, which may tell of one camera, is named only where residents
    see a camera with it; the rest are one activity, `other`.
    """
    by_purpose: dict[str, list[Camera]] = {}
    for camera in city.cameras.all():
        by_purpose.setdefault(camera.papers.purpose or _UNSAID, []).append(camera)
    if public:
        for purpose in [one for one in by_purpose if one not in _BASIS and one != _UNSAID]:
            if not any(city.place_of(camera).publication.visible for camera in by_purpose[purpose]):
                by_purpose.setdefault(_OTHER, []).extend(by_purpose.pop(purpose))
    return sorted((_activity(city, *item) for item in by_purpose.items()), key=lambda one: -one.cameras)


def basis_of(purpose: str) -> str:
    """Return the ground in law of a purpose as people write it, of each where it names several; empty for any other."""
    text = purpose.casefold()
    return "; ".join(_BASIS[name] for name, words in _SAID.items() if any(word in text for word in words))


def _activity(city: City, purpose: str, cameras: list[Camera]) -> Processing:
    modes = Counter(city.place_of(camera).publication.mode for camera in cameras)
    recorded = [camera for camera in cameras if camera.recording.mode.value != "off" and camera.pulled]
    return Processing(
        purpose=purpose,
        basis=basis_of(purpose),
        cameras=len(cameras),
        signs=sum(camera.papers.sign is not None for camera in cameras),
        published={mode.value: number for mode, number in modes.items() if mode is not PublicationMode.NO},
        recorded=len(recorded),
        most_days=max((camera.recording.days for camera in recorded), default=0),
        masked=sum(bool(camera.masks) for camera in cameras),
        partners=sum(city.place_of(camera).agreement is not None for camera in cameras),
    )


def recipients() -> list[dict[str, Any]]:
    """Return which roles may see pictures, how, and which only for a stated purpose: from the policy's own tables."""
    return [
        {
            "role": role.value,
            "may": sorted(action.value for action in MAY[role] & PICTURES),
            "purpose": sorted(action.value for action in NEEDS_PURPOSE.get(role, frozenset[Action]())),
        }
        for role in MAY
        if MAY[role] & PICTURES
    ]


def assessment(name: str, activities: Iterable[Processing], figures: Mapping[str, int]) -> str:
    """Return the impact assessment as Markdown in Indonesian: what is processed, why, at what risk, with what measures.

    Args:
        name: What the city or neighbourhood is called.
        activities: The register of processing.
        figures: `requests` answered, `late`, `refused`, and `breaches` so far.
    """
    lines = [
        f"# Penilaian dampak pelindungan data pribadi: {name}",
        "",
        "Dasar: UU 27/2022 Pasal 34. Disusun dari keadaan sistem pada saat diunduh.",
        "",
        "## Pemrosesan",
        "",
        "| tujuan | dasar | kamera | tanda terpasang | direkam (hari terlama) | disiarkan | bertopeng | mitra |",
        "|---|---|---|---|---|---|---|---|",
    ]
    unsaid = unsigned = 0
    for one in activities:
        shown = ", ".join(f"{mode} {number}" for mode, number in sorted(one.published.items())) or "-"
        lines.append(
            f"| {_cell(one.purpose)} | {one.basis or '**belum dinyatakan**'} | {one.cameras} | {one.signs} | "
            f"{one.recorded} ({one.most_days}) | {shown} | {one.masked} | {one.partners} |"
        )
        unsaid += one.cameras if one.purpose == _UNSAID else 0
        unsigned += one.cameras - one.signs
    lines += ["", "## Penerima", "", "| peran | boleh | hanya dengan keperluan |", "|---|---|---|"]
    lines += [f"| {r['role']} | {', '.join(r['may'])} | {', '.join(r['purpose']) or '-'} |" for r in recipients()]
    lines += [
        "",
        "## Risiko dan tindakan",
        "",
        f"- Kamera tanpa tujuan yang dinyatakan: **{unsaid}**. Tindakan: isi tujuan di daftar kamera, atau cabut.",
        f"- Kamera tanpa tanda pemberitahuan: **{unsigned}**. Tindakan: pasang tanda (Pasal 17 ayat (1) huruf b).",
        "- Orang dikenali pada gambar siaran. Tindakan: gambar tanpa orang, topeng privasi, tunda, jam siaran.",
        "- Pengawas melihat tanpa alasan. Tindakan: hak bernama dan berjangka; setiap lihatan tercatat pada log",
        "  yang tidak dapat diubah dan dapat disaksikan warga.",
        "- Kamera berputar ke ruang pribadi. Tindakan: karantina dengan sendirinya sampai seseorang memeriksa.",
        "- Sandi kamera bocor. Tindakan: sandi disegel pada basis data dan tidak pernah ditampilkan.",
        "",
        "## Hak subjek data",
        "",
        f"Permintaan dijawab {figures['requests']}, ditolak dengan dasar {figures['refused']},",
        f"terlambat {figures['late']}; kegagalan pelindungan tercatat {figures['breaches']}.",
        "Tenggat jawaban 3 x 24 jam.",
        "",
    ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
