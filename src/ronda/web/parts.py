"""What the web application is made of, handed over by the composition."""

from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from prometheus_client import CollectorRegistry

from ronda.base.time import Clock
from ronda.centre.centre import Centre
from ronda.centre.finder import Finder
from ronda.centre.importing import ImportDesk
from ronda.centre.observing import Observing
from ronda.centre.portal.portal import Portal
from ronda.centre.responding import Responding
from ronda.centre.trending import Trending
from ronda.centre.witnessing import Witnessing
from ronda.city.own import OwnPictures
from ronda.evidence.cases.case import OwnCameras
from ronda.evidence.cases.cases import Cases
from ronda.evidence.days import DayRoots
from ronda.evidence.deletions.deletions import Deletions
from ronda.evidence.examinations.examinations import Examinations
from ronda.evidence.exports import Exports
from ronda.evidence.sealer import Sealer
from ronda.evidence.sharing.shares import Shares
from ronda.evidence.traces.traces import Traces
from ronda.insight.figures import Figures
from ronda.people.access_log.heads import Heads
from ronda.people.people import People
from ronda.people.sign_on.sign_on import SignOn
from ronda.privacy.desk import PrivacyDesk
from ronda.upkeep.faults import Faults
from ronda.upkeep.reports import Reports

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

ASSETS: Final = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class MapTiles:
    """The ground of the map from somewhere else: address, `raster`, `vector` or `pmtiles`, and what it must say."""

    address: str
    kind: str
    attribution: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What anybody may know of this installation.

    Attributes:
        name: What the city or neighbourhood is called.
        version: Ronda's version.
        timezone: IANA name of the zone in which pages show time.
        simulated: Whether any of it is made up.
        https: Whether it is served over HTTPS, so that cookies are sent over nothing else.
        tiles: The ground of the map; None for the map that ships.
        frame_ancestors: Which sites may show a published camera in a frame, as CSP's `frame-ancestors`.
    """

    name: str = "Ronda"
    version: str = ""
    timezone: str = "Asia/Jakarta"
    simulated: bool = False
    https: bool = False
    tiles: MapTiles | None = None
    frame_ancestors: str = "'none'"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that routes need.

    Attributes:
        centre: The running centre.
        people: The running people.
        heads: The signed heads of the access log.
        witnessing: What the nodes say of these heads.
        own: Where uploaded videos are kept.
        metrics: The registry behind `/metrics`.
        clock: Where time comes from.
        portal: What residents see of the city.
        finder: Search over the registry.
        reports: What residents and members report.
        faults: Faults that are over.
        figures: The open figures.
        privacy: The desk for personal data.
        imports: Imports under way, and exports.
        observing: What cameras have seen.
        trending: What of it is unusual now.
        responding: Alarms, and what people do about them.
        exports: Sealed exports.
        sealer: The key that seals them.
        days: The signed roots of cameras' days.
        cases: What is asked for as evidence.
        shares: What of it is given to whom, for how long.
        deletions: What courts have had deleted.
        traces: The boards of cases.
        examinations: What was looked for in the footage of cases.
        own_cameras: The city's policy for the footage of one's own cameras.
        facts: What anybody may know.
        sign_on: The city's own sign-on; None where there is none.
        assets: The built front end; may be missing.
    """

    centre: Centre
    people: People
    heads: Heads
    witnessing: Witnessing
    own: OwnPictures
    metrics: CollectorRegistry
    clock: Clock
    portal: Portal
    finder: Finder
    reports: Reports
    faults: Faults
    figures: Figures
    privacy: PrivacyDesk
    imports: ImportDesk
    observing: Observing
    trending: Trending
    responding: Responding
    exports: Exports
    sealer: Sealer
    days: DayRoots
    cases: Cases
    shares: Shares
    deletions: Deletions
    traces: Traces
    examinations: Examinations
    own_cameras: OwnCameras = OwnCameras.NOTIFY
    facts: Facts = Facts()
    sign_on: SignOn | None = None
    assets: Path = ASSETS
