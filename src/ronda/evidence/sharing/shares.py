"""Shares of cases: made, fetched, ended; `opening` lets receivers in.

Owned state: the shares that have not ended, in memory too, so that media may be let through, or stopped in the middle,
without the database. What opens one is in neither: only hashes of it.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import structlog

from ronda.base.errors import Busy, Conflict, NotFound, RondaError
from ronda.base.time import HZ_90K, Clock, format_rfc3339
from ronda.bus.contract import Done
from ronda.bus.copies import CopyAbout, CopyStanding, CopyState, MakeCopy, MaskPlan, RemoveCopy
from ronda.evidence.cases.case import SYSTEM, Case, What
from ronda.evidence.cases.cases import Cases
from ronda.evidence.export import Export
from ronda.evidence.exports import AskNodeOf
from ronda.evidence.hourly import Hourly
from ronda.evidence.sharing.opening import Opening
from ronda.evidence.sharing.rows import ShareRows
from ronda.evidence.sharing.share import (
    LONG_VIEW_90K,
    MOST_OF_A_CASE,
    OPEN,
    RECEIVER,
    NewShare,
    Share,
    ShareKind,
    ShareOver,
    ShareState,
    check_wanted,
    hashed,
    look_of_share,
)
from ronda.people.access_log import AccessLog
from ronda.people.passwords import Passwords
from ronda.store.database import Store

_log = structlog.get_logger(__name__)
_FETCHED_90K: Final = 600 * HZ_90K
"""One who fetches a large file in many parts, or again at once, fetches it once."""
_WHOLE: Final = (".mp4", ".zip")
"""What has the footage in it: a manifest or a signature alone is no hand-over."""
_BUSY_S: Final = 1.0
_IDLE_S: Final = 30.0
_DIGITS: Final = 8
_HERE: Final = "this-machine"


@dataclass(frozen=True, slots=True)
class ShareTools:
    """What shares are made with.

    Attributes:
        store: The database.
        clock: Where time comes from.
        ask: Asks the node of a camera.
        cases: The cases, and their chain of custody.
        export: Returns one export.
        passwords: Hashes codes.
        log: The access log.
    """

    store: Store
    clock: Clock
    ask: AskNodeOf
    cases: Cases
    export: Callable[[str], Awaitable[Export]]
    passwords: Passwords
    log: AccessLog


@dataclass(frozen=True, slots=True)
class Made:
    """A new share, and what opens it: said once, kept nowhere."""

    share: Share
    token: str
    code: str


class Shares:
    """See the module; implements `ronda.people.media_permits.Shared`.

    Attributes:
        opening: What receivers ask.
    """

    def __init__(self, tools: ShareTools) -> None:
        self._tools = tools
        self.opening = Opening(self, tools.passwords, tools.log, tools.clock)
        self._rows = ShareRows(tools.store)
        self._open: dict[str, Share] | None = None
        self._changing = asyncio.Lock()
        self._taken = Hourly(tools.clock)
        self._due = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Follow copies that are being made, and end what has expired, while the context is open."""
        await self.open()
        async with asyncio.TaskGroup() as group:
            task = group.create_task(self._follow(), name="shares")
            try:
                yield
            finally:
                task.cancel()

    # What who shares asks

    async def make(self, case: Case, export: Export, new: NewShare, by: str) -> Made:
        """Give a receiver one export of a case; the code goes to them by another way than the link.

        Raises:
            BadInput: The name or the days are not acceptable.
            Conflict: The case is not approved, the export is not whole, or very much is shared already.
            Busy: The node does not answer, or has many copies to make.
        """
        receiver = check_wanted(case, export, new)
        if sum(one.case == case.number for one in (await self.open()).values()) >= MOST_OF_A_CASE:
            raise Conflict(f"{MOST_OF_A_CASE} shares of this case are open", "end one of them first")
        now = self._tools.clock.utc_90k()
        token, code = secrets.token_urlsafe(16), f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"
        views = new.kind is ShareKind.VIEW
        share = Share(
            id=secrets.token_hex(8),
            case=case.number,
            export=export.id,
            camera=export.camera,
            name=export.name,
            sha256=export.sha256,
            receiver=receiver,
            kind=new.kind,
            by=by,
            at_90k=now,
            until_90k=min(now + new.days * 86_400 * HZ_90K, export.until_90k),
            token_sha256=hashed(token),
            code_hash=await self._tools.passwords.hash(code),
            state=ShareState.MAKING if views else ShareState.READY,
            at_node=views,
        )
        if views:
            await self._tools.ask(share.camera, _order(share, export), CopyStanding)
        await self._rows.add(share)
        (await self.open())[share.id] = share
        said = f"{share.kind.value}, {format_rfc3339(share.until_90k)}, {share.name}"
        await self._tools.cases.add_custody(case.number, by, What.SHARED, subject=receiver, note=said)
        self._due.set()
        return Made(share, token, code)

    async def of(self, case: str) -> list[Share]:
        """Return the shares of a case, newest first."""
        return await self._rows.of_case(case)

    async def get(self, case: str, id: str) -> Share:
        """Return one share of a case.

        Raises:
            NotFound: There is none.
        """
        if (found := await self._rows.one(case, id)) is None:
            raise NotFound("this case has no such share")
        return found

    async def revoke(self, share: Share, by: str) -> Share:
        """End a share: what is being fetched by it ends in the middle.

        Raises:
            Conflict: It has ended already.
        """
        return await self.end(share, ShareState.REVOKED, by)

    async def end_all(self, state: ShareState, by: str, *, case: str | None = None, export: str | None = None) -> None:
        """End the shares of a case that is closed, or of an export whose files are gone."""
        for share in list((await self.open()).values()):
            if share.case == case or share.export == export:
                await self.end(share, state, by)

    # What media asks

    def is_open(self, id: str, camera: str, export: str | None, copy: str | None) -> bool:
        """Whether a share still gives the files of that export, or that copy."""
        share = (self._open or {}).get(id)
        if share is None or share.camera != camera or share.state is not ShareState.READY:
            return False
        given = export == share.export if share.kind is ShareKind.DOWNLOAD else copy == share.id
        return given and share.until_90k > self._tools.clock.utc_90k()

    async def fetched(self, id: str, remote: str) -> None:
        """Write down that it is being fetched: in its case too, whose clock it stops."""
        share, now = (await self.open()).get(id), self._tools.clock.utc_90k()
        if share is None:
            return
        self._tools.log.once(look_of_share(share, "share-fetched", remote))
        if now - (share.fetched_90k or 0) <= _FETCHED_90K:
            return
        share = await self.change(share, fetched_90k=now, fetches=share.fetches + 1)
        whole = share.kind is ShareKind.DOWNLOAD
        await self.write(share, RECEIVER, What.FETCHED, share.name, share.sha256 if whole else "")

    async def made_for(self, export: str, who: str) -> bool:
        """Whether a sealed export is somebody's own: they had it made."""
        try:
            return (await self._tools.export(export)).by == who
        except NotFound:
            return False

    async def taken(self, export: str, who: str, path: str) -> None:
        """Write into the case that its footage is fetched by somebody with an account: once an hour.

        Who asked for it has it with that, and the case's clock stops; for others it is a look.
        """
        if not path.endswith(_WHOLE) or not self._taken.first(export, who):
            return
        try:
            found = await self._tools.export(export)
            case = (await self._tools.cases.get(found.case)).case
            what = What.FETCHED if who == case.by else What.OPENED
            await self._tools.cases.add_custody(
                case.number, who, what, subject=f"{found.name}.mp4", sha256=found.sha256
            )
        except (NotFound, Conflict):
            return  # the number is of a case elsewhere
        except RondaError as error:
            _log.error("an export is fetched, and its case does not say so", export=export, problem=str(error))

    # What happens by itself

    async def refresh(self) -> None:
        """Ask nodes how the copies stand that are being made, end what has expired, delete what ended."""
        now = self._tools.clock.utc_90k()
        for share in list((await self.open()).values()):
            if share.until_90k <= now:
                await self.end(share, ShareState.EXPIRED, SYSTEM)
            elif share.state is ShareState.MAKING:
                await self._ask_how(share)
        for share in await self._rows.ended_at_node():
            await self._remove_copy(share)

    async def open(self) -> dict[str, Share]:
        """Return the shares that have not ended; read from the database once."""
        if self._open is None:
            found = await self._rows.open()
            if self._open is None:
                self._open = {share.id: share for share in found}
        return self._open

    # Inside

    async def _follow(self) -> None:
        while True:
            self._due.clear()
            try:
                await self.refresh()
            except RondaError as error:
                _log.error("shares cannot be followed", problem=str(error))
            busy = any(one.state is ShareState.MAKING for one in (self._open or {}).values())
            try:
                async with asyncio.timeout(_BUSY_S if busy else _IDLE_S):
                    await self._due.wait()
            except TimeoutError:
                pass

    async def _ask_how(self, share: Share) -> None:
        try:
            standing = await self._tools.ask(share.camera, CopyAbout(id=share.id), CopyStanding)
        except Busy:
            return
        except RondaError as error:
            await self.end(share, ShareState.FAILED, SYSTEM, error.message)
            return
        if standing.state is CopyState.FAILED:
            await self.end(share, ShareState.FAILED, SYSTEM, standing.problem)
        elif standing.state is CopyState.READY:
            await self.change(share, state=ShareState.READY)

    async def found(self, token_sha256: str) -> Share | None:
        """Return the share whose link has a token of that hash, ended or not; None where there is none."""
        for share in (await self.open()).values():
            if share.token_sha256 == token_sha256:
                return share
        return await self._rows.by_token(token_sha256)

    async def end(self, share: Share, state: ShareState, by: str, problem: str = "") -> Share:
        """End a share: what is being fetched by it ends in the middle.

        Raises:
            Conflict: It has ended already.
        """
        now = self._tools.clock.utc_90k()
        ended = await self.change(share, state=state, ended_by=by, ended_90k=now, problem=problem, pass_sha256="")
        self._tools.log.start(replace(look_of_share(ended, "share-ended"), who=by, remote=_HERE))
        await self.write(ended, by, What.SHARE_ENDED, f"{state.value} {problem}".strip())
        return await self._remove_copy(ended) if ended.at_node else ended

    async def _remove_copy(self, share: Share) -> Share:
        try:
            await self._tools.ask(share.camera, RemoveCopy(id=share.id), Done)
        except RondaError as error:
            _log.warning("share: its copy is not deleted yet", share=share.id, problem=str(error))
            return share
        await self.write(share, SYSTEM, What.DELETED, f"{share.name} ({share.kind.value})")
        return await self.change(share, at_node=False)

    async def write(self, share: Share, by: str, what: What, note: str, sha256: str = "") -> None:
        """Write a row into the chain of custody of a share's case."""
        try:
            await self._tools.cases.add_custody(
                share.case, by, what, subject=share.receiver, sha256=sha256, note=note[:500]
            )
        except RondaError as error:
            _log.error("share: its chain of custody misses a row", share=share.id, problem=str(error))

    async def change(self, share: Share, **values: Any) -> Share:
        """Change a share.

        Raises:
            ShareOver: It has ended.
        """
        async with self._changing:
            live = (await self.open()).get(share.id)
            if live is None and (share.state in OPEN or values.keys() - {"at_node"}):
                raise ShareOver("the link has ended", "ask whoever sent it for another one")
            after = replace(live or share, **values)
            await self._rows.put(after)
            if self._open is not None:
                if after.state in OPEN:
                    self._open[after.id] = after
                else:
                    self._open.pop(after.id, None)
            return after


def _order(share: Share, export: Export) -> MakeCopy:
    """Return the order for a copy with the receiver's name and the moment in its pictures; gaps are shown as gaps."""
    moment = format_rfc3339(share.at_90k)[:16].replace("T", " ")
    return MakeCopy(
        id=share.id,
        camera=share.camera,
        from_90k=export.from_90k,
        to_90k=export.to_90k,
        until_90k=share.until_90k,
        plan=MaskPlan(hides="regions"),
        mark=f"{share.receiver} · {share.case} · {moment} UTC",
        whole=True,
        light=export.to_90k - export.from_90k > LONG_VIEW_90K,
    )
