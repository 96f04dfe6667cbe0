"""What the delivery side is told: permits that are withdrawn, and a log with a start and an end."""

import pytest
from tests.people.conftest import HandClock, connection
from tests.people.powers import OWN, ROLES

from ronda.base.errors import NotAllowed, NotFound, NotSignedIn
from ronda.city.place import Place
from ronda.city.publication import Publication, PublicationMode
from ronda.media.delivery.permission import ORIGINAL, Ask, MediaAction, Treatment
from ronda.people.access_log import Entry
from ronda.people.errors import PurposeNeeded
from ronda.people.giving import Wish
from ronda.people.grants import PersonChange
from ronda.people.media_access import MediaAccess
from ronda.people.people import ADMIN, COOKIE, People
from ronda.people.persons import Person
from ronda.people.policy import LOOKING, Policy
from ronda.people.principal import LOCAL, Credential, Kind, Role, Scope

CAMERAS = {"a"}


@pytest.fixture
def access(people: People) -> MediaAccess:
    return MediaAccess(people, CAMERAS.__contains__)


async def entries(people: People) -> list[Entry]:
    """Return what was looked at, the oldest first; signing in is an entry too."""
    every = [entry for _, entry in reversed(await people.log.entries(100))]
    return [entry for entry in every if entry.look.action != "sign-in"]


async def test_a_view_is_logged_from_start_to_end(people: People, access: MediaAccess, clock: HandClock) -> None:
    session = await people.sign_in(ADMIN, "first password", "", "")
    socket = connection("websocket", cookie=f"{COOKIE}={session}", ronda_purpose="theft at the market")
    permit = await access(Ask(MediaAction.REPLAY, "a", socket, 90_000, 180_000))
    open_entry = (await entries(people))[0]
    assert open_entry.ended_90k is None
    clock.seconds += 30
    permit.close()
    permit.close()
    (entry,) = await entries(people)
    assert entry.look.who == ADMIN
    assert entry.look.action == "replay"
    assert entry.look.purpose == "theft at the market"
    assert entry.look.remote == "local-network"
    assert (entry.look.from_90k, entry.look.to_90k) == (90_000, 180_000)
    assert entry.ended_90k == entry.started_90k + 30 * 90_000


async def test_strangers_and_cameras_that_are_not(people: People, access: MediaAccess) -> None:
    for camera in ("a", "none"):  # a stranger does not learn which cameras there are
        with pytest.raises(NotFound, match=f"there is no camera '{camera}'"):
            await access(Ask(MediaAction.LIVE, camera, connection("websocket")))
    with pytest.raises(NotFound):
        await access(Ask(MediaAction.LIVE, "none", connection("websocket", local=True)))


async def test_a_revoked_session_a_removed_camera_and_new_rules_end_a_view(people: People) -> None:
    cameras = {"a"}
    access = MediaAccess(people, cameras.__contains__)
    session = await people.sign_in(ADMIN, "first password", "", "")
    live = Ask(MediaAction.LIVE, "a", connection("websocket", cookie=f"{COOKIE}={session}"))
    permit = await access(live)
    assert not permit.revoked
    assert not permit.public
    await people.credentials.revoke(Kind.PERSON, (await people.credentials.sessions())[0].id)
    assert permit.revoked

    local = await access(Ask(MediaAction.LIVE, "a", connection("websocket", local=True)))
    assert not local.revoked
    cameras.clear()
    assert local.revoked


async def test_the_public_may_look_until_it_may_not(people: People) -> None:
    people.policy = Policy(LOOKING)
    access = MediaAccess(people, CAMERAS.__contains__)
    permit = await access(Ask(MediaAction.LIVE, "a", connection("websocket")))
    assert permit.public
    people.policy.public_actions = frozenset()
    assert permit.revoked
    with pytest.raises(NotFound):
        await access(Ask(MediaAction.CLIP, "a", connection(), 1, 2))


async def test_published_pictures_are_treated_and_the_original_is_for_those_with_a_grant(
    people: People, clock: HandClock
) -> None:
    mask = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5))
    publications = {
        "stills": Publication(PublicationMode.STILLS_WITHOUT_PEOPLE, masks=(mask,)),
        "delayed": Publication(PublicationMode.DELAYED, delay_s=60),
        "live": Publication(PublicationMode.LIVE, masks=(mask,)),
    }
    places = {id: Place("33.74", publication=publication) for id, publication in publications.items()}
    people.policy = Policy(places=places.get, clock=clock)
    access = MediaAccess(people, places.__contains__, clock)
    still = await access(Ask(MediaAction.STILL, "stills", connection()))
    assert still.treatment == Treatment((mask,), without_people=True, stills_only=True)
    assert not still.public, "at this address others get the original"
    for cookie in ("", f"{COOKIE}={await people.sign_in(ADMIN, 'first password', '', '')}"):
        shown = await access(Ask(MediaAction.STILL, "stills", connection(cookie=cookie, public=True)))
        assert shown.public
        assert shown.treatment.without_people
    live = await access(Ask(MediaAction.LIVE, "live", connection("websocket")))
    assert live.treatment == Treatment((mask,))
    assert (await access(Ask(MediaAction.LIVE, "live", connection("websocket", local=True)))).treatment == ORIGINAL
    places["live"] = Place("33.74", publication=Publication(quarantined=True))
    assert live.revoked


