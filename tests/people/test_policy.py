"""The policy's table, written out: who may do what, where, when and what for."""

from dataclasses import replace
from datetime import UTC

import pytest
from tests.people.conftest import HandClock
from tests.people.powers import AGREEMENT, FOR_EVER, NEIGHBOUR, OWN, ROLES, grant, person, published

from ronda.base.errors import NotAllowed, NotFound, NotSignedIn
from ronda.bus.contract import Hours
from ronda.city.place import Agreement, Place
from ronda.city.publication import Publication, PublicationMode
from ronda.people.errors import PersonNeeded, PurposeNeeded
from ronda.people.policy import LOOKING, Action, Policy, Reach, footage_allowed
from ronda.people.principal import ANONYMOUS, LOCAL, Principal, Role, Scope

ADMIN = ROLES[Role.ADMINISTRATOR]
NOBODY_MUCH = person(name="siti")
NOBODY = ANONYMOUS.principal
WHAT_FOR = "theft, LP/123"

PLACES = {
    "own": Place(OWN, "dishub"),
    "neighbours": Place(NEIGHBOUR),
    "nowhere": Place(),
    "malls": Place(OWN, agreement=AGREEMENT),
    "malls-neighbour": Place(NEIGHBOUR, agreement=AGREEMENT),
}

MAY = {
    Role.RESIDENT: "",
    Role.RT_MEMBER: "see live still timeline replay clip case report access-log",
    Role.RT_HEAD: "see live still timeline replay clip hold export case report persons grants sessions access-log",
    Role.OFFICER: "see live still timeline replay clip hold export case approve report persons grants sessions "
    "access-log registry moderate "
    "publication requests alarms dispatch examine",
    Role.ENGINEER: "see live still timeline replay manage registry import probe re-serve report alarms tokens metrics",
    Role.OPERATOR: "see live still timeline replay trigger hold case report alarms dispatch",
    Role.RESPONDER: "see live still duty",
    Role.INVESTIGATOR: "see live still timeline replay clip case examine destroy",
    Role.PARTNER: "see live still timeline replay consent report",
    Role.AUDITOR: "access-log persons",
    Role.ADMINISTRATOR: " ".join(Action),
    Role.KIOSK: "see live still",
}
"""What each role may do in its scope; the contract of `docs/design/city.md`."""


def policy_of(places: dict[str, Place] | None = None, clock: HandClock | None = None) -> Policy:
    return Policy(places=(PLACES if places is None else places).get, clock=clock, zone=UTC)


def may(principal: Principal, action: Action, camera: str | None, purpose: str = WHAT_FOR) -> bool:
    return policy_of().decide(principal, action, camera, purpose).allowed


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("role", list(Role))
def test_every_role_and_action(role: Role, action: Action) -> None:
    granted = action.value in MAY[role].split()
    principal = ROLES[role]
    assert may(principal, action, "malls" if role is Role.PARTNER else "own") is granted
    everywhere = role is Role.ADMINISTRATOR
    for elsewhere in ("neighbours", "nowhere", "unknown", None):
        assert may(principal, action, elsewhere) is everywhere, elsewhere
    policy = policy_of()
    assert policy.decide(principal, action, None, "", area=OWN).allowed is (
        everywhere or (role is not Role.PARTNER and granted and not _needs_purpose(role, action))
    )
    assert policy.decide(principal, action, None, WHAT_FOR, area=NEIGHBOUR).allowed is everywhere
    assert bool(policy.reach(principal, action)) is granted


def _needs_purpose(role: Role, action: Action) -> bool:
    needing = {Role.INVESTIGATOR: "live still timeline replay clip", Role.ENGINEER: "timeline replay"}
    return action.value in needing.get(role, "").split()


