"""How each site stands: since when it is there, whether the city reaches it, what is broken, and its internet link.

About seven in ten cameras work. Gunungpati and Mijen have no network yet; elsewhere a share that differs by kecamatan
is not connected, and of the connected ones some are broken.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ronda.city.camera import CameraStage, Trouble, TroubleCause
from ronda.city.site import Link, LinkState, SiteKind
from ronda.simulate.city_plan.chance import between, chance, drawn, pick, weighted
from ronda.simulate.city_plan.draft import SiteDraft
from ronda.simulate.originals import originals

WIFI_POINTS: Final = 5_569
WITHOUT_NETWORK: Final = frozenset({"33.74.12", "33.74.14"})
"""Gunungpati and Mijen."""
ORIGINAL_SITES: Final = Counter(camera.id.rpartition("-")[0] for camera in originals())
"""Sites of the 24 original cameras, with how many of these hang there."""
_NOT_CONNECTED: Final = {
    "33.74.01": 0.07, "33.74.02": 0.2, "33.74.03": 0.14, "33.74.04": 0.14, "33.74.05": 0.23, "33.74.06": 0.11,
    "33.74.07": 0.07, "33.74.08": 0.11, "33.74.09": 0.09, "33.74.10": 0.17, "33.74.11": 0.13, "33.74.13": 0.09,
    "33.74.15": 0.19, "33.74.16": 0.25,
}  # fmt: skip
_SITE_BROKEN: Final = 0.05
_CAMERA_BROKEN: Final = 0.055
_WHY_NOT_CONNECTED: Final = {
    TroubleCause.NO_INTERNET: 0.45,
    TroubleCause.VENDOR: 0.2,
    TroubleCause.CONTRACT: 0.15,
    TroubleCause.CABLE: 0.2,
}
_WHY_SITE_BROKEN: Final = {
    TroubleCause.NO_INTERNET: 0.4,
    TroubleCause.CONTRACT: 0.2,
    TroubleCause.RECORDER_LOST: 0.15,
    TroubleCause.UNPLUGGED: 0.25,
}
_WHY_CAMERA_BROKEN: Final = {
    TroubleCause.CABLE: 0.4,
    TroubleCause.INSECTS: 0.2,
    TroubleCause.UNPLUGGED: 0.25,
    TroubleCause.MOVED: 0.15,
}
_NOTES: Final = {
    TroubleCause.UNPLUGGED: "steker dicabut",
    TroubleCause.CABLE: "kabel putus",
    TroubleCause.RECORDER_LOST: "perekam tidak ada di tempat",
    TroubleCause.INSECTS: "semut di dalam perekam",
    TroubleCause.NO_INTERNET: "internet tidak tersambung",
    TroubleCause.CONTRACT: "kontrak internet dihentikan sementara",
    TroubleCause.MOVED: "kamera dipindah, menunggu diperiksa",
    TroubleCause.NO_NETWORK: "belum ada jaringan di wilayah ini",
    TroubleCause.VENDOR: "akses perekam belum dibuka penyedia",
}
_LINK_STATES: Final = {
    TroubleCause.NO_NETWORK: LinkState.PLANNED,
    TroubleCause.NO_INTERNET: LinkState.DOWN,
    TroubleCause.CONTRACT: LinkState.ENDED,
}
_PROVIDERS: Final = {"Semar Fiber": 0.46, "Pantura Net": 0.31, "Lawang Telematika": 0.23}


@dataclass(frozen=True, slots=True)
class Condition:
    """How a site stands.

    Attributes:
        stages: What all its cameras have reached, without their publication.
        trouble: What keeps all of them from working.
        budget: Where the money came from.
    """

    stages: dict[CameraStage, date]
    trouble: Trouble | None
    budget: str

    @property
    def connected(self) -> bool:
        """Whether the city reaches the site, be it that it is broken now."""
        return CameraStage.CONNECTED in self.stages


def condition_of(site: SiteDraft, today: date) -> Condition:
    """Return how a site stands; days are counted back from `today`."""
    installed = today - timedelta(days=between(150, 1700, "installed", site.id))
    stages = {
        CameraStage.PLANNED: installed - timedelta(days=between(200, 420, "planned", site.id)),
        CameraStage.BUDGETED: installed - timedelta(days=between(60, 180, "budgeted", site.id)),
        CameraStage.INSTALLED: installed,
    }
    trouble = _never_connected(site, installed, today)
    if trouble is None:
        stages[CameraStage.CONNECTED] = installed + timedelta(days=between(10, 120, "connected", site.id))
        if not _spared(site) and chance("site broken", site.id) < _SITE_BROKEN:
            trouble = _broken(weighted(_WHY_SITE_BROKEN, "why site", site.id), today, site.id)
    return Condition(stages, trouble, _budget(site, stages[CameraStage.BUDGETED].year))


def camera_trouble(camera: str, site: SiteDraft, condition: Condition, today: date) -> Trouble | None:
    """Return what keeps one camera of a site from working: the site's trouble, or one of its own."""
    if condition.trouble is not None or _spared(site):
        return condition.trouble
    if chance("camera broken", camera) >= _CAMERA_BROKEN:
        return None
    return _broken(weighted(_WHY_CAMERA_BROKEN, "why camera", camera), today, camera)


