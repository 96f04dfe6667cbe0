"""`ronda evidence authority`, `sign` and `verifier`: who seals, signing again, the page that strangers verify with."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ronda.base.errors import BadInput
from ronda.cli.command import Command, Group, settings, start_logging
from ronda.cli.replacing import replacing

if TYPE_CHECKING:
    from ronda.evidence.seal.authority import Issued
    from ronda.evidence.seal.signing import Signer

_PATH = click.Path(path_type=Path)
_LARGEST = 256 * 1024
_PAGE = Path(__file__).parent.parent.parent / "web" / "assets" / "verify.html"


@click.group(cls=Group)
def authority() -> None:
    """Show or bring the certificate that seals exports."""


@authority.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("-o", "--output", type=_PATH, metavar="FILE.pem", help="Write the authority's certificate there.")
def show(as_json: bool, output: Path | None) -> None:
    """Say whose seal it is, and the fingerprint to publish; makes the authority where there is none yet."""
    from ronda.cli.authority import authority_of
    from ronda.evidence.seal.certificates import pem

    chosen = settings()
    start_logging(chosen, quiet=True)
    held = authority_of(chosen)
    if output is not None:
        with replacing(output) as file:
            file.write(pem(held.current.chain[-1]))
    if as_json:
        click.echo(json.dumps([_document(one) for one in held.issued], indent=2, ensure_ascii=False))
        return
    current = held.current
    click.echo(f"seals: {current.name}, until {current.end:%Y-%m-%d}, SHA-256 {current.fingerprint}")
    click.echo(f"authority, to be published: SHA-256 {current.authority_fingerprint}")
    for one in held.issued[1:]:
        click.echo(f"sealed before: {one.name}, {one.start:%Y-%m-%d} to {one.end:%Y-%m-%d}, SHA-256 {one.fingerprint}")


@authority.command("import")
@click.option("--cert", type=_PATH, required=True, metavar="CERT.pem", help="The certificate, and those above it.")
@click.option("--key", type=_PATH, metavar="KEY.pem", help="Its private key; left out, it is in the configured token.")
@click.option("--passphrase-file", type=_PATH, metavar="FILE", help="A file with what opens the key.")
def import_(cert: Path, key: Path | None, passphrase_file: Path | None) -> None:
    """Seal with a certificate that the city got elsewhere; what was sealed before stays valid."""
    from ronda.cli.authority import imported_into

    chosen = settings()
    start_logging(chosen, quiet=True)
    passphrase = _read(passphrase_file).strip() if passphrase_file else None
    held = imported_into(chosen)
    if key is None and chosen.evidence.pkcs11_module is None:
        raise BadInput("there is no key for that certificate", "give --key, or configure evidence.pkcs11_module")
    taken = held.take(_read(cert), None if key is None else _read(key), passphrase)
    held.signer()
    click.echo(f"seals from now on: {taken.name}, until {taken.end:%Y-%m-%d}, SHA-256 {taken.fingerprint}")
    click.echo(f"authority, to be published: SHA-256 {taken.authority_fingerprint}")


@click.command(cls=Command)
@click.argument("file", type=_PATH, metavar="FILE.mp4")
@click.option(
    "--note", default="", metavar="TEXT", help="What the signer says, such as: received whole on 26 November."
)
@click.option(
    "--cert", type=_PATH, metavar="CERT.pem", help="The signer's certificate; left out, the city's own signs."
)
@click.option("--key", type=_PATH, metavar="KEY.pem", help="Its private key.")
@click.option("--passphrase-file", type=_PATH, metavar="FILE", help="A file with what opens the key.")
def sign(file: Path, note: str, cert: Path | None, key: Path | None, passphrase_file: Path | None) -> None:
    """Append a further signature to a sealed FILE; all that is in it stays as it is."""
    from ronda.evidence.seal.repeated import sign_again

    if (cert is None) != (key is None):
        raise BadInput("a certificate and its key belong together", "give both --cert and --key")
    if cert is not None and key is not None:
        signer = _signer(cert, key, passphrase_file)
    else:
        from ronda.cli.authority import authority_of

        chosen = settings()
        start_logging(chosen, quiet=True)
        signer = authority_of(chosen).signer()
    click.echo(f"{file}: signature {sign_again(file, signer, note)}")


@click.command(cls=Command)
@click.option("-o", "--output", type=_PATH, required=True, metavar="verify.html", help="Where to.")
def verifier(output: Path) -> None:
    """Write the page that verifies exports in any browser, without a network: to be given along with them."""
    if not _PAGE.is_file():
        raise BadInput("the page is not built", "build the front end: make setup")
    with replacing(output) as file:
        file.write(_PAGE.read_bytes())
    click.echo(f"{output}: {os.path.getsize(output)} bytes")


def _signer(cert: Path, key: Path, passphrase_file: Path | None) -> "Signer":
    from ronda.evidence.seal.authority import imported

    return imported(_read(cert), _read(key), _read(passphrase_file).strip() if passphrase_file else None)


def _document(one: "Issued") -> dict[str, str]:
    return {
        "name": one.name,
        "sha256": one.fingerprint,
        "authority_sha256": one.authority_fingerprint,
        "from": one.start.isoformat(),
        "to": one.end.isoformat(),
    }


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise BadInput(f"{path} cannot be read", (error.strerror or str(error)).lower()) from error