@pytest.mark.parametrize("action", list(Action))
def test_the_local_command_line_nobody_and_the_trial_switch(action: Action) -> None:
    closed, public = policy_of(), Policy(LOOKING, PLACES.get)
    looking = action.value in {"see", "live", "still", "timeline", "replay"}
    for policy in (closed, public):
        assert policy.decide(ADMIN, action, "own", "").allowed
        assert policy.decide(LOCAL.principal, action, None, "").allowed
    assert not closed.decide(NOBODY, action, "own", "").allowed
    assert not closed.decide(NOBODY_MUCH, action, "own", "").allowed
    assert public.decide(NOBODY, action, "own", "").allowed is looking
    assert public.decide(ADMIN, action, "own", "").public is looking
    assert closed.decide(ADMIN, action, "own", "").public is False


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_no_role_reaches_a_camera_of_another_rt(role: Role) -> None:
    # A partner's cameras are its own wherever they stand.
    malls = () if role is Role.PARTNER else ("malls-neighbour",)
    for camera in ("neighbours", *malls, "nowhere", "unknown"):
        for action in Action:
            assert not may(ROLES[role], action, camera), (camera, action)


def test_a_grant_covers_all_below_it_and_nothing_that_only_begins_alike() -> None:
    head = person(grant(Role.RT_HEAD, "33.74.13.1006.rw04.rt03"))
    for area, inside in ((OWN, True), ("33.74.13.1006.rw04.rt031", False), ("33.74.13.1006.rw04", False)):
        assert policy_of({"a": Place(area)}).decide(head, Action.LIVE, "a", "").allowed is inside
    kecamatan = person(grant(Role.OFFICER, "33.74.13"))
    assert may(kecamatan, Action.REGISTRY, "own")
    assert may(kecamatan, Action.REGISTRY, "neighbours")
    assert not may(kecamatan, Action.REGISTRY, None), "what is over the whole city needs the whole city"


def test_agencies_and_partners_reach_their_own() -> None:
    agency = person(grant(Role.OPERATOR, "dishub", Scope.AGENCY))
    partner = ROLES[Role.PARTNER]
    assert may(agency, Action.LIVE, "own")
    assert not may(agency, Action.LIVE, "neighbours")
    assert not may(agency, Action.LIVE, "nowhere")
    assert may(partner, Action.REPLAY, "malls-neighbour")
    assert not may(partner, Action.LIVE, "own")


def test_a_grant_counts_from_its_beginning_to_its_end() -> None:
    clock = HandClock(1_000.0)
    policy = policy_of(clock=clock)
    guest = person(grant(Role.RT_MEMBER, from_90k=900 * 90_000, until_90k=1_100 * 90_000))
    for seconds, allowed in ((899, False), (900, True), (1_099, True), (1_100, False)):
        clock.seconds = seconds
        assert policy.decide(guest, Action.LIVE, "own", "").allowed is allowed, seconds
        assert bool(policy.reach(guest, Action.LIVE)) is allowed


def test_a_token_does_what_it_is_for_and_no_more() -> None:
    token = Principal(ADMIN.kind, "wall", (grant(Role.RT_MEMBER),), frozenset({Action.SEE, Action.STILL}))
    assert may(token, Action.STILL, "own")
    assert not may(token, Action.LIVE, "own")
    assert not may(token, Action.STILL, "neighbours")
    assert policy_of().all_of(token) == [Action.SEE, Action.STILL]


@pytest.mark.parametrize(
    ("role", "action"),
    [(role, action) for role in Role for action in Action if _needs_purpose(role, action)],
)
def test_who_must_say_what_for(role: Role, action: Action) -> None:
    for nothing in ("", "   "):
        assert not may(ROLES[role], action, "own", nothing)
    with pytest.raises(PurposeNeeded, match="say what for"):
        policy_of().require(ROLES[role], action, "own")
    assert may(ROLES[role], action, "own", WHAT_FOR)


def test_a_places_screen_asks_for_a_person() -> None:
    for action in (Action.REPLAY, Action.TIMELINE, Action.CLIP):
        with pytest.raises(PersonNeeded, match="sign in with your own name"):
            policy_of().require(ROLES[Role.KIOSK], action, "own")
    with pytest.raises(NotAllowed) as refused:
        policy_of().require(ROLES[Role.KIOSK], Action.REPLAY, "neighbours")
    assert not isinstance(refused.value, PersonNeeded)


