"""The text messages of media sockets; see `docs/` for the protocol that they make."""

import json

from ronda.base.time import format_rfc3339
from ronda.media.delivery.reasons import Reason
from ronda.media.fragment import Run
from ronda.media.stream import Stream


def mime_of(run: Run) -> str:
    """Return the MIME type that a player gives to `SourceBuffer`."""
    return f'video/mp4; codecs="{run.encoding.rfc6381}"'


def state_message(stream: Stream, *, reason: bool) -> str:
    """Return what the stream is doing; the `reason` names the camera's address, so it is for its keepers alone."""
    return json.dumps(
        {
            "type": "state",
            "state": stream.state_now.value,
            "reason": stream.reason if reason else None,
            "since": format_rfc3339(stream.since_90k),
        }
    )


def init_message(run: Run, *, profile: str | None = None, utc_90k: int | None = None) -> str:
    """Return what comes before an init segment.

    Args:
        run: The run whose fragments follow.
        profile: The profile's name where it is not the run's.
        utc_90k: Timeline time of media time 0 where it is not the run's start.
    """
    return json.dumps(
        {
            "type": "init",
            "mime": mime_of(run),
            "width": run.encoding.width,
            "height": run.encoding.height,
            "run": run.id,
            "profile": profile or run.profile,
            "utc": format_rfc3339(run.start_utc_90k if utc_90k is None else utc_90k),
            "codec": run.encoding.codec.value,
        }
    )


def stills_message(reason: Reason) -> str:
    """Return what comes before JPEGs instead of video."""
    return json.dumps({"type": "stills", "code": reason.code, "reason": reason.sentence})


def fallback_message(reason: Reason) -> str:
    """Return what is said before a socket ends because the page had better show the camera's still."""
    return json.dumps({"type": "fallback", "code": reason.code, "reason": reason.sentence})


def skipped_message(pictures: int) -> str:
    """Return what is said to a viewer that was too slow."""
    return json.dumps({"type": "skipped", "pictures": pictures})
