"""One camera on this node: its streams, whether it is recorded now, and its status."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from ronda.archive.archive import Archive
from ronda.archive.recorder import Recorder
from ronda.base.causes import GapCause, SourceState
from ronda.base.errors import BadInput
from ronda.base.logging import Repeated, get_logger
from ronda.base.time import Clock
from ronda.bus.contract import CameraSpec, CameraStatus, RecordingMode
from ronda.bus.hours import within_hours
from ronda.media.leases import Lease, Purpose
from ronda.media.sources.address import StreamAddress
from ronda.media.sources.contract import SourceCounters, SourceListener
from ronda.media.sources.device import Devices, DeviceSupervisor
from ronda.media.sources.libav import Transcoders
from ronda.media.sources.supervisor import Supervisor, SupervisorTools
from ronda.media.stream import OpenSupervisor, Stream
from ronda.media.streams import Streams

_log = get_logger("node")


@dataclass(frozen=True, slots=True)
class CameraTools:
    """What all cameras of a node share.

    Attributes:
        node: The node's id.
        clock: The time.
        zone: The city's zone, for schedules.
        streams: Where profiles are offered.
        sources: What supervisors are made with.
        archive: Where recordings go.
        devices: Where devices send their own pictures.
        transcoders: Places for what they send and no browser plays.
        changed: Called when the camera's status has changed.
    """

    node: str
    clock: Clock
    zone: tzinfo
    streams: Streams
    sources: SupervisorTools
    archive: Archive
    devices: Devices
    transcoders: Transcoders
    changed: Callable[[str], None]


class NodeCamera:
    """A camera that the node was given.

    Attributes:
        spec: What the centre says of it.
    """

    def __init__(self, spec: CameraSpec, tools: CameraTools) -> None:
        self.spec = spec
        self._tools = tools
        self._recorder: Recorder | None = None
        self._lease: Lease | None = None
        self._detach: Callable[[], None] | None = None
        self._unfollow: dict[str, Callable[[], None]] = {}
        self._recorded_until_90k: int | None = None
        self._was_recording = False
        self._states: dict[str, SourceState] = {}
        self._losses = Repeated(_log, "packets are lost or not understood", tools.clock)
        self._losses_seen = 0
        self._needed_at = tools.clock.monotonic()
        for profile, url in _addresses(spec).items():
            self._offer(profile, url)
        self.tick()

    @property
    def recording(self) -> bool:
        """Whether pictures reach the disk now."""
        return self._recorder is not None and self._recorder.recording

    @property
    def recorded_profile(self) -> str:
        """The profile that is recorded: the one asked for, where the camera has it."""
        return recorded_profile(self.spec)

    @property
    def streams(self) -> tuple[Stream, ...]:
        """Its streams, main first."""
        return self._tools.streams.awake(self.spec.id)

    @property
    def at_work(self) -> bool:
        """Whether it is recorded, or one of its streams runs or lingers."""
        return self._lease is not None or any(stream.active for stream in self.streams)

    @property
    def last_picture_90k(self) -> int | None:
        """Timeline time of the newest picture there has been, here or in the archive."""
        pictures = [stream.last_picture_90k for stream in self.streams if stream.last_picture_90k is not None]
        return max(pictures, default=self._recorded_until_90k)

    def idle_for_s(self, now: float) -> float:
        """Return for how long nobody has needed it; counted from the first `tick` that found it so."""
        if self.at_work:
            self._needed_at = now
        return now - self._needed_at

    def remember(self, end_90k: int) -> None:
        """The archive holds pictures until then, from before this start."""
        self._recorded_until_90k = end_90k

    async def change(self, spec: CameraSpec) -> None:
        """Follow a changed description: what did not change goes on undisturbed."""
        before, self.spec = self.spec, spec
        old, new = _addresses(before), _addresses(spec)
        if before.recording.profile != spec.recording.profile or old.keys() != new.keys():
            self._stop_recording(GapCause.UNKNOWN)
        for profile in old.keys() - new.keys():
            self._unfollow.pop(profile)()
            await self._tools.streams.withdraw(spec.id, profile)
        for profile, url in new.items():
            if old.get(profile) != url:
                self._offer(profile, url)
        if self._recorder is not None:
            self._recorder.configure(spec.recording)
        self.tick()

    async def close(self, cause: GapCause = GapCause.NODE_STOPPED) -> None:
        """Stop its streams; what was recorded stays."""
        self._stop_recording(cause)
        for unfollow in self._unfollow.values():
            unfollow()
        self._tools.devices.release(self.spec.id)
        await self._tools.streams.withdraw(self.spec.id, cause=cause)

    def tick(self) -> None:
        """Start or stop recording where the hours say so, and tell whether it works; called about once a second."""
        wanted = self._wants_pictures()
        if wanted and self._lease is None:
            self._start_recording()
        elif not wanted and self._lease is not None:
            self._stop_recording(GapCause.SCHEDULE)
        if self.at_work:
            self._look_for_losses()
        if self.recording is not self._was_recording:
            self._was_recording = self.recording
            self._tools.changed(self.spec.id)

    def trigger(self, seconds: float) -> None:
        """Something happened: a camera that is recorded at events is recorded for so long, pre-roll included.

        Raises:
            BadInput: The camera is not recorded at events.
        """
        if self._recorder is None or self.spec.recording.mode is not RecordingMode.EVENT:
            raise BadInput(f"camera {self.spec.id!r} is not recorded at events", "set its recording mode to event")
        self._recorder.trigger(seconds)

    def status(self) -> CameraStatus:
        """Return what it is doing."""
        streams = {stream.profile: stream for stream in self.streams}
        recorded = streams.get(self.recorded_profile)
        return CameraStatus(
            node=self._tools.node,
            camera=self.spec.id,
            profiles={profile: stream.status() for profile, stream in streams.items()},
            recording=self.recording,
            gap=self._gap(recorded),
            last_picture=self.last_picture_90k,
        )

    def _gap(self, recorded: Stream | None) -> GapCause | None:
        """Return why nothing reaches the disk though it should; None while something does."""
        if self._recorder is None or self._recorder.recording:
            return None
        if recorded is not None and recorded.state_now is not SourceState.RUNNING:
            return recorded.cause
        return self._recorder.gap

    def _wants_pictures(self) -> bool:
        recording = self.spec.recording
        if recording.mode is RecordingMode.SCHEDULE:
            return within_hours(recording.hours, self._tools.clock.utc_90k(), self._tools.zone)
        return recording.mode is not RecordingMode.OFF

    def _offer(self, profile: str, url: str) -> None:
        stream = self._tools.streams.offer(self.spec.id, profile, self._opener(profile, StreamAddress.parse(url)))
        if profile not in self._unfollow:
            self._unfollow[profile] = stream.follow(self._source_changed)

    def _look_for_losses(self) -> None:
        """Packets that are lost or not understood are told now and then, not one by one."""
        counters = [stream.counters for stream in self.streams]
        lost, bad = sum(one.lost_packets for one in counters), sum(one.bad_packets for one in counters)
        if lost + bad > self._losses_seen:
            self._losses_seen = lost + bad
            self._losses.happened(camera=self.spec.id, lost_packets=lost, bad_packets=bad)

    def _source_changed(self, stream: Stream) -> None:
        """A refused login needs a person; all else mends itself or is in the camera's state."""
        if stream.state_now is not self._states.get(stream.profile):
            self._states[stream.profile] = stream.state_now
            write = _log.warning if stream.state_now is SourceState.REFUSED else _log.debug
            state = stream.state_now.value
            write("source", camera=self.spec.id, profile=stream.profile, state=state, reason=stream.reason)
        self._tools.changed(self.spec.id)

    def _opener(self, profile: str, address: StreamAddress) -> OpenSupervisor:
        """Return what keeps an address going: it is dialled, or it is a device that sends by itself."""
        tools = self._tools
        if address.scheme != "device":
            if profile == "main":
                tools.devices.release(self.spec.id)
            return lambda listener, counters: Supervisor(address, listener, counters, tools.sources)
        desk = tools.devices.expect(self.spec.id)

        def wait_for_device(listener: SourceListener, counters: SourceCounters) -> DeviceSupervisor:
            return DeviceSupervisor(desk, listener, counters, tools.clock, tools.transcoders)

        return wait_for_device

    def _start_recording(self) -> None:
        profile = self.recorded_profile
        stream = self._tools.streams.get(self.spec.id, profile)
        self._recorder = self._tools.archive.recorder(self.spec.id, profile, self.spec.recording)
        self._lease = stream.lease(Purpose.RECORD)
        self._detach = stream.attach(self._recorder)
        self._tools.changed(self.spec.id)

    def _stop_recording(self, cause: GapCause) -> None:
        if self._lease is None or self._detach is None or self._recorder is None:
            return
        self._detach()
        self._recorder.end(cause)
        self._lease.close()
        self._lease = self._detach = self._recorder = None
        self._tools.changed(self.spec.id)


def recorded_profile(spec: CameraSpec) -> str:
    """Return the profile that is recorded of a camera: the one asked for, where it has it."""
    return "sub" if spec.recording.profile == "sub" and spec.sub_url else "main"


def _addresses(spec: CameraSpec) -> dict[str, str]:
    found = {"main": spec.url}
    if spec.sub_url:
        found["sub"] = spec.sub_url
    return found
