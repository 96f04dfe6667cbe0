"""One centre, one node and the web in one process: the only place that knows all of them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, disable_created_metrics
from starlette.types import ASGIApp

import ronda
from ronda.archive.filing.retention import Quota
from ronda.archive.volume import VolumeSettings
from ronda.base.errors import BadInput
from ronda.base.metrics import QueueMetrics
from ronda.base.stages import register_stages
from ronda.base.time import HZ_90K, Clock, SystemClock
from ronda.bus.memory import MemoryBus
from ronda.centre.centre import Centre
from ronda.centre.finder import Finder
from ronda.centre.importing import ImportDesk
from ronda.centre.observing import Observing
from ronda.centre.portal.portal import Portal
from ronda.centre.responding import Responding
from ronda.centre.trending import Trending
from ronda.centre.witnessing import Witnessing
from ronda.city.city import City
from ronda.city.geography.document import basemap
from ronda.city.own import OwnPictures
from ronda.city.publication import UNPUBLISHED, Publication, PublicationMode
from ronda.cli.evidence_desk import deleting, evidence_desk
from ronda.config.folder import locked
from ronda.config.models import Settings
from ronda.evidence.cases.case import OwnCameras
from ronda.evidence.copies import CopiesTaken
from ronda.insight.figures import Figures
from ronda.insight.observations import Kept
from ronda.media.delivery.permission import Authorise
from ronda.media.sources.dialling import DialLimits
from ronda.media.sources.resolver import ResolverLimits
from ronda.media.stream import StreamSettings
from ronda.node.fetching.orders import FetchManners
from ronda.node.media import open_media
from ronda.node.node import Node, NodeSettings
from ronda.node.vision.settings import VisionSettings
from ronda.people.access_log.head import KEY_FILE as KEY_OF_HEADS
from ronda.people.access_log.heads import Heads
from ronda.people.access_log.webhook import leaving
from ronda.people.media_access import MediaAccess
from ronda.people.passwords import Passwords
from ronda.people.people import People
from ronda.people.policy import LOOKING, Policy
from ronda.people.sign_on.provider import Provider, Registration
from ronda.people.sign_on.sign_on import SignOn
from ronda.privacy.desk import PrivacyDesk
from ronda.response.rules import Bounds
from ronda.store.database import Store
from ronda.store.engines.contract import Limits
from ronda.store.secrets import KEY_FILE
from ronda.upkeep.faults import Faults
from ronda.upkeep.photos import Photos
from ronda.upkeep.reports import Reports
from ronda.web.app import create
from ronda.web.parts import Facts, MapTiles, Parts

NODE: Final = "local"


@dataclass(frozen=True, slots=True)
class Composition:
    """A running installation.

    Attributes:
        app: The whole application.
        centre: Its centre.
        node: Its node.
        people: Its people.
        registry: Its metrics.
        authorise: Answers who may see which pictures.
        parts: What its web application is made of.
    """

    app: ASGIApp
    centre: Centre
    node: Node
    people: People
    registry: CollectorRegistry
    authorise: Authorise
    parts: Parts


@asynccontextmanager
async def composed(settings: Settings, *, pulls: bool, simulated: bool = False) -> AsyncIterator[Composition]:
    """Open everything in the data folder, and close it in order at the end.

    Args:
        settings: What is wanted.
        pulls: Whether cameras are pulled and recorded; a command without a server does not.
        simulated: Whether what is shown is made up.

    Raises:
        BadInput: The data folder cannot be used.
        Conflict: Another process uses it.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(locked(settings.data))
        clock, bus, registry = SystemClock(), MemoryBus(), CollectorRegistry()
        store = await Store.open(*database_of(settings))
        stack.push_async_callback(store.close)
        secret = settings.admin_password
        policy = _policy(settings, clock)
        passwords = Passwords(threads=settings.pools.crypto)
        people = await People.open(
            store, clock, policy, secret.get_secret_value() if secret else None, passwords, make_admin=pulls
        )
        await stack.enter_async_context(people.running())
        heads = await Heads.open(people.log, store, clock, settings.data / KEY_OF_HEADS, people.passwords.pool)
        witnessing = Witnessing(people.log, heads, bus, clock)
        witnessing.register_metrics(registry)
        await stack.enter_async_context(_heads_leave(settings, heads, witnessing, pulls=pulls))
        default = Publication(PublicationMode.LIVE) if settings.public else UNPUBLISHED
        city = await City.open(store, clock, settings.timezone.info, NODE, default)
        policy.places = city.place
        centre = Centre(store, bus, city, clock, NODE)
        node = Node(_node_settings(settings, pulls=pulls), bus, clock)
        _measure(registry, node)
        observing = Observing(store, bus, city, clock, settings.timezone.info, NODE, _kept(settings))
        found = stack.enter_context(closing(Photos(settings.data / "dispatches", "dispatch_photos")))
        responding = Responding(store, centre, observing.observations, clock, found, _alarm_bounds(settings))
        trending = await stack.enter_async_context(
            _eyes(observing, responding, Trending(store, city, clock, settings.timezone.info), policy, registry)
        )
        await stack.enter_async_context(node.running())
        await stack.enter_async_context(centre.running())
        own = stack.enter_context(closing(OwnPictures(settings.data / "own")))
        portal = Portal(city, clock, settings.timezone.info, centre.status, basemap)
        await stack.enter_async_context(portal.running())
        figures = Figures(store, city, clock, settings.timezone.info)
        await stack.enter_async_context(figures.running())
        privacy = PrivacyDesk(store, clock, centre.ask_node_of)
        await stack.enter_async_context(privacy.running())
        desk = await stack.enter_async_context(evidence_desk(settings, store, clock, bus, centre, heads, people))
        policy.cased = desk.cases.entitles
        imports = ImportDesk(centre, settings.data / "imports", clock, NODE)
        await stack.enter_async_context(imports.running())
        finder = stack.enter_context(closing(Finder(city)))
        photos = stack.enter_context(closing(Photos(settings.data / "reports")))
        if (sign_on := _sign_on(settings, store, clock, people)) is not None:
            stack.push_async_callback(sign_on.close)
        parts = Parts(
            centre=centre,
            people=people,
            heads=heads,
            witnessing=witnessing,
            own=own,
            metrics=registry,
            clock=clock,
            portal=portal,
            finder=finder,
            reports=Reports(store, photos, clock),
            faults=Faults(store),
            figures=figures,
            privacy=privacy,
            imports=imports,
            observing=observing,
            trending=trending,
            responding=responding,
            exports=desk.exports,
            sealer=desk.sealer,
            days=desk.days,
            cases=desk.cases,
            shares=desk.shares,
            deletions=await stack.enter_async_context(deleting(store, clock, centre, desk, people, privacy)),
            traces=desk.traces,
            examinations=desk.examinations,
            own_cameras=OwnCameras(settings.evidence.own_cameras),
            facts=_facts(settings, simulated=simulated),
            sign_on=sign_on,
        )
        handed = CopiesTaken(privacy.copies, desk.cases, clock)
        access = MediaAccess(
            people, city.cameras.__contains__, handed=handed, shared=desk.shares, examined=desk.examinations
        )
        queues = QueueMetrics(registry)
        media = stack.enter_context(open_media(node, access, queues))
        node.register_queues(queues)
        _report_queues(queues, parts, store, bus)
        yield Composition(create(parts, media), centre, node, people, registry, access, parts)


