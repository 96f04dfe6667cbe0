"""Who stands behind the names of entries, for pages that people read: what they are called, and what they are.

It is what is known now, not what was known then: the log itself holds the name alone. Runs in the store's threads.
"""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from ronda.city.region import within
from ronda.people.principal import Role, Scope
from ronda.people.tables import GRANTS, PERSONS


@dataclass(frozen=True, slots=True)
class Face:
    """Somebody as they are known now.

    Attributes:
        display: Their name as people write it; empty where none was given.
        roles: What they are, with the region code of where; empty for the whole city, an agency or a partner.
    """

    display: str
    roles: tuple[tuple[Role, str], ...] = ()

    def role_in(self, area: str | None) -> Role | None:
        """Return what they are in an area, of several the nearest to it; else what they are anywhere."""
        near = [(len(where), role) for role, where in self.roles if not where or (area and within(area, where))]
        if near:
            return max(near, key=lambda one: one[0])[1]
        return self.roles[0][0] if self.roles else None


def faces_of(connection: sa.Connection, names: Collection[str], now_90k: int) -> dict[str, Face]:
    """Return those of `names` (labels of entries) who are persons now."""
    persons = sa.select(PERSONS.c.name, PERSONS.c.display).where(PERSONS.c.name.in_(names))
    found = {row.name: Face(row.display) for row in connection.execute(persons)}
    grants = (
        sa.select(GRANTS.c.person, GRANTS.c.role, GRANTS.c.scope, GRANTS.c.value)
        .where(GRANTS.c.person.in_(list(found)), GRANTS.c.ended.is_(None), GRANTS.c.starts <= now_90k)
        .where(sa.or_(GRANTS.c.until.is_(None), GRANTS.c.until > now_90k))
        .order_by(GRANTS.c.given)
    )
    for row in connection.execute(grants):
        face, where = found[row.person], row.value if row.scope == Scope.AREA else ""
        found[row.person] = Face(face.display, (*face.roles, (Role(row.role), where)))
    return found
