"""What vision workers cost: pictures a second of a worker process beside its bare eye, memory, and the sweep of a city.

    python -m bench.looking [--cameras 8] [--seconds 20] [--eye builtin] [--rate 5] [--film street-corner-1]
    python -m bench.looking --tier watch --rate 1 --eye picodet_s_320 [--keyframes]

Real footage is fed to a worker over its socket as fast as it takes it, as that many cameras at five pictures a second;
the bare eye then looks at the same pictures in batches as large. The sweep gets JPEGs of 1080p. Models are those of
`../shared/assets/models` with the catalogue's cards. Cameras per core come from the worker's processor time. Watched
cameras are given what a node gives (`Sparing`): with a keyframe as often as it is looked the keyframes alone
(--keyframes makes such a film), else what comes up to the last look before the next one.
"""

import argparse
import io
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image

from bench.accuracy.shelf import stocked
from bench.process import SHARED, usage
from ronda.media.access_unit import Codec, Encoding
from ronda.media.codec.sparse import SparseDecoder, Sparseness
from ronda.media.parameter_sets.encoding import encoding_of, read_decoder_configuration
from ronda.media.parameter_sets.nal import join_length_prefixed, split_annex_b
from ronda.vision.detectors.contract import Look
from ronda.vision.picture import Picture
from ronda.vision.worker.messages import (
    Coding,
    Hello,
    ImageTold,
    Numbers,
    Ping,
    Pong,
    Ready,
    Tier,
    Told,
    UnitTold,
    WatchCamera,
)
from ronda.vision.worker.pace import Need, Pace, Sparing
from ronda.vision.worker.protocol import from_worker, packed
from ronda.vision.worker.tools import tools

LINE = {"lines": [{"name": "main", "start": [0.3, 0.55], "end": [1.0, 0.55]}]}
SWEPT = 14_000
SWEEP_S = 300
_TIMES = 5


@dataclass
class Unit:
    """One coded picture of the film."""

    data: bytes
    pts_90k: int
    dts_90k: int
    keyframe: bool


def film(path: Path) -> tuple[list[Unit], Encoding]:
    """Return a file's access units and what a decoder needs."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stored = read_decoder_configuration(Codec.H264, stream.codec_context.extradata or b"")
        tick = float(stream.time_base or 0) * 90_000
        units = [
            Unit(
                _prefixed(bytes(one), stored.length_bytes),
                round(one.pts * tick),
                round(one.dts * tick),
                one.is_keyframe,
            )
            for one in container.demux(stream)
            if one.size and one.pts is not None and one.dts is not None
        ]
    return units, encoding_of(Codec.H264, stored.parameter_sets)


def _prefixed(data: bytes, length_bytes: int) -> bytes:
    return data if length_bytes == 4 else join_length_prefixed(split_annex_b(data))


class Talk:
    """A worker process, and the node's end of it."""

    def __init__(self, width: int = 960, models: str = "") -> None:
        self.connection, theirs = socket.socketpair()
        with theirs:
            command = (sys.executable, "-m", "ronda.vision.worker", str(theirs.fileno()), "--log-level", "error")
            self.process = subprocess.Popen(command, pass_fds=(theirs.fileno(),))
        self._unpacker = from_worker()
        self._pings = 0
        self.say(Hello(width=width, models=models))
        self.hear(Ready)

    def say(self, message: Told, payload: bytes = b"") -> None:
        """Tell it something."""
        self.connection.sendall(b"".join(packed(message, payload)))

    def hear(self, kind: type[Told]) -> Told:
        """Read until it says something of a kind."""
        while data := self.connection.recv(1 << 20):
            for message, _ in self._unpacker.feed(data):
                if isinstance(message, kind):
                    return message
        raise EOFError("the worker has ended")

    def numbers(self) -> Numbers:
        """Return what it has counted."""
        self._pings += 1
        self.say(Ping(number=self._pings))
        pong = self.hear(Pong)
        assert isinstance(pong, Pong)
        return pong.numbers

    def close(self) -> None:
        """End it."""
        self.connection.close()
        self.process.wait(10)


