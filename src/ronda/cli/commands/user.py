"""`ronda user`."""

import sys
from typing import Any

import click

from ronda.base.errors import StorageFailed
from ronda.cli.client import ask, segment
from ronda.cli.command import Group, settings
from ronda.cli.moment import Moment
from ronda.cli.scope import ROLES, over, scope_options
from ronda.cli.table import print_table


@click.group(cls=Group)
def user() -> None:
    """Invite people, see who has access, give and end it."""


@user.command("list")
@click.option("--area", metavar="CODE", help="Only those with access to an area, or to something in it.")
@click.option("--search", metavar="TEXT", default="", help="Only those with this in their name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(area: str | None, search: str, as_json: bool) -> None:
    """List who signs in here and what they may do."""
    query = {"q": search, "limit": "500", **({"area": area} if area else {})}
    people: list[dict[str, Any]] = []
    after = ""
    while True:
        page = ask(lambda api, since=after: api.get("/people", **query, after=since))  # type: ignore[misc]
        people += page["people"]
        after = page["next"]
        if not after:
            break
    if as_json:
        import json

        click.echo(json.dumps(people, indent=2, ensure_ascii=False))
        return
    rows = [
        (one["name"], one["display"], _state(one), grant["id"], grant["role"], over(grant), grant["until"])
        for one in people
        for grant in one["grants"] or [{"id": "", "role": "", "scope": "none", "value": "", "until": None}]
    ]
    print_table(("NAME", "CALLED", "STATE", "GRANT", "ROLE", "OVER", "UNTIL"), rows)


@user.command()
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they shall be.")
@scope_options
@click.option("--name", default="", help="Whom it is for; they see it, and may correct it.")
@click.option("--until", type=Moment(), help="When what is given ends.")
@click.option("--hours", type=click.IntRange(1, 2160), default=168, show_default=True, help="How long the link opens.")
@click.option("--address", metavar="URL", help="How people reach this server; without it, as it is configured.")
@click.option("--qr", type=click.Path(dir_okay=False, writable=True), metavar="FILE.svg", help="Write a QR code.")
def invite(
    role: str,
    scope: dict[str, str],
    name: str,
    until: str | None,
    hours: int,
    address: str | None,
    qr: str | None,
) -> None:
    """Make a link that makes whoever opens it first one of the people, and print it, last; it is not shown again."""
    import segno

    body = {"role": role, **scope, "display": name, "until": until, "hours": hours}
    made = ask(lambda api: api.post("/invitations", body))
    link = f"{(address or _address()).rstrip('/')}/join/{made['token']}"
    code = segno.make(link, error="m", micro=False)
    if qr is not None:
        try:
            code.save(qr, kind="svg", scale=4)
        except OSError as error:
            raise StorageFailed(f"cannot write {qr}: {error.strerror}", f"the link is {link}") from error
    if sys.stdout.isatty():
        code.terminal(compact=True)
    click.echo(f"open until {made['expires']}; withdraw with: ronda user uninvite {made['id']}", err=True)
    click.echo(link)


@user.command()
@click.argument("identifier", metavar="ID")
def uninvite(identifier: str) -> None:
    """Withdraw an invitation; its link opens nothing any more."""
    ask(lambda api: api.delete(f"/invitations/{segment(identifier)}"))
    click.echo(f"invitation {identifier} withdrawn")


@user.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they shall be.")
@scope_options
@click.option("--from", "start", type=Moment(), help="When it begins; without it, now.")
@click.option("--until", type=Moment(), help="When it ends.")
def grant(
    name: str,
    role: str,
    scope: dict[str, str],
    start: str | None,
    until: str | None,
) -> None:
    """Give somebody a role, and print the grant's id, last."""
    body = {"person": name, "role": role, **scope, "from": start, "until": until}
    made = ask(lambda api: api.post("/grants", body))
    click.echo(f"{name} is {role} over {over(made)}", err=True)
    click.echo(made["id"])


@user.command()
@click.argument("identifier", metavar="GRANT")
def revoke(identifier: str) -> None:
    """End a grant by its id (see `ronda user list`), at once; what is open by it ends too."""
    ask(lambda api: api.delete(f"/grants/{segment(identifier)}"))
    click.echo(f"grant {identifier} ended")


@user.command()
@click.argument("name")
def disable(name: str) -> None:
    """Let somebody not sign in any more; sessions and tokens of theirs end at once."""
    ask(lambda api: api.patch(f"/people/{segment(name)}", {"disabled": True}))
    click.echo(f"{name} may not sign in any more")


@user.command()
@click.argument("name")
def enable(name: str) -> None:
    """Let somebody sign in again."""
    ask(lambda api: api.patch(f"/people/{segment(name)}", {"disabled": False}))
    click.echo(f"{name} may sign in again")


@user.command()
@click.argument("name")
@click.option("--area", metavar="CODE", help="Which area it shows; without it, the one that it was given.")
def kiosk(name: str, area: str | None) -> None:
    """Make a place's screen of an account that many share: it may look at now, and its people are named one by one."""
    made = ask(lambda api: api.post(f"/people/{segment(name)}/kiosk", {"area": area}))
    click.echo(f"{name} is the screen of {over(made['grants'][0])}")


@user.command("forget-factor")
@click.argument("name")
def forget_factor(name: str) -> None:
    """Let somebody who lost authenticator and recovery codes sign in with the password alone."""
    ask(lambda api: api.delete(f"/people/{segment(name)}/second-factor"))
    click.echo(f"{name} signs in without a code")


@user.command()
@click.argument("name")
def password(name: str) -> None:
    """Give somebody a new password, asked for twice, or read from standard input; their sessions end."""
    if sys.stdin.isatty():
        new = click.prompt("New password", hide_input=True, confirmation_prompt=True)
    else:
        new = sys.stdin.readline().rstrip("\n")
    ask(lambda api: api.post(f"/persons/{segment(name)}/password", {"new": new}))
    click.echo(f"{name} has a new password")


def _state(person: dict[str, Any]) -> str:
    if person["disabled"]:
        return "disabled"
    return str(person["kind"]) + (" +code" if person["second_factor"] else "")


def _address() -> str:
    chosen = settings()
    host = "localhost" if chosen.host in ("0.0.0.0", "::", "127.0.0.1") else chosen.host  # noqa: S104 - compared
    return f"{'https' if chosen.https else 'http'}://{host}:{chosen.port}"
