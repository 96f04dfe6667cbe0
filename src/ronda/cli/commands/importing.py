"""`ronda import`."""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

from ronda.base.errors import BadInput
from ronda.base.pools import Pool
from ronda.base.time import HZ_90K, format_rfc3339, parse_rfc3339
from ronda.cli.client import Api, ask
from ronda.cli.command import Group
from ronda.cli.moment import Moment
from ronda.cli.table import print_table

_FILE: Final = click.Path(path_type=Path)
_MOST_BYTES: Final = 64 * 1024 * 1024
_PIECE_BYTES: Final = 1 << 20
_POLL_S: Final = 2
_SHOWN: Final = 20


@click.group("import", cls=Group)
def import_() -> None:
    """Bring cameras or areas in from a file, compared with the register first; or footage from a recorder's stick."""


_DRY: Final = click.option("--dry-run", is_flag=True, help="Only show what it would do.")
_PARTIAL: Final = click.option("--partial", is_flag=True, help="Write what is acceptable although lines are refused.")
_YES: Final = click.option("--yes", "-y", is_flag=True, help="Do not ask before writing.")
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@import_.command()
@click.argument("file", type=_FILE)
@_DRY
@_PARTIAL
@_YES
@_JSON
@click.pass_context
def cameras(ctx: click.Context, /, file: Path, **options: bool) -> None:
    """Import cameras from FILE: .csv, .xlsx or .geojson; `ronda import template` shows the columns."""
    ctx.exit(_import("cameras", file, **options))


@import_.command()
@click.argument("file", type=_FILE)
@_DRY
@_PARTIAL
@_YES
@_JSON
@click.pass_context
def areas(ctx: click.Context, /, file: Path, **options: bool) -> None:
    """Import areas with their outlines from FILE, a .geojson."""
    ctx.exit(_import("areas", file, **options))


