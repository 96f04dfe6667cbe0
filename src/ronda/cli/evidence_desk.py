"""Opens what seals footage as evidence: the key at the centre, and the exports that it signs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import ronda
from ronda.base.time import Clock
from ronda.centre.centre import Centre
from ronda.cli.sealing import authority_of, time_stamp_url
from ronda.config.models import Settings
from ronda.evidence.exports import Exports, ExportTools
from ronda.evidence.sealer import Sealer
from ronda.people.access_log.heads import Heads
from ronda.store.database import Store


@dataclass(frozen=True, slots=True)
class EvidenceDesk:
    """What is open."""

    sealer: Sealer
    exports: Exports


@asynccontextmanager
async def evidence_desk(
    settings: Settings, store: Store, clock: Clock, centre: Centre, heads: Heads
) -> AsyncIterator[EvidenceDesk]:
    """Sign and follow exports while the context is open."""

    async def tree() -> tuple[int, bytes]:
        head = await heads.fresh()
        return head.size, head.root

    sealer = Sealer(partial(authority_of, settings))
    tools = ExportTools(
        store=store,
        clock=clock,
        city=centre.city,
        ask=centre.ask_node_of,
        sealer=sealer,
        tree=tree,
        unit=settings.name,
        software=f"Ronda {ronda.__version__}",
        stamp_url=time_stamp_url(settings),
    )
    try:
        async with (exports := Exports(tools)).running():
            yield EvidenceDesk(sealer, exports)
    finally:
        sealer.close()
