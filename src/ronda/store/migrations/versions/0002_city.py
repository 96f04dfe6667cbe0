"""The registry of the city: areas, sites, recorders, owners, cameras' places, publication."""

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0002"
down_revision: Final = "0001"


def upgrade() -> None:
    """Give cameras their places, and make the tables of everything around them."""
    with op.batch_alter_table("cameras") as cameras:
        for name in ("site", "recorder"):
            cameras.add_column(sa.Column(name, sa.Text, nullable=True))
        cameras.add_column(sa.Column("channel", sa.Integer, nullable=True))
        for name in ("lat", "lon", "bearing_deg", "angle_deg"):
            cameras.add_column(sa.Column(name, sa.Float, nullable=True))
        for name in ("papers", "trouble", "masks", "quarantine"):
            cameras.add_column(sa.Column(name, sa.Text, nullable=True))
    _places()
    _owners()
    op.create_table(
        "publication",
        *_key("publication"),
        sa.Column("camera", sa.Text),
        _text("area"),
        sa.Column("kind", sa.Text),
        _text("mode"),
        _text("hours"),
        sa.Column("delay_s", sa.Integer, nullable=False),
        _text("by"),
        _text("reason"),
        sa.Column("at_90k", sa.BigInteger, nullable=False),
    )


def _places() -> None:
    op.create_table(
        "areas",
        *_key("areas"),
        _text("name"),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("outline", sa.Text),
        _simulated(),
    )
    op.create_table(
        "sites",
        *_key("sites"),
        _text("name"),
        _text("kind"),
        _text("area"),
        sa.Column("lat", sa.Float),
        sa.Column("lon", sa.Float),
        sa.Column("agency", sa.Text),
        sa.Column("partner", sa.Text),
        _text("address"),
        sa.Column("link", sa.Text),
        sa.Column("tower", sa.Text),
        _simulated(),
    )
    op.create_table(
        "recorders",
        *_key("recorders"),
        _text("site"),
        _text("brand"),
        _text("model"),
        _text("serial"),
        sa.Column("channels", sa.Integer, nullable=False),
        _text("address"),
        sa.Column("username", sa.Text),
        sa.Column("password", sa.Text),
        _simulated(),
    )


def _owners() -> None:
    op.create_table("agencies", *_key("agencies"), _text("name"), _simulated())
    op.create_table(
        "partners",
        *_key("partners"),
        _text("name"),
        _text("number"),
        sa.Column("start", sa.Text),
        sa.Column("end", sa.Text),
        _text("scope"),
        _text("hours"),
        sa.Column("public", sa.Boolean, nullable=False),
        _text("consent"),
        sa.Column("revoked", sa.Text),
        _simulated(),
    )


def _key(table: str) -> tuple[sa.Column[str], sa.PrimaryKeyConstraint]:
    return sa.Column("id", sa.Text, nullable=False), sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _simulated() -> sa.Column[bool]:
    return sa.Column("simulated", sa.Boolean, nullable=False)