@asynccontextmanager
async def _heads_leave(settings: Settings, heads: Heads, witnessing: Witnessing, *, pulls: bool) -> AsyncIterator[None]:
    """Let the access log's heads reach the nodes and, of a server, an address outside, while the context is open."""
    webhook = settings.accesslog.webhook if pulls else None
    every_s = settings.accesslog.every.seconds
    async with leaving(heads, every_s, webhook.url if webhook else None), witnessing.running():
        yield


def _policy(settings: Settings, clock: Clock) -> Policy:
    return Policy(
        LOOKING if settings.public else (),
        clock=clock,
        zone=settings.timezone.info,
        member_clips=settings.people.member_clips,
        member_exports=settings.evidence.own_cameras != "approval",
    )


def _measure(registry: CollectorRegistry, node: Node) -> None:
    disable_created_metrics()  # type: ignore[no-untyped-call]  # they say only when this process began
    register_stages(registry)
    node.register_metrics(registry)


@asynccontextmanager
async def _eyes(
    observing: Observing, responding: Responding, trending: Trending, policy: Policy, registry: CollectorRegistry
) -> AsyncIterator[Trending]:
    """Take what cameras see, compare it with what is usual, and do what it demands, while the context is open."""
    policy.lent = responding.dispatches.lent
    responding.register_metrics(registry)
    async with observing.running(), responding.running(), trending.running():
        yield trending