def test_clips_of_members_are_the_citys_policy() -> None:
    policy = Policy(places=PLACES.get, member_clips=False)
    assert not policy.decide(ROLES[Role.RT_MEMBER], Action.CLIP, "own", "").allowed
    assert policy.decide(ROLES[Role.RT_HEAD], Action.CLIP, "own", "").allowed


NOW = 50_000_000 * 90_000
AGREEMENTS = {
    "revoked": Agreement("mall", 0, FOR_EVER, revoked=True),
    "ended": Agreement("mall", 0, NOW),
    "not-yet": Agreement("mall", NOW + 1, FOR_EVER),
    "other-hours": Agreement("mall", 0, FOR_EVER, hours=(Hours(from_minute=0, to_minute=1),)),
}


@pytest.mark.parametrize("which", list(AGREEMENTS))
def test_an_agreement_that_is_not_in_force_leaves_the_camera_to_the_partner(which: str) -> None:
    publication = Publication(PublicationMode.LIVE)
    places = {"a": Place(OWN, "dishub", AGREEMENTS[which], publication)}
    policy = policy_of(places, HandClock(NOW / 90_000))
    for role in Role:
        allowed = role in (Role.PARTNER, Role.ADMINISTRATOR)
        for action in (Action.LIVE, Action.STILL, Action.TIMELINE, Action.REPLAY, Action.CLIP, Action.RESERVE):
            wanted = allowed and action.value in MAY[role].split()
            assert policy.decide(ROLES[role], action, "a", "darurat").allowed is wanted, (role, action)
    assert policy.decide(ROLES[Role.OFFICER], Action.REGISTRY, "a", "").allowed, "it stays in the register"
    assert not policy.decide(NOBODY, Action.SEE, "a", "").allowed
    trial = Policy(LOOKING, places.get, HandClock(NOW / 90_000))
    assert not trial.decide(NOBODY, Action.LIVE, "a", "").allowed


@pytest.mark.parametrize(
    ("purpose", "allowed"),
    [("", False), ("curious", False), ("Darurat: banjir", True), ("emergency, fire", True), (" darurat", True)],
)
def test_an_agreement_for_emergencies(purpose: str, allowed: bool) -> None:
    places = {"a": Place(OWN, agreement=Agreement("mall", 0, FOR_EVER, emergency_only=True))}
    policy = policy_of(places)
    assert policy.decide(ROLES[Role.OPERATOR], Action.LIVE, "a", purpose).allowed is allowed
    assert policy.decide(ROLES[Role.PARTNER], Action.LIVE, "a", "").allowed
    if not allowed:
        with pytest.raises(PurposeNeeded, match="begin the purpose with darurat"):
            policy.require(ROLES[Role.OPERATOR], Action.LIVE, "a", purpose)


EVENING = (Hours(from_minute=18 * 60, to_minute=22 * 60),)


@pytest.mark.parametrize(
    ("publication", "hour", "actions"),
    [
        (Publication(), 12, ""),
        (Publication(quarantined=True), 12, ""),
        (Publication(PublicationMode.STILLS), 12, "see still"),
        (Publication(PublicationMode.STILLS_WITHOUT_PEOPLE), 12, "see still"),
        (Publication(PublicationMode.LIVE), 12, "see still live"),
        (Publication(PublicationMode.LIVE, quarantined=True), 12, ""),
        (Publication(PublicationMode.HOURS, EVENING), 12, "see still"),
        (Publication(PublicationMode.HOURS, EVENING), 19, "see still live"),
        (Publication(PublicationMode.DELAYED, delay_s=300), 12, "see still replay"),
    ],
)
def test_what_everybody_sees(publication: Publication, hour: int, actions: str) -> None:
    policy = policy_of({"a": Place(NEIGHBOUR, publication=publication)}, HandClock(20_000 * 86_400.0 + hour * 3_600))
    for who in (NOBODY, NOBODY_MUCH, ROLES[Role.RESIDENT], ROLES[Role.RT_MEMBER]):
        for action in Action:
            decision = policy.decide(who, action, "a", "")
            assert decision.allowed is (action.value in actions.split()), (who.name, action)
            if decision.allowed:
                assert decision.public
                assert decision.publication is publication
    assert policy.exists_for_residents("a") is bool(actions)


