"""The one function that says who may do what; every route, socket and page asks it.

It knows a person's grants and a camera's place, both in memory, and decides in microseconds.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Final

from ronda.base.errors import NotAllowed, NotSignedIn
from ronda.base.time import HZ_90K, Clock, SystemClock
from ronda.bus.hours import within_hours
from ronda.city.place import NOWHERE, Agreement, Place
from ronda.city.publication import Publication, PublicationMode
from ronda.city.region import within
from ronda.people.action import LENT, LOOKING, PICTURES, Action
from ronda.people.errors import PersonNeeded, PurposeNeeded, no_camera
from ronda.people.principal import Grant, Kind, Principal, Role, Scope
from ronda.people.roles import MAY, NEEDS_PURPOSE

__all__ = ["LOOKING", "Action", "Decision", "Policy", "Reach"]
LOOK_BACK_S: Final = 900
"""How far behind its delay the public may look at a delayed camera."""
_EMERGENCY: Final = ("darurat", "emergency")
_PUBLISHED: Final = frozenset({Action.SEE, Action.STILL})


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to one question.

    Attributes:
        allowed: Whether it may be done.
        public: Whether anybody at all may do it.
        reason: Why not, as one sentence for the one who asked; empty when allowed.
        publication: What residents see of the camera, where it is allowed for no other reason than that;
            the pictures must be treated accordingly. None where somebody may have the original.
        oldest_s: For footage of a delayed camera: how old it may be at most; its `delay_s` is the least. None where
            any age is allowed.
        refusal: The kind of error a refusal is.
        cased: Whether it is allowed for no other reason than an approved case of theirs: that gives what was made for
            it, and nothing that others had made of the camera.
    """

    allowed: bool
    public: bool = False
    reason: str = ""
    publication: Publication | None = None
    oldest_s: int | None = None
    refusal: type[NotAllowed] = NotAllowed
    cased: bool = False


@dataclass(frozen=True, slots=True)
class Reach:
    """All that one principal may do one thing to: for lists, which need not ask for each of thousands of cameras.

    Grants alone count, neither purposes nor agreements do: it is exact for seeing; pictures are asked for one by one.

    Attributes:
        everywhere: It is the whole city.
        areas: Region codes; everything below counts.
        agencies: Ids of agencies whose cameras count.
        partners: Ids of partners whose cameras count.
    """

    everywhere: bool = False
    areas: tuple[str, ...] = ()
    agencies: frozenset[str] = frozenset()
    partners: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.everywhere or self.areas or self.agencies or self.partners)

    def holds(self, place: Place | None) -> bool:
        """Whether a camera at `place` is in it."""
        if self.everywhere:
            return True
        if place is None:
            return False
        return (
            (place.agency is not None and place.agency in self.agencies)
            or (place.agreement is not None and place.agreement.partner in self.partners)
            or any(within(place.area, area) for area in self.areas)
        )


_YES: Final = Decision(allowed=True)
_PUBLIC: Final = Decision(allowed=True, public=True)
_CASED: Final = Decision(allowed=True, cased=True)


