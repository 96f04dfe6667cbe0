"""`ronda user` and the scopes of `ronda token`, on the real application."""

import json

from tests.cli.conftest import Ronda

from ronda.cli.scope import ROLES
from ronda.people.principal import Role

RT = "33.74.13.1006.rw04.rt03"


def test_the_roles_are_the_policys() -> None:
    assert set(ROLES) == set(Role)


def test_somebody_is_invited_granted_listed_and_revoked(ronda: Ronda, tmp_path: object) -> None:
    invited = ronda("user", "invite", "--role", "rt-head", "--area", RT, "--name", "Pak RT")
    assert invited.status == 0, invited.err
    link = invited.out.splitlines()[-1]
    assert link.startswith("http://localhost:8700/join/")
    identifier = invited.err.split()[-1]
    assert ronda("user", "uninvite", identifier).status == 0
    elsewhere = ronda("user", "invite", "--role", "operator", "--address", "https://pantau.example/").out
    assert elsewhere.splitlines()[-1].startswith("https://pantau.example/join/")


def test_grants_from_the_terminal(ronda: Ronda) -> None:
    refused = ronda("user", "grant", "nobody", "--role", "rt-member", "--area", RT)
    assert refused.status == 2
    assert "nobody called 'nobody'" in refused.err
    both = ronda("user", "grant", "nobody", "--role", "operator", "--area", RT, "--agency", "dishub")
    assert both.status == 2
    assert "more than one" in both.err
    wrong = ronda("user", "grant", "nobody", "--role", "rt-member", "--area", "Krapyak")
    assert wrong.status == 2
    assert "region code" in wrong.err
    assert json.loads(ronda("user", "list", "--json").out) == []
    assert ronda("user", "revoke", "none").status == 2
    assert ronda("user", "disable", "none").status == 2
    assert ronda("user", "kiosk", "none", "--area", RT).status == 2
    assert ronda("user", "forget-factor", "none").status == 2


def test_a_token_of_one_street(ronda: Ronda) -> None:
    made = ronda(
        *("token", "create", "--name", "wall", "--role", "rt-member", "--area", RT, "--action", "still"),
        *("--until", "2030-01-01T00:00:00Z"),
    )
    assert made.status == 0, made.err
    listed = ronda("token", "list").out.splitlines()[-1]
    for part in ("wall", "rt-member", RT, "still", "2030-01-01"):
        assert part in listed
    assert ronda("token", "create", "--role", "rt-member").status == 2
