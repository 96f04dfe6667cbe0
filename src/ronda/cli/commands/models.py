"""`ronda models`."""

import contextlib
import datetime
import json
import signal
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ronda.base.errors import BadInput, RondaError
from ronda.cli.command import Group, settings
from ronda.cli.table import print_facts, print_table

if TYPE_CHECKING:
    from ronda.vision.models.adding import Added
    from ronda.vision.models.checking import Checked
    from ronda.vision.models.pulling import Pull
    from ronda.vision.models.shelf import Entry, Shelf


@click.group(cls=Group)
def models() -> None:
    """List, fetch, add and check larger eyes: detectors that cameras can be looked at with."""


@models.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_(as_json: bool) -> None:
    """List the eyes that are there, and those that are known."""
    entries = _shelf().entries()
    if as_json:
        click.echo(json.dumps([_document(one) for one in entries], indent=2, ensure_ascii=False))
        return
    rows = [
        (one.name, one.state.value, one.licence, _size(one.bytes), _speed(one), ", ".join(one.classes), one.source)
        for one in entries
    ]
    print_table(("NAME", "STATE", "LICENCE", "SIZE", "A PICTURE", "CLASSES", "SOURCE"), rows)
    for one in entries:
        if one.problem:
            click.echo(f"{one.name}: {one.problem}", err=True)


@models.command()
@click.argument("name")
@click.option("--replace", is_flag=True, help="Take it also where one of that name is there.")
def pull(name: str, replace: bool) -> None:
    """Fetch the model NAME from where it is published; what was stopped goes on from there."""
    from ronda.vision.models.adding import install
    from ronda.vision.models.pulling import Pull
    from ronda.vision.models.shelf import State

    shelf = _shelf()
    entry = shelf.entry(name)
    if name not in shelf.known:
        names = ", ".join(shelf.known)
        raise BadInput(f"nobody is known who publishes {name}", f"`ronda models pull` takes {names}")
    if entry.state is State.READY and not replace:
        click.echo(f"{name} is there already")
        return
    with click.progressbar(length=1, label=name, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        fetching = Pull(
            shelf.known[name],
            shelf.folder,
            progress=lambda come: bar.update(come - bar.pos),
            tell=lambda problem: click.echo(f"warning: {problem}", err=True),
        )
        bar.length = fetching.file.bytes
        with _stoppable(fetching), fetching.fetched() as part:
            card = shelf.known[name].card(fetching.file)
            added = install(shelf, part, card, _today(), replace)
    _say_added(added)


@models.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--card",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Its card, where it is not a known one.",
)
@click.option("--replace", is_flag=True, help="Take it also where one of that name is there.")
def add(file: Path, card: Path | None, replace: bool) -> None:
    """Add a model: an .onnx FILE, known by its checksum or with --card, or a folder with card.json and it."""
    from ronda.vision.models.adding import add as add_to

    _say_added(add_to(_shelf(), file, card, _today(), replace))


@models.command()
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, name: str | None, as_json: bool) -> None:
    """Check the model NAME, or all: checksum, opens, runs, how fast; the status is 1 where one does not."""
    shelf = _shelf()
    if name is not None:
        shelf.entry(name)
    names = [name] if name is not None else shelf.names()
    found = [_check(shelf, one) for one in names]
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for one in found:
            click.echo(f"{one['name']}: {one['problem']}" if one["problem"] else f"{one['name']}: {_told(one)}")
    if any(one["problem"] for one in found):
        ctx.exit(1)


def _shelf() -> "Shelf":
    from ronda.vision.models.card import catalogue
    from ronda.vision.models.shelf import FOLDER, Shelf

    folder = settings().data / FOLDER
    return Shelf(folder, catalogue(folder))


def _check(shelf: "Shelf", name: str) -> dict[str, Any]:
    from ronda.vision.detectors.eyes import BUILTIN, GEOMETRY, open_eye
    from ronda.vision.models.checking import check as check_model

    try:
        if name in (BUILTIN, GEOMETRY):
            eye = open_eye(name, shelf.folder)
            return {"name": name, "problem": "", "classes": [one.value for one in eye.name.classes]}
        return {"name": name, "problem": "", **_facts(check_model(shelf.place(name)))}
    except RondaError as error:
        return {"name": name, "problem": str(error)}


def _facts(checked: "Checked") -> dict[str, Any]:
    return {
        "classes": [one.value for one in checked.name.classes],
        "sha256": checked.card.sha256,
        "any_size": checked.any_size,
        **checked.measured(_today()),
    }


def _told(found: dict[str, Any]) -> str:
    if "ms" not in found:
        return "works"
    return f"works; {found['ms']} ms a picture of {found['size']}, one thread of {found['provider']}"


def _say_added(added: "Added") -> None:
    from ronda.vision.likeness.embedder import is_likeness
    from ronda.vision.objects import FaceClass

    checked = added.checked
    how = f"name it as a camera's eye, or with ronda analyse --eye {added.name}"
    if any(isinstance(one, FaceClass) for one in checked.name.classes):
        how = "cameras with a rule of masks use it"
    elif is_likeness(checked.card):
        how = "examinations of cases use it, to say how alike things look"
    click.echo(f"{added.name} added; {how}")
    print_facts(
        [
            ("licence", checked.card.licence),
            ("classes", ", ".join(one.value for one in checked.name.classes)),
            ("sha256", checked.card.sha256),
            ("a picture", f"{checked.ms:.0f} ms at {checked.size_wh[0]}x{checked.size_wh[1]}, one thread"),
            ("folder", added.place),
        ]
    )


def _document(entry: "Entry") -> dict[str, Any]:
    return {**asdict(entry), "state": entry.state.value, "classes": list(entry.classes)}


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size else ""


def _speed(entry: "Entry") -> str:
    measured = entry.measured or {}
    return f"{measured['ms']} ms" if "ms" in measured else ""


@contextlib.contextmanager
def _stoppable(fetching: "Pull") -> Iterator[None]:
    """Say, when it is stopped, that it goes on from there; to be stopped politely is the same as Ctrl-C."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        if fetching.come:
            click.echo(
                f"\n{fetching.come / 1e6:.1f} of {fetching.file.bytes / 1e6:.1f} MB are kept: "
                "the same command goes on from there",
                err=True,
            )
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def _today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
