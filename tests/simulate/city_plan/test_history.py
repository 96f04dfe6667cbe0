"""The eight weeks behind the demonstration: plausible, in themselves consistent, marked."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from ronda.base.time import HZ_90K
from ronda.city.camera import CameraStage
from ronda.simulate.city_plan.history import DAYS, history_of
from ronda.simulate.city_plan.plan import city_plan
from ronda.upkeep.reports import ReportKind, ReportState

TODAY = date(2026, 11, 25)


def test_eight_weeks_lie_behind_the_city() -> None:
    plan = city_plan(TODAY)
    history = history_of(plan, TODAY)
    assert len(history.days) == DAYS * 16 and history.days[-1].day == TODAY - timedelta(days=1)
    assert all(0 <= day.working <= day.connected <= day.total for day in history.days)
    assert sum(day.total for day in history.days[-16:]) == 14_000
    assert all(day.connected == 0 for day in history.days if day.area in ("33.74.12", "33.74.14"))
    for day in {one.day for one in history.days}:
        mine = [one for one in history.days if one.day == day]
        assert 0.84 < sum(one.working for one in mine) / sum(one.connected for one in mine) < 0.95


def test_a_mended_fault_is_over_before_the_next_and_after_the_camera_came() -> None:
    plan = city_plan(TODAY)
    cameras = {camera.id: camera for camera in plan.cameras}
    faults = history_of(plan, TODAY).faults
    assert 1_000 < len(faults) < 5_000 and len({fault.cause for fault in faults}) == 7
    for fault in faults:
        camera = cameras[fault.camera]
        assert camera.stages[CameraStage.CONNECTED] < fault.begun < fault.mended < TODAY and fault.simulated
        assert camera.trouble is None or fault.mended < camera.trouble.since


def test_reports_are_answered_but_for_the_newest() -> None:
    plan = city_plan(TODAY)
    history = history_of(plan, TODAY)
    now_90k = int(datetime.combine(TODAY, datetime.min.time(), UTC).timestamp()) * HZ_90K
    assert {report.state for report in history.reports} == set(ReportState)
    assert {report.kind for report in history.reports} == set(ReportKind)
    assert len({report.id for report in history.reports}) == len(history.reports)
    for report in history.reports:
        assert report.at_90k <= report.changed_90k <= now_90k and report.simulated
        assert bool(report.moderator) == bool(report.note) == (report.state is not ReportState.NEW)
        assert not report.public or report.state is ReportState.RESOLVED
    assert Counter(month for month, _, _ in history.months).most_common(1)[0][1] == 1
    assert history.months[-1][0] == "2026-11" and all(asked >= given for _, asked, given in history.months)
