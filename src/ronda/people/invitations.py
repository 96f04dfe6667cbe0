"""Invitations: a link, often as a QR code, that makes whoever opens it one of the people of a place.

Of a link only its hash is kept: it is shown once. It opens once, until it expires or is withdrawn, and only while
whoever made it may still give what it gives.
"""

import secrets
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from ronda.base.errors import BadInput, NotAllowed, NotFound
from ronda.base.time import HZ_90K, Clock
from ronda.city.history import Change, change_of, note
from ronda.people import persons, powers
from ronda.people.credentials import Credentials, hash_of, principal_of, token_principal_of
from ronda.people.errors import InvitationExpired, InvitationOver, InvitationUsed, InvitationWithdrawn
from ronda.people.giving import Wish, write_grant
from ronda.people.grant_rows import GrantEntry
from ronda.people.persons import PERSON, PLACE, Person
from ronda.people.principal import Grant, Kind, Principal, Role, Scope
from ronda.people.tables import INVITATIONS
from ronda.store.database import Store

USUAL_S: Final = 7 * 86_400
"""For how long an invitation opens where nothing else is said."""
LONGEST_S: Final = 90 * 86_400
_LISTED: Final = 500
_ASK_AGAIN: Final = "ask whoever invited you for a new one"


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation; moments in `utc_90k`.

    Attributes:
        id: Its public id.
        grant: What it gives; its `by` is who invites, its `until_90k` when what is given ends.
        display: Whom it is for, as the inviter wrote it; may be empty.
        created_90k: When it was made.
        expires_90k: Until when it opens.
        used_90k: When it was used; None while it was not.
        used_by: By whom.
        revoked_90k: When it was withdrawn; None while it was not.
    """

    id: str
    grant: Grant
    display: str
    created_90k: int
    expires_90k: int
    used_90k: int | None = None
    used_by: str | None = None
    revoked_90k: int | None = None

    def state(self, now_90k: int) -> str:
        """Return `used`, `revoked`, `expired` or `open`."""
        if self.used_90k is not None:
            return "used"
        if self.revoked_90k is not None:
            return "revoked"
        return "expired" if self.expires_90k <= now_90k else "open"

    def shown(self) -> dict[str, Any]:
        """Return what the history keeps."""
        grant = self.grant
        return {
            "role": grant.role.value,
            "scope": grant.scope.value,
            "value": grant.value,
            "until_90k": grant.until_90k,
            "expires_90k": self.expires_90k,
            "display": self.display,
        }


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who accepts an invitation without an account.

    Attributes:
        name: The name that they want to sign in with.
        display: Their name as people write it; empty takes the inviter's word.
        password_hash: Of the password that they chose.
    """

    name: str
    display: str
    password_hash: str