async def test_the_past_of_a_delayed_camera_is_a_quarter_of_an_hour(people: People, clock: HandClock) -> None:
    places = {"a": Place("33.74", publication=Publication(PublicationMode.DELAYED, delay_s=60))}
    people.policy = Policy(places=places.get, clock=clock)
    access = MediaAccess(people, places.__contains__, clock)
    now = clock.utc_90k()
    permit = await access(Ask(MediaAction.REPLAY, "a", connection("websocket"), now - 60 * 90_000))
    assert permit.treatment == Treatment(delay_s=60)
    for seconds in (59, 961):
        with pytest.raises(NotAllowed, match="1 to 16 minutes old"):
            await access(Ask(MediaAction.REPLAY, "a", connection("websocket"), now - seconds * 90_000))
    with pytest.raises(NotSignedIn):
        await access(Ask(MediaAction.LIVE, "a", connection("websocket")))


async def test_a_purpose_that_was_needed_counts_while_the_view_is_open(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def principal(_: object) -> Credential:
        return Credential(ROLES[Role.INVESTIGATOR])

    people.policy = Policy(places={"a": Place(OWN)}.get)
    monkeypatch.setattr(people, "credential_of", principal)
    access = MediaAccess(people, CAMERAS.__contains__)
    permit = await access(Ask(MediaAction.REPLAY, "a", connection(ronda_purpose="LP/123"), 0, 1))
    assert not permit.revoked
    with pytest.raises(PurposeNeeded):
        await access(Ask(MediaAction.REPLAY, "a", connection(), 0, 1))


async def test_stills_write_no_row_each(people: People, access: MediaAccess, clock: HandClock) -> None:
    people.policy.public_actions = LOOKING
    for _ in range(50):
        (await access(Ask(MediaAction.STILL, "a", connection()))).close()
    assert await entries(people) == []
    for _ in range(50):
        (await access(Ask(MediaAction.STILL, "a", connection(local=True)))).close()
    assert len(await entries(people)) == 1
    clock.seconds += 301
    (await access(Ask(MediaAction.STILL, "a", connection(local=True)))).close()
    assert len(await entries(people)) == 2


async def test_scrubbing_is_logged_by_the_minutes_looked_through(people: People, access: MediaAccess) -> None:
    for second in range(0, 900, 10):
        moment = second * 90_000
        (await access(Ask(MediaAction.REPLAY, "a", connection(local=True), moment, moment))).close()
    looks = [entry.look for entry in await entries(people)]
    assert [(look.from_90k, look.to_90k) for look in looks] == [
        (0, 27_000_000),
        (27_000_000, 54_000_000),
        (54_000_000, 81_000_000),
    ]


async def test_a_still_of_the_past_is_replay(people: People, access: MediaAccess) -> None:
    people.policy.public_actions = frozenset({*LOOKING} - {"replay"})
    await access(Ask(MediaAction.STILL, "a", connection()))
    with pytest.raises(NotSignedIn):
        await access(Ask(MediaAction.STILL, "a", connection(), 90_000, 90_000))


async def test_who_sends_a_cameras_pictures_manages_it_and_is_logged_as_sending(people: People) -> None:
    people.policy = Policy(LOOKING)
    access = MediaAccess(people, CAMERAS.__contains__)
    with pytest.raises(NotSignedIn):
        await access(Ask(MediaAction.PUSH, "a", connection("websocket")))
    session = await people.sign_in(ADMIN, "first password", "", "")
    permit = await access(Ask(MediaAction.PUSH, "a", connection("websocket", cookie=f"{COOKIE}={session}")))
    permit.close()
    (entry,) = await entries(people)
    assert entry.look.action == "push"
    assert entry.ended_90k is not None


async def test_a_token_that_takes_a_camera_elsewhere_is_logged_from_start_to_end(people: People) -> None:
    people.policy = Policy(LOOKING)
    access = MediaAccess(people, CAMERAS.__contains__)
    with pytest.raises(NotSignedIn):
        await access(Ask(MediaAction.RESERVE, "a", connection()))
    token = await people.credentials.new_token("wall", ADMIN)
    permit = await access(Ask(MediaAction.RESERVE, "a", connection(authorization=f"Bearer {token}")))
    assert (await entries(people))[-1].ended_90k is None
    permit.close()
    entry = (await entries(people))[-1]
    assert (entry.look.who, entry.look.action) == ("token:wall", "re-serve")
    assert entry.ended_90k is not None


async def test_a_grant_that_ends_or_a_disabled_person_closes_what_is_open(people: People, clock: HandClock) -> None:
    people.policy = Policy(places={"a": Place(OWN)}.get, clock=clock)
    access = MediaAccess(people, CAMERAS.__contains__, clock)
    person = Person("siti", "Siti", "person", 0)
    until = clock.utc_90k() + 3600 * 90_000
    wish = Wish(Role.RT_MEMBER, Scope.AREA, OWN, until_90k=until)
    entry = await people.grants.add(LOCAL.principal, person, await people.signing_in.hash("long enough"), wish)
    cookie = f"{COOKIE}={await people.sign_in('siti', 'long enough', '', '')}"
    live = Ask(MediaAction.LIVE, "a", connection("websocket", cookie=cookie))
    first = await access(live)
    assert not first.revoked
    await people.grants.end(LOCAL.principal, entry.grant.id)
    assert first.revoked
    with pytest.raises(NotAllowed):
        await access(live)

    await people.grants.give(LOCAL.principal, "siti", wish)
    second = await access(live)
    assert not second.revoked
    clock.seconds += 3600
    assert second.revoked, "its time is over"

    await people.grants.give(LOCAL.principal, "siti", Wish(Role.RT_MEMBER, Scope.AREA, OWN))
    third = await access(live)
    await people.grants.change(LOCAL.principal, "siti", PersonChange(disabled=True))
    assert third.revoked


async def test_a_view_that_moves_is_logged_by_the_minutes_it_shows(people: People, access: MediaAccess) -> None:
    permit = await access(Ask(MediaAction.REPLAY, "a", connection("websocket", local=True), 90_000))
    permit.reach(0)
    for second in (1_000, 1_100, 1_300, 1_000):
        permit.shows(second * 90_000)
    permit.close()
    permit.shows(9_000 * 90_000)
    looks = [entry.look for entry in await entries(people)]
    assert [(look.from_90k, look.to_90k) for look in looks] == [
        (90_000, None),
        (900 * 90_000, 1_200 * 90_000),
        (1_200 * 90_000, 1_500 * 90_000),
    ]


async def test_nobody_goes_back_further_than_a_delayed_camera_is_shown(people: People, clock: HandClock) -> None:
    places = {"a": Place("33.74", publication=Publication(PublicationMode.DELAYED, delay_s=60))}
    people.policy = Policy(places=places.get, clock=clock)
    access = MediaAccess(people, places.__contains__, clock)
    now = clock.utc_90k()
    permit = await access(Ask(MediaAction.REPLAY, "a", connection("websocket"), now - 60 * 90_000))
    permit.reach(now - 960 * 90_000)
    with pytest.raises(NotAllowed, match="1 to 16 minutes old"):
        permit.reach(now - 961 * 90_000)
    local = await access(Ask(MediaAction.REPLAY, "a", connection("websocket", local=True), now))
    local.reach(0)


async def test_who_watches_as_everybody_may_is_one_of_the_crowd_and_told_no_reasons(people: People) -> None:
    places = {"a": Place(OWN, publication=Publication(PublicationMode.LIVE))}
    people.policy = Policy(places=places.get)
    access = MediaAccess(people, places.__contains__)
    for published in (True, False):
        resident = await access(Ask(MediaAction.LIVE, "a", connection("websocket", public=published)))
        assert (resident.public, resident.resident, resident.keeper) == (published, True, False)
    keeper = await access(Ask(MediaAction.LIVE, "a", connection("websocket", local=True)))
    assert (keeper.public, keeper.resident, keeper.keeper) == (False, False, True)


async def test_what_strangers_say_it_is_for_is_not_written_down(people: People) -> None:
    places = {"a": Place(OWN, publication=Publication(PublicationMode.LIVE))}
    people.policy = Policy(places=places.get)
    access = MediaAccess(people, places.__contains__)
    (await access(Ask(MediaAction.LIVE, "a", connection("websocket", ronda_purpose="an insult")))).close()
    (entry,) = await entries(people)
    assert (entry.look.who, entry.look.purpose) == ("anonymous", "")
