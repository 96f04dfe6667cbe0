"""`ronda onboard`."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Final

import click

from ronda.base.errors import BadInput
from ronda.cli.client import Api, Body, ask
from ronda.cli.command import Group
from ronda.cli.commands.importing import write_file
from ronda.cli.table import print_facts, print_table

_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
_STEP_S: Final = 0.3


@click.group(cls=Group)
def onboard() -> None:
    """Find recorders and cameras on the network, and say what they have; the office's page adds them."""


@onboard.command()
@click.option("--interface", help="Search from this address of the machine only.")
@click.option("--seconds", type=float, default=4.0, show_default=True, help="How long to wait for answers.")
@_JSON
@click.pass_context
def search(ctx: click.Context, interface: str | None, seconds: float, as_json: bool) -> None:
    """Search the local networks (ONVIF WS-Discovery)."""
    body = {"seconds": seconds, **({"interface": interface} if interface else {})}
    ctx.exit(_devices("search", body, as_json))


@onboard.command("range")
@click.argument("addresses")
@click.option("--port", "ports", type=int, multiple=True, help="Look at this port instead of the usual ones; again.")
@click.option("--public", is_flag=True, help="Addresses of the internet are meant, too.")
@_JSON
@click.pass_context
def range_(ctx: click.Context, addresses: str, ports: tuple[int, ...], public: bool, as_json: bool) -> None:
    """Look at a range of ADDRESSES, such as 192.168.1.0/24 or 192.168.1.10-50; at most 1,024."""
    ctx.exit(_devices("range", {"range": addresses, "ports": list(ports), "public": public}, as_json))


@onboard.command()
@click.argument("address")
@click.option("--user", default="", help="Name to sign in with; the password is asked for.")
@click.option("--stills", type=click.Path(path_type=Path, file_okay=False), help="Save a still of each channel here.")
@_JSON
@click.pass_context
def recorder(ctx: click.Context, address: str, user: str, stills: Path | None, as_json: bool) -> None:
    """List the channels of the recorder or camera at ADDRESS: HOST, HOST:PORT, or rtsp://HOST:PORT."""
    password = click.prompt("Password", hide_input=True, default="", show_default=False, err=True) if user else ""
    body = {"address": address, "username": user, "password": password}
    job, pictures = ask(lambda api: _visit(api, body, with_stills=stills is not None))
    if stills is not None:
        _save(stills, pictures)
    if as_json:
        click.echo(json.dumps(job, indent=2, ensure_ascii=False))
        ctx.exit(0 if job["state"] == "done" else 1)
    _failed(job)
    _print(job["recorder"])


def _devices(kind: str, body: Body, as_json: bool) -> int:
    job = ask(lambda api: _run(api, kind, body))
    if as_json:
        click.echo(json.dumps(job, indent=2, ensure_ascii=False))
        return 0 if job["state"] == "done" else 1
    _failed(job)
    if not job["devices"]:
        click.echo("nothing was found")
        return 1
    print_table(
        ("ADDRESS", "NAME", "MODEL", "SPEAKS", "REGISTERED"),
        [
            (one["address"], one["name"], one["hardware"], _speaks(one), "yes" if one["known"] else "no")
            for one in job["devices"]
        ],
    )
    return 0


def _speaks(device: Any) -> str:
    return ", ".join(name.upper() for name in ("onvif", "rtsp") if device[name])


async def _run(api: Api, kind: str, body: Body) -> Any:
    job = await api.post(f"/onboarding/{kind}", body)
    hidden = not sys.stderr.isatty() or not job["total"]
    with click.progressbar(length=max(job["total"], 1), label="looking", file=sys.stderr, hidden=hidden) as progress:
        while job["state"] == "running":
            await asyncio.sleep(_STEP_S)
            job = await api.get(f"/onboarding/jobs/{job['job']}")
            progress.update(max(job["done"] - progress.pos, 0))
    return job


async def _visit(api: Api, body: Body, *, with_stills: bool) -> tuple[Any, dict[int, bytes]]:
    job = await _run(api, "recorder", body)
    pictures: dict[int, bytes] = {}
    if with_stills and job["recorder"]:
        for channel in job["recorder"]["channels"]:
            if channel["still"]:
                pictures[channel["number"]] = await api.fetch(channel["still"])
    return job, pictures


def _save(folder: Path, pictures: dict[int, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, picture in pictures.items():
        write_file(folder / f"{number:02d}.jpg", picture)


def _failed(job: Any) -> None:
    if job["state"] != "done":
        raise BadInput(str(job["problem"] or "the search was ended"), str(job["mend"] or ""))


def _print(recorder: Any) -> None:
    offset = recorder["clock_offset_s"]
    print_facts(
        [
            ("address", recorder["address"]),
            ("known by", recorder["how"]),
            ("model", " ".join(filter(None, (recorder["brand"], recorder["model"])))),
            ("serial", recorder["serial"]),
            ("firmware", recorder["firmware"]),
            ("clock", None if offset is None else f"{round(offset) + 0:+d} s from ours"),
            *(("note", note) for note in recorder["notes"]),
        ]
    )
    print_table(
        ("CHANNEL", "NAME", "PICTURE", "ADDRESS", "SMALL", "STILL", "REGISTERED AS"),
        [
            (
                one["number"],
                one["name"],
                f"{one['codec']} {one['width']}x{one['height']}" if one["width"] else one["codec"],
                one["url"],
                "yes" if one["sub_url"] else "no",
                "yes" if one["still"] else one["problem"],
                one["camera"],
            )
            for one in recorder["channels"]
        ],
    )
