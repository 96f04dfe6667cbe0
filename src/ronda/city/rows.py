"""Cameras to rows and back; called in the store's threads, within its transactions."""

import json
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from ronda.bus.contract import Recording
from ronda.city.camera import AddressPart, Camera
from ronda.city.tables import ADDRESSES, CAMERAS, CHANGES
from ronda.media.sources.address import StreamAddress


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the history: who changed which camera, when, from what to what (secrets masked)."""

    at_90k: int
    by: str
    camera: str
    action: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


def read_all(connection: sa.Connection) -> dict[str, Camera]:
    """Return every camera, by id."""
    addresses: dict[str, dict[AddressPart, StreamAddress]] = {}
    for row in connection.execute(sa.select(ADDRESSES)):
        addresses.setdefault(row.camera, {})[AddressPart(row.part)] = _address(row)
    return {
        row.id: Camera(
            id=row.id,
            name=row.name,
            addresses=addresses[row.id],
            recording=Recording.model_validate_json(row.recording),
            simulated=row.simulated,
            node=row.node,
            created_90k=row.created,
            changed_90k=row.changed,
        )
        for row in connection.execute(sa.select(CAMERAS).order_by(CAMERAS.c.id))
    }


def insert(connection: sa.Connection, camera: Camera, change: Change) -> None:
    """Write a new camera and the entry of its history."""
    connection.execute(CAMERAS.insert().values(**_columns(camera), id=camera.id, created=camera.created_90k))
    _write_addresses(connection, camera)
    _note(connection, change)


def update(connection: sa.Connection, camera: Camera, change: Change) -> None:
    """Write a changed camera and the entry of its history."""
    connection.execute(CAMERAS.update().where(CAMERAS.c.id == camera.id).values(**_columns(camera)))
    connection.execute(ADDRESSES.delete().where(ADDRESSES.c.camera == camera.id))
    _write_addresses(connection, camera)
    _note(connection, change)


def delete(connection: sa.Connection, id: str, change: Change) -> None:
    """Delete a camera and write the entry of its history."""
    connection.execute(CAMERAS.delete().where(CAMERAS.c.id == id))
    _note(connection, change)


def history(connection: sa.Connection, id: str) -> tuple[Change, ...]:
    """Return the history of the camera `id`, oldest first."""
    mine = sa.select(CHANGES).where(CHANGES.c.kind == "camera", CHANGES.c.subject == id).order_by(CHANGES.c.id)
    return tuple(
        Change(row.at, row.by, row.subject, row.action, _document(row.before), _document(row.after))
        for row in connection.execute(mine)
    )


def _columns(camera: Camera) -> dict[str, object]:
    return {
        "name": camera.name,
        "node": camera.node,
        "recording": camera.recording.model_dump_json(),
        "simulated": camera.simulated,
        "changed": camera.changed_90k,
    }


def _write_addresses(connection: sa.Connection, camera: Camera) -> None:
    connection.execute(
        ADDRESSES.insert(),
        [
            {
                "camera": camera.id,
                "part": part.value,
                "url": address.without_credentials,
                "username": address.username,
                "password": address.password,
            }
            for part, address in camera.addresses.items()
        ],
    )


def _note(connection: sa.Connection, change: Change) -> None:
    connection.execute(
        CHANGES.insert().values(
            at=change.at_90k,
            by=change.by,
            kind="camera",
            subject=change.camera,
            action=change.action,
            before=None if change.before is None else json.dumps(change.before, ensure_ascii=False),
            after=None if change.after is None else json.dumps(change.after, ensure_ascii=False),
        )
    )


def _address(row: sa.Row[Any]) -> StreamAddress:
    return replace(StreamAddress.parse(row.url), username=row.username, password=row.password)


def _document(text: str | None) -> dict[str, Any] | None:
    return None if text is None else json.loads(text)
