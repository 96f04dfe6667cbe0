"""The documents about people: sessions, persons, grants, invitations, tokens, the second factor."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from ronda.people.action import Action
from ronda.people.principal import Role, Scope
from ronda.web.documents import Given, Moment
from ronda.web.fields import AreaName, JoinAddress, Label

Name = Annotated[str, Field(max_length=200, examples=["siti.rt03"])]
Display = Annotated[str, Field(max_length=200, examples=["Siti Aminah"])]
Code = Annotated[str, Field(max_length=40, examples=["492039"])]
ScopeValue = Annotated[
    str, Field(max_length=100, examples=["33.74.13.1003.rw04.rt03"], description="Empty for the whole city")
]
Svg = Annotated[str, Field(description="A QR code as SVG", examples=["<svg ...>"])]


class SignIn(Given):
    """A name and a password, and a code where a second factor is on."""

    name: Annotated[str, Field(max_length=200, examples=["admin"])]
    password: Annotated[SecretStr, Field(examples=["kopi tubruk di bawah hujan"])]
    code: Code = ""


class PasswordChange(Given):
    """The old password and the new one."""

    old: Annotated[SecretStr, Field(examples=["kopi tubruk di bawah hujan"])]
    new: Annotated[SecretStr, Field(examples=["sepeda biru di tepi kali"])]


class PasswordGiven(Given):
    """Somebody's new password."""

    new: Annotated[SecretStr, Field(examples=["kopi tubruk di bawah hujan"])]


class GrantShown(BaseModel):
    """A role over an area and all below it, an agency's cameras, a partner's, or the whole city."""

    id: Annotated[str, Field(examples=["g7Xq2mPz"])]
    person: Name | None = None
    role: Annotated[Role, Field(examples=["rt-member"])]
    scope: Annotated[Scope, Field(examples=["area"])]
    value: ScopeValue
    start: Moment = Field(serialization_alias="from", examples=["2026-11-01T00:00:00.000Z"])
    until: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])]
    by: Label
    given: Moment | None = None
    ended: Annotated[Moment | None, Field(examples=[None])] = None
    ended_by: Annotated[str | None, Field(examples=[None])] = None


class GrantsShown(BaseModel):
    """Grants, newest first."""

    grants: list[GrantShown]


class ScopeGiven(Given):
    """A role over something, until a moment."""

    role: Annotated[Role, Field(examples=["rt-member"])]
    scope: Annotated[Scope, Field(examples=["area"])]
    value: ScopeValue = ""
    until: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])] = None


class GrantGiven(ScopeGiven):
    """A grant to be given."""

    person: Name
    start: Moment | None = Field(default=None, alias="from", examples=["2026-11-01T00:00:00.000Z"])


class SignedIn(BaseModel):
    """Who is signed in."""

    name: Annotated[str, Field(examples=["siti.rt03"])]
    display: Annotated[str, Field(examples=["Siti Aminah"])] = ""
    kind: Annotated[str, Field(description="person, place, token or local", examples=["person"])]
    roles: Annotated[list[Role], Field(examples=[["rt-head"]])]
    grants: list[GrantShown]


class SessionState(BaseModel):
    """Who you are here, and what you may do.

    `may` are actions that you may do somewhere, `areas` the region codes of your own grants; `name_people` says that a
    place's screen is signed in for whose area nobody is named yet.
    """

    person: SignedIn | None
    public: bool
    may: Annotated[list[Action], Field(examples=[["see", "live", "still", "timeline", "replay"]])]
    areas: Annotated[list[str], Field(examples=[["33.74.13.1003.rw04.rt03"]])]
    name_people: bool = False


class OwnChanges(Given):
    """What shall be different of yourself; an empty text removes it."""

    display: Display | None = None
    phone: Annotated[str, Field(max_length=100, examples=["+62 812 3456 7890"])] | None = None
    email: Annotated[str, Field(max_length=300, examples=["siti@example.org"])] | None = None


