"""The first start, sessions that end, revocation, the sweep."""

import asyncio
from typing import Any

import pytest
import sqlalchemy as sa
from tests.people.conftest import HandClock, connection, passwords

from ronda.base.errors import Busy, NotSignedIn
from ronda.people.people import ADMIN, COOKIE, People
from ronda.people.policy import Policy
from ronda.people.principal import ANONYMOUS, LOCAL, Kind
from ronda.people.remote import remote_kind
from ronda.people.tables import TOKENS
from ronda.store.database import Store
from ronda.store.metadata import METADATA

DAY_S = 86_400


async def test_the_first_start_makes_a_password_and_tells_it_once(store: Store, clock: HandClock) -> None:
    first = await People.open(store, clock, Policy(), None, passwords())
    assert first.first_password is not None
    assert len(first.first_password) >= 16
    assert await first.sign_in(ADMIN, first.first_password, "", "")
    second = await People.open(store, clock, Policy(), "given too late", passwords())
    assert second.first_password is None
    with pytest.raises(NotSignedIn):
        await second.sign_in(ADMIN, "given too late", "", "")


async def test_a_given_password_is_not_told(people: People) -> None:
    assert people.first_password is None
    assert await people.sign_in(ADMIN, "first password", "", "")


def everything(connection: sa.Connection) -> str:
    """Return all that stands in any table, as text."""
    rows = (row for table in METADATA.sorted_tables for row in connection.execute(sa.select(table)))
    return "\n".join(str(tuple(row)) for row in rows)


async def test_nothing_secret_lies_in_the_database(people: People, store: Store) -> None:
    session = await people.sign_in(ADMIN, "first password", "", "agent")
    token = await people.credentials.new_token("wall", ADMIN)
    text = await store.read(everything)
    assert "$argon2id$" in text
    for secret in ("first password", session, token):
        assert secret not in text


async def test_who_is_behind_a_connection(people: People) -> None:
    session = await people.sign_in(ADMIN, "first password", "", "")
    token = await people.credentials.new_token("wall", ADMIN)
    assert await people.credential_of(connection()) is ANONYMOUS
    assert await people.credential_of(connection(local=True)) is LOCAL
    assert (await people.credential_of(connection(cookie=f"{COOKIE}={session}"))).principal.name == ADMIN
    assert (await people.credential_of(connection(authorization=f"bearer {token}"))).principal.kind is Kind.TOKEN
    assert await people.credential_of(connection(cookie=f"{COOKIE}=made-up")) is ANONYMOUS
    assert await people.credential_of(connection(query=f"token={token}")) is ANONYMOUS
    with pytest.raises(NotSignedIn):
        await people.credential_of(connection(authorization="Bearer made-up"))


async def test_a_session_ends_when_idle_and_at_the_latest_after_a_month(people: People, clock: HandClock) -> None:
    session = await people.sign_in(ADMIN, "first password", "", "")
    credential = await people.credentials.find(session)
    assert credential is not None
    for _ in range(29):
        clock.seconds += DAY_S
        assert await people.credentials.find(session) is credential
        await people.credentials.sweep()
    assert not credential.revoked
    clock.seconds += 1.5 * DAY_S
    await people.credentials.sweep()
    assert credential.revoked
    assert await people.credentials.find(session) is None

    idle = await people.sign_in(ADMIN, "first password", "", "")
    clock.seconds += 8 * DAY_S
    assert await people.credentials.find(idle) is None


async def test_a_sweep_notices_what_was_removed_behind_its_back(people: People, store: Store) -> None:
    token = await people.credentials.new_token("wall", ADMIN)
    credential = await people.credentials.find(token)
    assert credential is not None
    await people.credentials.sweep()
    assert not credential.revoked
    assert (await people.credentials.tokens())[0].seen_90k is not None
    await store.run(lambda connection: connection.execute(TOKENS.delete()))
    await people.credentials.sweep()
    assert credential.revoked
    assert await people.credentials.find(token) is None


async def test_guessing_locks_out_only_where_it_happens(people: People, clock: HandClock) -> None:
    for _ in range(8):
        with pytest.raises((NotSignedIn, Busy)):
            await people.sign_in(ADMIN, "guess", "203.0.113.9", "")
    with pytest.raises(Busy):
        await people.sign_in(ADMIN, "first password", "203.0.113.9", "")
    assert await people.sign_in(ADMIN, "first password", "203.0.113.10", "")
    clock.seconds += 60
    assert await people.sign_in(ADMIN, "first password", "203.0.113.9", "")


async def test_guesses_at_the_same_moment_are_counted_one_by_one(people: People) -> None:
    async def guess() -> type[Exception]:
        with pytest.raises((NotSignedIn, Busy)) as caught:
            await people.sign_in(ADMIN, "guess", "203.0.113.9", "")
        return caught.type

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(guess()) for _ in range(12)]
    assert [task.result() for task in tasks].count(NotSignedIn) <= 6


@pytest.mark.parametrize(
    ("remote", "kind"),
    [
        ("127.0.0.1", "this-machine"),
        ("::1", "this-machine"),
        ("192.168.1.4", "local-network"),
        ("203.0.114.7", "internet"),
        ("2a01:4f8::1", "internet"),
        ("", "unknown"),
        ("testclient", "unknown"),
    ],
)
def test_the_log_keeps_a_kind_of_place_and_no_address(remote: str, kind: str) -> None:
    assert remote_kind(remote) == kind


async def test_an_office_behind_one_address_signs_in_all_day(people: People, clock: HandClock) -> None:
    for _ in range(100):
        clock.seconds += 10
        assert await people.sign_in(ADMIN, "first password", "203.0.113.9", "")


async def test_nobody_is_locked_out_by_somebody_elses_guesses(people: People) -> None:
    for network in range(40):
        for _ in range(6):
            with pytest.raises((NotSignedIn, Busy)):
                await people.sign_in(ADMIN, "guess", f"198.51.100.{network}", "")
    assert await people.sign_in(ADMIN, "first password", "203.0.113.9", "")


async def test_what_is_withdrawn_while_a_session_is_being_read_is_withdrawn(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await people.sign_in(ADMIN, "first password", "", "")
    read = people._store.read
    waits: list[asyncio.Event] = []

    async def slow(work: Any) -> Any:
        found = await read(work)
        if not waits:
            waits.append(asyncio.Event())
            await waits[0].wait()
        return found

    monkeypatch.setattr(people.credentials._store, "read", slow)
    finding = asyncio.ensure_future(people.credentials.find(secret))
    while not waits:
        await asyncio.sleep(0)
    await people.credentials.revoke_sessions_of(ADMIN)
    waits[0].set()
    assert await finding is None
