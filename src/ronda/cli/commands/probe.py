"""`ronda probe`."""

import json
from typing import Any

import click

from ronda.cli.client import ask
from ronda.cli.command import Command
from ronda.cli.table import print_facts


@click.command(cls=Command)
@click.argument("url")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def probe(ctx: click.Context, url: str, as_json: bool) -> None:
    """Say what is at a camera's address, or exactly why nothing is (then the exit status is 1)."""
    report = ask(lambda api: api.post("/probe", {"url": url}))
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        print_facts(_facts(report))
    if not report["ok"]:
        ctx.exit(1)


def _facts(report: dict[str, Any]) -> list[tuple[str, object]]:
    size = f"{report['width']}x{report['height']}" if report.get("width") else None
    return [
        ("address", report["url"]),
        ("problem", report.get("problem")),
        ("mend", report.get("mend")),
        ("tracks", ", ".join(report.get("tracks") or ())),
        ("codec", report.get("codec")),
        ("size", size),
        ("pictures", _number(report.get("fps"), "a second")),
        ("bitrate", _number(report.get("bitrate_bps"), "Mbit/s", 1e6)),
        ("keyframes", _number(report.get("keyframe_distance_s"), "s apart")),
        ("clock", _number(report.get("clock_offset_ms"), "ms from ours")),
    ]


def _number(value: float | None, unit: str, divisor: float = 1) -> str | None:
    return None if value is None else f"{value / divisor:.4g} {unit}"
