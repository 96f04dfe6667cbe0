"""How many people may look: numbers alone, for the open figures."""

import sqlalchemy as sa

from ronda.people.tables import GRANTS


def people_by_role(connection: sa.Connection, now_90k: int) -> dict[str, int]:
    """Return how many persons hold each role now."""
    holds = sa.and_(
        GRANTS.c.ended.is_(None),
        GRANTS.c.starts <= now_90k,
        sa.or_(GRANTS.c.until.is_(None), GRANTS.c.until > now_90k),
    )
    query = sa.select(GRANTS.c.role, sa.func.count(sa.distinct(GRANTS.c.person))).where(holds).group_by(GRANTS.c.role)
    return {role: int(number) for role, number in connection.execute(query)}
