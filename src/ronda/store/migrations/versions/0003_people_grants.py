"""Named people: grants, invitations, second factors, scopes of tokens."""

import json
import secrets
from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0003"
down_revision: Final = "0002"


def upgrade() -> None:
    """Give persons names, second factors and grants; what they and the tokens were allowed stays."""
    op.add_column("persons", sa.Column("display", sa.Text, nullable=False, server_default=""))
    op.add_column("persons", sa.Column("kind", sa.Text, nullable=False, server_default="person"))
    for name in ("disabled", "totp_since", "totp_step"):
        op.add_column("persons", sa.Column(name, sa.BigInteger, nullable=True))
    for name in ("phone", "email", "totp"):
        op.add_column("persons", sa.Column(name, sa.Text, nullable=True))
    op.create_table(
        "recovery_codes",
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("code_hash", sa.Text, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.PrimaryKeyConstraint("person", "code_hash", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["person"], ["persons.name"], name="fk_recovery_codes_person", ondelete="CASCADE"),
    )
    _grants()
    _invitations()
    op.create_table(
        "keys",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_keys"),
    )
    _tokens()


def _grants() -> None:
    grants = op.create_table(
        "grants",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("person", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("starts", sa.BigInteger, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("given", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_grants"),
        sa.ForeignKeyConstraint(["person"], ["persons.name"], name="fk_grants_person", ondelete="CASCADE"),
    )
    op.create_index("ix_grants_person", "grants", ["person"])
    op.create_index("ix_grants_scope_value", "grants", ["scope", "value"])
    rows = [
        {
            "id": secrets.token_hex(6),
            "person": name,
            "role": role,
            "scope": "city",
            "value": "",
            "starts": created,
            "by": "the upgrade",
            "given": created,
        }
        for name, roles, created in op.get_bind().execute(sa.text("SELECT name, roles, created FROM persons"))
        for role in json.loads(roles)
    ]
    if rows:
        op.bulk_insert(grants, rows)
    op.drop_column("persons", "roles")


def _invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("until", sa.BigInteger),
        sa.Column("display", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.BigInteger),
        sa.Column("used_by", sa.Text),
        sa.Column("revoked", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.UniqueConstraint("secret_hash", name="uq_invitations_secret_hash"),
    )
    op.create_index("ix_invitations_scope_value", "invitations", ["scope", "value"])


def _tokens() -> None:
    """Make the table anew with a scope for each token; so far each was an administrator's over the whole city."""
    query = sa.text('SELECT id, secret_hash, name, "by", created, seen FROM tokens')
    old = [dict(row._mapping) for row in op.get_bind().execute(query)]
    op.drop_table("tokens")
    tokens = op.create_table(
        "tokens",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("secret_hash", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("actions", sa.Text),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("expires", sa.BigInteger),
        sa.Column("seen", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("secret_hash", name="uq_tokens_secret_hash"),
    )
    if old:
        op.bulk_insert(tokens, [{**row, "role": "administrator", "scope": "city", "value": ""} for row in old])
