"""Eight weeks that the demonstration's city has behind it: what was mended, how much worked, what was reported."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import floor
from typing import Final

from ronda.base.time import HZ_90K
from ronda.city.camera import CameraStage, TroubleCause
from ronda.insight.figures import Day
from ronda.simulate.city_plan.chance import between, chance, pick, weighted
from ronda.simulate.city_plan.draft import CameraPlan
from ronda.simulate.city_plan.plan import CityPlan
from ronda.simulate.city_plan.sites import CAMERAS
from ronda.upkeep.faults import Fault
from ronda.upkeep.reports import Report, ReportKind, ReportState

DAYS: Final = 56
_BREAKS: Final = 0.28
_BACK: Final = 84
_LONGEST: Final = 44
_REPORTS: Final = 180
"""Of the whole city."""
_FEWEST_REPORTS: Final = 2
_MONTHS: Final = 12
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_MODERATOR: Final = "petugas (simulasi)"
_CAUSES: Final = {
    TroubleCause.CABLE: 0.26,
    TroubleCause.UNPLUGGED: 0.24,
    TroubleCause.NO_INTERNET: 0.22,
    TroubleCause.INSECTS: 0.12,
    TroubleCause.CONTRACT: 0.07,
    TroubleCause.RECORDER_LOST: 0.04,
    TroubleCause.MOVED: 0.05,
}
_TEXTS: Final = {
    ReportKind.BROKEN: (
        "Gambarnya gelap sejak tadi malam.",
        "Kamera ini sudah beberapa hari tidak bisa dibuka.",
        "Gambar berhenti, jam di gambar tidak jalan.",
        "Tiangnya miring setelah hujan kemarin.",
    ),
    ReportKind.BLOCKED: (
        "Tertutup daun pohon, mohon dipangkas.",
        "Ada spanduk persis di depan kamera.",
        "Kamera terkena cat, gambarnya putih.",
    ),
    ReportKind.EVENT: (
        "Sampah menumpuk di pojok ini sejak pagi.",
        "Air mulai naik ke jalan.",
        "Truk parkir di trotoar setiap sore.",
        "Lampu jalan mati, gelap sekali.",
    ),
    ReportKind.OTHER: ("Mohon kamera ditambah di ujung gang.", "Bagaimana cara RT kami ikut tersambung?"),
}
_KINDS: Final = {ReportKind.BROKEN: 0.48, ReportKind.BLOCKED: 0.17, ReportKind.EVENT: 0.27, ReportKind.OTHER: 0.08}
_NOTES: Final = {
    ReportState.ACCEPTED: "Terima kasih, sudah kami teruskan.",
    ReportState.RESOLVED: "Sudah ditangani, terima kasih.",
    ReportState.REJECTED: "Laporan tidak memuat hal yang dapat kami tangani.",
}


@dataclass(frozen=True, slots=True)
class History:
    """What is over.

    Attributes:
        days: Of every kecamatan, oldest first, without today.
        faults: Those that were mended, by the day on which they began.
        reports: By the moment at which they came.
        months: Requests for evidence: month (`YYYY-MM`), requested, delivered.
    """

    days: tuple[Day, ...]
    faults: tuple[Fault, ...]
    reports: tuple[Report, ...]
    months: tuple[tuple[str, int, int], ...]


def history_of(plan: CityPlan, today: date) -> History:
    """Return the eight weeks before `today` (about a second of one core)."""
    areas = {site.id: site.area for site in plan.sites}
    faults = sorted(_faults(plan, areas, today), key=lambda fault: (fault.begun, fault.camera))
    return History(
        days=tuple(_days(plan, areas, faults, today)),
        faults=tuple(faults),
        reports=tuple(sorted(_reports(plan, areas, today), key=lambda report: report.at_90k)),
        months=tuple(_months(today)),
    )


def _faults(plan: CityPlan, areas: dict[str, str], today: date) -> Iterator[Fault]:
    for camera in plan.cameras:
        connected = camera.stages.get(CameraStage.CONNECTED)
        if connected is None or chance("broke", camera.id) >= _BREAKS:
            continue
        # What broke lately mostly is broken still, so what is over began earlier.
        begun = today - timedelta(days=2 + floor(_BACK * chance("broke on", camera.id) ** 0.5))
        mended = begun + timedelta(days=between(1, _LONGEST, "for days", camera.id))
        over = camera.trouble.since if camera.trouble else today
        if begun > connected and mended < over:
            cause = weighted(_CAUSES, "broke of", camera.id)
            yield Fault(camera.id, areas[camera.site], cause.value, begun, mended, simulated=True)


def _days(plan: CityPlan, areas: dict[str, str], faults: list[Fault], today: date) -> Iterator[Day]:
    """Count as the figures do: connected since that day, and working unless something was wrong with it then."""
    total: Counter[str] = Counter()
    begins: defaultdict[str, list[date]] = defaultdict(list)
    broken: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
    for camera in plan.cameras:
        code = areas[camera.site][:8]
        total[code] += 1
        if (connected := camera.stages.get(CameraStage.CONNECTED)) is not None:
            begins[code].append(connected)
            if camera.trouble is not None:
                broken[code].append((camera.trouble.since, date.max))
    for fault in faults:
        broken[fault.area[:8]].append((fault.begun, fault.mended))
    for back in range(DAYS, 0, -1):
        day = today - timedelta(days=back)
        for code, many in sorted(total.items()):
            there = sum(connected <= day for connected in begins[code])
            idle = sum(begun <= day < mended for begun, mended in broken[code])
            yield Day(day, code, many, there, there - idle)


def _reports(plan: CityPlan, areas: dict[str, str], today: date) -> Iterator[Report]:
    seen = [camera for camera in plan.cameras if CameraStage.PUBLISHED in camera.stages]
    many = max(_FEWEST_REPORTS, _REPORTS * len(plan.cameras) // CAMERAS) if seen else 0
    for number in range(many):
        kind = weighted(_KINDS, "report kind", number)
        camera: CameraPlan = pick(seen, "report camera", number)
        # What was reported weeks ago has been answered; the newest wait.
        back = between(0, DAYS, "report day", number)
        at = datetime.combine(today - timedelta(days=back + 1), time(between(0, 23, "report hour", number)), UTC)
        state = _state(back, number)
        answered = at + timedelta(hours=between(2, 70, "report answer", number))
        done = state is not ReportState.NEW
        yield Report(
            id="".join(pick(_LETTERS, "receipt", number, place) for place in range(10)),
            kind=kind,
            camera=None if kind is ReportKind.OTHER else camera.id,
            area=areas[camera.site],
            text=pick(_TEXTS[kind], "report text", number),
            photo=False,
            lat=None,
            lon=None,
            by=None,
            at_90k=_utc_90k(at),
            state=state,
            moderator=_MODERATOR if done else None,
            note=_NOTES.get(state, ""),
            public=state is ReportState.RESOLVED and chance("report public", number) < 0.6,
            changed_90k=_utc_90k(min(answered, datetime.combine(today, time(), UTC)) if done else at),
            simulated=True,
        )


def _state(back: int, number: int) -> ReportState:
    if back < 3:
        return ReportState.NEW
    if back < 12:
        return ReportState.ACCEPTED if chance("report state", number) < 0.5 else ReportState.RESOLVED
    return ReportState.REJECTED if chance("report state", number) < 0.12 else ReportState.RESOLVED


def _months(today: date) -> Iterator[tuple[str, int, int]]:
    year, month = today.year, today.month
    for back in range(_MONTHS - 1, -1, -1):
        index = year * 12 + month - 1 - back
        requested = between(18, 44, "evidence", _MONTHS - back)
        if back == 0:
            requested = requested * today.day // 31
        delivered = requested - between(1, 7, "evidence refused", _MONTHS - back)
        yield f"{index // 12:04d}-{index % 12 + 1:02d}", requested, max(0, delivered)


def _utc_90k(moment: datetime) -> int:
    return int(moment.timestamp()) * HZ_90K
