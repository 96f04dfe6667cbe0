"""Shares as rows of the database."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

import sqlalchemy as sa

from ronda.evidence.sharing.share import OPEN, Share, ShareKind, ShareState
from ronda.evidence.sharing.tables import CASE_SHARES
from ronda.store.database import Store

_STATES: Final = [state.value for state in OPEN]
_LISTED: Final = 200
_AT_ONCE: Final = 50


class ShareRows:
    """Reads and writes them.

    Args:
        store: The database.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    async def add(self, share: Share) -> None:
        """Write a new one."""
        await self._store.run(lambda connection: connection.execute(CASE_SHARES.insert().values(**_row(share))))

    async def put(self, share: Share) -> None:
        """Write one as it now is."""
        update = CASE_SHARES.update().where(CASE_SHARES.c.id == share.id).values(**_row(share))
        await self._store.run(lambda connection: connection.execute(update))

    async def of_case(self, case: str) -> list[Share]:
        """Return those of a case, newest first."""
        query = sa.select(CASE_SHARES).where(CASE_SHARES.c.case == case)
        return await self._read(query.order_by(CASE_SHARES.c.at_90k.desc(), CASE_SHARES.c.id).limit(_LISTED))

    async def one(self, case: str, id: str) -> Share | None:
        """Return one of a case; None where it has none of that id."""
        found = await self._read(sa.select(CASE_SHARES).where(CASE_SHARES.c.case == case, CASE_SHARES.c.id == id))
        return found[0] if found else None

    async def by_token(self, token_sha256: str) -> Share | None:
        """Return the one whose link has a token of that hash; None where there is none."""
        found = await self._read(sa.select(CASE_SHARES).where(CASE_SHARES.c.token_sha256 == token_sha256))
        return found[0] if found else None

    async def open(self) -> list[Share]:
        """Return those that have not ended."""
        return await self._read(sa.select(CASE_SHARES).where(CASE_SHARES.c.state.in_(_STATES)))

    async def ended_at_node(self) -> list[Share]:
        """Return some that have ended and whose copies their nodes may still have."""
        ended = CASE_SHARES.c.state.not_in(_STATES)
        return await self._read(sa.select(CASE_SHARES).where(ended, CASE_SHARES.c.at_node).limit(_AT_ONCE))

    async def _read(self, query: sa.Select[Any]) -> list[Share]:
        rows: Sequence[sa.Row[Any]] = await self._store.read(lambda connection: connection.execute(query).all())
        return [_share(row) for row in rows]


def _row(share: Share) -> dict[str, Any]:
    return {**asdict(share), "kind": share.kind.value, "state": share.state.value}


def _share(row: sa.Row[Any]) -> Share:
    values = dict(row._mapping)
    return Share(**values | {"kind": ShareKind(values["kind"]), "state": ShareState(values["state"])})
