"""The days' roots at the centre: signed once, kept for ever, held against what the nodes have.

A node that begins a camera's chain anew, or rewrites it, is refused and found.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa
import structlog

from ronda.base.time import Clock
from ronda.bus.contract import Bus, Message, Mismatch, centre_subject
from ronda.bus.days import (
    CHAIN_ABOUT,
    SIGN_DAYS,
    ChainAbout,
    ChainEnd,
    DaySigned,
    DaysPage,
    DaysRequest,
    DaysSigned,
    DayTold,
    SignDays,
)
from ronda.evidence.day_tree import FIRST, DayRoot
from ronda.evidence.sealer import Sealer
from ronda.evidence.tables import DAY_ROOTS
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_MOST_MISMATCHES: Final = 1_000
_KEY: Final = ("camera", "profile", "number")
R = TypeVar("R", bound=Message)
Key = tuple[str, str, int]


class AskNode(Protocol):
    """Asks the node."""

    async def __call__(self, request: Message, kind: type[R], /) -> R:
        """Return its answer."""
        ...


def root_of(told: DayTold) -> DayRoot:
    """Return what was told as what it is."""
    tree, previous = bytes.fromhex(told.tree), bytes.fromhex(told.previous)
    return DayRoot(told.camera, told.profile, told.number, told.day, told.count, tree, previous)


class DayRoots:
    """Signs; used within `serving`."""

    def __init__(self, store: Store, clock: Clock, sealer: Sealer) -> None:
        self._store = store
        self._clock = clock
        self._sealer = sealer

    @asynccontextmanager
    async def serving(self, bus: Bus) -> AsyncIterator[None]:
        """Answer the nodes while the context is open."""
        async with (
            bus.serve(centre_subject(SIGN_DAYS), SignDays, self.sign),
            bus.serve(centre_subject(CHAIN_ABOUT), ChainAbout, self.chain),
        ):
            yield

    async def chain(self, asked: ChainAbout) -> ChainEnd:
        """Return how far a camera's chain has come."""
        last = await self._last(asked.camera, asked.profile)
        return ChainEnd(number=last[0] + 1, previous=last[1].hex())

    async def sign(self, asked: SignDays) -> DaysSigned:
        """Sign what continues each camera's chain; what is signed already is answered again.

        Raises:
            StorageFailed: The key or the database cannot be used.
        """
        roots = [root_of(told) for told in asked.days]
        known = await self._known(roots)
        ends: dict[tuple[str, str], tuple[int, bytes]] = {}
        fresh: list[DayRoot] = []
        refused: dict[Key, str] = {}
        for root in roots:
            chain, key = (root.camera, root.profile), _key(root)
            if key in known:
                if known[key].root != root.root:
                    refused[key] = "another root was signed for this place in the chain"
                continue
            number, end = ends.get(chain) or await self._last(*chain)
            if (root.number, root.previous) != (number + 1, end):
                refused[key] = f"it does not follow number {number}, which was signed last"
                continue
            ends[chain] = root.number, root.root
            fresh.append(root)
        signed = await self._sign(asked.node, fresh)
        for key, why in refused.items():
            _log.error("days: a root is refused", node=asked.node, camera=key[0], number=key[2], why=why)
        return DaysSigned(days=tuple(_answer(_key(root), known, signed, refused) for root in roots))

    async def compare(self, ask: AskNode) -> list[Mismatch]:
        """Return where what a node has is not what was signed."""
        found: list[Mismatch] = []
        seen: set[Key] = set()
        after = DaysRequest()
        while len(found) < _MOST_MISMATCHES:
            page = await ask(after, DaysPage)
            roots = [root_of(told) for told in page.days]
            known = await self._known(roots)
            for root in roots:
                key = _key(root)
                seen.add(key)
                if key not in known:
                    found.append(_mismatch("seal-unsigned", key, root.day, "the city has signed no such root"))
                elif known[key].root != root.root:
                    found.append(_mismatch("seal-rewritten", key, root.day, "the node has another than was signed"))
            if not page.more or not page.days:
                break
            last = page.days[-1]
            after = DaysRequest(camera=last.camera, profile=last.profile, number=last.number)
        query = sa.select(*(DAY_ROOTS.c[name] for name in (*_KEY, "day"))).order_by(
            *(DAY_ROOTS.c[name] for name in _KEY)
        )
        for row in await self._store.read(lambda connection: connection.execute(query).all()):
            if (row[0], row[1], row[2]) not in seen and len(found) < _MOST_MISMATCHES:
                lost = "the city signed it, and the node has it no more: what lay in it cannot be checked"
                found.append(_mismatch("seal-lost", (row[0], row[1], row[2]), row[3], lost))
        return found

    async def _sign(self, node: str, roots: Sequence[DayRoot]) -> dict[Key, DaySigned]:
        if not roots:
            return {}
        certificate, signatures = await self._sealer.sign_all([root.root for root in roots])
        now = self._clock.utc_90k()
        rows = [
            {
                "camera": root.camera,
                "profile": root.profile,
                "number": root.number,
                "day": root.day,
                "count": root.count,
                "tree": root.tree,
                "root": root.root,
                "node": node,
                "at_90k": now,
                "certificate": certificate,
                "signature": signature,
            }
            for root, signature in zip(roots, signatures, strict=True)
        ]
        await self._store.run(lambda connection: connection.execute(DAY_ROOTS.insert(), rows))
        return {
            _key(root): DaySigned(signature=signature.hex(), certificate=certificate)
            for root, signature in zip(roots, signatures, strict=True)
        }

    async def _known(self, roots: Sequence[DayRoot]) -> dict[Key, sa.Row[Any]]:
        cameras = sorted({root.camera for root in roots})
        if not cameras:
            return {}
        numbers = [root.number for root in roots]
        query = sa.select(DAY_ROOTS).where(
            DAY_ROOTS.c.camera.in_(cameras), DAY_ROOTS.c.number.between(min(numbers), max(numbers))
        )
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return {(row.camera, row.profile, row.number): row for row in rows}

    async def _last(self, camera: str, profile: str) -> tuple[int, bytes]:
        query = sa.select(DAY_ROOTS.c.number, DAY_ROOTS.c.root)
        query = query.where(DAY_ROOTS.c.camera == camera, DAY_ROOTS.c.profile == profile)
        query = query.order_by(DAY_ROOTS.c.number.desc()).limit(1)
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return (int(rows[0][0]), bytes(rows[0][1])) if rows else (-1, FIRST)


def _key(root: DayRoot) -> Key:
    return root.camera, root.profile, root.number


def _answer(
    key: Key, known: dict[Key, sa.Row[Any]], signed: dict[Key, DaySigned], refused: dict[Key, str]
) -> DaySigned:
    if key in refused:
        return DaySigned(refused=refused[key])
    if key in signed:
        return signed[key]
    return DaySigned(signature=bytes(known[key].signature).hex(), certificate=known[key].certificate)


def _mismatch(kind: str, key: Key, day: str, detail: str) -> Mismatch:
    return Mismatch(kind=kind, where=f"{key[0]}/{key[1]} {day} (number {key[2]})", detail=detail)
