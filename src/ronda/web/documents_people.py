"""The documents about people: sessions, persons, grants, invitations, tokens, the second factor."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, SecretStr

from ronda.people.action import Action
from ronda.people.principal import Role, Scope
from ronda.web.documents import Given, Moment

Name = Annotated[str, Field(max_length=200, examples=["siti.rt03"])]
Display = Annotated[str, Field(max_length=200, examples=["Siti Aminah"])]
Code = Annotated[str, Field(max_length=40, examples=["492039"])]
ScopeValue = Annotated[
    str, Field(max_length=100, examples=["33.74.13.1006.rw04.rt03"], description="Empty for the whole city")
]
Svg = Annotated[str, Field(description="A QR code as SVG", examples=["<svg ...>"])]


class SignIn(Given):
    """A name and a password, and a code where a second factor is on."""

    name: Annotated[str, Field(max_length=200, examples=["admin"])]
    password: SecretStr
    code: Code = ""


class PasswordChange(Given):
    """The old password and the new one."""

    old: SecretStr
    new: SecretStr


class PasswordGiven(Given):
    """Somebody's new password."""

    new: SecretStr


class GrantShown(BaseModel):
    """A role over an area and all below it, an agency's cameras, a partner's, or the whole city."""

    id: str
    person: Name | None = None
    role: Role
    scope: Scope
    value: ScopeValue
    start: Moment = Field(serialization_alias="from")
    until: Moment | None
    by: str
    given: Moment | None = None
    ended: Moment | None = None
    ended_by: str | None = None


class GrantsShown(BaseModel):
    """Grants, newest first."""

    grants: list[GrantShown]


class ScopeGiven(Given):
    """A role over something, until a moment."""

    role: Role
    scope: Scope
    value: ScopeValue = ""
    until: Moment | None = None


class GrantGiven(ScopeGiven):
    """A grant to be given."""

    person: Name
    start: Moment | None = Field(default=None, alias="from")


class SignedIn(BaseModel):
    """Who is signed in."""

    name: str
    display: str = ""
    kind: Annotated[str, Field(description="person, place, token or local", examples=["person"])]
    roles: list[Role]
    grants: list[GrantShown]


class SessionState(BaseModel):
    """Who you are here, and what you may do.

    `may` are actions that you may do somewhere, `areas` the region codes of your own grants; `name_people` says that a
    place's screen is signed in for whose area nobody is named yet.
    """

    person: SignedIn | None
    public: bool
    may: list[Action]
    areas: list[str]
    name_people: bool = False


class OwnChanges(Given):
    """What shall be different of yourself; an empty text removes it."""

    display: Display | None = None
    phone: Annotated[str, Field(max_length=100, examples=["+62 812 3456 7890"])] | None = None
    email: Annotated[str, Field(max_length=300, examples=["siti@example.org"])] | None = None


class SessionShown(BaseModel):
    """A session that has not ended."""

    id: str
    person: str
    agent: str
    created: Moment
    seen: Moment
    expires: Moment
    this: bool


class SessionsShown(BaseModel):
    """Sessions, newest first."""

    sessions: list[SessionShown]


class FactorShown(BaseModel):
    """Whether signing in asks for a code, and how many recovery codes are left."""

    on: bool
    recovery_codes: int


class FactorBegun(BaseModel):
    """What an authenticator scans, or somebody types into it; shown this once."""

    secret: str
    uri: str
    qr: Svg


class FactorBegin(Given):
    """Your password, so that nobody does this at a screen left alone."""

    password: SecretStr


class FactorCode(Given):
    """A code of the authenticator, or a recovery code."""

    code: Code


class RecoveryCodes(BaseModel):
    """Codes for when the authenticator is lost; each opens once, and they are shown this once."""

    codes: list[str]


class PersonShown(BaseModel):
    """Somebody who signs in, and what they were given; never a password."""

    name: Name
    display: str
    kind: Literal["person", "place"]
    created: Moment
    disabled: Moment | None
    phone: str | None
    email: str | None
    second_factor: bool
    grants: list[GrantShown]
    managed: bool = Field(description="Whether you may disable them and end their sessions")