def _report_queues(queues: QueueMetrics, parts: Parts, store: Store, bus: MemoryBus) -> None:
    log, feed = parts.people.log, parts.centre.feed
    pools = (
        parts.people.passwords.pool,
        parts.imports.pool,
        parts.reports.photos.pool,
        parts.responding.photos.pool,
        parts.finder.pool,
        parts.sealer.pool,
        parts.traces.pictures.pool,
    )
    for pool in (*pools, *store.pools):
        queues.add_pool(pool)
    queues.add("access_log", lambda: log.waiting, lambda: log.refused, log.limit)
    queues.add("bus", lambda: bus.waiting, lambda: bus.dropped, bus.queue_size)
    queues.add("event_feed", lambda: feed.waiting, lambda: feed.dropped, feed.size)


def _sign_on(settings: Settings, store: Store, clock: Clock, people: People) -> SignOn | None:
    """Return the city's own sign-on; None where none is set.

    Raises:
        BadInput: It is set by half, or its issuer cannot be trusted.
    """
    oidc = settings.oidc
    if oidc.issuer is None:
        return None
    if oidc.client_id is None:
        raise BadInput("oidc.issuer is set and oidc.client_id is not", "register Ronda with the provider")
    secret = oidc.client_secret.get_secret_value() if oidc.client_secret else None
    provider = Provider(Registration(oidc.issuer, oidc.client_id, secret), clock)
    return SignOn(provider, store, clock, people.credentials, people.log, name=oidc.name, redirect=oidc.redirect)


def _facts(settings: Settings, *, simulated: bool) -> Facts:
    map, tiles = settings.map, None
    if map.tiles:
        tiles = MapTiles(map.tiles, map.kind, map.attribution or "")
    return Facts(
        settings.name,
        ronda.__version__,
        settings.timezone.name,
        simulated,
        settings.https,
        tiles,
        settings.embed,
    )


def database_of(settings: Settings) -> tuple[str, Path, Limits]:
    """Return the address of the database, the file of its secrets' keys, and the bounds of its use."""
    database = settings.database
    url = database.url.whole if database.url else f"sqlite:///{settings.data / 'ronda.db'}"
    keys = settings.data / (settings.secret_key_file or KEY_FILE)
    return url, keys, Limits(database.readers, database.timeout.seconds)


def _node_settings(settings: Settings, *, pulls: bool) -> NodeSettings:
    archive = settings.archive
    quota = Quota(max_bytes=archive.quota.bytes if archive.quota else None)
    dial = DialLimits(node_concurrent=settings.streams.dials, host_concurrent=settings.streams.dials_per_host)
    return NodeSettings(
        id=NODE,
        volumes=tuple(
            VolumeSettings(
                folder, quota, segment_90k=round(archive.segment.seconds * HZ_90K), sync_s=archive.sync.seconds
            )
            for folder in archive.volumes
        ),
        zone=settings.timezone.info,
        dial=dial,
        resolver=ResolverLimits(threads=settings.pools.resolver),
        streams=StreamSettings(linger_s=settings.streams.linger.seconds),
        derived=settings.pools.derived,
        disk_threads=settings.pools.disk,
        codec_threads=settings.pools.codec,
        viewers=settings.live.viewers,
        public_viewers=settings.live.public_viewers,
        pulls=pulls,
        copies=settings.data / "copies",
        exports=settings.data / "exports",
        examinations=settings.data / "examinations",
        fetching=FetchManners(
            settings.timezone.info,
            night=(settings.evidence.night_from, settings.evidence.night_to),
            by_day_bps=round(settings.evidence.fetch_mbps * 1_000_000),
        ),
        vision=_vision_settings(settings),
    )


def _kept(settings: Settings) -> Kept:
    vision = settings.vision
    return Kept(vision.minute_days, vision.hour_days, vision.picture_days)


def _alarm_bounds(settings: Settings) -> Bounds:
    alarms = settings.alarms
    return Bounds(
        most_open=alarms.most_open,
        answer_s=alarms.answer.seconds,
        arrive_s=alarms.arrive.seconds,
        days=alarms.days,
        instructions=dict(alarms.instructions.pairs),
    )


def _vision_settings(settings: Settings) -> VisionSettings:
    vision = settings.vision
    return VisionSettings(
        pictures=settings.data / "sightings",
        models=settings.data / "models",
        workers=vision.workers,
        nice=vision.nice,
        hardware=vision.hardware,
        width=vision.width,
        rate=vision.rate,
        sweep_s=vision.sweep.seconds,
        watched_sweep_s=vision.watched_sweep.seconds,
        own_eyes=settings.data / "own-eyes.sqlite",
        backlog=settings.data / "observations.jsonl",
        kept=settings.data / "watching.sqlite",
        letterings=vision.read_letterings,
        pictures_bytes=vision.pictures.bytes,
        pictures_days=vision.picture_days,
        timezone=settings.timezone.name,
    )