def test_who_has_a_grant_gets_the_original_of_what_is_published() -> None:
    policy = policy_of({"a": published(PublicationMode.LIVE)})
    decision = policy.decide(ROLES[Role.RT_MEMBER], Action.LIVE, "a", "")
    assert (decision.allowed, decision.public, decision.publication) == (True, False, None)
    assert policy.decide(NOBODY, Action.LIVE, "a", "").publication is not None


def test_of_a_delayed_camera_the_public_sees_a_quarter_of_an_hour() -> None:
    policy = policy_of({"a": published(PublicationMode.DELAYED, delay_s=600)})
    decision = policy.decide(NOBODY, Action.REPLAY, "a", "")
    now = 100_000 * 90_000

    def ago(seconds: int) -> int:
        return now - seconds * 90_000

    for begin, end, allowed in (
        (600, None, True),
        (1_500, 700, True),
        (599, None, False),
        (1_501, None, False),
        (900, 599, False),
    ):
        to = None if end is None else ago(end)
        assert footage_allowed(decision, ago(begin), to, now) is allowed, (begin, end)
    assert not footage_allowed(decision, None, None, now)
    assert footage_allowed(policy.decide(ROLES[Role.RT_MEMBER], Action.REPLAY, "a", ""), 0, None, now)


def test_what_is_not_published_does_not_exist() -> None:
    places = {"shut": Place(OWN), "open": published(PublicationMode.STILLS), "away": Place(publication=Publication())}
    policy = policy_of(places)
    answers = set()
    for camera in ("shut", "away", "unknown"):
        for action in Action:
            with pytest.raises(NotFound) as refused:
                policy.require(NOBODY, action, camera)
            answers.add(str(refused.value).replace(camera, "ID"))
    assert answers == {"there is no camera 'ID'"}
    with pytest.raises(NotSignedIn, match="live open"):
        policy.require(NOBODY, Action.LIVE, "open")
    with pytest.raises(NotSignedIn):
        policy.require(NOBODY, Action.SEE, "open", published=False)


def test_a_neighbour_learns_nothing_either() -> None:
    policy = policy_of({"shut": Place(NEIGHBOUR)})
    answers = set()
    for camera in ("shut", "unknown"):
        with pytest.raises(NotAllowed) as refused:
            policy.require(ROLES[Role.RT_MEMBER], Action.LIVE, camera)
        answers.add(str(refused.value).replace(camera, "ID"))
    assert answers == {"siti may not live ID"}


def test_a_refusal_says_why_and_of_the_right_kind() -> None:
    policy = policy_of()
    with pytest.raises(NotSignedIn, match="import"):
        policy.require(NOBODY, Action.IMPORT)
    with pytest.raises(NotSignedIn):
        policy.require(NOBODY, Action.REGISTRY, area=OWN)
    with pytest.raises(NotSignedIn):
        policy.require_somewhere(NOBODY, Action.SEE)
    with pytest.raises(NotAllowed, match="siti may not see"):
        policy.require_somewhere(NOBODY_MUCH, Action.SEE)


def test_reach_is_what_the_decisions_say() -> None:
    policy = policy_of()
    for principal in (*ROLES.values(), NOBODY_MUCH, NOBODY, LOCAL.principal):
        for action in Action:
            reach = policy.reach(principal, action)
            for camera, place in PLACES.items():
                allowed = policy.decide(principal, action, camera, WHAT_FOR).allowed
                assert reach.holds(place) is allowed, (principal, action, camera)
    both = person(grant(Role.RT_MEMBER), grant(Role.OPERATOR, "dishub", Scope.AGENCY))
    assert policy.reach(both, Action.HOLD) == Reach(agencies=frozenset({"dishub"}))
    assert policy.reach(both, Action.SEE) == Reach(areas=(OWN,), agencies=frozenset({"dishub"}))
    assert not Reach().holds(PLACES["nowhere"])


