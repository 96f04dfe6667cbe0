"""Erasing a person's name from the log, as UU PDP gives everybody the right to; the tree stays as it was.

Runs in the store's writing thread.
"""

from typing import Final

import sqlalchemy as sa

from ronda.people.access_log.leaf import plain
from ronda.people.access_log.tables import ACCESS_NAMES

_NOTHING_OF_WHO: Final = {"who": None, "purpose": None, "reason": None, "nonce": None}
_NOTHING_OF_SUBJECT: Final = {"subject": None, "subject_nonce": None}


def erase(connection: sa.Connection, who: str) -> int:
    """Erase the name `who`, what it gave as purposes and why it was refused; return in how many entries.

    Where `who` is whom something was done to, that is erased, and who did it stays.
    """
    label = plain(who)
    done = connection.execute(ACCESS_NAMES.update().where(ACCESS_NAMES.c.who == label).values(_NOTHING_OF_WHO))
    other = connection.execute(ACCESS_NAMES.update().where(ACCESS_NAMES.c.subject == label).values(_NOTHING_OF_SUBJECT))
    return done.rowcount + other.rowcount
