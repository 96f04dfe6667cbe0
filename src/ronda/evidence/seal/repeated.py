"""Further signatures: an agency, a laboratory or a court signs what it received, with what it has to say (`auib`).

A signature is appended to a file that is sealed already; only the file's end is written, and nothing before the
signature is there. The order makes a crash harmless: the new box is put behind the file first, then two sizes in `meta`
take it in, in one small write; a box that was left behind goes away at the next signing.
"""

import os
from pathlib import Path
from typing import IO, Final

from ronda.base.errors import BadInput, StorageFailed
from ronda.evidence.seal.boxes import SignatureSlot, sinf_box
from ronda.evidence.seal.digest import digests, grown
from ronda.evidence.seal.reading import LARGEST_META_BYTES, MOST_SIGNATURES, BrokenFile, read_meta
from ronda.evidence.seal.sealed import Sealed
from ronda.evidence.seal.signing import Signer, verify_digest

_LONGEST_NOTE_BYTES: Final = 8_000


def sign_again(path: Path, signer: Signer, note: str = "") -> int:
    """Append a signature to a sealed file, which is read once. Blocking.

    Args:
        path: The sealed file; it is changed in place.
        signer: Who signs.
        note: What they say.

    Returns:
        The number of the signature, from 1.

    Raises:
        BadInput: The file is not sealed, or its last signature does not fit, or it has no room for more.
        StorageFailed: The disk refused.
    """
    if len(note.encode()) > _LONGEST_NOTE_BYTES:
        raise BadInput("the note is too long", f"write at most {_LONGEST_NOTE_BYTES} bytes")
    try:
        with path.open("r+b") as file:
            return _append(file, path, signer, note)
    except FileNotFoundError as error:
        raise BadInput(f"{path} is not there", "name the sealed file") from error
    except OSError as error:
        raise StorageFailed(f"{path} cannot be signed: {error.strerror or error}") from error


def _append(file: IO[bytes], path: Path, signer: Signer, note: str) -> int:
    sealed = _outline(file, path)
    slot = SignatureSlot(signer.certificate_der, signer.signature_bytes, note)
    sinf = sinf_box(slot)
    number = len(sealed.signatures) + 1
    if number > MOST_SIGNATURES or sealed.meta_size + len(sinf.data) > LARGEST_META_BYTES:
        raise BadInput(f"{path} has no room for a further signature", f"it carries {number - 1}")
    found = digests(file, sealed, appended=sinf.data)
    last = sealed.signatures[-1]
    if not last.usual or not verify_digest(last.certificate_der, found.signed[-1], last.value):
        raise BadInput(f"{path}: its last signature does not fit the file", f"look at it with: ronda verify {path}")
    signed = sinf.signed(signer.sign_digest(found.appended))
    file.seek(sealed.meta_offset)
    before = file.read(sealed.ipro_offset - sealed.meta_offset + 8)
    try:
        _write(file, sealed.size, signed)
    except OSError:
        file.truncate(sealed.size)
        raise
    _write(file, sealed.meta_offset, grown(before, sealed, len(signed)))
    return number


def _outline(file: IO[bytes], path: Path) -> Sealed:
    """Return the file's outline, without a signature that was left behind half written."""
    try:
        sealed = read_meta(file)
    except BrokenFile as error:
        if not error.cut or error.box is None or error.box[0] != b"sinf":
            raise
        file.truncate(error.box[1])
        sealed = read_meta(file)
    if sealed is None or not sealed.signatures:
        raise BadInput(f"{path} is not sealed", "only a sealed file can be signed again")
    end = sealed.meta_offset + sealed.meta_size
    file.seek(end + 4)
    if end < sealed.size and file.read(4) == b"sinf":
        file.truncate(end)
        return _outline(file, path)
    last = sealed.signatures[-1]
    if end < sealed.size or last.offset + last.size < end:
        raise BadInput(f"{path}: its seal is not at its end", "sign it with the software that sealed it")
    return sealed


def _write(file: IO[bytes], at: int, data: bytes) -> None:
    file.seek(at)
    file.write(data)
    file.flush()
    os.fsync(file.fileno())