def test_an_agency_sees_a_camera_while_it_has_a_dispatch_there_and_of_its_past_the_alarms_pictures() -> None:
    policy = policy_of()
    policy.lent = lambda agency, camera, moment: (agency, camera) == ("satpol-pp", "neighbours") and moment in (None, 7)
    theirs = person(grant(Role.RESPONDER, "satpol-pp", Scope.AGENCY))
    others = person(grant(Role.RESPONDER, "damkar", Scope.AGENCY))
    viewer = person(grant(Role.OPERATOR, "satpol-pp", Scope.AGENCY))
    allowed = {action.value for action in Action if policy.decide(theirs, action, "neighbours", "").allowed}
    assert allowed == {"see", "live", "still", "duty"}
    for moment, seen in ((7, True), (8, False), (None, False)):
        assert policy.decide(theirs, Action.REPLAY, "neighbours", "", moment_90k=moment).allowed is seen
        assert not policy.decide(theirs, Action.CLIP, "neighbours", "", moment_90k=moment).allowed
    for who, camera in ((others, "neighbours"), (viewer, "neighbours"), (theirs, "nowhere"), (theirs, "unknown")):
        assert not policy.decide(who, Action.LIVE, camera, "").allowed
        assert not policy.decide(who, Action.REPLAY, camera, "", moment_90k=7).allowed


def test_a_responder_of_an_area_has_every_agencys_dispatches_there() -> None:
    policy = policy_of()
    policy.lent = lambda agency, camera, moment: agency is None and moment in (None, 7)
    there, city = person(grant(Role.RESPONDER)), person(grant(Role.RESPONDER, "", Scope.CITY))
    assert policy.decide(there, Action.REPLAY, "own", "", moment_90k=7).allowed
    assert policy.decide(city, Action.REPLAY, "neighbours", "", moment_90k=7).allowed
    for camera, moment in (("own", 8), ("own", None), ("neighbours", 7)):
        assert not policy.decide(there, Action.REPLAY, camera, "", moment_90k=moment).allowed
    assert not policy.decide(there, Action.LIVE, "neighbours", "").allowed


def test_a_dispatch_does_not_undo_what_a_partner_has_withdrawn() -> None:
    policy = policy_of()
    policy.lent = lambda agency, camera, moment: True
    theirs = person(grant(Role.RESPONDER, "satpol-pp", Scope.AGENCY))
    revoked = Place(OWN, agreement=replace(AGREEMENT, revoked=True))
    policy.places = {"malls": PLACES["malls"], "gone": revoked}.get
    assert policy.decide(theirs, Action.LIVE, "malls", WHAT_FOR).allowed
    assert not policy.decide(theirs, Action.LIVE, "gone", WHAT_FOR).allowed


def test_own_cameras_are_those_of_ones_rt_and_of_nothing_else() -> None:
    assert Policy().own_cameras(ROLES[Role.RT_HEAD]) == Reach(areas=(OWN,))
    assert Policy().own_cameras(ROLES[Role.RT_MEMBER]) == Reach(areas=(OWN,))
    assert not Policy().own_cameras(ROLES[Role.OFFICER])
    assert not Policy(member_clips=False).own_cameras(ROLES[Role.RT_MEMBER])


def test_an_approved_case_lets_its_asker_take_that_cameras_footage_sealed() -> None:
    police = ROLES[Role.INVESTIGATOR]
    policy = policy_of()
    assert not policy.decide(police, Action.EXPORT, "own", WHAT_FOR).allowed
    policy.cased = lambda label, camera: (label, camera) == (police.label, "own")
    assert policy.decide(police, Action.EXPORT, "own", "").allowed
    assert not policy.decide(police, Action.EXPORT, "neighbours", WHAT_FOR).allowed
    assert not policy.decide(replace(police, name="somebody else"), Action.EXPORT, "own", WHAT_FOR).allowed


def test_where_the_city_wants_an_approval_no_head_exports_freely() -> None:
    assert policy_of().decide(ROLES[Role.RT_HEAD], Action.EXPORT, "own", "").allowed
    strict = Policy(places=PLACES.get, zone=UTC, member_exports=False)
    assert not strict.decide(ROLES[Role.RT_HEAD], Action.EXPORT, "own", "").allowed
    assert strict.decide(ROLES[Role.OFFICER], Action.EXPORT, "own", "").allowed