@dataclass(frozen=True)
class Asked:
    """What is measured."""

    cameras: int
    seconds: float
    eye: str
    rate: float
    tier: Tier
    film: str
    keyframes: bool


def _again(units: list[Unit], times: int) -> list[Unit]:
    """Return a film shown several times, so that what is learnt of its keyframes counts for little."""
    length = max(unit.pts_90k for unit in units) - min(unit.pts_90k for unit in units) + 3_600
    return [
        Unit(unit.data, unit.pts_90k + time * length, unit.dts_90k + time * length, unit.keyframe)
        for time in range(times)
        for unit in units
    ]


def _shown(asked: Asked) -> tuple[list[Unit], Encoding]:
    """Return the film's units; with keyframes alone, one a look, for ten minutes of it."""
    units, encoding = film(SHARED / "assets" / "videos" / f"{asked.film}.mp4")
    if not asked.keyframes:
        return (_again(units, _TIMES) if asked.tier is Tier.WATCH else units), encoding
    own = [unit for unit in units if unit.keyframe]
    step = round(90_000 / asked.rate)
    many = round(600 * asked.rate)
    return [Unit(own[at % len(own)].data, at * step, at * step, True) for at in range(many)], encoding


def counted(asked: Asked, models: Path) -> None:
    """Feed cameras as fast as they are taken; then let the bare eye look at the same pictures."""
    cameras, eye, rate = asked.cameras, asked.eye, asked.rate
    units, encoding = _shown(asked)
    sparing = Sparing(rate) if asked.tier is Tier.WATCH else None
    needs = [sparing.needs(unit.pts_90k, unit.keyframe) if sparing else Need.DECODED for unit in units]
    talk = Talk(models=str(models))
    names = [f"camera-{number}" for number in range(cameras)]
    for name in names:
        talk.say(WatchCamera(camera=name, tier=asked.tier, eye=eye, rate=rate, document=LINE))
    for unit, need in zip(units[:2], needs, strict=False):
        _send(talk, names, unit, encoding if unit is units[0] else None, need)
    began_numbers, began_cpu, began = talk.numbers(), usage(talk.process.pid).cpu_s, time.monotonic()
    fed = 0
    for unit, need in zip(units[2:], needs[2:], strict=True):
        _send(talk, names, unit, None, need)
        fed += 1
        if fed % 10 == 0:
            while talk.numbers().waiting > cameras * 5:
                time.sleep(0.002)
            if fed >= (20 if asked.keyframes else 100) and time.monotonic() - began > asked.seconds:
                break
    while talk.numbers().waiting:
        time.sleep(0.005)
    now = talk.numbers()
    wall, cpu = time.monotonic() - began, usage(talk.process.pid).cpu_s - began_cpu
    looked, decoded = now.looked - began_numbers.looked, now.decoded - began_numbers.decoded
    memory = usage(talk.process.pid).memory_bytes
    talk.close()
    in_eye_s = now.look_s - began_numbers.look_s
    bare = _bare(units[: fed + 2], encoding, asked, models)
    decoding, looking = ((now.decode_s - began_numbers.decode_s) / looked, in_eye_s / looked)
    print(f"{eye}, {cameras} cameras ({asked.film}), tier {asked.tier}, {rate:g} pictures a second, {wall:.0f} s:")
    print(f"  worker: {looked / wall:.0f} pictures looked at a second, {cpu / wall:.2f} cores, {now.dropped} dropped")
    print(f"  a picture: {cpu / looked * 1000:.1f} ms CPU; by the clock {decoding * 1000:.1f} ms for decoding")
    print(f"    {decoded / looked:.1f} pictures, and {looking * 1000:.1f} ms for looking")
    print(f"  cameras per core: {looked / cpu / rate:.1f}")
    print(f"  bare eye, same pictures and batches: {bare:.0f} a second; in the worker {looked / in_eye_s:.0f}")
    print(f"    ({looked / in_eye_s / bare:.0%}), with decoding, following and telling {looked / wall / bare:.0%}")
    print(f"  memory: {memory / 1e6:.0f} MB")


