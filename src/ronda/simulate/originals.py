# ruff: noqa: E501  a camera is a line
"""The 24 cameras whose loops are drawn; every other camera of the simulated city sees what one of them sees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Final

from ronda.media.access_unit import Codec
from ronda.simulate.scenes.film import Scene
from ronda.simulate.scenes.places import PLACES
from ronda.simulate.scenes.site import Look


@dataclass(frozen=True)
class SimulatedCamera:
    """One camera of the simulated city.

    Attributes:
        id: Camera id.
        name: Its name on the screen.
        place: Kind of scene; see `ronda.simulate.scenes.places`.
        seed: Variation of it.
        lettering: Burnt into its pictures.
        turn_deg: Added to the scene's heading.
        tilt_deg: Added to its pitch.
        raise_m: Added to its height.
        zoom: Focal length relative to the scene's.
        codec: Coding of the main profile; the sub profile is always H.264.
        phase_s: Where in its loop it is at the clock's zero.
        recorder: Number of the recorder it hangs on, from 1.
        channel: Channel of that recorder, from 1.
        broken: Whether it does not answer from the start; whoever clears its fault mends it.
    """

    id: str
    name: str
    place: str
    seed: int
    lettering: str
    turn_deg: float = 0.0
    tilt_deg: float = 0.0
    raise_m: float = 0.0
    zoom: float = 1.0
    codec: Codec = Codec.H264
    phase_s: float = 0.0
    recorder: int = 1
    channel: int = 1
    broken: bool = False

    def path(self, profile: str) -> str:
        """Return the path of a profile at the simulator."""
        return f"/nvr-{self.recorder:04d}/ch{self.channel}/{profile}"

    @property
    def loop(self) -> str:
        """Name of the loop it plays."""
        return f"{self.place}-{self.seed}"

    def scene(self, width: int = 1280, height: int = 720) -> Scene:
        """Return what it looks at."""
        make: Callable[[Look], Scene] = PLACES[self.place]
        return make(
            Look(
                seed=self.seed,
                lettering=self.lettering,
                width=width,
                height=height,
                turn_deg=self.turn_deg,
                tilt_deg=self.tilt_deg,
                raise_m=self.raise_m,
                zoom=self.zoom,
            )
        )


_Row = tuple[str, str, str, int, str, dict[str, float]]
_ROWS: Final[tuple[_Row, ...]] = (
    ("krapyak-rt03-rw04-1", "RT 3 RW 4 Krapyak, gang masuk", "gang", 11, "KRAPYAK RT03 RW04 CAM1", {}),
    ("krapyak-rt03-rw04-2", "RT 3 RW 4 Krapyak, pos ronda", "gang", 12, "KRAPYAK RT03 RW04 CAM2", {"turn": -4}),
    ("krapyak-rt03-rw04-3", "RT 3 RW 4 Krapyak, mulut gang", "gang", 13, "KRAPYAK RT03 RW04 CAM3", {"raise": 0.8, "tilt": 3}),
    ("krapyak-rt03-rw04-4", "RT 3 RW 4 Krapyak, Balai RW", "office", 14, "KRAPYAK RT03 RW04 CAM4", {}),
    ("simpang-lima-1", "Simpang Lima, sisi utara", "crossing", 21, "SIMPANG LIMA 1 UTARA", {}),
    ("simpang-lima-2", "Simpang Lima, sisi barat", "crossing", 22, "SIMPANG LIMA 2 BARAT", {"turn": 8, "raise": 3.5, "tilt": 6}),
    ("tugu-muda-1", "Tugu Muda, bundaran", "crossing", 23, "TUGU MUDA", {"turn": -10, "raise": 1.0}),
    ("jalan-pemuda-1", "Jalan Pemuda, depan balai kota", "road", 31, "JL PEMUDA 1", {}),
    ("jalan-pemuda-2", "Jalan Pemuda, Paragon", "road", 32, "JL PEMUDA 2", {"raise": 2.0, "tilt": 4, "turn": -5}),
    ("kaligawe-1", "Jalan Raya Kaligawe", "road", 33, "KALIGAWE KM 3", {"turn": 5, "zoom": 1.2}),
    ("sigar-bencah-1", "Sigar Bencah, tanjakan", "road", 34, "SIGAR BENCAH", {"turn": -7, "raise": -0.8}),
    ("pasar-johar-1", "Pasar Johar, lorong utara", "market", 41, "PASAR JOHAR 1", {}),
    ("pasar-johar-2", "Pasar Johar, pintu selatan", "market", 42, "PASAR JOHAR 2", {"raise": 1.2, "tilt": 5}),
    ("pasar-karangayu-1", "Pasar Karangayu", "market", 43, "PASAR KARANGAYU", {"turn": 5}),
    ("banjir-kanal-barat-1", "Banjir Kanal Barat, pintu air Simongan", "river", 51, "BKB SIMONGAN", {}),
    ("banjir-kanal-timur-1", "Banjir Kanal Timur, Kaligawe", "river", 52, "BKT KALIGAWE", {"turn": 4, "raise": 1.5, "tilt": 3}),
    ("kelurahan-krapyak-1", "Kantor Kelurahan Krapyak", "office", 61, "KEL. KRAPYAK", {"turn": -5}),
    ("kelurahan-kalipancur-1", "Kantor Kelurahan Kalipancur", "office", 62, "KEL. KALIPANCUR", {"raise": 1.0, "tilt": 4}),
    ("menara-ngaliyan-1", "Menara Ngaliyan, arah timur", "tower", 71, "MENARA NGALIYAN", {}),
    ("menara-gayamsari-1", "Menara Gayamsari", "tower", 72, "MENARA GAYAMSARI", {"turn": 12, "tilt": 4}),
    ("parkir-balai-kota-1", "Parkir Balai Kota", "parking", 81, "PARKIR BALAI KOTA", {}),
    ("tawang-1", "Stasiun Tawang, parkir", "parking", 82, "ST TAWANG", {"turn": -6, "raise": 1.0}),
    ("kota-lama-1", "Kota Lama, Jalan Letjen Suprapto", "gang", 91, "KOTA LAMA", {"raise": 1.5, "tilt": 3}),
    ("tambak-lorok-1", "Tambak Lorok, kampung bahari", "gang", 92, "TAMBAK LOROK", {"turn": 4}),
)  # fmt: skip
_H265: Final = {"simpang-lima-2", "kaligawe-1", "banjir-kanal-timur-1"}


@lru_cache(maxsize=4)
def originals(seed: int = 1) -> tuple[SimulatedCamera, ...]:
    """Return the 24 cameras; another `seed` draws other pictures.

    Two channels to a recorder, as most RTs have; the four of RT 3 RW 4 Krapyak share one.
    """
    places = _recorders()
    found: list[SimulatedCamera] = []
    for index, (key, name, place, variation, lettering, change) in enumerate(_ROWS):
        recorder, channel = next(places)
        found.append(
            SimulatedCamera(
                id=key,
                name=name,
                place=place,
                seed=variation + 1000 * (seed - 1),
                lettering=lettering,
                turn_deg=change.get("turn", 0.0),
                tilt_deg=change.get("tilt", 0.0),
                raise_m=change.get("raise", 0.0),
                zoom=change.get("zoom", 1.0),
                codec=Codec.H265 if key in _H265 else Codec.H264,
                phase_s=(index * 1.7) % 10,
                recorder=recorder,
                channel=channel,
            )
        )
    return tuple(found)


def _recorders() -> Iterator[tuple[int, int]]:
    """Yield recorder and channel numbers: four channels on the first recorder, then two on each."""
    yield from ((1, channel) for channel in range(1, 5))
    for recorder in count(2):
        yield from ((recorder, 1), (recorder, 2))
