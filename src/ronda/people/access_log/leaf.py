"""What a leaf of the tree says: an entry as one line of JSON, with commitments in the place of words.

The line is a JSON array without spaces, ASCII only:

    ["ronda-access-1",number,view,event,at,action,camera,area,from,to,remote,who,purpose,reason,subject]

The last four are hexadecimal commitments, SHA-256 over nonce, the field's name, a zero byte and the text in UTF-8; null
where there was no text. Whoever has neither text nor nonce learns nothing from a commitment, and can still check
the tree; whoever has both can check that this was the text. Never change this format: add another version beside it.
"""

import secrets
from collections.abc import Mapping, Sequence
from hashlib import sha256
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any, Final

from ronda.people.access_log.merkle import leaf_hash

VERSION: Final = "ronda-access-1"
NONCE_BYTES: Final = 16
_LONGEST: Final = 500


def plain(text: str) -> str:
    """Return `text` as any database keeps it: bounded, and what cannot be printed replaced."""
    if text.isprintable() and len(text) <= _LONGEST:
        return text
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:_LONGEST])


def commitment(nonce: bytes, field: str, text: str | None) -> bytes | None:
    """Return the commitment of `field` to `text`; None where there is nothing to commit to."""
    return sha256(nonce + field.encode() + b"\0" + text.encode()).digest() if text else None


def line(entry: Sequence[Any]) -> str:
    """Return what is hashed of an entry: the columns of `ACCESS_LOG` in their order, without `leaf`."""
    # A million of these are made by one verification: an encoder's call for each would take twice the time.
    number, view, event, at, action, camera, area, from_90k, to_90k, remote, who, purpose, reason, subject = entry[:14]
    return (
        f'["{VERSION}",{number},{_quoted(view)},{_quoted(event)},{at},{_quoted(action)},{_text(camera)},{_text(area)},'
        f"{'null' if from_90k is None else from_90k},{'null' if to_90k is None else to_90k},{_quoted(remote)},"
        f"{_hex(who)},{_hex(purpose)},{_hex(reason)},{_hex(subject)}]"
    )


def _text(value: str | None) -> str:
    return "null" if value is None else _quoted(value)


def _hex(value: bytes | None) -> str:
    return "null" if value is None else f'"{value.hex()}"'


def hash_of(entry: Sequence[Any]) -> bytes:
    """Return the leaf's hash of such an entry."""
    return leaf_hash(line(entry).encode())


def rows_of(number: int, noted: Mapping[str, Any]) -> tuple[tuple[Any, ...], tuple[Any, ...] | None]:
    """Return the rows of `ACCESS_LOG` and `ACCESS_NAMES` for what was noted, as entry `number`.

    There is none of names where nothing has to be committed to.
    """
    who, purpose, reason, subject = noted["who"], noted["purpose"], noted["reason"], noted["subject"]
    names, nonce, other = None, b"", b""
    if who or purpose or reason or subject:
        nonce = secrets.token_bytes(NONCE_BYTES)
        other = secrets.token_bytes(NONCE_BYTES) if subject else b""
        names = (number, who or None, purpose or None, reason or None, nonce, subject or None, other or None)
    entry = (
        number,
        noted["view"],
        noted["event"],
        noted["at"],
        noted["action"],
        noted["camera"],
        noted["area"],
        noted["from_90k"],
        noted["to_90k"],
        noted["remote"],
        commitment(nonce, "who", who),
        commitment(nonce, "purpose", purpose),
        commitment(nonce, "reason", reason),
        commitment(other, "subject", subject),
    )
    return (*entry, hash_of(entry)), names