class SessionShown(BaseModel):
    """A session that has not ended."""

    id: Annotated[str, Field(examples=["s7Xq2mPz"])]
    person: Annotated[str, Field(examples=["siti.rt03"])]
    agent: Annotated[str, Field(examples=["Chrome, Android"])]
    created: Moment
    seen: Moment
    expires: Annotated[Moment, Field(examples=["2026-12-21T19:14:05.000Z"])]
    this: Annotated[bool, Field(examples=[True])]


class SessionsShown(BaseModel):
    """Sessions, newest first."""

    sessions: list[SessionShown]


class FactorShown(BaseModel):
    """Whether signing in asks for a code, and how many recovery codes are left."""

    on: Annotated[bool, Field(examples=[True])]
    recovery_codes: Annotated[int, Field(examples=[8])]


class FactorBegun(BaseModel):
    """What an authenticator scans, or somebody types into it; shown this once."""

    secret: Annotated[str, Field(examples=["JBSWY3DPEHPK3PXP"])]
    uri: Annotated[str, Field(examples=["otpauth://totp/Ronda:siti.rt03?secret=JBSWY3DPEHPK3PXP&issuer=Ronda"])]
    qr: Svg


class FactorBegin(Given):
    """Your password, so that nobody does this at a screen left alone."""

    password: Annotated[SecretStr, Field(examples=["kopi tubruk di bawah hujan"])]


class FactorCode(Given):
    """A code of the authenticator, or a recovery code."""

    code: Code


class RecoveryCodes(BaseModel):
    """Codes for when the authenticator is lost; each opens once, and they are shown this once."""

    codes: Annotated[list[str], Field(examples=[["k7mq-2xpz", "r4tn-9wbd"]])]


class PersonShown(BaseModel):
    """Somebody who signs in, and what they were given; never a password."""

    name: Name
    display: Annotated[str, Field(examples=["Siti Aminah"])]
    kind: Literal["person", "place"]
    created: Moment
    disabled: Annotated[Moment | None, Field(examples=[None])]
    phone: Annotated[str | None, Field(examples=["+62 812 3456 7890"])]
    email: Annotated[str | None, Field(examples=["siti@example.org"])]
    second_factor: bool
    grants: list[GrantShown]
    managed: bool = Field(description="Whether you may disable them and end their sessions", examples=[True])


class PeopleShown(BaseModel):
    """Persons by name; `next` is what to ask for as `after` to go on."""

    people: list[PersonShown]
    next: Annotated[str | None, Field(examples=[None])]


class PersonGiven(ScopeGiven):
    """Somebody to be added with their first grant; a kiosk is a place. People are better invited."""

    name: Name
    display: Display = ""
    password: Annotated[SecretStr, Field(examples=["kopi tubruk di bawah hujan"])]
    phone: Annotated[str, Field(max_length=100, examples=["+62 812 3456 7890"])] = ""
    email: Annotated[str, Field(max_length=300, examples=["siti@example.org"])] = ""


class PersonChanges(OwnChanges):
    """What shall be different of somebody; who is disabled loses all sessions."""

    disabled: Annotated[bool | None, Field(examples=[False])] = None


class KioskGiven(Given):
    """Which area a shared account shows; may be left out where its grants say it."""

    area: Annotated[str, Field(max_length=100, examples=["33.74.13.1003.rw04.rt03"])] | None = None


class InvitationGiven(ScopeGiven):
    """What an invitation gives, and for how many hours it opens."""

    display: Display = ""
    hours: Annotated[int, Field(ge=1, le=2160)] = 168


class InvitationShown(BaseModel):
    """An invitation, without its secret; `until` is when what it gives ends."""

    id: Annotated[str, Field(examples=["v7Xq2mPz"])]
    role: Annotated[Role, Field(examples=["rt-member"])]
    scope: Annotated[Scope, Field(examples=["area"])]
    value: ScopeValue
    until: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])]
    display: Annotated[str, Field(examples=["Siti Aminah"])]
    by: Label
    created: Moment
    expires: Annotated[Moment, Field(examples=["2026-11-28T19:14:05.000Z"])]
    state: Literal["open", "used", "revoked", "expired"]
    used_by: Annotated[str | None, Field(examples=[None])]


