"""`ronda archive`."""

import json

import click

from ronda.cli.client import ask
from ronda.cli.command import Group
from ronda.cli.table import print_table


@click.group(cls=Group)
def archive() -> None:
    """Check the archive, or rebuild its index."""


@archive.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@click.option("--quick", is_flag=True, help="Do not read every byte, which takes hours on a full disk.")
@click.option("--seal", is_flag=True, help="Also hold what is left against the signed roots of days that are over.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def check(ctx: click.Context, repair: bool, quick: bool, seal: bool, as_json: bool) -> None:
    """List every mismatch between files, journal, index and coverage; with any left, the exit status is 1."""
    report = ask(lambda api: api.post("/archive/check", {"repair": repair, "hashes": not quick, "seal": seal}))
    mismatches = report["mismatches"]
    if as_json:
        click.echo(json.dumps(report, indent=2))
    elif mismatches:
        rows = [(m["kind"], m["where"], m["detail"], "repaired" if m["repaired"] else "") for m in mismatches]
        print_table(("MISMATCH", "WHERE", "DETAIL", ""), rows)
    left = sum(not mismatch["repaired"] for mismatch in mismatches)
    click.echo(f"{report['files']} files checked, {len(mismatches)} mismatches, {left} left", err=as_json)
    if left:
        ctx.exit(1)


@archive.command()
def reindex() -> None:
    """Rebuild the index from files and journal."""
    report = ask(lambda api: api.post("/archive/reindex", {}))
    click.echo(f"{report['files']} files in {report['runs']} runs indexed in {report['seconds']:.1f} s")
