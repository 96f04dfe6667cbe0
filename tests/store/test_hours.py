"""Minutes that were kept before there were hours become hours when the database is upgraded."""

from pathlib import Path

import sqlalchemy as sa
from tests.store.databases import empty_url

from ronda.store.engines import engine_for
from ronda.store.engines.contract import Limits
from ronda.store.schema import upgrade

COUNT = {"line": "gang", "direction": "masuk", "label": "car", "eye": "builtin 1", "speed_kmh": 0.0, "speeds": 0}
MEASURE = {"eye": "", "unit": "", "measured": 1, "total": 2.0, "least": 2.0, "most": 2.0, "newest": 2.0}


def test_minutes_become_hours(database_kind: str, tmp_path: Path) -> None:
    connections = engine_for(empty_url(database_kind, tmp_path)).create(Limits())
    engine = connections.writing
    upgrade(engine, None, "0011")
    old = sa.MetaData()
    old.reflect(engine, only=("counts", "measures"))
    counted = [{**COUNT, "camera": "gate", "minute": minute, "count": 2} for minute in (60, 61, 119, 120)]
    flow = {**MEASURE, "analytic": "counting", "zone": "gang", "name": "flow masuk"}
    crowd = {**MEASURE, "analytic": "crowd", "zone": "lapangan", "name": "persons"}
    measured = [{**flow, "camera": "gate", "minute": minute} for minute in (63, 180)]
    measured += [{**crowd, "camera": "square", "minute": minute} for minute in (60, 61)]
    with engine.begin() as connection:
        connection.execute(old.tables["counts"].insert(), counted)
        connection.execute(old.tables["measures"].insert(), measured)
    upgrade(engine, "0011", "0012")
    new = sa.MetaData()
    new.reflect(engine, only=("hour_counts", "hour_measures", "watched_hours"))
    hours, measures, watched = (new.tables[name].c for name in ("hour_counts", "hour_measures", "watched_hours"))
    with engine.connect() as connection:
        found = connection.execute(sa.select(hours.hour, hours["count"]).order_by(hours.hour)).all()
        assert [tuple(row) for row in found] == [(60, 6), (120, 2)]
        query = sa.select(measures.total, measures.measured).where(measures.camera == "square")
        assert [tuple(row) for row in connection.execute(query)] == [(4.0, 2)]
        query = sa.select(watched.camera, watched.hour, watched.minutes, watched.seconds).order_by(*watched)
        assert [tuple(row) for row in connection.execute(query)] == [
            ("gate", 60, 0b111 | 1 << 59, 240),
            ("gate", 120, 1 | 1 << 59, 120),
            ("square", 60, 0b11, 120),
        ]
    connections.dispose()