def links(sites: Iterable[SiteDraft], conditions: dict[str, Condition], today: date) -> dict[str, Link]:
    """Return the internet link of every site that has one or waits for one; `WIFI_POINTS` of them give free wifi."""
    found = {}
    for site in sites:
        condition = conditions[site.id]
        cause = condition.trouble.cause if condition.trouble else None
        if not condition.connected and cause is TroubleCause.NO_INTERNET:
            continue  # nobody has ordered one
        found[site.id] = _link(site, condition, _LINK_STATES.get(cause, LinkState.UP) if cause else LinkState.UP, today)
    running = [id for id, link in found.items() if link.state in (LinkState.UP, LinkState.DOWN)]
    first = [id for id in running if id in ORIGINAL_SITES]
    rest = drawn([id for id in running if id not in ORIGINAL_SITES], WIFI_POINTS - len(first), str, "wifi")
    names = {site.id: _wifi(site) for site in sites if site.id in rest or site.id in first}
    return {id: _with_wifi(link, names.get(id, "")) for id, link in found.items()}


def _never_connected(site: SiteDraft, installed: date, today: date) -> Trouble | None:
    if site.kecamatan in WITHOUT_NETWORK:
        due = today + timedelta(days=60 + 30 * between(0, 7, "network", site.area[:13]))
        return Trouble(TroubleCause.NO_NETWORK, installed, due, _NOTES[TroubleCause.NO_NETWORK])
    if _spared(site) or chance("never connected", site.id) >= _NOT_CONNECTED[site.kecamatan]:
        return None
    cause = weighted(_WHY_NOT_CONNECTED, "why never", site.id)
    planned = chance("target", site.id) < 0.7
    target = today + timedelta(days=between(10, 150, "target day", site.id)) if planned else None
    return Trouble(cause, installed, target, _NOTES[cause])


def _spared(site: SiteDraft) -> bool:
    """Whether nothing is ever wrong with a site: the first ones, and those that show how an agreement stands."""
    return site.id in ORIGINAL_SITES or (site.partner is not None and site.kind is SiteKind.CROWD_CENTRE)


def _broken(cause: TroubleCause, today: date, what: str) -> Trouble:
    # Most faults are young; some have been forgotten.
    longest = 55 if chance("young", what) < 0.8 else 240
    since = today - timedelta(days=between(1, longest, "since", what))
    due = today + timedelta(days=between(1, 21, "repair", what)) if chance("owned", what) < 0.6 else None
    return Trouble(cause, since, due, _NOTES[cause])


def _budget(site: SiteDraft, year: int) -> str:
    if site.partner:
        return "Mitra"
    if site.kind is SiteKind.RT and chance("budget", site.id) < 0.12:
        return f"Kecamatan {year}"
    return f"APBD {year}"


def _link(site: SiteDraft, condition: Condition, state: LinkState, today: date) -> Link:
    connected = condition.stages.get(CameraStage.CONNECTED)
    ends = today + timedelta(days=between(15, 700, "contract", site.id))
    since = connected or condition.stages[CameraStage.INSTALLED]
    if state is not LinkState.UP and condition.trouble is not None:
        since = condition.trouble.since
    if state is LinkState.ENDED:
        ends = since
    speed = pick((20.0, 30.0, 30.0, 50.0), "speed", site.id) if site.kind is SiteKind.RT else 100.0
    provider = weighted(_PROVIDERS, "provider", site.id)
    if state is LinkState.PLANNED:
        return Link(state, bandwidth_mbps=speed, since=since)
    return Link(state, provider, speed, contract_end=ends, since=since)


def _with_wifi(link: Link, name: str) -> Link:
    return Link(link.state, link.provider, link.bandwidth_mbps, name, link.contract_end, link.since)


def _wifi(site: SiteDraft) -> str:
    return f"Wifi Warga {site.name}"[:32].rstrip(" ,")