@import_.command()
@click.argument("files", type=_FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--camera", required=True, help="Which camera it is of.")
@click.option("--start", type=Moment(), required=True, help="Its first moment by the recorder's clock.")
@click.option("--offset", type=float, required=True, help="How many seconds that clock was ahead; negative: behind.")
@click.option("--keep-days", type=click.IntRange(0, 30), default=30, show_default=True, help="For how long it is kept.")
def footage(files: tuple[Path, ...], camera: str, start: str, offset: float, keep_days: int) -> None:
    """Bring footage in from a recorder's USB stick; of several files each begins where the one before ended."""
    shown_90k = parse_rfc3339(start)
    for file in files:
        query = {
            "camera": camera,
            "from": format_rfc3339(shown_90k),
            "offset_s": str(offset),
            "keep_days": str(keep_days),
        }
        told = ask(partial(_send, file=file, query=query))
        click.echo(f"{file}: {told['from']} to {told['to']}, {told['bytes'] / 1e6:.1f} MB")
        shown_90k = parse_rfc3339(told["to"]) + round(offset * HZ_90K)


async def _send(api: Api, file: Path, query: dict[str, str]) -> Any:
    disk = Pool("disk", threads=1)

    async def pieces() -> AsyncIterator[bytes]:
        while piece := await disk.run(opened.read, _PIECE_BYTES):
            yield piece

    with contextlib.closing(disk):
        try:
            opened = await disk.run(file.open, "rb")
        except OSError as error:
            raise BadInput(f"{file} cannot be read ({error.strerror})", "look at its path") from error
        with opened:
            return await api.send_file("/media/_footage", pieces(), **query)


@import_.command()
@click.option("-o", "--output", type=_FILE, required=True, help="Where to write it: FILE.xlsx or FILE.csv.")
@click.option("--lang", type=click.Choice(("id", "en")), default="id", help="Language of the headings.")
def template(output: Path, lang: str) -> None:
    """Write a table of cameras to be filled in, with an explanation of each column (.xlsx)."""
    kind = output.suffix.lstrip(".").lower()
    if kind not in ("csv", "xlsx"):
        raise BadInput(f"{output.name} is neither .xlsx nor .csv", "call it cameras.xlsx")
    data = ask(lambda api: api.download(f"/import/template.{kind}", lang=lang))
    write_file(output, data)
    click.echo(f"template written to {output}")


def _import(kind: str, file: Path, *, dry_run: bool, partial: bool, yes: bool, as_json: bool) -> int:
    data = _read(file)
    shown = ask(lambda api: _preview(api, kind, file.name, data, quiet=as_json))
    if shown["state"] == "failed":
        raise BadInput(str(shown["problem"]), str(shown["mend"] or ""))
    if as_json and dry_run:
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    elif not as_json:
        _print(shown)
    counts = shown["counts"]
    refused = int(counts["refused"])
    if dry_run:
        return 1 if refused else 0
    if refused and not partial:
        click.echo("nothing was written: mend the lines above, or write the others alone with --partial", err=True)
        return 1
    if not counts["new"] and not counts["changed"]:
        if as_json:
            click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
        else:
            click.echo("nothing to write")
        return 0
    if not yes and sys.stdin.isatty() and not as_json:
        click.confirm("write this?", abort=True)
    done = ask(lambda api: _write(api, kind, file.name, data, shown, partial=partial))
    if as_json:
        click.echo(json.dumps(done, indent=2, ensure_ascii=False))
    else:
        click.echo(f"written: {counts['new']} new, {counts['changed']} changed")
    return 0


def _read(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size > _MOST_BYTES:
            raise BadInput(f"{file} has {size // 1_000_000} MB", f"give at most {_MOST_BYTES // 1_000_000} MB")
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror}", "look at its name and permissions") from error


async def _preview(api: Api, kind: str, name: str, data: bytes, *, quiet: bool) -> Any:
    shown = await api.upload(f"/import/{kind}", name, data)
    expected = max(data.count(b"\n"), 1)
    hidden = quiet or not sys.stderr.isatty()
    with click.progressbar(length=expected, label="reading", file=sys.stderr, hidden=hidden) as progress:
        while shown["state"] == "reading":
            await asyncio.sleep(0.1)
            shown = await api.get(f"/import/{shown['id']}", wait="0.3")
            progress.update(max(min(shown["lines"], expected) - progress.pos, 0))
    return shown


async def _write(api: Api, kind: str, name: str, data: bytes, shown: Any, *, partial: bool) -> Any:
    if not api.running:  # without a server each call has an application of its own: read it once more
        again = await _preview(api, kind, name, data, quiet=True)
        if again["counts"] != shown["counts"]:
            raise BadInput("the register has changed meanwhile", "look again")
        shown = again
    return await api.post(f"/import/{shown['id']}/commit", {"partial": partial})


def _print(shown: Any) -> None:
    counts = shown["counts"]
    click.echo(
        f"{counts['lines']} lines: {counts['new']} new, {counts['changed']} changed, {counts['unchanged']} unchanged, "
        f"{counts['refused']} refused"
    )
    for item in shown["changed"][:_SHOWN]:
        for one in item["differences"]:
            click.echo(f"  {item['kind']} {item['id']}: {one['field']} {one['before'] or '-'} -> {one['after'] or '-'}")
    _more(counts["changed"], "changed")
    if shown["told"]:
        click.echo("read otherwise than written:")
        for reason, number, first in _grouped(shown["told"]):
            where = f"line {first['line']}" if number == 1 else f"{number} lines, first {first['line']}"
            click.echo(f"  {where} {first['column']}: {reason}")
    if shown["refused"]:
        click.echo("refused:")
        rows = [(one["line"], one["column"], one["value"], f"{one['reason']}: {one['mend']}".rstrip(": "))
                for one in shown["refused"][:_SHOWN * 2]]  # fmt: skip
        print_table(("LINE", "COLUMN", "VALUE", "WHY"), rows)
        if counts["refused"] > len(rows):
            click.echo(f"  ... and {counts['refused'] - len(rows)} more")
    if shown["stopped"]:
        click.echo("reading was given up: nothing at all was acceptable")


def _more(count: int, what: str) -> None:
    if count > _SHOWN:
        click.echo(f"  ... {count} {what} in all")


def _grouped(told: list[Any]) -> list[tuple[str, int, Any]]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for one in told:
        groups.setdefault((one["column"], one["reason"]), []).append(one)
    return [(reason, len(found), found[0]) for (_, reason), found in list(groups.items())[:_SHOWN]]


def write_file(path: Path, data: bytes) -> None:
    """Write a file that was asked for.

    Raises:
        BadInput: It cannot be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        raise BadInput(f"{path} cannot be written: {error.strerror}", "choose another place") from error
