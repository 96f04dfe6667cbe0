"""Cameras to rows and back; called in the store's threads, within its transactions."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter

from ronda.bus.contract import Recording
from ronda.city.camera import AddressPart, Camera, Papers, Quarantine, Spot, Trouble
from ronda.city.publication import Polygon
from ronda.city.sealing import address_columns, address_of
from ronda.city.tables import ADDRESSES, CAMERAS
from ronda.city.writing import write_rows
from ronda.media.sources.address import StreamAddress
from ronda.store.secrets import Secrets

_PAPERS: Final = TypeAdapter(Papers)
_TROUBLE: Final = TypeAdapter(Trouble)
_MASKS: Final = TypeAdapter(tuple[Polygon, ...])
_QUARANTINE: Final = TypeAdapter(Quarantine)
_WATCHING: Final = TypeAdapter(dict[str, Any])
_AT_ONCE: Final = 500


def read_all(connection: sa.Connection, secrets: Secrets) -> dict[str, Camera]:
    """Return every camera, by id."""
    addresses: dict[str, dict[AddressPart, StreamAddress]] = {}
    for row in connection.execute(sa.select(ADDRESSES)):
        addresses.setdefault(row.camera, {})[AddressPart(row.part)] = address_of(secrets, row)
    rows = connection.execute(sa.select(CAMERAS).order_by(CAMERAS.c.id))
    return {row.id: _camera(row, addresses.get(row.id, {})) for row in rows}


def _camera(row: sa.Row[Any], addresses: dict[AddressPart, StreamAddress]) -> Camera:
    return Camera(
        id=row.id,
        name=row.name,
        addresses=addresses,
        recording=_recording(row.recording),
        simulated=row.simulated,
        node=row.node,
        created_90k=row.created,
        changed_90k=row.changed,
        spot=Spot(row.site, row.recorder, row.channel, row.lat, row.lon, row.bearing_deg, row.angle_deg),
        papers=_PAPERS.validate_json(row.papers) if row.papers else Papers(),
        trouble=_TROUBLE.validate_json(row.trouble) if row.trouble else None,
        masks=_MASKS.validate_json(row.masks) if row.masks else (),
        quarantine=_QUARANTINE.validate_json(row.quarantine) if row.quarantine else None,
        watching=_WATCHING.validate_json(row.watching) if row.watching else None,
    )


def insert(connection: sa.Connection, secrets: Secrets, cameras: Sequence[Camera]) -> None:
    """Write new cameras."""
    if cameras:
        write_rows(connection, CAMERAS.insert(), (_columns(one) | {"created": one.created_90k} for one in cameras))
        _write_addresses(connection, secrets, cameras)


def update(connection: sa.Connection, secrets: Secrets, cameras: Sequence[Camera]) -> None:
    """Write changed cameras."""
    if cameras:
        mine = CAMERAS.c.id == sa.bindparam("mine")
        columns = (_columns(one) for one in cameras)
        write_rows(connection, CAMERAS.update().where(mine), ({**c, "mine": c.pop("id")} for c in columns))
        for batch in _batches([one.id for one in cameras]):
            connection.execute(ADDRESSES.delete().where(ADDRESSES.c.camera.in_(batch)))
        _write_addresses(connection, secrets, cameras)


def delete(connection: sa.Connection, ids: Sequence[str]) -> None:
    """Delete cameras."""
    for batch in _batches(ids):
        connection.execute(CAMERAS.delete().where(CAMERAS.c.id.in_(batch)))


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _columns(camera: Camera) -> dict[str, Any]:
    spot = camera.spot
    return {
        "id": camera.id,
        "name": camera.name,
        "node": camera.node,
        "recording": camera.recording.model_dump_json(),
        "simulated": camera.simulated,
        "changed": camera.changed_90k,
        "site": spot.site,
        "recorder": spot.recorder,
        "channel": spot.channel,
        "lat": spot.lat,
        "lon": spot.lon,
        "bearing_deg": spot.bearing_deg,
        "angle_deg": spot.angle_deg,
        "papers": _PAPERS.dump_json(camera.papers).decode(),
        "trouble": _TROUBLE.dump_json(camera.trouble).decode() if camera.trouble else None,
        "masks": _MASKS.dump_json(camera.masks).decode() if camera.masks else None,
        "quarantine": _QUARANTINE.dump_json(camera.quarantine).decode() if camera.quarantine else None,
        "watching": None if camera.watching is None else _WATCHING.dump_json(dict(camera.watching)).decode(),
    }


def _write_addresses(connection: sa.Connection, secrets: Secrets, cameras: Sequence[Camera]) -> None:
    rows = (
        {"camera": camera.id, "part": part.value, **address_columns(secrets, address)}
        for camera in cameras
        for part, address in camera.addresses.items()
    )
    write_rows(connection, ADDRESSES.insert(), rows)


@lru_cache(maxsize=256)
def _recording(text: str) -> Recording:
    return Recording.model_validate_json(text)  # frozen, so cameras that are recorded alike share it
