"""From what the eye, the tracker and the analytics say to what the node is told."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from ronda.vision.analytics.contract import Count, Findings, Measure, Sign
from ronda.vision.detectors.contract import EyeName
from ronda.vision.tracks.track import Track
from ronda.vision.worker.messages import Boxed, Counted, EyeTold, Measured, ShotTold, Signed
from ronda.vision.worker.pictures import Kept, kept

_EDGE: Final = 0.005
_MOST_BOXES: Final = 300
"""An overlay with more shows nothing."""


def eye_told(name: EyeName) -> EyeTold:
    """Return an eye's name as it is told."""
    return EyeTold(id=name.id, title=name.title, version=name.version)


def boxes_told(tracks: Sequence[Track], at_90k: int) -> tuple[Boxed, ...]:
    """Return where things are at a moment; what is hidden and has left the view by now is nowhere."""
    shown = [track for track in tracks if track.last_90k == at_90k or _within(track)]
    return tuple(_boxed(track, at_90k) for track in shown[:_MOST_BOXES])


def counts_told(counts: Sequence[Count]) -> tuple[Counted, ...]:
    """Return counts as they are told."""
    return tuple(
        Counted(
            line=one.line,
            direction=one.direction,
            label=one.label,
            track=one.track,
            at_90k=one.at_90k,
            speed_kmh=one.speed_kmh,
            eye=eye_told(one.eye) if one.eye else None,
        )
        for one in counts
    )


def measures_told(measures: Sequence[Measure]) -> tuple[Measured, ...]:
    """Return measures as they are told; what is no number is not."""
    return tuple(
        Measured(
            analytic=one.analytic,
            zone=one.zone,
            name=one.name,
            value=float(one.value),
            unit=one.unit,
            at_90k=one.at_90k,
        )
        for one in measures
        if np.isfinite(one.value)
    )


def signs_told(findings: Findings) -> tuple[tuple[Signed, ...], list[Kept]]:
    """Return signs as they are told, and the pictures that must be sent before them."""
    pictures: list[Kept] = []
    signs: list[Signed] = []
    for sign in findings.signs:
        shots = [kept(shot.picture.rgb, shot.picture.at_90k, xyxy=shot.xyxy) for shot in sign.shots]
        pictures += shots
        signs.append(_signed(sign, shots))
    return tuple(signs), pictures


def _signed(sign: Sign, shots: Sequence[Kept]) -> Signed:
    return Signed(
        analytic=sign.analytic,
        zone=sign.zone,
        key=sign.key,
        turn=sign.turn,
        at_90k=sign.at_90k,
        since_90k=sign.since_90k,
        level=sign.level,
        label=sign.label,
        shots=tuple(ShotTold(id=shot.id, at_90k=shot.at_90k, xyxy=shot.xyxy) for shot in shots),
        detail=dict(sign.detail),
    )


def _within(track: Track) -> bool:
    left, top, right, bottom = track.xyxy.tolist()
    return bool(left < 1 - _EDGE and top < 1 - _EDGE and right > _EDGE and bottom > _EDGE and right - left > _EDGE)


def _boxed(track: Track, at_90k: int) -> Boxed:
    left, top, right, bottom = (round(side, 4) for side in track.xyxy.tolist())
    return Boxed(
        track=track.id,
        label=track.label,
        xyxy=(left, top, right, bottom),
        hidden=track.last_90k != at_90k,
        speed_kmh=track.speed_kmh,
    )
