"""Who may give and end what: only inside one's own powers. Pure; tables in `roles`."""

from collections.abc import Iterable

from ronda.base.errors import BadInput, NotAllowed
from ronda.city.region import parse_region, within
from ronda.people.action import Action
from ronda.people.principal import Grant, Kind, Principal, Role, Scope
from ronda.people.roles import GIVES, MAY, NEEDS_PURPOSE, SCOPES


def parse_scope(role: Role, scope: Scope, value: str) -> str:
    """Return `value` in its one spelling, for a role that can be given over such a scope.

    Raises:
        BadInput: The role cannot be given over that, or the value does not fit the scope.
    """
    if scope not in SCOPES[role]:
        over = " or ".join(sorted(one.value for one in SCOPES[role]))
        raise BadInput(f"{role.value} cannot be given over the scope {scope.value}", f"give it over: {over}")
    if scope is Scope.CITY:
        if value:
            raise BadInput(f"the whole city has no {value[:80]!r}", "leave value out, or choose another scope")
        return ""
    if scope is Scope.AREA:
        return parse_region(value)
    if not value or len(value) > 100 or not value.isprintable():
        raise BadInput(f"{value[:80]!r} is no {scope.value}", f"give the id of the {scope.value}")
    return value


def covers(mine: Grant, scope: Scope, value: str) -> bool:
    """Whether what `mine` is over holds all of `scope` and `value`."""
    if mine.scope is Scope.CITY:
        return True
    if mine.scope is not scope:
        return False
    return within(value, mine.value) if scope is Scope.AREA else value == mine.value


def require_give(giver: Principal, grant: Grant, now_90k: int) -> None:
    """Go on only when `giver` may give `grant`.

    Raises:
        NotAllowed: It is not inside the giver's own powers.
    """
    inside = [mine for mine in _giving(giver, grant, now_90k) if covers(mine, grant.scope, grant.value)]
    if not inside:
        what = f"{grant.role.value} over {grant.value or 'the whole city'}"
        raise NotAllowed(f"{giver.name} may not give {what}", "ask somebody who manages more than that")
    if not any(_outlasts(mine, grant) for mine in inside):
        raise NotAllowed(
            f"{giver.name}'s own powers end before that", "let it end no later than they do, or ask somebody else"
        )


def givable(giver: Principal, scope: Scope, value: str, now_90k: int) -> list[Role]:
    """Return the roles that `giver` may give over something now, in the roles' own order."""
    asked = (Grant("", role, scope, value, now_90k, now_90k + 1, giver.name) for role in Role if scope in SCOPES[role])
    return [one.role for one in asked if any(covers(mine, scope, value) for mine in _giving(giver, one, now_90k))]


def may_end(who: Principal, grant: Grant, now_90k: int) -> bool:
    """Whether `who` may end a grant of somebody else: what one could give, for however long, one can end."""
    return any(covers(mine, grant.scope, grant.value) for mine in _giving(who, grant, now_90k))


def manages(who: Principal, grants: Iterable[Grant], now_90k: int) -> bool:
    """Whether `who` manages somebody with these grants wholly: could end each of them, and there is one."""
    counting = [grant for grant in grants if grant.until_90k is None or grant.until_90k > now_90k]
    if _is_administrator(who, now_90k):
        return True
    return bool(counting) and all(may_end(who, grant, now_90k) for grant in counting)


def require_token(maker: Principal, grant: Grant, only: frozenset[Action] | None, now_90k: int) -> None:
    """Go on only when `maker` may hand what `grant` gives (of it, `only`) to a token.

    Raises:
        NotAllowed: The token could do something that its maker cannot, or it is a token that makes it.
    """
    if maker.kind is Kind.TOKEN:
        # It would outlive the powers of whoever made the first.
        raise NotAllowed("a token cannot make tokens", "sign in with your own name")
    wanted = MAY[grant.role] if only is None else MAY[grant.role] & only
    free = wanted - NEEDS_PURPOSE.get(grant.role, frozenset())
    for mine in maker.grants:
        if (
            mine.holds(now_90k)
            and covers(mine, grant.scope, grant.value)
            and wanted <= MAY[mine.role]
            and _bound_alike(mine, grant)
            and not free & NEEDS_PURPOSE.get(mine.role, frozenset())
            and _outlasts(mine, grant)
        ):
            return
    raise NotAllowed(
        f"{maker.name} may not make a token of {grant.role.value} over {grant.value or 'the whole city'}",
        "name a role, a scope, actions and an end that lie within your own",
    )


def _giving(giver: Principal, grant: Grant, now_90k: int) -> list[Grant]:
    if giver.only is not None and Action.GRANTS not in giver.only:
        return []
    return [mine for mine in giver.grants if mine.holds(now_90k) and grant.role in GIVES.get(mine.role, ())]


def _bound_alike(mine: Grant, grant: Grant) -> bool:
    """Whether what partners agreed to binds a token's `grant` wherever it binds `mine`; see `Policy`."""
    if mine.role is Role.ADMINISTRATOR:
        return True
    return grant.role is not Role.ADMINISTRATOR and (grant.scope is not Scope.PARTNER or mine.scope is Scope.PARTNER)


def _outlasts(mine: Grant, grant: Grant) -> bool:
    return mine.until_90k is None or (grant.until_90k is not None and grant.until_90k <= mine.until_90k)


def _is_administrator(who: Principal, now_90k: int) -> bool:
    full = who.only is None or Action.GRANTS in who.only
    return full and any(mine.role is Role.ADMINISTRATOR and mine.holds(now_90k) for mine in who.grants)