class Policy:
    """The rules in force.

    Attributes:
        public_actions: What anybody may do without signing in; empty unless the whole city is shown, as at a trial.
        places: Returns a camera's place; None for a camera that there is not.
        member_clips: Whether the members of an RT may take clips of its cameras.
        member_exports: Whether the head of an RT may take its cameras' footage sealed, without anybody's approval.
        cased: Says whether an approved case entitles somebody, by their label, to footage of a camera.
        lent: Says whether an agency (None: any) has a dispatch under way at a camera; with a moment, whether a picture
            of that dispatch's alarm is of then.
    """

    def __init__(
        self,
        public_actions: Collection[Action] = (),
        places: Callable[[str], Place | None] | None = None,
        clock: Clock | None = None,
        zone: tzinfo = UTC,
        *,
        member_clips: bool = True,
        member_exports: bool = True,
    ) -> None:
        self.public_actions = frozenset(public_actions)
        self.places = places or (lambda _: NOWHERE)
        self.member_clips = member_clips
        self.member_exports = member_exports
        self.cased: Callable[[str, str], bool] = lambda label, camera: False
        self.lent: Callable[[str | None, str, int | None], bool] = lambda agency, camera, moment_90k: False
        self._clock = clock or SystemClock()
        self._zone = zone

    def decide(
        self,
        principal: Principal,
        action: Action,
        camera: str | None,
        purpose: str,
        *,
        area: str | None = None,
        moment_90k: int | None = None,
    ) -> Decision:
        """Say whether `principal` may do `action` for `purpose`.

        Args:
            principal: Who asks.
            action: What they want.
            camera: To which camera; None for none.
            purpose: What they say it is for.
            area: In which area, where it is about no camera; both None is the city as a whole.
            moment_90k: For one picture of the past: of when.
        """
        now = self._clock.utc_90k()
        place = None if camera is None else self.places(camera)
        if action in self.public_actions and (place is None or self._shown(place, now)):
            return _PUBLIC
        found = self._granted(principal, action, place, purpose, area, now)
        if found is not None and found.allowed:
            return found
        if camera is not None and place is not None:
            lent = self._lent(principal, action, camera, place, purpose, moment_90k, now)
            if lent is not None and lent.allowed:
                return lent
            found = found or lent
            if action is Action.EXPORT and self.cased(principal.label, camera):
                return _CASED
        if place is not None and (published := self._published(action, place, now)) is not None:
            return published
        return found or self._refused(principal, action, camera, area)

    def require(
        self,
        principal: Principal,
        action: Action,
        camera: str | None = None,
        purpose: str = "",
        *,
        area: str | None = None,
        published: bool = True,
        moment_90k: int | None = None,
    ) -> Decision:
        """Return the decision when it allows; see `decide`. Without `published`, publication alone does not suffice.

        Raises:
            NotFound: Nobody is signed in, and residents do not see such a camera.
            NotSignedIn: It does not allow, and nobody is signed in.
            NotAllowed: It does not allow; `PurposeNeeded` and `PersonNeeded` where that would help.
        """
        decision = self.decide(principal, action, camera, purpose, area=area, moment_90k=moment_90k)
        if decision.allowed and (published or decision.publication is None):
            return decision
        if decision.allowed:
            decision = self._refused(principal, action, camera, area)
        if principal.kind is Kind.ANONYMOUS:
            if camera is not None and not self.exists_for_residents(camera):
                raise no_camera(camera)
            raise NotSignedIn(decision.reason)
        raise decision.refusal(decision.reason)

    def require_somewhere(self, principal: Principal, action: Action) -> Reach:
        """Return all that `principal` may do `action` to, when that is anything.

        Raises:
            NotSignedIn: It is nothing, and nobody is signed in.
            NotAllowed: It is nothing.
        """
        reach = self.reach(principal, action)
        if reach:
            return reach
        decision = self._refused(principal, action, None, None)
        raise (NotSignedIn if principal.kind is Kind.ANONYMOUS else NotAllowed)(decision.reason)

    def exists_for_residents(self, camera: str) -> bool:
        """Whether anybody may know that there is such a camera."""
        place = self.places(camera)
        now = self._clock.utc_90k()
        if Action.SEE in self.public_actions and (place is None or self._shown(place, now)):
            return True
        return place is not None and self._published(Action.SEE, place, now) is not None

    def reach(self, principal: Principal, action: Action) -> Reach:
        """Return all that `principal` may do `action` to by a grant, or because everything is shown."""
        if action in self.public_actions:
            return Reach(everywhere=True)
        now = self._clock.utc_90k()
        grants = [grant for grant in principal.grants if grant.holds(now) and self._gives(principal, grant, action)]
        if any(grant.scope is Scope.CITY for grant in grants):
            return Reach(everywhere=True)
        values = {scope: [grant.value for grant in grants if grant.scope is scope] for scope in Scope}
        return Reach(
            areas=tuple(sorted(set(values[Scope.AREA]))),
            agencies=frozenset(values[Scope.AGENCY]),
            partners=frozenset(values[Scope.PARTNER]),
        )

    def own_cameras(self, principal: Principal) -> Reach:
        """Return the cameras that are their own as a member or the head of an RT, and whose past they may take."""
        now = self._clock.utc_90k()
        roles = (Role.RT_HEAD, Role.RT_MEMBER)
        grants = [one for one in principal.grants if one.role in roles and one.holds(now)]
        return Reach(areas=tuple(sorted({one.value for one in grants if self._gives(principal, one, Action.CLIP)})))

    def all_of(self, principal: Principal) -> list[Action]:
        """Return everything that `principal` may do somewhere: for pages that hide what would be refused."""
        return [action for action in Action if self.reach(principal, action)]

    def current(self, principal: Principal) -> tuple[Grant, ...]:
        """Return the grants of `principal` that count now."""
        now = self._clock.utc_90k()
        return tuple(grant for grant in principal.grants if grant.holds(now))

    def _gives(self, principal: Principal, grant: Grant, action: Action) -> bool:
        if action not in MAY[grant.role] or (principal.only is not None and action not in principal.only):
            return False
        if action is Action.CLIP and grant.role is Role.RT_MEMBER:
            return self.member_clips
        return action is not Action.EXPORT or grant.role is not Role.RT_HEAD or self.member_exports

    def _granted(
        self, principal: Principal, action: Action, place: Place | None, purpose: str, area: str | None, now: int
    ) -> Decision | None:
        """Return what the grants say; None where none is about this."""
        refused: Decision | None = None
        for grant in principal.grants:
            if not grant.holds(now) or not _covers(grant, place, area):
                continue
            if not self._gives(principal, grant, action):
                if grant.role is Role.KIOSK and action in PICTURES:
                    refused = refused or _person_needed(action)
                continue
            decision = self._conditions(grant, action, place, purpose, now)
            if decision.allowed:
                return decision
            refused = decision
        return refused

    def _lent(
        self,
        principal: Principal,
        action: Action,
        camera: str,
        place: Place,
        purpose: str,
        moment_90k: int | None,
        now: int,
    ) -> Decision | None:
        """Return what a responder may do to a camera since there is a dispatch for them; None where there is none.

        An agency's has its agency's dispatches, wherever the camera is; an area's has every agency's within the area.
        """
        if action not in LENT and (action is not Action.REPLAY or moment_90k is None):
            return None
        moment_90k = moment_90k if action is Action.REPLAY else None
        for grant in principal.grants:
            agency = grant.value if grant.scope is Scope.AGENCY else None
            if not grant.holds(now) or (agency is None and not _covers(grant, place, None)):
                continue
            # Pictures of the alarm are replay, which a responder has no other leave for.
            if self._gives(principal, grant, Action.DUTY) and self.lent(agency, camera, moment_90k):
                return self._conditions(grant, action, place, purpose, now)
        return None

    def _conditions(self, grant: Grant, action: Action, place: Place | None, purpose: str, now: int) -> Decision:
        role = grant.role
        if role is Role.ADMINISTRATOR:
            return _YES
        needing = NEEDS_PURPOSE.get(role)
        if needing is not None and action in needing and not purpose.strip():
            return _purpose_needed(f"say what for: {role.value} may {action.value} only for a purpose")
        agreement = place.agreement if place is not None else None
        if agreement is None or action not in PICTURES:
            return _YES
        if grant.scope is Scope.PARTNER and grant.value == agreement.partner:
            return _YES
        if not self._in_force(agreement, now):
            return Decision(allowed=False, reason=f"the agreement with {agreement.partner} does not allow it now")
        if agreement.emergency_only and not purpose.strip().lower().startswith(_EMERGENCY):
            return _purpose_needed(
                f"{agreement.partner} shows this in an emergency only: begin the purpose with darurat or emergency"
            )
        return _YES

    def _published(self, action: Action, place: Place, now: int) -> Decision | None:
        """Return leave to look as every resident may; None where residents may not."""
        publication = place.publication
        mode = publication.mode
        if mode is PublicationMode.NO or not self._shown(place, now):
            return None
        if action in _PUBLISHED:
            return Decision(allowed=True, public=True, publication=publication)
        if action is Action.LIVE and (
            mode is PublicationMode.LIVE
            or (mode is PublicationMode.HOURS and within_hours(publication.hours, now, self._zone))
        ):
            return Decision(allowed=True, public=True, publication=publication)
        if action is Action.REPLAY and mode is PublicationMode.DELAYED:
            oldest_s = publication.delay_s + LOOK_BACK_S
            return Decision(allowed=True, public=True, publication=publication, oldest_s=oldest_s)
        return None

    def _shown(self, place: Place, now: int) -> bool:
        """Whether nothing that was withdrawn keeps a camera from everybody."""
        if place.publication.quarantined:
            return False
        agreement = place.agreement
        return agreement is None or (not agreement.emergency_only and self._in_force(agreement, now))

    def _in_force(self, agreement: Agreement, now: int) -> bool:
        return (
            not agreement.revoked
            and agreement.from_90k <= now < agreement.until_90k
            and (not agreement.hours or within_hours(agreement.hours, now, self._zone))
        )

    def _refused(self, principal: Principal, action: Action, camera: str | None, area: str | None) -> Decision:
        what = " ".join(word for word in (action.value, camera or area) if word)
        if principal.kind is Kind.ANONYMOUS:
            return Decision(allowed=False, reason=f"sign in first: {what} is not for everybody")
        return Decision(allowed=False, reason=f"{principal.name} may not {what}")


