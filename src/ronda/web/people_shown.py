"""People, grants and invitations as documents."""

import io
from collections.abc import Iterable

import segno

from ronda.base.time import format_rfc3339, parse_rfc3339
from ronda.people.credentials import SessionEntry, TokenEntry
from ronda.people.grant_rows import GrantEntry
from ronda.people.invitations import Invitation
from ronda.people.persons import Person
from ronda.people.principal import Grant
from ronda.web.documents_people import (
    GrantShown,
    InvitationShown,
    PersonShown,
    SessionShown,
    SessionsShown,
    TokenShown,
)


def moment(utc_90k: int | None) -> str | None:
    """Return a moment as RFC 3339; None for none."""
    return None if utc_90k is None else format_rfc3339(utc_90k)


def until_90k(text: str | None) -> int | None:
    """Return the moment that a document names, `utc_90k`; None for none.

    Raises:
        BadInput: It is no time.
    """
    return None if text is None else parse_rfc3339(text)


def grant_shown(grant: Grant, entry: GrantEntry | None = None) -> GrantShown:
    """Return a grant's document, with whose it is where `entry` says so."""
    return GrantShown(
        id=grant.id,
        person=entry.person if entry else None,
        role=grant.role,
        scope=grant.scope,
        value=grant.value,
        start=format_rfc3339(grant.from_90k),
        until=moment(grant.until_90k),
        by=grant.by,
        given=moment(entry.given_90k) if entry else None,
        ended=moment(entry.ended_90k) if entry else None,
        ended_by=entry.ended_by if entry else None,
    )


def person_shown(person: Person, grants: Iterable[Grant], *, managed: bool) -> PersonShown:
    """Return a person's document; how they are reached is for those who manage them."""
    return PersonShown(
        name=person.name,
        display=person.display,
        kind="place" if person.kind == "place" else "person",
        created=format_rfc3339(person.created_90k),
        disabled=moment(person.disabled_90k),
        phone=person.phone if managed else None,
        email=person.email if managed else None,
        second_factor=person.second_factor,
        grants=[grant_shown(grant) for grant in grants],
        managed=managed,
    )


def sessions_shown(sessions: Iterable[SessionEntry], this: str) -> SessionsShown:
    """Return the document of sessions; `this` is the id of the caller's own."""
    return SessionsShown(
        sessions=[
            SessionShown(
                id=one.id,
                person=one.person,
                agent=one.agent,
                created=format_rfc3339(one.created_90k),
                seen=format_rfc3339(one.seen_90k),
                expires=format_rfc3339(one.expires_90k),
                this=one.id == this,
            )
            for one in sessions
        ]
    )


def invitation_shown(invitation: Invitation, now_90k: int) -> InvitationShown:
    """Return an invitation's document."""
    grant = invitation.grant
    return InvitationShown.model_validate(
        {
            "id": invitation.id,
            "role": grant.role,
            "scope": grant.scope,
            "value": grant.value,
            "until": moment(grant.until_90k),
            "display": invitation.display,
            "by": grant.by,
            "created": format_rfc3339(invitation.created_90k),
            "expires": format_rfc3339(invitation.expires_90k),
            "state": invitation.state(now_90k),
            "used_by": invitation.used_by,
        }
    )


def token_shown(token: TokenEntry) -> TokenShown:
    """Return a token's document."""
    return TokenShown(
        id=token.id,
        name=token.name,
        role=token.grant.role,
        scope=token.grant.scope,
        value=token.grant.value,
        actions=None if token.only is None else sorted(token.only),
        by=token.by,
        created=format_rfc3339(token.created_90k),
        expires=moment(token.grant.until_90k),
        seen=moment(token.seen_90k),
    )


def qr_svg(text: str) -> str:
    """Return a QR code as SVG without styles, as pages with a strict content policy show it."""
    image = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        image, kind="svg", scale=4, border=4, xmldecl=False, svgclass=None, lineclass=None, omitsize=True
    )
    return image.getvalue().decode()
