"""What somebody may want to do: the words that the policy, the routes and the access log share."""

from enum import StrEnum
from typing import Final


class Action(StrEnum):
    """What somebody wants to do; to a camera, in an area, or to the city as a whole.

    Attributes:
        SEE: Know that a camera is there, and its state.
        LIVE: Watch it now.
        STILL: Its latest still.
        TIMELINE: What is recorded of it, and what is missing.
        REPLAY: Watch its past.
        CLIP: Take a piece of its past away as a file.
        RESERVE: Hand it on to another system over RTSP.
        MANAGE: Add, change and remove cameras.
        TRIGGER: Say that something happens, so that it is recorded.
        PROBE: Look at an address or a recorder before it is added.
        HOLD: Keep footage from being deleted.
        EXPORT: Take its past away sealed, as evidence.
        CASE: Ask for footage as evidence.
        APPROVE: Decide on such a case, and until when its footage is kept.
        EXAMINE: Have a case's footage looked through for plates and for what looks alike.
        DESTROY: Bring a court's order that footage be deleted; with APPROVE, let it be done.
        ALARMS: See alarms, take them, judge them.
        DISPATCH: Hand an alarm to an agency.
        DUTY: Answer what was handed to one's agency.
        REPORT: Report a fault as somebody of the place, and see the faults there.
        REGISTRY: See and change the register of an area: sites, recorders, cameras' places, links, states.
        IMPORT: Write many entries of the register from a file.
        PUBLICATION: Decide how residents see cameras; draw masks; end a quarantine.
        CONSENT: Give or withdraw a partner's consent.
        MODERATE: Decide what of the residents' reports is shown.
        REQUESTS: The desk for personal data: requests, the register of processing, breaches.
        PERSONS: See who has access, and by whose word.
        GRANTS: Invite people, give and end grants, disable people.
        PASSWORDS: Give somebody a new password.
        SESSIONS: See and end the sessions of others.
        TOKENS: Make, see and revoke API tokens.
        ACCESS_LOG: Read who looked.
        ARCHIVE: Check and mend the archive.
        METRICS: Read the metrics.
    """

    SEE = "see"
    LIVE = "live"
    STILL = "still"
    TIMELINE = "timeline"
    REPLAY = "replay"
    CLIP = "clip"
    RESERVE = "re-serve"
    MANAGE = "manage"
    TRIGGER = "trigger"
    PROBE = "probe"
    HOLD = "hold"
    EXPORT = "export"
    CASE = "case"
    APPROVE = "approve"
    EXAMINE = "examine"
    DESTROY = "destroy"
    ALARMS = "alarms"
    DISPATCH = "dispatch"
    DUTY = "duty"
    REPORT = "report"
    REGISTRY = "registry"
    IMPORT = "import"
    PUBLICATION = "publication"
    CONSENT = "consent"
    MODERATE = "moderate"
    REQUESTS = "requests"
    PERSONS = "persons"
    GRANTS = "grants"
    PASSWORDS = "passwords"
    SESSIONS = "sessions"
    TOKENS = "tokens"
    ACCESS_LOG = "access-log"
    ARCHIVE = "archive"
    METRICS = "metrics"


LOOKING: Final = frozenset({Action.SEE, Action.LIVE, Action.STILL, Action.TIMELINE, Action.REPLAY})
"""What `--public` gives to anybody: to look, now and at the past; nothing leaves as a file, nothing changes."""

PICTURES: Final = frozenset(
    {
        Action.LIVE,
        Action.STILL,
        Action.TIMELINE,
        Action.REPLAY,
        Action.CLIP,
        Action.EXPORT,
        Action.EXAMINE,
        Action.RESERVE,
        Action.TRIGGER,
    }
)
"""What shows, or makes, pictures of a camera: what a partner's agreement is about."""

LENT: Final = frozenset({Action.SEE, Action.LIVE, Action.STILL, Action.DUTY})
"""What an agency may do to a camera while it has a dispatch there, wherever the camera is and whosever."""