def _send(talk: Talk, names: list[str], unit: Unit, encoding: Encoding | None, need: Need = Need.DECODED) -> None:
    if need is Need.NOTHING:
        return
    coding = Coding.of(encoding) if encoding else None
    data = (encoding.decoder_configuration if encoding else b"") + unit.data
    for name in names:
        told = UnitTold(
            camera=name,
            at_90k=unit.pts_90k,
            dts_90k=unit.dts_90k,
            keyframe=unit.keyframe,
            coding=coding,
            alone=need is Need.LAST,
        )
        talk.say(told, data)


def _bare(units: list[Unit], encoding: Encoding, asked: Asked, models: Path) -> float:
    """Return how many pictures a second the eye alone looks at."""
    decoder, pace, pictures = SparseDecoder(encoding, Sparseness(960, asked.rate)), Pace(asked.rate), []
    for unit in units:
        chosen = (one for one in decoder.feed(unit.data, unit.pts_90k, unit.dts_90k) if pace.takes(one.pts_90k))
        pictures += [Picture(one.rgb(), one.pts_90k, (one.width, one.height), one.keyframe) for one in chosen]
    eye = tools().open_eye(asked.eye, models)
    began = time.monotonic()
    for picture in pictures:
        eye.look([Look(str(camera), picture) for camera in range(asked.cameras)])
    return len(pictures) * asked.cameras / (time.monotonic() - began)


def swept(cameras: int = 300) -> None:
    """Let a worker look at snapshots and keyframes of cameras that are swept."""
    talk = Talk()
    pixels = np.random.default_rng(1).integers(0, 255, (68, 120, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).resize((1920, 1080), Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    units, encoding = film(SHARED / "assets" / "videos" / "street-corner-1.mp4")
    for number in range(cameras):
        talk.say(WatchCamera(camera=f"s{number}", tier=Tier.SWEEP, eye="", rate=1))
    for what in ("a JPEG of 1080p", "a keyframe of 640x360"):
        before, cpu, began = talk.numbers(), usage(talk.process.pid).cpu_s, time.monotonic()
        for number in range(cameras):
            if what.startswith("a JPEG"):
                talk.say(ImageTold(camera=f"s{number}", at_90k=1), out.getvalue())
            else:
                _send(talk, [f"s{number}"], units[0], encoding)
            while number % 10 == 9 and talk.numbers().waiting > 20:  # what waits is bounded, and the oldest given up
                time.sleep(0.002)
        while talk.numbers().swept - before.swept < cameras:
            time.sleep(0.01)
        cost = (usage(talk.process.pid).cpu_s - cpu) / cameras
        print(f"sweep, {what}: {cost * 1000:.1f} ms CPU in the worker ({cameras} in {time.monotonic() - began:.1f} s)")
        print(f"  {SWEPT} cameras in {SWEEP_S} s: {cost * SWEPT / SWEEP_S:.2f} cores")
    talk.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cameras", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--eye", default="builtin")
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--tier", type=Tier, choices=[Tier.COUNT, Tier.WATCH], default=Tier.COUNT)
    parser.add_argument("--film", default="street-corner-1", help="a video of the shared assets")
    parser.add_argument("--keyframes", action="store_true", help="the camera sends one as often as it is watched")
    parser.add_argument("--no-sweep", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        what = Asked(asked.cameras, asked.seconds, asked.eye, asked.rate, asked.tier, asked.film, asked.keyframes)
        counted(what, stocked(Path(folder)))
    if not asked.no_sweep:
        swept()


if __name__ == "__main__":
    main()
