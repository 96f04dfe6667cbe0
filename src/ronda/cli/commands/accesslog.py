"""`ronda accesslog`."""

import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from ronda.base.errors import BadInput
from ronda.cli.client import Api, ask
from ronda.cli.command import Group, settings, start_logging
from ronda.cli.moment import Moment
from ronda.cli.replacing import replacing

if TYPE_CHECKING:
    from ronda.config.models import Settings
    from ronda.people.access_log.head import Head
    from ronda.people.access_log.verify import Kept, Witness


@click.group(cls=Group)
def accesslog() -> None:
    """Prove that nobody rewrote the access log; keep its heads, export it, erase a name."""


@accesslog.command()
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="HEAD.json",
    help="A head that was kept outside this machine; may be given several times.",
)
@click.option(
    "--heads",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="The heads that a node kept: its file accesslog-heads-NNNNNN.jsonl, or the folder with all of them.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(ctx: click.Context, against: Sequence[Path], heads: Sequence[Path], as_json: bool) -> None:
    """Compute the whole log again and hold it against its heads; beside a running server too.

    The heads that the node of this machine kept beside its recordings are always among them.
    """
    from ronda.cli.composition import database_of
    from ronda.people.access_log.head import KEY_FILE, Signer
    from ronda.people.access_log.verify import verify as find
    from ronda.store.database import read_beside

    chosen = settings()
    start_logging(chosen, quiet=True)
    witnesses = [_witness(path) for path in against]
    kept = [_kept(place, str(place)) for place in heads] + _kept_here(chosen)
    key = Signer.public_key(chosen.data / KEY_FILE)
    url, _, limits = database_of(chosen)
    report = read_beside(url, limits, lambda connection: find(connection, key, witnesses, kept))
    if as_json:
        found = {"entries": report.entries, "erased": report.erased, "heads": report.heads}
        click.echo(json.dumps({**found, "root": report.root.hex(), "problems": report.problems}, indent=2))
    else:
        for problem in report.problems:
            click.echo(problem)
        verdict = "the log was tampered with" if report.problems else "the log agrees"
        click.echo(
            f"{verdict}: {report.entries} entries, {report.erased} with an erased name, "
            f"{report.heads} heads, root {report.root.hex()}"
        )
        if not witnesses and not heads:
            click.echo("no head from outside was given (--against, --heads): who can write the database can sign anew")
    ctx.exit(1 if report.problems else 0)


def _witness(path: Path) -> "Witness":
    from ronda.people.access_log.verify import Witness

    return Witness(path.name, _head(path))


def _kept(place: Path, name: str) -> "Kept":
    from ronda.node.witness.file import Refusal, kept_in
    from ronda.people.access_log.head import Head
    from ronda.people.access_log.verify import Kept

    lines = kept_in(place)
    refused = tuple((line.head, line.objection) for line in lines if isinstance(line, Refusal))
    return Kept(name, tuple(line for line in lines if isinstance(line, Head)), refused)


def _kept_here(chosen: "Settings") -> list["Kept"]:
    from ronda.node.witness.file import has_heads

    folder = chosen.archive.volumes[0]
    return [_kept(folder, f"the node's file in {folder}")] if has_heads(folder) else []


def _head(path: Path) -> "Head":
    from ronda.people.access_log.head import Head

    try:
        with path.open() as file:
            text = file.read(10_000)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read", str(getattr(error, "strerror", "") or "it is no text")) from error
    return Head.parse(text, str(path))


@accesslog.command()
@click.argument("old", type=click.Path(path_type=Path), metavar="OLD.json")
@click.argument("new", type=click.Path(path_type=Path), metavar="[NEW.json]", required=False)
@click.option("--proof", type=click.Path(path_type=Path), metavar="FILE", help="The proof; else the server is asked.")
@click.pass_context
def compare(ctx: click.Context, old: Path, new: Path | None, proof: Path | None) -> None:
    """Say whether the head NEW, or the newest there is, follows from the head OLD: whether the log only grew."""
    from ronda.people.access_log.head import Head
    from ronda.people.access_log.succession import SENTENCES, objection

    older = _head(old)
    if not older.genuine:
        raise BadInput(f"{old} carries no genuine signature", "it is not what a log gave out, or was changed since")
    if new is None:
        text = json.dumps(ask(lambda api: api.get("/public/accesslog/head")))
        newer, name = Head.parse(text, "the server's answer"), "the newest head"
    else:
        newer, name = _head(new), str(new)
    hashes = _hashes(proof) if proof else _proof_between(older.size, newer.size)
    found = objection(older, newer, hashes)
    if found is not None:
        click.echo(f"{name} does not follow from {old}: {SENTENCES[found]}")
        ctx.exit(1)
    click.echo(f"{name} follows from {old}: the log grew from {older.size} to {newer.size} entries, and nothing else")


def _proof_between(first: int, second: int) -> list[bytes] | None:
    """Ask the server; there is no proof that a log shrank."""
    if first > second:
        return None
    found = ask(lambda api: api.get("/public/accesslog/proof", first=str(first), second=str(second)))
    return _hashes_of(found, "the server's answer")


def _hashes(path: Path) -> list[bytes]:
    try:
        with path.open() as file:
            found = json.loads(file.read(100_000))
    except (OSError, ValueError, RecursionError) as error:
        raise BadInput(f"{path} cannot be read", str(getattr(error, "strerror", "") or "it is no JSON")) from error
    return _hashes_of(found, str(path))


def _hashes_of(found: Any, name: str) -> list[bytes]:
    try:
        return [bytes.fromhex(one) for one in found["hashes"]]
    except (ValueError, TypeError, KeyError) as error:
        raise BadInput(
            f"{name} holds no proof", "give it as it came from GET /api/v1/public/accesslog/proof"
        ) from error


@accesslog.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; else it is printed.")
def head(output: Path | None) -> None:
    """Save a signed head of the log as it is now: keep it where this machine's administrator cannot reach it."""
    found = ask(lambda api: api.get("/accesslog/head"))
    text = json.dumps(found, indent=2) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return
    with replacing(output) as file:
        file.write(text.encode())
    click.echo(f"{output}: head over {found['size']} entries of {found['time']}")


@accesslog.command()
@click.option("--from", "from_", type=Moment(), help="Looks that began then or later.")
@click.option("--to", type=Moment(), help="Looks that began before.")
@click.option("--area", help="Region code; with all areas below it.")
@click.option("--camera", help="Of this camera.")
@click.option("--who", help="By this name.")
@click.option("--action", help="Of this kind, such as replay.")
@click.option("--format", "kind", type=click.Choice(["csv", "jsonl"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Where to; else it is printed.")
def export(output: Path | None, from_: str | None, kind: str, **filters: str | None) -> None:
    """Save who looked at what, oldest first."""
    given = {**filters, "from": from_, "format": kind}
    query = {name: value for name, value in given.items() if value is not None}
    if output is None:
        ask(lambda api: _export(api, query, sys.stdout.buffer))
        return
    with replacing(output) as file:
        size = ask(lambda api: _export(api, query, file))
    click.echo(f"{output}: {size} bytes")


@accesslog.command()
@click.argument("name")
def erase(name: str) -> None:
    """Erase NAME, as the log shows it, from every entry; what was done stays, and the log stays verifiable."""
    done = ask(lambda api: api.post("/accesslog/erasures", {"name": name}))
    click.echo(f"{name} was erased from {done['entries']} entries")


async def _export(api: Api, query: dict[str, str], file: IO[bytes]) -> int:
    from ronda.base.pools import Pool

    size = 0
    disk = Pool("disk", threads=1)
    with contextlib.closing(disk):
        async with api.stream("/accesslog/export", **query) as response:
            async for piece in response.aiter_bytes(1 << 18):
                size += await disk.run(file.write, piece)
    return size