class PeopleShown(BaseModel):
    """Persons by name; `next` is what to ask for as `after` to go on."""

    people: list[PersonShown]
    next: str | None


class PersonGiven(ScopeGiven):
    """Somebody to be added with their first grant; a kiosk is a place. People are better invited."""

    name: Name
    display: Display = ""
    password: SecretStr
    phone: Annotated[str, Field(max_length=100)] = ""
    email: Annotated[str, Field(max_length=300)] = ""


class PersonChanges(OwnChanges):
    """What shall be different of somebody; who is disabled loses all sessions."""

    disabled: bool | None = None


class KioskGiven(Given):
    """Which area a shared account shows; may be left out where its grants say it."""

    area: Annotated[str, Field(max_length=100, examples=["33.74.13.1006.rw04.rt03"])] | None = None


class InvitationGiven(ScopeGiven):
    """What an invitation gives, and for how many hours it opens."""

    display: Display = ""
    hours: Annotated[int, Field(ge=1, le=2160)] = 168


class InvitationShown(BaseModel):
    """An invitation, without its secret; `until` is when what it gives ends."""

    id: str
    role: Role
    scope: Scope
    value: ScopeValue
    until: Moment | None
    display: str
    by: str
    created: Moment
    expires: Moment
    state: Literal["open", "used", "revoked", "expired"]
    used_by: str | None


class InvitationMade(InvitationShown):
    """A new invitation with its link, which is shown this once."""

    token: str
    link: str
    qr: Svg


class InvitationsShown(BaseModel):
    """Invitations, newest first."""

    invitations: list[InvitationShown]


class JoinShown(BaseModel):
    """What a link gives, for whoever has it; `you` is who is signed in and could take it."""

    role: Role
    scope: Scope
    value: ScopeValue
    area_name: str | None
    until: Moment | None
    display: str
    by: str
    by_display: str
    expires: Moment
    you: str | None


class JoinGiven(Given):
    """A name and a password of one's own choice; with an account and signed in, nothing."""

    name: Name | None = None
    password: SecretStr | None = None
    display: Display = ""


class Joined(BaseModel):
    """Who has joined, now signed in."""

    person: Name
    grant: GrantShown


class TokenGiven(Given):
    """What a new token is for and may do: within what you may yourself; without a role, everything."""

    name: Annotated[str, Field(examples=["wall at the Balai RW"])]
    role: Role = Role.ADMINISTRATOR
    scope: Scope = Scope.CITY
    value: ScopeValue = ""
    actions: Annotated[list[Action], Field(min_length=1, max_length=40)] | None = None
    expires: Moment | None = None


class TokenMade(BaseModel):
    """A new token; it is never shown again."""

    token: str


class TokenShown(BaseModel):
    """A token, without its secret."""

    id: str
    name: str
    role: Role
    scope: Scope
    value: ScopeValue
    actions: list[Action] | None
    by: str
    created: Moment
    expires: Moment | None
    seen: Moment | None


class TokensShown(BaseModel):
    """Tokens, newest first."""

    tokens: list[TokenShown]


class MediaTokenGiven(Given):
    """What a media token shall open, and what for."""

    action: Literal["live", "still", "replay", "clip"] = "live"
    purpose: Annotated[str, Field(max_length=200)] = ""


class MediaTokenMade(BaseModel):
    """Leave to open one camera's pictures: append `live`, `still.jpg` and so on to `path` before it expires."""

    token: str
    path: Annotated[str, Field(examples=["/media/t/eyJ.../simpang-lima-1/"])]
    expires: Moment


class SignOnAccountShown(BaseModel):
    """An account of the city's own sign-on that leads to a person here."""

    issuer: str
    subject: str
    since: Moment
    seen: Moment


class SignOnAccountsShown(BaseModel):
    """All of a person's."""

    accounts: list[SignOnAccountShown]
