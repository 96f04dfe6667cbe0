"""Who sees a case, and who decides on it."""

from ronda.evidence.cases.case import Case
from ronda.people.action import Action
from ronda.people.policy import Policy
from ronda.people.principal import Principal


def decides(policy: Policy, who: Principal, case: Case) -> bool:
    """Whether somebody may decide on a case: on the footage of every camera's area."""
    decisions = (policy.decide(who, Action.APPROVE, None, "", area=area or None) for area in case.areas)
    return all(decision.allowed and decision.publication is None for decision in decisions)


def sees(policy: Policy, who: Principal, case: Case) -> bool:
    """Whether somebody may know of a case: who asked for it, and who decides on it."""
    return case.by == who.label or decides(policy, who, case)
