"""A small city to import into, and files to import."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ronda.city.area import Area
from ronda.city.importing.cameras import plan_cameras
from ronda.city.importing.known import Known, Rights
from ronda.city.importing.plan import Plan
from ronda.city.owner import Agency, Partner

AREAS = {
    one.id: one
    for one in (
        Area("33.74", "Semarang", -6.99, 110.42),
        Area("33.74.13", "Semarang Barat", -6.98, 110.39),
        Area("33.74.13.1006", "Krapyak", -6.985, 110.36),
        Area("33.74.13.1007", "Tambakharjo", -6.97, 110.37),
    )
}
KNOWN = Known(
    areas=AREAS,
    agencies={"diskominfo": Agency("diskominfo", "Dinas Komunikasi dan Informatika")},
    partners={"toko-maju": Partner("toko-maju", "Toko Maju")},
)

EVERYTHING = Rights()
Plans = Callable[..., Plan]


@pytest.fixture
def plan(tmp_path: Path) -> Plans:
    """Plan the import of a text or of bytes, against the small city or another."""

    def make(content: str | bytes, known: Known = KNOWN, rights: Rights = EVERYTHING, name: str = "file.csv") -> Plan:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return plan_cameras(path, known, rights, 0)

    return make


def after(known: Known, plan: Plan) -> Known:
    """Return the register as it is once a plan has been written."""
    edit = plan.edit
    return replace(
        known,
        areas={**known.areas, **{one.id: one for one in edit.areas}},
        sites={**known.sites, **{one.id: one for one in edit.sites}},
        recorders={**known.recorders, **{one.id: one for one in edit.recorders}},
        cameras={**known.cameras, **{one.id: one for one in edit.cameras}},
    )
