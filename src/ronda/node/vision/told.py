"""From what a worker says to what the centre is told."""

from ronda.bus.observations import Box, EyeId, SeenSign, SeenTrack, ShotName, Sight, SightBox
from ronda.vision.worker.messages import EyeTold, SeenTold, ShotTold


def eye_id(eye: EyeTold) -> EyeId:
    """Return an eye as the centre knows it."""
    return EyeId(id=eye.id, version=eye.version)


def seen_signs(told: SeenTold, eye: EyeId | None) -> list[SeenSign]:
    """Return the causes of alarms."""
    return [
        SeenSign(
            camera=told.camera,
            analytic=sign.analytic,
            zone=sign.zone,
            key=sign.key,
            turn=sign.turn.value,
            at_90k=sign.at_90k,
            since_90k=sign.since_90k,
            level=sign.level,
            label=sign.label.value if sign.label else None,
            eye=eye,
            shots=tuple(_shot(shot) for shot in sign.shots),
            detail=sign.detail,
        )
        for sign in told.signs
    ]


def seen_tracks(told: SeenTold, eye: EyeId) -> list[SeenTrack]:
    """Return the things that have gone."""
    return [
        SeenTrack(
            camera=told.camera,
            track=one.track,
            label=one.label.value,
            colour=one.colour,
            direction=one.direction,
            lines=one.lines,
            zones=one.zones,
            first_90k=one.first_90k,
            last_90k=one.last_90k,
            speed_kmh=one.speed_kmh,
            best=_shot(one.best) if one.best else None,
            eye=eye,
        )
        for one in told.passed
    ]


def sight(told: SeenTold, eye: EyeId) -> Sight:
    """Return what is seen now, for those who look on."""
    return Sight(
        camera=told.camera,
        at_90k=told.at_90k,
        eye=eye,
        boxes=tuple(
            SightBox(
                track=box.track,
                label=box.label.value,
                xyxy=_inside(box.xyxy),
                hidden=box.hidden,
                speed_kmh=box.speed_kmh,
            )
            for box in told.boxes
        ),
        # What no track belongs to, as masks, is told of nobody: it is counted only.
        passed=tuple((count.line, count.direction, count.label.value) for count in told.counts if count.track),
    )


def _shot(shot: ShotTold) -> ShotName:
    return ShotName(id=shot.id, at_90k=shot.at_90k, xyxy=shot.xyxy)


def _inside(xyxy: Box) -> Box:
    left, top, right, bottom = (min(max(side, 0.0), 1.0) for side in xyxy)
    return left, top, right, bottom
