"""Answers the delivery side's `authorise`: the policy, the access log, and withdrawal while a view is open."""

from collections.abc import Callable
from dataclasses import replace

from ronda.base.errors import NotFound
from ronda.media.delivery.permission import Ask, MediaAction, Permit
from ronda.people.access_log import AccessLog, Look
from ronda.people.people import People, look_of
from ronda.people.policy import Action, Policy
from ronda.people.principal import Credential, Kind

_FOOTAGE_WINDOW_90K = 300 * 90_000


class MediaAccess:
    """Implements `ronda.media.delivery.permission.Authorise`.

    `known` says whether there is (still) a camera of an id; it is asked again while a view is open.
    """

    def __init__(self, people: People, known: Callable[[str], bool]) -> None:
        self._people = people
        self._known = known

    async def __call__(self, ask: Ask) -> Permit:
        """Permit or refuse one look.

        Raises:
            NotSignedIn: Nobody is signed in and this is not for everybody.
            NotAllowed: They may not.
            NotFound: There is no such camera.
            Busy: The access log cannot be written.
        """
        credential = await self._people.credential_of(ask.connection)
        action = _action(ask)
        decision = self._people.require(ask.connection, credential.principal, action, ask.camera)
        if not self._known(ask.camera):
            raise NotFound(f"there is no camera {ask.camera[:80]!r}")
        view = _View(self._people, credential, action, ask.camera, self._known, public=decision.public)
        self._log(ask, credential, action, view)
        return view

    def _log(self, ask: Ask, credential: Credential, action: Action, view: "_View") -> None:
        look = look_of(ask.connection, credential.principal, action, ask.camera)
        look = replace(look, action=_named(ask).value, from_90k=ask.from_utc_90k, to_90k=ask.to_utc_90k)
        if ask.connection.scope["type"] != "http" or action in (Action.CLIP, Action.RESERVE):
            view.begin(self._people.log, look)
        elif action is not Action.STILL or credential.principal.kind is not Kind.ANONYMOUS:
            # One HLS viewer or one finger on the timeline is a hundred requests and one look.
            self._people.log.once(_coarse(look))


class _View:
    """One permitted look, live until it is closed; implements `Permit`."""

    def __init__(
        self,
        people: People,
        credential: Credential,
        action: Action,
        camera: str,
        known: Callable[[str], bool],
        *,
        public: bool,
    ) -> None:
        self._policy: Policy = people.policy
        self._credential = credential
        self._action = action
        self._camera = camera
        self._known = known
        self._public = public
        self._logged: tuple[AccessLog, str, Look] | None = None

    @property
    def public(self) -> bool:
        """Whether anybody may see this."""
        return self._public

    @property
    def revoked(self) -> bool:
        """Whether the session has ended, the camera is gone, or the rules now say no."""
        return (
            self._credential.revoked
            or not self._known(self._camera)
            or not self._policy.decide(self._credential.principal, self._action, self._camera, "").allowed
        )

    def begin(self, log: AccessLog, look: Look) -> None:
        """Log the start; `close` then logs the end."""
        self._logged = (log, log.start(look), look)

    def close(self) -> None:
        """Log the end, once."""
        logged, self._logged = self._logged, None
        if logged is not None:
            log, id, look = logged
            log.end(id, look)


def _action(ask: Ask) -> Action:
    """Who sends a camera's pictures manages it."""
    return Action.MANAGE if ask.action is MediaAction.PUSH else Action(_named(ask).value)


def _named(ask: Ask) -> MediaAction:
    """A still of the past is replay: who may only look at now must not browse yesterday picture by picture."""
    return MediaAction.REPLAY if ask.action is MediaAction.STILL and ask.from_utc_90k is not None else ask.action


def _coarse(look: Look) -> Look:
    """The log keeps which five minutes of footage were looked through."""
    if look.from_90k is None:
        return look
    start = look.from_90k - look.from_90k % _FOOTAGE_WINDOW_90K
    return replace(look, from_90k=start, to_90k=start + _FOOTAGE_WINDOW_90K)
