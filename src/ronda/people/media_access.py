"""Answers the delivery side's `authorise`: the policy, the access log, and withdrawal while a view is open."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from ronda.base.errors import NotAllowed, NotFound, NotSignedIn
from ronda.base.time import HZ_90K, Clock, SystemClock
from ronda.city.publication import PublicationMode
from ronda.media.delivery.permission import ORIGINAL, Ask, MediaAction, Permit, Treatment
from ronda.people.access_log import AccessLog, Look
from ronda.people.errors import no_camera
from ronda.people.media_permits import Examined, ExaminedView, Handed, HandedView, Once, Shared, SharedView
from ronda.people.media_tokens import TOKEN_MARK, MediaLeave
from ronda.people.people import PUBLIC_MARK, People, look_of, purpose_of
from ronda.people.policy import Action, Decision, Policy, footage_allowed
from ronda.people.principal import ANONYMOUS, Credential, Kind
from ronda.people.remote import remote_of

_FOOTAGE_WINDOW_90K = 300 * 90_000
_SHARE: Final = "share:"
APPLICANT: Final = "applicant"
"""How the access log calls the one in the pictures: by name they stand with their request alone."""


def copy_credential(copy: str) -> str:
    """Return what stands in a media token for somebody who holds nothing but the link to a masked copy."""
    return f"copy:{copy}"


def share_credential(share: str) -> str:
    """Return what stands in a media token for somebody who has opened a share with its code."""
    return f"{_SHARE}{share}"


class MediaAccess:
    """Implements `ronda.media.delivery.permission.Authorise`.

    Args:
        people: Who asks, and what they may do.
        known: Says whether there is (still) a camera of an id; it is asked again while a view is open.
        clock: Where time comes from.
        handed: Knows the masked copies; without it there are none.
        shared: Knows what is shared; without it nothing is.
        examined: Knows the examinations; without it there are none.
    """

    def __init__(
        self,
        people: People,
        known: Callable[[str], bool],
        clock: Clock | None = None,
        handed: Handed | None = None,
        shared: Shared | None = None,
        examined: Examined | None = None,
    ) -> None:
        self._people = people
        self._handed = handed
        self._shared = shared
        self._examined = examined
        self._known = known
        self._clock = clock or SystemClock()

    async def __call__(self, ask: Ask) -> Permit:
        """Permit or refuse one look.

        Raises:
            NotSignedIn: Nobody is signed in and this is not for everybody.
            NotAllowed: They may not.
            NotFound: There is no such camera, or nobody is signed in and residents do not see it.
            Busy: The access log cannot be written.
        """
        if ask.action is MediaAction.PROBE:
            return await self._before_it_is_added(ask)
        if ask.action is MediaAction.COPY and TOKEN_MARK in ask.connection.scope:
            return await self._handed_over(ask)
        if ask.action is MediaAction.EXPORT and TOKEN_MARK in ask.connection.scope:
            return await self._shared_with(ask, self._leave(ask, Action.EXPORT))
        if ask.action is MediaAction.EXAMINE:
            return await self._found_in(ask)
        of_case = ask.copy is not None and self._handed is not None and bool(self._handed.case_of(ask.copy))
        action = Action.EXPORT if of_case else _action(ask)  # a case that entitles to its copies lets them be fetched
        credential, purpose = await self._credential(ask, action)
        who = credential.principal
        decision = self._people.require_look(ask.connection, who, action, ask.camera, purpose, _moment(ask))
        if not self._known(ask.camera):
            raise no_camera(ask.camera)
        if not footage_allowed(decision, ask.from_utc_90k, ask.to_utc_90k, self._clock.utc_90k()):
            raise _too_long_ago(decision, ask.camera)
        own = decision.cased and await self._made_for(ask, who.label)
        if decision.cased and not own:
            raise NotAllowed("this was made for somebody else", "a case of yours gives you what was made in it")
        view = _View(self._people, credential, action, ask, self._known, purpose, self._clock)
        view.own = own
        self._log(ask, credential, action, view, purpose)
        if ask.export is not None and self._shared is not None:
            await self._shared.taken(ask.export, who.label, str(ask.connection.scope["path"]))
        if ask.copy is not None and of_case and self._handed is not None:
            await self._handed.taken(ask.copy, who.label, str(ask.connection.scope["path"]))
        return view

    async def _found_in(self, ask: Ask) -> Permit:
        """Let somebody see what an examination found: who may examine that camera, and sees the case.

        Raises:
            NotAllowed: They may not, or the case is not theirs, or not approved (any more).
        """
        id, examined = ask.examination or "", self._examined
        credential, purpose = await self._credential(ask, Action.EXAMINE)
        who = credential.principal
        case = None if examined is None else await examined.entitling(id, ask.camera, who)
        purpose = purpose or case or ""
        self._people.require_look(ask.connection, who, Action.EXAMINE, ask.camera, purpose, None)
        look = replace(look_of(ask.connection, who, Action.EXAMINE, ask.camera), purpose=purpose)
        if case is None or examined is None:
            error = NotAllowed("there is no such examination in an approved case of yours", "look at the case again")
            self._people.log.refuse(replace(look, subject=id[:40]), error.message)
            raise error
        look = replace(look, subject=f"case:{case}", from_90k=ask.from_utc_90k, to_90k=ask.to_utc_90k)
        self._people.log.once(look)
        view = _View(self._people, credential, Action.EXAMINE, ask, self._known, purpose, self._clock)
        return ExaminedView(view, examined, ask)

    async def _made_for(self, ask: Ask, who: str) -> bool:
        if ask.export is not None:
            return self._shared is not None and await self._shared.made_for(ask.export, who)
        return ask.copy is not None and self._handed is not None and await self._handed.made_for(ask.copy, who)

    async def _before_it_is_added(self, ask: Ask) -> Permit:
        credential = await self._people.credential_of(ask.connection)
        self._people.require_somewhere(ask.connection, credential.principal, Action.PROBE)
        self._people.log.once(look_of(ask.connection, credential.principal, Action.PROBE, None))
        return Once()

    async def _handed_over(self, ask: Ask) -> Permit:
        """Let the one to whom a masked copy was handed have it, by the link that they were given.

        Raises:
            NotSignedIn: The link does not count (any more).
            NotFound: The copy has expired or was withdrawn.
        """
        copy, leave = ask.copy or "", self._leave(ask, Action.CLIP)
        if leave.credential.startswith(_SHARE):
            return await self._shared_with(ask, leave)
        if leave.credential != copy_credential(copy):
            raise NotSignedIn("the link is for something else", "ask for a new one with the number of the request")
        if self._handed is None or not self._handed.is_open(copy, ask.camera):
            raise NotFound("there is no such copy (any more)", "ask the office for another")
        look = replace(look_of(ask.connection, ANONYMOUS.principal, Action.CLIP, ask.camera), who=APPLICANT)
        look = replace(look, action="copy-fetched", subject=copy, from_90k=ask.from_utc_90k, to_90k=ask.to_utc_90k)
        self._people.log.once(look)
        await self._handed.fetched(copy)
        return HandedView(self._handed, copy, ask.camera)

    async def _shared_with(self, ask: Ask, leave: MediaLeave) -> Permit:
        """Let the receiver of a share have what it gives, by the address that opening it gave them.

        Raises:
            NotSignedIn: The address is for something else.
            NotFound: The share has ended, or gives something else.
        """
        share = leave.credential.removeprefix(_SHARE)
        if share == leave.credential:
            raise NotSignedIn("the address is for something else", "open the link again")
        view = SharedView(self._shared, share, ask)
        if self._shared is None or view.revoked:
            raise NotFound("the link has ended", "ask whoever sent it for another one")
        await self._shared.fetched(share, remote_of(ask.connection))
        return view

    def _leave(self, ask: Ask, action: Action) -> MediaLeave:
        return self._people.media_tokens.check(str(ask.connection.scope[TOKEN_MARK]), ask.camera, action)

    async def _credential(self, ask: Ask, action: Action) -> tuple[Credential, str]:
        """Return who looks, and what for: as the token in the path says, else cookie, header and query.

        Raises:
            NotSignedIn: A token was given that does not count.
        """
        token = ask.connection.scope.get(TOKEN_MARK)
        if token is None or ask.connection.scope.get(PUBLIC_MARK) is True:
            return await self._people.credential_of(ask.connection), purpose_of(ask.connection)
        leave = self._people.media_tokens.check(token, ask.camera, action)
        credential = self._people.credentials.known(leave.credential)
        if credential is None:
            raise NotSignedIn("the session behind the media token has ended", "sign in again")
        return credential, leave.purpose

    def _log(self, ask: Ask, credential: Credential, action: Action, view: "_View", purpose: str) -> None:
        look = look_of(ask.connection, credential.principal, action, ask.camera)
        if credential.principal.kind is not Kind.ANONYMOUS:
            look = replace(look, purpose=purpose)  # which a media token may hold
        if (subject := ask.export or ask.copy) is not None:
            look = replace(look, subject=subject)
        look = replace(look, action=_named(ask).value, from_90k=ask.from_utc_90k, to_90k=ask.to_utc_90k)
        if ask.connection.scope["type"] != "http" or action in (Action.CLIP, Action.EXPORT, Action.RESERVE):
            view.begin(self._people.log, look)
        elif action is not Action.STILL or credential.principal.kind is not Kind.ANONYMOUS:
            # One HLS viewer or one finger on the timeline is a hundred requests and one look.
            self._people.log.once(_coarse(look))


class _View:
    """One permitted look, live until it is closed; implements `Permit`.

    Attributes:
        own: Whether what is looked at was made for the one who looks: then an approved case of theirs suffices.
    """

    own = False

    def __init__(
        self,
        people: People,
        credential: Credential,
        action: Action,
        ask: Ask,
        known: Callable[[str], bool],
        purpose: str,
        clock: Clock,
    ) -> None:
        self._policy: Policy = people.policy
        self._credential = credential
        self._action = action
        self._camera = ask.camera
        self._moment_90k = _moment(ask)
        self._purpose = purpose
        self._everybody = ask.connection.scope.get(PUBLIC_MARK) is True
        self._known = known
        self._clock = clock
        self._logged: tuple[AccessLog, str, Look] | None = None

    @property
    def treatment(self) -> Treatment:
        """What must be done to the pictures, as things stand now."""
        return treatment_of(self._decision())

    @property
    def public(self) -> bool:
        """Whether shared caches may keep it: everybody gets the same at this address, whoever asks."""
        decision = self._decision()
        return decision.public and (decision.publication is None or self._everybody)

    @property
    def resident(self) -> bool:
        """Whether it is seen only because everybody may."""
        return self._decision().public

    @property
    def keeper(self) -> bool:
        """Whether they may read why the camera does not work, and so where it is."""
        who = self._credential.principal
        return self._policy.decide(who, Action.MANAGE, self._camera, self._purpose).allowed

    @property
    def revoked(self) -> bool:
        """Whether the session has ended, the camera is gone, or the rules now say no."""
        decision = self._decision()
        allowed = decision.allowed and (self.own or not decision.cased)
        return self._credential.revoked or not self._known(self._camera) or not allowed

    def _decision(self) -> Decision:
        who, moment_90k = self._credential.principal, self._moment_90k
        return self._policy.decide(who, self._action, self._camera, self._purpose, moment_90k=moment_90k)

    def reach(self, from_utc_90k: int) -> None:
        """Go on only when the view may move to another moment; what is too young is held back by who delivers it.

        Raises:
            NotAllowed: It may not.
        """
        decision = self._decision()
        if decision.oldest_s is not None and from_utc_90k < self._clock.utc_90k() - decision.oldest_s * HZ_90K:
            raise _too_long_ago(decision, self._camera)

    def shows(self, at_utc_90k: int) -> None:
        """Log which minutes are looked at.

        Raises:
            Busy: The access log cannot be written.
        """
        if self._logged is not None:
            log, _, look = self._logged
            log.once(_coarse(replace(look, from_90k=at_utc_90k)))

    def begin(self, log: AccessLog, look: Look) -> None:
        """Log the start; `close` then logs the end."""
        self._logged = (log, log.start(look), look)

    def close(self) -> None:
        """Log the end, once."""
        logged, self._logged = self._logged, None
        if logged is not None:
            log, id, look = logged
            log.end(id, look)


def treatment_of(decision: Decision) -> Treatment:
    """Return what must be done to pictures that may be seen by this decision."""
    publication = decision.publication
    if publication is None:
        return ORIGINAL
    mode = publication.mode
    return Treatment(
        masks=publication.masks,
        without_people=mode is PublicationMode.STILLS_WITHOUT_PEOPLE,
        stills_only=mode in (PublicationMode.STILLS, PublicationMode.STILLS_WITHOUT_PEOPLE),
        delay_s=publication.delay_s if mode is PublicationMode.DELAYED else 0,
    )


def _too_long_ago(decision: Decision, camera: str) -> NotAllowed:
    delay_s = decision.publication.delay_s if decision.publication is not None else 0
    return NotAllowed(
        f"of {camera} anybody may see what is {delay_s / 60:.0f} to {(decision.oldest_s or 0) / 60:.0f} minutes old",
        "ask for that, or sign in if you may see more",
    )


def _action(ask: Ask) -> Action:
    """Who sends a camera's pictures, or its past, manages it; who may take it away may see the masked copies of it."""
    stands_for = {MediaAction.PUSH: Action.MANAGE, MediaAction.IMPORT: Action.MANAGE, MediaAction.COPY: Action.CLIP}
    return stands_for.get(ask.action) or Action(_named(ask).value)


def _named(ask: Ask) -> MediaAction:
    """A still of the past is replay: who may only look at now must not browse yesterday picture by picture."""
    return MediaAction.REPLAY if ask.action is MediaAction.STILL and ask.from_utc_90k is not None else ask.action


def _moment(ask: Ask) -> int | None:
    """Return of when one picture of the past is that is asked for; None for anything else."""
    return ask.from_utc_90k if ask.from_utc_90k == ask.to_utc_90k else None


def _coarse(look: Look) -> Look:
    """The log keeps which five minutes of footage were looked through."""
    if look.from_90k is None:
        return look
    start = look.from_90k - look.from_90k % _FOOTAGE_WINDOW_90K
    return replace(look, from_90k=start, to_90k=start + _FOOTAGE_WINDOW_90K)