class Invitations:
    """Every invitation."""

    def __init__(self, store: Store, clock: Clock, credentials: Credentials) -> None:
        self._store = store
        self._clock = clock
        self._credentials = credentials

    async def make(
        self, giver: Principal, wish: Wish, display: str = "", life_s: int = USUAL_S
    ) -> tuple[Invitation, str]:
        """Make an invitation and return it with its secret, which is shown this once.

        Raises:
            BadInput: It makes no sense, or would open for too long.
            NotAllowed: What it gives is not inside the giver's own powers.
        """
        if not 60 <= life_s <= LONGEST_S:
            raise BadInput(
                f"an invitation cannot be open for {life_s} seconds", "let it be open from a minute to 90 days"
            )
        now = self._clock.utc_90k()
        grant = wish.grant(giver.label, now)
        powers.require_give(giver, grant, now)
        secret = secrets.token_urlsafe(24)
        invitation = Invitation(secrets.token_hex(6), grant, persons.parse_display(display), now, now + life_s * HZ_90K)

        def work(connection: sa.Connection) -> None:
            connection.execute(INVITATIONS.insert().values(**_columns(invitation), secret_hash=hash_of(secret)))
            note(connection, [change_of(now, giver.label, "invitation", invitation.id, None, invitation.shown())])

        await self._store.run(work)
        return invitation, secret

    async def entries(self, areas: tuple[str, ...] | None = None) -> list[Invitation]:
        """Return invitations, newest first: over one of `areas` or in it, or all."""
        query = sa.select(INVITATIONS).order_by(INVITATIONS.c.created.desc(), INVITATIONS.c.id).limit(_LISTED)
        if areas is not None:
            inside = [sa.or_(INVITATIONS.c.value == area, INVITATIONS.c.value.like(f"{area}.%")) for area in areas]
            query = query.where(INVITATIONS.c.scope == Scope.AREA.value, sa.or_(sa.false(), *inside))
        rows = await self._store.read(lambda connection: connection.execute(query).all())
        return [_invitation(row) for row in rows]

    async def revoke(self, who: Principal, id: str) -> Invitation:
        """Withdraw an invitation.

        Raises:
            NotFound: There is none.
            NotAllowed: What it gives is not inside one's own powers.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> Invitation:
            row = connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.id == id)).first()
            if row is None:
                raise NotFound("there is no such invitation")
            invitation = _invitation(row)
            if invitation.grant.by != who.label and not powers.may_end(who, invitation.grant, now):
                raise NotAllowed(f"{who.name} may not withdraw this invitation", "ask somebody who manages more")
            if invitation.state(now) in ("open", "expired"):
                connection.execute(INVITATIONS.update().where(INVITATIONS.c.id == id).values(revoked=now))
                note(connection, [Change(now, who.label, "invitation", id, "removed", invitation.shown(), None)])
            return invitation

        return await self._store.run(work)

    async def look(self, secret: str) -> Invitation:
        """Return the invitation that a link opens.

        Raises:
            NotFound: There is none; `InvitationOver` where it is over.
        """
        now = self._clock.utc_90k()
        return await self._store.read(lambda connection: _opened(connection, secret, now))

    async def accept(self, secret: str, who: Newcomer | Principal) -> GrantEntry:
        """Let somebody new, or somebody who has an account, become what the invitation says; it is used then.

        Raises:
            BadInput: The name is not acceptable.
            NotFound: There is no such invitation; `InvitationOver` where it is over.
            Conflict: The name is taken, or they have this already.
            NotAllowed: It is for a place and not for a person.
        """
        now = self._clock.utc_90k()

        def work(connection: sa.Connection) -> GrantEntry:
            invitation = _opened(connection, secret, now)
            grant = invitation.grant
            name = persons.parse_name(who.name) if isinstance(who, Newcomer) else who.name
            if isinstance(who, Newcomer):
                kind = PLACE if grant.role is Role.KIOSK else PERSON
                display = persons.parse_display(who.display) or invitation.display
                persons.add(connection, Person(name, display, kind, now), who.password_hash, grant.by)
            elif who.kind is not Kind.PERSON or who.place:
                raise NotAllowed("an invitation is for a person", "sign out and choose a name of your own")
            entry = GrantEntry(grant, name, now)
            write_grant(connection, entry)
            mine = sa.and_(INVITATIONS.c.id == invitation.id, INVITATIONS.c.used.is_(None))
            connection.execute(INVITATIONS.update().where(mine).values(used=now, used_by=name))
            return entry

        entry = await self._store.run(work)
        await self._credentials.refresh(entry.person)
        return entry


def _opened(connection: sa.Connection, secret: str, now: int) -> Invitation:
    """Return the open invitation behind a secret.

    Raises:
        NotFound: There is none; `InvitationOver` where it is over.
    """
    row = connection.execute(sa.select(INVITATIONS).where(INVITATIONS.c.secret_hash == hash_of(secret))).first()
    if row is None:
        raise NotFound("there is no such invitation", "open the whole link, or ask for a new one")
    invitation = _invitation(row)
    over = {
        "used": InvitationUsed("this invitation was used already", _ASK_AGAIN),
        "revoked": InvitationWithdrawn("this invitation was withdrawn", _ASK_AGAIN),
        "expired": InvitationExpired("this invitation has expired", _ASK_AGAIN),
    }.get(invitation.state(now))
    if over is not None:
        raise over
    if not _still_given(connection, invitation.grant, now):
        raise InvitationOver("who invited you may not do so any more", "ask somebody else of your area")
    return invitation


def _still_given(connection: sa.Connection, grant: Grant, now: int) -> bool:
    """Whether whoever made an invitation may give that still; the machine itself is taken at its word."""
    kind, _, token = grant.by.partition(":")
    if kind == Kind.TOKEN.value and token:
        giver = token_principal_of(connection, token, now)
    elif persons.find(connection, grant.by) is None:
        return True
    else:
        giver = principal_of(connection, grant.by)
    if giver is None:
        return False
    try:
        powers.require_give(giver, grant, now)
    except NotAllowed:
        return False
    return True


def _columns(invitation: Invitation) -> dict[str, object]:
    grant = invitation.grant
    return {
        "id": invitation.id,
        "role": grant.role.value,
        "scope": grant.scope.value,
        "value": grant.value,
        "until": grant.until_90k,
        "display": invitation.display,
        "by": grant.by,
        "created": invitation.created_90k,
        "expires": invitation.expires_90k,
    }


def _invitation(row: sa.Row[Any]) -> Invitation:
    # The grant's id is the invitation's: each becomes one grant at most.
    grant = Grant(row.id, Role(row.role), Scope(row.scope), row.value, row.created, row.until, row.by)
    return Invitation(row.id, grant, row.display, row.created, row.expires, row.used, row.used_by, row.revoked)
