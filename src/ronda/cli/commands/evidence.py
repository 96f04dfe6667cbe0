"""`ronda evidence`."""

import asyncio
import contextlib
import json
import sys
from pathlib import Path
from typing import IO, Any, Final

import click

from ronda.base.errors import BadInput, RondaError
from ronda.base.pools import Pool
from ronda.cli.client import Api, ask, segment
from ronda.cli.command import Group
from ronda.cli.commands.authority import authority, sign, verifier
from ronda.cli.commands.deletion import delete
from ronda.cli.commands.verify import verify
from ronda.cli.moment import Moment
from ronda.cli.replacing import replacing
from ronda.cli.table import print_table

_POLL_S: Final = 0.3


class NotSealed(RondaError):
    """The export could not be made."""


@click.group(cls=Group)
def evidence() -> None:
    """Keep footage, seal it, and hand it over."""


for _command in (authority, sign, verifier, verify, delete):
    evidence.add_command(_command)


@evidence.command()
@click.option("--camera", required=True, metavar="ID", help="The camera.")
@click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z or with +07:00.")
@click.option("--to", type=Moment(), required=True, help="End.")
@click.option("--reason", required=True, help="Why; shown with the hold.")
@click.option("--case", default="", metavar="NO", help="Number of the case.")
@click.option("--days", type=click.IntRange(1, 30), default=30, show_default=True, help="For how long, from now.")
def hold(camera: str, from_: str, to: str, reason: str, case: str, days: int) -> None:
    """Keep a stretch from being deleted, as `ronda hold add` does; prints the hold's id last."""
    body = {"camera": camera, "from": from_, "to": to, "reason": reason, "case": case, "days": days}
    click.echo(ask(lambda api: api.post("/holds", body))["id"])


@evidence.command()
@click.option("--camera", required=True, metavar="ID", help="The camera.")
@click.option("--from", "from_", type=Moment(), required=True, help="Start, as 2026-11-21T19:00:00Z or with +07:00.")
@click.option("--to", type=Moment(), required=True, help="End; six hours later at most.")
@click.option("--case", default="", metavar="NO", help="Number of the case.")
@click.option("--purpose", default="", help="What for.")
@click.option("--basis", default="", help="The law it is asked for by.")
@click.option("--letter", default="", help="Number of a letter.")
@click.option("--days", type=click.IntRange(1, 365), help="How long the server keeps its own.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="FILE.mp4",
    help="Where to.",
)
def export(output: Path, from_: str, **given: Any) -> None:
    """Seal a stretch; writes FILE.mp4, and beside it FILE.manifest.json, FILE.sig, FILE.pem and what else there is."""
    if output.suffix.lower() != ".mp4":
        raise BadInput(f"{output.name} does not end in .mp4", "call it FILE.mp4")
    told = ask(lambda api: _sealed(api, {"from": from_, **given}))
    with contextlib.ExitStack() as stack:
        targets = [_beside(output, told, file["name"]) for file in told["files"]]
        files = [stack.enter_context(replacing(target)) for target in targets]
        ask(lambda api: _save(api, told, files))
    click.echo(f"{output}: {told['bytes'] / 1e6:.1f} MB, SHA-256 {told['sha256']}")
    for file in told["files"][1:]:
        click.echo(f"{_beside(output, told, file['name'])}")
    manifest = json.loads(_beside(output, told, f"{_stem(told)}.manifest.json").read_text())
    for gap in manifest["gaps"]:
        click.echo(f"missing: {gap['from']} to {gap['to']} ({gap['cause']})")
    if told["altered"]:
        click.echo(
            f"WARNING: {told['altered']} files of the archive are not what was recorded; the manifest names them"
        )


@evidence.command("list")
@click.option("--case", metavar="NO", help="Only those of a case.")
@click.option("--camera", metavar="ID", help="Only those of a camera.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(case: str | None, camera: str | None, as_json: bool) -> None:
    """List the sealed exports, newest first."""
    query = {"case": case, "camera": camera}
    found = ask(lambda api: api.get("/exports", **{key: value for key, value in query.items() if value}))["exports"]
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    rows = [(one["id"], one["camera"], one["from"], one["to"], one["state"], one["by"], one["case"]) for one in found]
    print_table(("ID", "CAMERA", "FROM", "TO", "STATE", "BY", "CASE"), rows)


@evidence.command()
@click.argument("identifier", metavar="ID")
def remove(identifier: str) -> None:
    """Delete the files of a sealed export at the server; that there was one stays known."""
    ask(lambda api: api.delete(f"/exports/{segment(identifier)}"))
    click.echo(f"export {identifier} removed")


async def _sealed(api: Api, body: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = await api.post("/exports", body)
    with _bar("sealing", 1000) as bar:
        while told["state"] == "making":
            bar.update(max(0, round(told["progress"] * 1000) - bar.pos))
            await asyncio.sleep(_POLL_S)
            told = await api.get(f"/exports/{told['id']}")
    if told["state"] != "ready":
        raise NotSealed(told["problem"] or f"the export is {told['state']}", told["mend"])
    return told


async def _save(api: Api, told: dict[str, Any], files: list[IO[bytes]]) -> None:
    disk = Pool("disk", threads=1)
    with contextlib.closing(disk), _bar("saving", told["bytes"]) as bar:
        for file, opened in zip(told["files"], files, strict=True):
            async with api.stream_at(file["url"], purpose=told["purpose"]) as response:
                async for piece in response.aiter_bytes(1 << 18):
                    await disk.run(opened.write, piece)
                    bar.update(len(piece))


def _bar(label: str, length: int) -> "Any":
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _stem(told: dict[str, Any]) -> str:
    return str(told["files"][0]["name"]).removesuffix(".mp4")


def _beside(output: Path, told: dict[str, Any], name: str) -> Path:
    """Return where a file goes: its ending behind the name that was asked for."""
    return output.with_name(output.stem + name.removeprefix(_stem(told)))
