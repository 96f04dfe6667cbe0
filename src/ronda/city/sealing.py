"""Credentials of cameras and recorders, sealed where they are stored; called in the store's threads.

A password that stands in the path of an address (`/user=admin_password=x`) is sealed with the path, host and port stay.
"""

from dataclasses import replace
from typing import Any, Final

import sqlalchemy as sa
import structlog

from ronda.base.redaction import redact
from ronda.city.tables import ADDRESSES
from ronda.media.sources.address import StreamAddress
from ronda.store.database import Store
from ronda.store.secrets import PREFIX, Secrets

_log = structlog.get_logger(__name__)
_SEALED_PATH: Final = f"/{PREFIX}"


def address_columns(secrets: Secrets, address: StreamAddress) -> dict[str, str | None]:
    """Return the columns `url`, `username` and `password` of an address."""
    kept = address
    if redact(address.path) != address.path:
        kept = replace(address, path=f"/{secrets.seal(address.path)}")
    return {
        "url": kept.without_credentials,
        "username": sealed(secrets, address.username),
        "password": sealed(secrets, address.password),
    }


def address_of(secrets: Secrets, row: sa.Row[Any]) -> StreamAddress:
    """Return the address that a row keeps."""
    url, found, path = row.url.partition(_SEALED_PATH)
    address = StreamAddress.parse(url)
    if found:
        whole = secrets.open_or_keep(PREFIX + path)
        address = replace(address, path=whole if whole.startswith(("/", "?", "#")) else f"/{whole}")
    return replace(address, username=opened(secrets, row.username), password=opened(secrets, row.password))


def sealed(secrets: Secrets, text: str | None) -> str | None:
    """Return a column's text sealed."""
    return None if text is None else secrets.seal(text)


def opened(secrets: Secrets, text: str | None) -> str | None:
    """Return what a column holds; sealed as it is, where its key is lost."""
    return None if text is None else secrets.open_or_keep(text)


def tell_lost(store: Store) -> None:
    """Log how many credentials could not be opened; they stay in the database until their key comes back."""
    if lost := store.secrets.lost:
        mend = "put the key back as a further line of the key file, or give the passwords again"
        _log.error("credentials cannot be opened: their key is lost", count=lost, mend=mend)


async def seal_paths(store: Store) -> None:
    """Seal the paths in which an older Ronda left a password; the columns are sealed when the store is opened."""
    if await store.run(lambda connection: _seal_paths(connection, store.secrets)):
        await store.scrub(ADDRESSES)


def _seal_paths(connection: sa.Connection, secrets: Secrets) -> int:
    suspicious = sa.or_(ADDRESSES.c.url.like("%=%"), ADDRESSES.c.url.like(f"%{_SEALED_PATH}%"))
    rows = [row for row in connection.execute(sa.select(ADDRESSES).where(suspicious)) if _is_stale(secrets, row.url)]
    for row in rows:
        mine = sa.and_(ADDRESSES.c.camera == row.camera, ADDRESSES.c.part == row.part)
        url = address_columns(secrets, address_of(secrets, row))["url"]
        connection.execute(ADDRESSES.update().where(mine).values(url=url))
    return len(rows)


def _is_stale(secrets: Secrets, url: str) -> bool:
    _, found, path = url.partition(_SEALED_PATH)
    return secrets.is_stale(PREFIX + path) if found else redact(url) != url
