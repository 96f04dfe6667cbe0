"""The tables of what there is: areas, sites, recorders, owners, cameras, publication, and every change to them.

Columns that hold documents (JSON) are named in `ronda.city.registers`; credentials are sealed (`ronda.store.secrets`).
"""

from typing import Final

import sqlalchemy as sa

from ronda.store.metadata import METADATA, ROW_NUMBER
from ronda.store.sealing import SEALED

CAMERAS: Final = sa.Table(
    "cameras",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("node", sa.Text, nullable=False),
    sa.Column("recording", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
    sa.Column("created", sa.BigInteger, nullable=False),
    sa.Column("changed", sa.BigInteger, nullable=False),
    sa.Column("site", sa.Text, nullable=True),
    sa.Column("recorder", sa.Text, nullable=True),
    sa.Column("channel", sa.Integer, nullable=True),
    sa.Column("lat", sa.Float, nullable=True),
    sa.Column("lon", sa.Float, nullable=True),
    sa.Column("bearing_deg", sa.Float, nullable=True),
    sa.Column("angle_deg", sa.Float, nullable=True),
    sa.Column("papers", sa.Text, nullable=True),
    sa.Column("trouble", sa.Text, nullable=True),
    sa.Column("masks", sa.Text, nullable=True),
    sa.Column("quarantine", sa.Text, nullable=True),
    sa.Column("watching", sa.Text, nullable=True),
)

ADDRESSES: Final = sa.Table(
    "camera_addresses",
    METADATA,
    sa.Column("camera", sa.Text, sa.ForeignKey("cameras.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("part", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("username", sa.Text, nullable=True, info=SEALED),
    sa.Column("password", sa.Text, nullable=True, info=SEALED),
)

AREAS: Final = sa.Table(
    "areas",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("lat", sa.Float, nullable=True),
    sa.Column("lon", sa.Float, nullable=True),
    sa.Column("outline", sa.Text, nullable=True),
    sa.Column("simulated", sa.Boolean, nullable=False),
)

SITES: Final = sa.Table(
    "sites",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("lat", sa.Float, nullable=True),
    sa.Column("lon", sa.Float, nullable=True),
    sa.Column("agency", sa.Text, nullable=True),
    sa.Column("partner", sa.Text, nullable=True),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("link", sa.Text, nullable=True),
    sa.Column("tower", sa.Text, nullable=True),
    sa.Column("simulated", sa.Boolean, nullable=False),
)

RECORDERS: Final = sa.Table(
    "recorders",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("site", sa.Text, nullable=False),
    sa.Column("brand", sa.Text, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("serial", sa.Text, nullable=False),
    sa.Column("channels", sa.Integer, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("username", sa.Text, nullable=True, info=SEALED),
    sa.Column("password", sa.Text, nullable=True, info=SEALED),
    sa.Column("simulated", sa.Boolean, nullable=False),
)

AGENCIES: Final = sa.Table(
    "agencies",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("simulated", sa.Boolean, nullable=False),
)

PARTNERS: Final = sa.Table(
    "partners",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Text, nullable=False),
    sa.Column("start", sa.Text, nullable=True),
    sa.Column("end", sa.Text, nullable=True),
    sa.Column("scope", sa.Text, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Column("public", sa.Boolean, nullable=False),
    sa.Column("consent", sa.Text, nullable=False),
    sa.Column("revoked", sa.Text, nullable=True),
    sa.Column("simulated", sa.Boolean, nullable=False),
)

PUBLICATION: Final = sa.Table(
    "publication",
    METADATA,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("camera", sa.Text, nullable=True),
    sa.Column("area", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=True),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("hours", sa.Text, nullable=False),
    sa.Column("delay_s", sa.Integer, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("at_90k", sa.BigInteger, nullable=False),
)

CHANGES: Final = sa.Table(
    "changes",
    METADATA,
    sa.Column("id", ROW_NUMBER, primary_key=True),
    sa.Column("at", sa.BigInteger, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("before", sa.Text, nullable=True),
    sa.Column("after", sa.Text, nullable=True),
    sa.Index("ix_changes_kind_subject", "kind", "subject", "id"),
)
