"""Accounts of the city's sign-on become persons, on every kind of database."""

from functools import partial

import pytest

from ronda.people import persons
from ronda.people.persons import PERSON, Person
from ronda.people.sign_on import links
from ronda.people.sign_on.provider import Identity
from ronda.store.database import Store

SITI = Identity("https://sso.example", "u-1", "Siti@example.org", "siti", "Siti Rahayu", strong=False)


async def person_of(store: Store, identity: Identity, now: int = 1) -> str:
    return await store.run(partial(links.person_of, identity=identity, now_90k=now))


async def test_an_account_stays_the_same_person(store: Store) -> None:
    siti = Person("rahayu", "", PERSON, 1, email="siti@EXAMPLE.org")
    await store.run(partial(persons.add, person=siti, password_hash="x", by="test"))
    assert [await person_of(store, SITI, now) for now in (1, 2)] == ["rahayu", "rahayu"]
    found = await store.read(partial(links.links_of, person="rahayu"))
    assert found == [links.Link("https://sso.example", "u-1", 1, 2)]
    assert await store.run(partial(links.unlink, person="rahayu", now_90k=3, by="admin")) == 1
    assert await store.run(partial(links.unlink, person="rahayu", now_90k=3, by="admin")) == 0


@pytest.mark.parametrize(
    ("username", "email", "name"),
    [
        ("Siti.R@kota", None, "siti.r"),
        ("", "Ibu.Siti@example.org", "ibu.siti"),
        ("", None, "warga"),
        ("admin'; DROP TABLE persons", None, "admin-drop-table-persons"),
        ("ꦱꦶꦠꦶ", None, "warga"),
        ("x" * 90, None, "x" * 30),
    ],
)
async def test_somebody_new_gets_a_name_that_can_be_typed(store: Store, username: str, email: str, name: str) -> None:
    new = Identity("https://sso.example", "u-9", email, username, "", strong=False)
    assert await person_of(store, new) == name
    other = Identity("https://sso.example", "u-10", None, username, "", strong=False)
    assert await person_of(store, other) != name


async def test_names_of_the_machine_and_of_administrators_are_nobodys(store: Store) -> None:
    admin = Person("admin", "", PERSON, 1)
    await store.run(partial(persons.add, person=admin, password_hash="x", by="test"))
    for number, username in enumerate(("admin", "local", "ronda")):
        identity = Identity("https://sso.example", f"s{number}", None, username, "", strong=True)
        assert (await person_of(store, identity)).startswith(f"{username}-")
