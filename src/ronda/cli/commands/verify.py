"""`ronda verify`: needs no server, no data folder and no network."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ronda.base.errors import BadInput
from ronda.cli.command import Command

if TYPE_CHECKING:
    from ronda.evidence.verifying.verdict import Verdict

_WORTH_A_BAR = 200_000_000
_PATH = click.Path(path_type=Path)


@click.command(cls=Command)
@click.argument("files", type=_PATH, nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--authority",
    "authorities",
    multiple=True,
    metavar="CERT|SHA256",
    help="The city's authority: its certificate's file, or its SHA-256 fingerprint; as published by the city itself.",
)
@click.option(
    "--time-stamp-authority",
    "stampers",
    type=_PATH,
    multiple=True,
    metavar="CERT",
    help="An authority whose time stamps are trusted.",
)
@click.option("--manifest", type=_PATH, help="Where the manifest is, if not beside the file.")
@click.option("--signature", type=_PATH, help="Likewise the manifest's signature.")
@click.option("--certificates", type=_PATH, help="Likewise the certificates.")
@click.option("--time-stamp", type=_PATH, help="Likewise the time stamp.")
@click.option("--lang", type=click.Choice(["id", "en", "both"]), default="both", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def verify(
    ctx: click.Context,
    /,
    files: Sequence[Path],
    authorities: Sequence[str],
    stampers: Sequence[Path],
    lang: str,
    as_json: bool,
    **named: Path | None,
) -> None:
    """Say whether sealed exports are what was sealed, and where not.

    For each FILE its NAME.manifest.json, NAME.sig, NAME.pem and NAME.tsr are looked for beside it. The exit status is
    that of the worst file: 0 authentic (with gaps too), 1 altered, 3 not signed, 4 unknown signer, 5 unreadable.
    """
    from ronda.evidence.verifying.beside import Trust, find, read_certificates
    from ronda.evidence.verifying.verify import verify as judge

    if len(files) > 1 and any(named.values()):
        raise BadInput("several files, and one of what lies beside them", "name one FILE, or leave the options out")
    trust = Trust.parse(authorities)
    trusted = [certificate for path in stampers for certificate in read_certificates(path)]
    verdicts = []
    for path in files:
        beside = find(
            path,
            manifest=named["manifest"],
            signature=named["signature"],
            certificates_pem=named["certificates"],
            time_stamp=named["time_stamp"],
        )
        with _progress(path) as progress:
            verdict = judge(path, beside, trust, stampers=trusted, progress=progress)
        verdicts.append(verdict)
        if not as_json:
            _print(path, verdict, lang)
    if as_json:
        click.echo(json.dumps([one.document() for one in verdicts], indent=2, ensure_ascii=False))
    ctx.exit(max(one.status for one in verdicts))


def _print(path: Path, verdict: "Verdict", lang: str) -> None:
    from ronda.evidence.verifying.words import LANGUAGES, headline, lines

    click.echo(f"{path}")
    for language in LANGUAGES:
        if lang in (language, "both"):
            click.echo(f"  {headline(verdict, language)}")
            for line in lines(verdict, language):
                click.echo(f"    {line}")


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[int], object] | None]:
    """Show how far it is, for a large file at a terminal."""
    try:
        size = path.stat().st_size
    except OSError:
        size = 0
    if size < _WORTH_A_BAR or not sys.stderr.isatty():
        yield None
        return
    with click.progressbar(length=size, label=path.name, file=sys.stderr) as bar:
        yield lambda at: bar.update(at - bar.pos)
