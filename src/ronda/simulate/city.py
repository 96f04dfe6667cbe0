"""The simulated city's cameras: as many as are asked for, of the plan's 14,000 and beyond, and their addresses."""

from dataclasses import replace
from functools import lru_cache
from typing import Final

from ronda.simulate.city_plan.draft import CameraPlan
from ronda.simulate.city_plan.plan import planned_cameras
from ronda.simulate.originals import SimulatedCamera, originals

__all__ = ["SimulatedCamera", "camera_spec", "cameras", "demo_cameras"]

_BEYOND: Final = "-{:02d}"


@lru_cache(maxsize=4)
def cameras(many: int | None = None, seed: int = 1) -> tuple[SimulatedCamera, ...]:
    """Return the 24 cameras whose loops are drawn, or any number of the planned city's, these first.

    A camera past the 24th sees what one of them sees, at another moment of its loop. Past the 14,000 of the plan
    the city begins again beside itself. Another `seed` draws other pictures; the plan stays.
    """
    first = originals(seed)
    if many is None or many <= len(first):
        return first[:many]
    plan = planned_cameras()
    laps = -(-many // len(plan))
    most = max(camera.served[0] for camera in plan)
    found = [_simulated(camera, first, lap, most) for lap in range(laps) for camera in plan[: many - lap * len(plan)]]
    return tuple(found)


def _simulated(plan: CameraPlan, first: tuple[SimulatedCamera, ...], lap: int, most: int) -> SimulatedCamera:
    recorder, channel = plan.served
    return replace(
        first[plan.original],
        id=plan.id + (_BEYOND.format(lap + 1) if lap else ""),
        name=plan.name + (f" ({lap + 1})" if lap else ""),
        phase_s=plan.phase_s,
        recorder=recorder + lap * most,
        channel=channel,
        broken=plan.connected and not plan.working,
    )


def camera_spec(camera: SimulatedCamera, host: str, port: int, control_port: int | None = None) -> dict[str, object]:
    """Return what the composition needs to add a camera: id, name, url, sub_url, snapshot_url, simulated.

    The simulator gives snapshots out where its control listens; without that port there is no `snapshot_url`.
    """
    return {
        "id": camera.id,
        "name": camera.name,
        "url": f"rtsp://{host}:{port}{camera.path('main')}",
        "sub_url": f"rtsp://{host}:{port}{camera.path('sub')}",
        "snapshot_url": f"http://{host}:{control_port}{camera.path('snapshot.jpg')}" if control_port else None,
        "simulated": True,
    }


def demo_cameras(host: str = "127.0.0.1", port: int = 8555) -> list[dict[str, object]]:
    """Return the specs of the demonstration's 24 cameras; see `camera_spec`."""
    return [camera_spec(camera, host, port) for camera in cameras()]
