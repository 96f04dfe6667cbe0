"""Proofs between sizes of the log, for anybody who asks: bounded work, and each proof made once.

Owned state: the proofs that were asked for last. A proof never changes: the log only grows.
"""

from collections import OrderedDict
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, Busy
from ronda.people.access_log.merkle import consistency_path
from ronda.people.access_log.tree import span_hash
from ronda.store.database import Store

_KEPT: Final = 2_000
_AT_ONCE: Final = 4


class Proofs:
    """Proves to anybody that the log only grew; lives on the event loop.

    Attributes:
        refused: Questions refused because enough were being answered.
    """

    def __init__(self, store: Store) -> None:
        self.refused = 0
        self._store = store
        self._kept: OrderedDict[tuple[int, int], tuple[bytes, ...]] = OrderedDict()
        self._at_work = 0

    async def between(self, first: int, second: int, newest: int) -> tuple[bytes, ...]:
        """Return the hashes that prove that the tree of `second` entries begins with that of `first`.

        Args:
            first: Size of the older head.
            second: Size of the newer head.
            newest: Size of the newest head that anybody was shown: nothing is proved beyond it.

        Raises:
            BadInput: There are no such trees.
            Busy: Enough proofs are being made.
            StorageFailed: The tree is damaged.
        """
        if second > newest:
            raise BadInput(
                f"the newest head is over {newest} entries, not {second}", "ask for /api/v1/public/accesslog/head first"
            )
        if not 0 <= first <= second:
            raise BadInput(f"a tree of {second} entries does not begin with one of {first}", "give the older one first")
        known = self._kept.get((first, second))
        if known is not None:
            self._kept.move_to_end((first, second))
            return known
        if self._at_work >= _AT_ONCE:
            self.refused += 1
            raise Busy("enough proofs are being made", "try again in a moment")
        self._at_work += 1
        try:
            made = await self._store.read(lambda connection: _made(connection, first, second))
        finally:
            self._at_work -= 1
        self._kept[first, second] = made
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return made


def _made(connection: sa.Connection, first: int, second: int) -> tuple[bytes, ...]:
    return tuple(span_hash(connection, span) for span in consistency_path(first, second))
