"""What waits for a worker that is late: bounded for a whole city together, and nobody in another's way."""

from ronda.vision.worker import intake as module
from ronda.vision.worker.intake import Intake
from ronda.vision.worker.messages import ForgetCamera, ImageTold, Tier, WatchCamera


def watching(*cameras: str, tier: Tier = Tier.SWEEP) -> Intake:
    intake = Intake()
    for camera in cameras:
        intake.put(WatchCamera(camera=camera, tier=tier, eye="builtin", rate=1))
    intake.controls()
    return intake


def show(intake: Intake, camera: str, at_90k: int = 0, size: int = 10) -> None:
    intake.put(ImageTold(camera=camera, at_90k=at_90k), bytes(size))


def test_of_a_swept_camera_the_newest_two_pictures_wait() -> None:
    intake = watching("gate")
    for at_90k in range(4):
        show(intake, "gate", at_90k)
    assert (intake.waiting, intake.dropped) == (2, 2)
    taken = [intake.take("gate"), intake.take("gate")]
    assert [picture.at_90k for picture in taken if picture is not None] == [2, 3]
    assert intake.filled(8) == []


def test_a_city_that_waits_is_bounded_and_the_longest_waiting_pictures_go() -> None:
    cameras = [f"c{number}" for number in range(20)]
    intake = watching(*cameras)
    each = module.MOST_SWEPT_BYTES // 16
    for camera in cameras:
        show(intake, camera, size=each)
    assert intake.filled(30) == cameras[4:]
    assert intake.dropped == 4
    for camera in intake.filled(30):
        intake.take(camera)
    show(intake, "c0", size=each)
    assert intake.filled(30) == ["c0"], "what was taken counts no more"


def test_those_that_are_watched_come_before_those_that_are_swept_and_leave_them_a_place() -> None:
    intake = watching(*(f"swept{number}" for number in range(20)))
    for number in range(20):
        show(intake, f"swept{number}")
    for number in range(20):
        intake.put(WatchCamera(camera=f"watched{number}", tier=Tier.WATCH, eye="builtin", rate=1))
        show(intake, f"watched{number}")
    assert all(name.startswith("swept") for name in intake.filled(8)), "nobody has heard of the others yet"
    intake.controls()
    batch = intake.filled(8)
    assert batch == [*(f"watched{number}" for number in range(6)), "swept0", "swept1"]


def test_a_camera_that_is_watched_otherwise_or_no_more_takes_its_pictures_along() -> None:
    intake = watching("gate", "yard")
    show(intake, "gate")
    show(intake, "yard")
    intake.put(WatchCamera(camera="gate", tier=Tier.COUNT, eye="builtin", rate=5))
    intake.put(ForgetCamera(camera="yard"))
    assert intake.filled(8) == []
    show(intake, "gate")
    intake.controls()
    assert intake.filled(8) == ["gate"]