class InvitationMade(InvitationShown):
    """A new invitation with its link, which is shown this once."""

    token: Annotated[str, Field(examples=["4mJq8kTz"])]
    link: JoinAddress
    qr: Svg


class InvitationsShown(BaseModel):
    """Invitations, newest first."""

    invitations: list[InvitationShown]


class JoinShown(BaseModel):
    """What a link gives, for whoever has it; `you` is who is signed in and could take it."""

    role: Annotated[Role, Field(examples=["rt-member"])]
    scope: Annotated[Scope, Field(examples=["area"])]
    value: ScopeValue
    area_name: AreaName | None
    until: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])]
    display: Annotated[str, Field(examples=["Siti Aminah"])]
    by: Label
    by_display: Annotated[str, Field(examples=["Budi Santoso"])]
    expires: Annotated[Moment, Field(examples=["2026-11-28T19:14:05.000Z"])]
    you: Annotated[str | None, Field(examples=[None])]


class JoinGiven(Given):
    """A name and a password of one's own choice; with an account and signed in, nothing."""

    name: Name | None = None
    password: Annotated[SecretStr | None, Field(examples=["kopi tubruk di bawah hujan"])] = None
    display: Display = ""


class Joined(BaseModel):
    """Who has joined, now signed in."""

    person: Name
    grant: GrantShown


class TokenGiven(Given):
    """What a new token is for and may do: within what you may yourself; without a role, everything."""

    name: Annotated[str, Field(examples=["wall at the Balai RW"])]
    role: Annotated[Role, Field(examples=["operator"])] = Role.ADMINISTRATOR
    scope: Annotated[Scope, Field(examples=["area"])] = Scope.CITY
    value: ScopeValue = ""
    actions: Annotated[list[Action], Field(min_length=1, max_length=40, examples=[["see", "live", "still"]])] | None = (
        None
    )
    expires: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])] = None


class TokenMade(BaseModel):
    """A new token; it is never shown again."""

    token: Annotated[str, Field(examples=["rt_7Xq2mPz4mJq8kTzR4tn9wbd"])]


class TokenShown(BaseModel):
    """A token, without its secret."""

    id: Annotated[str, Field(examples=["t7Xq2mPz"])]
    name: Annotated[str, Field(examples=["layar Balai RW"])]
    role: Annotated[Role, Field(examples=["operator"])]
    scope: Annotated[Scope, Field(examples=["area"])]
    value: ScopeValue
    actions: Annotated[list[Action] | None, Field(examples=[["see", "live", "still"]])]
    by: Label
    created: Moment
    expires: Annotated[Moment | None, Field(examples=["2027-11-01T00:00:00.000Z"])]
    seen: Moment | None


class TokensShown(BaseModel):
    """Tokens, newest first."""

    tokens: list[TokenShown]


class MediaTokenGiven(Given):
    """What a media token shall open, and what for."""

    action: Literal["live", "still", "replay", "clip"] = "live"
    purpose: Annotated[str, Field(max_length=200, examples=["Motor hilang, laporan LP/123/XI/2026"])] = ""


class MediaTokenMade(BaseModel):
    """Leave to open one camera's pictures: append `live`, `still.jpg` and so on to `path` before it expires."""

    token: Annotated[str, Field(examples=["eyJjYW0iOiJrcmFweWFrIn0.c2lnbmF0dXJl"])]
    path: Annotated[str, Field(examples=["/media/t/eyJ.../simpang-lima-1/"])]
    expires: Moment


class SignOnAccountShown(BaseModel):
    """An account of the city's own sign-on that leads to a person here."""

    issuer: Annotated[str, Field(examples=["https://masuk.example.go.id/realms/semarang"])]
    subject: Annotated[str, Field(examples=["6f1c2a9e"])]
    since: Moment
    seen: Moment


class SignOnAccountsShown(BaseModel):
    """All of a person's."""

    accounts: list[SignOnAccountShown]
