"""Plates: whole plates right and characters wrong, by how high a plate is on the picture.

    python -m bench.accuracy.plates [--many 60] [--heights 12,16,20,24,32,48] [--videos DIR]

No labelled pictures of real plates were at hand: these are *drawn* (`tests/vision/plates/drawn.py`; glyphs of strokes
of our own, and of a font of the system where one is there), on drawn vehicles, seen at an angle, turned, out of focus,
moved, noisy, coded as a camera would; white, black, yellow and red ones, a third of them in infrared, a quarter of
motorcycles, whose letters are narrower. Each plate is taken on five pictures of one camera: the first alone, then the
vote of all five. What is right is the whole registration; the character error is the edit distance, where nothing was
read all characters are wrong. `--videos` reads what the vehicles of films show, for a person to look at.
"""

import argparse
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz.distance import Levenshtein
from tests.vision.plates import drawn

from bench.accuracy.shelf import MODELS
from ronda.vision.examining.clip import examine
from ronda.vision.examining.order import Order
from ronda.vision.picture import Rgb
from ronda.vision.plates.reading import PlateReader, Reading
from ronda.vision.plates.votes import LEAST_SURE, Plate, vote

HEIGHTS = (12, 16, 20, 24, 32, 48)
TAKEN = 5
FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSansCondensed-Bold.ttf")
KINDS = {"white": "private", "black": "private", "yellow": "public", "red": "government"}
SURE = 0.8


@dataclass
class Tally:
    """What became of plates whose truth is known."""

    many: int = 0
    told: int = 0
    right: int = 0
    among: int = 0
    wrong: int = 0
    characters: int = 0
    sure: int = 0
    sure_right: int = 0
    kinds: Counter[bool] = field(default_factory=Counter)

    def add(self, truth: str, plate: Plate | None, kind: str = "") -> None:
        """Take in one."""
        said = plate.text if plate is not None and plate.confidence >= LEAST_SURE else ""
        self.many += 1
        self.told += bool(said)
        self.right += said == truth
        self.among += said == truth or (plate is not None and truth in plate.alternatives)
        plain, read = truth.replace(" ", ""), said.replace(" ", "")
        self.characters += len(plain)
        self.wrong += Levenshtein.distance(plain, read)
        if plate is not None and plate.confidence >= SURE:
            self.sure += 1
            self.sure_right += said == truth
        if kind and plate is not None and said:
            self.kinds[plate.kind.value == kind] += 1

    def line(self) -> str:
        """Return it as a line of the table."""
        kinds = sum(self.kinds.values())
        parts = [
            f"right {self.right / self.many:6.1%}",
            f"among those named {self.among / self.many:6.1%}",
            f"characters wrong {self.wrong / self.characters:6.1%}",
            f"told {self.told / self.many:4.0%}, of these right {self.right / max(self.told, 1):6.1%}",
            f"sure {self.sure / self.many:4.0%}, of these right {self.sure_right / max(self.sure, 1):6.1%}",
        ]
        return "  ".join(parts + ([f"kind right {self.kinds[True] / kinds:4.0%}"] if kinds else []))


def lettered(text: str, kind: str, size_mm: tuple[int, int]) -> Rgb:
    """Return a plate whose letters are those of a font, narrowed."""
    face = drawn.plate("", kind, "", size_mm=size_mm)
    high, wide = face.shape[:2]
    font = ImageFont.truetype(str(FONT), round(0.77 * high))
    paper = Image.new("L", (4 * wide, high), 0)
    ImageDraw.Draw(paper).text((0, 0), text, fill=255, font=font)
    box = paper.getbbox()
    if box is None:
        return face
    ink = np.asarray(paper.crop(box), np.uint8)
    room = (min(round(0.9 * wide), ink.shape[1]), round(drawn.LETTER_SHARE * high))
    ink = np.asarray(cv2.resize(ink, room, interpolation=cv2.INTER_AREA), np.uint8)
    left, top = (wide - room[0]) // 2, round(0.12 * high)
    share = ink[..., None].astype(np.float32) / 255
    part = face[top : top + room[1], left : left + room[0]]
    part[:] = (part * (1 - share) + np.array(drawn.KINDS[kind][1]) * share).astype(np.uint8)
    drawn.line(face, "05.27", (0.5, 0.76), 0.15, drawn.KINDS[kind][1], (0.3, 0.2))
    return face


