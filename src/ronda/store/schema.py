"""The schema's versions: Alembic migrations that travel inside the wheel.

Alembic itself is imported only when there is something to upgrade: it costs a tenth of a second.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from ronda.base.errors import StorageFailed

MIGRATIONS: Final = Path(__file__).parent / "migrations"
HEAD: Final = "0019"
"""The newest version; a test holds it equal to the newest script."""


def upgrade(
    engine: sa.Engine,
    version: str | None,
    to: str = "head",
    begin: Callable[[sa.Connection], None] = lambda connection: None,
) -> None:
    """Bring the database from `version` (None: empty) to the version `to`, in one transaction that `begin` prepares.

    Raises:
        StorageFailed: The database's version is not one of ours: a newer Ronda wrote it.
    """
    from alembic import command  # noqa: PLC0415 - see the module's docstring
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise StorageFailed(
            f"the database has version {version}, which this Ronda does not know",
            "use the newer Ronda that wrote it, or another data folder",
        )
    with engine.begin() as connection:
        begin(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, to)
