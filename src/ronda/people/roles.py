"""What each role may do over its scope, and which roles it may give to others: two tables, nothing else."""

from collections.abc import Mapping
from typing import Final

from ronda.people.action import LOOKING, Action
from ronda.people.principal import Role, Scope

_SHOWN: Final = frozenset({Action.SEE, Action.LIVE, Action.STILL})
_INBOX: Final = frozenset({Action.ALARMS, Action.DISPATCH})
_MEMBER: Final = LOOKING | {Action.CLIP, Action.CASE, Action.REPORT, Action.ACCESS_LOG}
_HEAD: Final = _MEMBER | {Action.HOLD, Action.EXPORT, Action.PERSONS, Action.GRANTS, Action.SESSIONS}

MAY: Final[Mapping[Role, frozenset[Action]]] = {
    Role.RESIDENT: frozenset(),
    Role.RT_MEMBER: _MEMBER,
    Role.RT_HEAD: _HEAD,
    Role.OFFICER: _HEAD
    | {Action.REGISTRY, Action.MODERATE, Action.PUBLICATION, Action.REQUESTS, Action.APPROVE, Action.EXAMINE}
    | _INBOX,
    Role.ENGINEER: LOOKING
    | {
        Action.MANAGE,
        Action.REGISTRY,
        Action.IMPORT,
        Action.PROBE,
        Action.RESERVE,
        Action.REPORT,
        Action.ALARMS,
        Action.TOKENS,
        Action.METRICS,
    },
    Role.OPERATOR: LOOKING | {Action.TRIGGER, Action.HOLD, Action.CASE, Action.REPORT} | _INBOX,
    Role.RESPONDER: _SHOWN | {Action.DUTY},
    Role.INVESTIGATOR: LOOKING | {Action.CLIP, Action.CASE, Action.EXAMINE, Action.DESTROY},
    Role.PARTNER: LOOKING | {Action.CONSENT, Action.REPORT},
    Role.AUDITOR: frozenset({Action.ACCESS_LOG, Action.PERSONS}),
    Role.ADMINISTRATOR: frozenset(Action),
    Role.KIOSK: _SHOWN,
}
"""What a role may do to what lies in its scope."""

NEEDS_PURPOSE: Final[Mapping[Role, frozenset[Action]]] = {
    Role.INVESTIGATOR: frozenset({Action.LIVE, Action.STILL, Action.TIMELINE, Action.REPLAY, Action.CLIP}),
    Role.ENGINEER: frozenset({Action.TIMELINE, Action.REPLAY}),
}
"""What a role may do only when it says what for."""

GIVES: Final[Mapping[Role, frozenset[Role]]] = {
    Role.RT_HEAD: frozenset({Role.RESIDENT, Role.RT_MEMBER, Role.KIOSK}),
    Role.OFFICER: frozenset({Role.RESIDENT, Role.RT_MEMBER, Role.RT_HEAD, Role.KIOSK, Role.OFFICER}),
    Role.ADMINISTRATOR: frozenset(Role),
}
"""Which roles the holder of a role may give, end and see ended, inside the holder's own scope."""

SCOPES: Final[Mapping[Role, frozenset[Scope]]] = {
    Role.RESIDENT: frozenset({Scope.AREA, Scope.CITY}),
    Role.RT_MEMBER: frozenset({Scope.AREA}),
    Role.RT_HEAD: frozenset({Scope.AREA}),
    Role.OFFICER: frozenset({Scope.AREA, Scope.CITY}),
    Role.ENGINEER: frozenset({Scope.AREA, Scope.AGENCY, Scope.CITY}),
    Role.OPERATOR: frozenset({Scope.AREA, Scope.AGENCY, Scope.CITY}),
    Role.RESPONDER: frozenset({Scope.AREA, Scope.AGENCY, Scope.CITY}),
    Role.INVESTIGATOR: frozenset({Scope.AREA, Scope.AGENCY, Scope.CITY}),
    Role.PARTNER: frozenset({Scope.PARTNER}),
    Role.AUDITOR: frozenset({Scope.AREA, Scope.CITY}),
    Role.ADMINISTRATOR: frozenset({Scope.CITY}),
    Role.KIOSK: frozenset({Scope.AREA}),
}
"""Over what a role can be given."""
