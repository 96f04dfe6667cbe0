"""What two makers' recorders list of their archives: pages, local clocks, wrong logins, and what is no list."""

from collections.abc import AsyncIterator
from zoneinfo import ZoneInfo

import pytest
from tests.media.sources.rtsp.playing import numeric
from tests.peers.maker_lists import HZ, ListingRecorder
from tests.peers.onvif_device import PASSWORD, USER

from ronda.base.pools import Pool
from ronda.base.time import SystemClock
from ronda.media.devices.recordings.kept import KeptFootage
from ronda.media.devices.recordings.recorders import Recorders

JAKARTA = ZoneInfo("Asia/Jakarta")
NIGHT = 1_790_000_000 * HZ
LIVE = {"hikvision": "/Streaming/Channels/201", "dahua": "/cam/realmonitor?channel=2&subtype=0"}
Kept = KeptFootage


@pytest.fixture
async def recorder() -> AsyncIterator[ListingRecorder]:
    """Return one that has an hour in pieces of five minutes, a hole in it, and something the day before."""
    pieces = [(NIGHT + n * 300 * HZ, NIGHT + (n + 1) * 300 * HZ) for n in range(12) if n != 7]
    before = (NIGHT - 86_400 * HZ, NIGHT - 86_000 * HZ)
    async with ListingRecorder(spans=[before, *pieces], zone=JAKARTA).running() as made:
        yield made


async def kept(recorder: ListingRecorder, live: str, password: str = PASSWORD) -> tuple[Recorders, list[Kept]]:
    pool = Pool("devices", 1, 16)
    recorders = Recorders(numeric, SystemClock(), pool, JAKARTA)
    url = f"rtsp://{USER}:{password.replace('@', '%40')}@127.0.0.1:5{live}"
    found = [
        await recorders.kept(url, recorder.address, NIGHT + 100 * HZ, NIGHT + 7200 * HZ),
        await recorders.kept(url, recorder.address, NIGHT + 7200 * HZ, NIGHT + 9000 * HZ),
    ]
    pool.close()
    return recorders, found


@pytest.mark.parametrize("maker", LIVE)
async def test_a_recorders_list_says_what_is_there(recorder: ListingRecorder, maker: str) -> None:
    _, (night, nothing) = await kept(recorder, LIVE[maker])
    assert (night.how, night.exact) == (maker, True)
    assert night.spans == (
        (NIGHT + 100 * HZ, NIGHT + 7 * 300 * HZ),
        (NIGHT + 8 * 300 * HZ, NIGHT + 12 * 300 * HZ),
    )
    assert (nothing.exact, nothing.spans) == (True, ())
    assert (recorder.refused, recorder.open_finders) == (0, 0)


@pytest.mark.parametrize("maker", LIVE)
@pytest.mark.parametrize("says", ["nothing-there", "rubbish", "endless", "more"])
async def test_without_a_list_the_whole_time_is_tried(recorder: ListingRecorder, maker: str, says: str) -> None:
    recorder.says = says
    _, (night, _) = await kept(recorder, LIVE[maker])
    assert (night.exact, night.spans) == (False, ((NIGHT + 100 * HZ, NIGHT + 7200 * HZ),))
    assert recorder.open_finders == 0


async def test_a_login_that_is_not_let_in_is_tried_once(recorder: ListingRecorder) -> None:
    _, (night, later) = await kept(recorder, LIVE["hikvision"], "wrong")
    assert (night.exact, later.exact) == (False, False)
    assert recorder.refused == 1, "the second time nobody knocked"
