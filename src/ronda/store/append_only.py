"""Tables to whose rows the database itself lets nobody do anything but add."""

from typing import Final

import sqlalchemy as sa

_VERBS: Final = ("update", "delete")


def keep_append_only(table: sa.Table) -> None:
    """Have the triggers made with `table`; its migration executes the same `statements`."""
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(table.name, dialect):
            ddl = sa.DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            sa.event.listen(table, "after_create", ddl.execute_if(dialect=dialect))


def statements(table: str, dialect: str) -> list[str]:
    """Return what makes `table` append-only: triggers `TABLE_no_update`, `TABLE_no_delete`.

    A migration that lets go of them says `dropping`.
    """
    refusal = f"the {table.replace('_', ' ')} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
            for verb in _VERBS
        ]
    function = (
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE EXCEPTION ''{refusal}'' USING ERRCODE = ''restrict_violation''; END'"
    )
    events = {"update": "UPDATE", "delete": "DELETE OR TRUNCATE"}
    return [function] + [
        f"CREATE TRIGGER {table}_no_{verb} BEFORE {events[verb]} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        for verb in _VERBS
    ]


def dropping(table: str, dialect: str) -> list[str]:
    """Return what lets go of the triggers of `statements`, as before the table is dropped or rebuilt."""
    if dialect == "sqlite":
        return [f"DROP TRIGGER {table}_no_{verb}" for verb in _VERBS]
    return [f"DROP TRIGGER {table}_no_{verb} ON {table}" for verb in _VERBS] + [f"DROP FUNCTION {table}_append_only()"]