def measure(reader: PlateReader, tall: int, many: int) -> list[float]:
    """Measure one height and print it; return how long each crop took."""
    rng = np.random.default_rng(1000 + tall)
    alone, voted = Tally(), Tally()
    apart = {name: Tally() for name in ("cars by day", "cars in infrared", "motorcycles")}
    took: list[float] = []
    for number in range(many):
        kind = list(KINDS)[number % len(KINDS)]
        text, infrared, motorcycle = drawn.text(rng), number % 3 == 2, number // 4 % 4 == 3
        size_mm = drawn.MOTORCYCLE_MM if motorcycle else drawn.PLATE_MM
        by_font = number // 16 % 2 and FONT.is_file()
        face = lettered(text, kind, size_mm) if by_font else drawn.plate(text, kind, size_mm=size_mm)
        sky = drawn.weather(rng, infrared)
        readings: list[Reading] = []
        first: Plate | None = None
        for taken in range(TAKEN):
            share = 0.42 if motorcycle else 0.26
            crop, _ = drawn.vehicle(face, tall * float(rng.uniform(0.97, 1.03)), sky, rng, share)
            began = time.process_time()
            reading = reader.read(crop)
            took.append(time.process_time() - began)
            readings += [reading] if reading is not None else []
            if taken == 0:
                first = vote(readings)
            sky = drawn.next_picture(sky, rng)
        alone.add(text, first)
        both = vote(readings)
        voted.add(text, both, "" if infrared else KINDS[kind])
        apart["motorcycles" if motorcycle else "cars in infrared" if infrared else "cars by day"].add(text, both)
    print(f"{tall} px, one picture   {alone.line()}")
    print(f"{tall} px, five pictures {voted.line()}")
    told = ", ".join(f"{name} {one.right / max(one.many, 1):.1%}" for name, one in apart.items())
    print(f"{tall} px, five pictures {told}; {1000 * float(np.median(took)):.0f} ms of processor a crop", flush=True)
    return took


def without(reader: PlateReader, many: int) -> None:
    """Print how often something is read on vehicles that have no plate, by five pictures of each."""
    rng = np.random.default_rng(7)
    blank = np.full((270, 860, 3), 120, np.uint8)
    told = []
    for _ in range(many):
        readings: list[Reading] = []
        sky = drawn.weather(rng)
        for _taken in range(TAKEN):
            crop, _ = drawn.vehicle(blank, 28, sky, rng)
            reading = reader.read(crop)
            readings += [reading] if reading is not None else []
            sky = drawn.next_picture(sky, rng)
        plate = vote(readings)
        if plate is not None and plate.confidence >= LEAST_SURE:
            told.append(f"{plate.text} ({plate.confidence:.2f})")
    print(f"without a plate: told of {len(told)} of {many}: {', '.join(told[:12])}", flush=True)


def films(folder: Path) -> None:
    """Print what an examination reads on films."""
    for path in sorted(folder.glob("*.mp4")):
        if path.stem.startswith("load"):
            continue
        order = Order(clip=path, out=Path("unused"), models=MODELS, likeness=False, eye="picodet_s_416")
        found = examine(order).found
        vehicles = sum(one.label != "person" for one in found)
        read = [
            f"{one.plate.text} ({one.plate.confidence:.2f}, {one.plate.height_px} px)" for one in found if one.plate
        ]
        print(f"{path.name}: {len(found)} found, {vehicles} vehicles, read: {', '.join(read) or 'none'}", flush=True)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--many", type=int, default=60, help="plates of each height")
    parser.add_argument("--heights", default=",".join(map(str, HEIGHTS)))
    parser.add_argument("--videos", type=Path)
    given = parser.parse_args(arguments)
    if given.videos:
        films(given.videos)
        return
    reader = PlateReader()
    for tall in map(int, given.heights.split(",")):
        measure(reader, tall, given.many)
    without(reader, given.many)


if __name__ == "__main__":
    main()