def footage_allowed(decision: Decision, from_90k: int | None, to_90k: int | None, now_90k: int) -> bool:
    """Whether a decision about footage holds for this stretch of it; of an open end the delivery takes care."""
    if decision.oldest_s is None or decision.publication is None:
        return True
    newest = now_90k - decision.publication.delay_s * HZ_90K
    oldest = now_90k - decision.oldest_s * HZ_90K
    return from_90k is not None and oldest <= from_90k <= newest and (to_90k is None or to_90k <= newest)


def _covers(grant: Grant, place: Place | None, area: str | None) -> bool:
    scope = grant.scope
    if scope is Scope.CITY:
        return True
    if place is None:
        return area is not None and scope is Scope.AREA and within(area, grant.value)
    if scope is Scope.AREA:
        return within(place.area, grant.value)
    if scope is Scope.AGENCY:
        return place.agency == grant.value
    return place.agreement is not None and place.agreement.partner == grant.value


def _purpose_needed(reason: str) -> Decision:
    return Decision(allowed=False, reason=reason, refusal=PurposeNeeded)


def _person_needed(action: Action) -> Decision:
    return Decision(
        allowed=False,
        reason=f"this screen belongs to a place, which may not {action.value}: sign in with your own name for it",
        refusal=PersonNeeded,
    )
