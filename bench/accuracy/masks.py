"""Masks: F1 of each class and the error of the compliance rate, by how high a face is on the picture.

    python -m bench.accuracy.masks --models DIR [--faces DIR] [--videos DIR]

No faces lie in the repository. `--faces` names a folder with pictures of one face each: those in `masked/` and
`unmasked/` are judged as they are; those in `bare/` are bare, and masks are *drawn* on them (five kinds, see `drawn`),
which is a check of the way through finder, judge and votes, and no measure of real masks. `--videos` names a folder of
films: the bare faces found in them are taken with a drawn mask and without, at their own size.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.base.time import HZ_90K
from ronda.media.codec.video_file import VideoFile
from ronda.vision.analytics.contract import Scene
from ronda.vision.analytics.masks import FINDER, JUDGE, MaskRule
from ronda.vision.analytics.rule import View
from ronda.vision.detectors.masks import MaskEyes, open_masks
from ronda.vision.geometry.drawn import ZoneShape
from ronda.vision.objects import FaceClass
from ronda.vision.picture import Picture

Rgb = NDArray[np.uint8]
MASKED, UNMASKED, UNKNOWN = FaceClass.MASKED, FaceClass.UNMASKED, FaceClass.UNKNOWN
HEIGHTS = (120, 64, 48, 40, 32, 24, 16)
CLOTHS = {"blue": (150, 195, 215), "white": (232, 232, 230), "black": (38, 38, 42), "green": (120, 180, 160)}
KINDS = (*CLOTHS, "printed")
_WIDE, _HIGH = 1280, 720
_FOUND_PX = 40.0
_SURE_OVERLAP = 0.3


@dataclass
class Judged:
    """What became of faces whose truth is known."""

    pairs: Counter[tuple[FaceClass, FaceClass | None]] = field(default_factory=Counter)

    def add(self, truth: FaceClass, said: FaceClass | None) -> None:
        """Take in one; None: the face was not found."""
        self.pairs[truth, said] += 1

    def line(self) -> str:
        """Return F1 by class, what was not found or not told, and the error of the compliance rate."""
        truth = {one: sum(n for (was, _), n in self.pairs.items() if was is one) for one in (MASKED, UNMASKED)}
        said = {one: sum(n for (_, told), n in self.pairs.items() if told is one) for one in (MASKED, UNMASKED)}
        f1 = [2 * self.pairs[one, one] / max(truth[one] + said[one], 1) for one in (MASKED, UNMASKED)]
        missed = [self.pairs[one, None] / max(truth[one], 1) for one in (MASKED, UNMASKED)]
        unknown = sum(n for (_, told), n in self.pairs.items() if told is UNKNOWN) / max(sum(truth.values()), 1)
        wrong = self.pairs[MASKED, UNMASKED] + self.pairs[UNMASKED, MASKED]
        rate = truth[MASKED] / max(sum(truth.values()), 1)
        told = said[MASKED] / sum(said.values()) if sum(said.values()) else float("nan")
        return (
            f"{sum(truth.values()):5d} faces  F1 masked {f1[0]:.3f} unmasked {f1[1]:.3f}  wrong {wrong}  "
            f"not found {missed[0]:.0%} of masked, {missed[1]:.0%} of unmasked  unknown {unknown:.0%}  "
            f"compliance {told:.1%} where {rate:.1%} (error {100 * (told - rate):+.1f} points)"
        )


def drawn(rgb: Rgb, face: Sequence[float], kind: str) -> Rgb:
    """Return a picture with a mask drawn on a face: the lower half of its box covered, folds, a band to the ears."""
    left, top, right, bottom = face
    wide, high = right - left, bottom - top
    shape = [(0.02, 0.55), (0.5, 0.47), (0.98, 0.55), (0.93, 0.80), (0.5, 1.04), (0.07, 0.80)]
    corners = np.array([(left + x * wide, top + y * high) for x, y in shape], np.float32)
    over = np.zeros(rgb.shape[:2], np.uint8)
    cv2.fillPoly(over, [np.round(corners * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    cloth = np.empty_like(rgb)
    cloth[:] = CLOTHS.get(kind, (150, 90, 60))
    if kind == "printed":
        rng = np.random.default_rng(5)
        spots = rng.integers(40, 230, (9, 9, 3)).astype(np.uint8)
        x0, y0, x1, y1 = (round(one) for one in (left, top, right, bottom + 0.1 * high))
        patch = cv2.resize(spots, (max(x1 - x0, 1), max(y1 - y0, 1)), interpolation=cv2.INTER_NEAREST)
        y0, x0 = max(y0, 0), max(x0, 0)
        room = cloth[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]]
        room[:] = patch[: room.shape[0], : room.shape[1]]
    else:
        for at in (0.65, 0.75, 0.85):
            ends = [(round(left + x * wide), round(top + at * high)) for x in (0.1, 0.9)]
            cv2.line(cloth, *ends, tuple(round(0.85 * c) for c in CLOTHS[kind]), max(1, round(high / 60)))
    share = cv2.GaussianBlur(over, (0, 0), max(high / 150, 0.3)).astype(np.float32)[..., None] / 255
    return np.asarray(rgb * (1 - share) + cloth * share, np.uint8)


def as_a_camera_sends(rgb: Rgb, quality: int) -> Rgb:
    """Return a picture after a coding that loses as much as a camera's."""
    _, data = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def read(folder: Path) -> list[Rgb]:
    """Return the pictures in a folder, RGB."""
    paths = sorted(one for one in folder.glob("*") if one.suffix.lower() in (".jpg", ".jpeg", ".png"))
    found = [cv2.imread(str(path), cv2.IMREAD_COLOR) for path in paths]
    return [np.ascontiguousarray(one[..., ::-1]) for one in found if one is not None]


def said_of(eye: MaskEyes, rgb: Rgb, scale: float, face: NDArray[np.float32] | None) -> FaceClass | None:
    """Return what is said of the one face, or of the one at a place; None where it is not found."""
    boxes, _ = eye.find(rgb, scale)
    if face is not None and len(boxes):
        low, high = np.maximum(boxes[:, :2], face[:2]), np.minimum(boxes[:, 2:], face[2:])
        both = np.maximum(high - low, 0).prod(1)
        boxes = boxes[both > _SURE_OVERLAP * (face[2:] - face[:2]).prod()]
    if not len(boxes):
        return None
    return eye.judge(rgb, boxes[[int((boxes[:, 3] - boxes[:, 1]).argmax())]])[0]


def scenes(rgb: Rgb, face: NDArray[np.float32], tall: int) -> Iterator[tuple[Rgb, NDArray[np.float32]]]:
    """Yield a face at a height on pictures that differ: mirrored, tilted, darker; and its box."""
    scale = tall / float(face[3] - face[1])
    for mirrored, angle, light in product((False, True), (-12, 0, 12), (0.55, 1.0)):
        turn = cv2.getRotationMatrix2D(((face[0] + face[2]) / 2, (face[1] + face[3]) / 2), angle, 1)
        seen = np.asarray(cv2.warpAffine(rgb, turn, rgb.shape[1::-1], borderMode=cv2.BORDER_REPLICATE), np.float32)
        box = face.copy()
        if mirrored:
            seen = seen[:, ::-1]
            box[[0, 2]] = rgb.shape[1] - face[[2, 0]]
        size = (max(round(rgb.shape[1] * scale), 8), max(round(rgb.shape[0] * scale), 8))
        small = cv2.resize(np.ascontiguousarray(seen * light), size, interpolation=cv2.INTER_AREA)
        yield as_a_camera_sends(small.clip(0, 255).astype(np.uint8), 70), box * scale


def by_height(eye: MaskEyes, bare: Sequence[Rgb]) -> None:
    """Print how faces with drawn masks and without are judged, by their height; each picture by itself."""
    faces = [(rgb, eye.find(rgb)[0]) for rgb in bare]
    faces = [(rgb, boxes) for rgb, boxes in faces if len(boxes)]
    print(f"drawn masks on {len(faces)} portraits ({len(KINDS)} kinds, mirrored, tilted by 12 degrees, darker):")
    for tall in HEIGHTS:
        judged = Judged()
        for rgb, boxes in faces:
            looks = [(UNMASKED, rgb)] * len(KINDS) + [(MASKED, drawn(rgb, boxes[0].tolist(), one)) for one in KINDS]
            for truth, look in looks:
                for small, box in scenes(look, boxes[0], tall):
                    judged.add(truth, said_of(eye, small, _FOUND_PX / tall if tall < _FOUND_PX else 1.0, box))
        print(f"  {tall:4d} px {judged.line()}")


def as_they_are(eye: MaskEyes, folder: Path) -> None:
    """Print how labelled faces are judged, each picture by itself."""
    judged = Judged()
    for truth in (MASKED, UNMASKED):
        for rgb in read(folder / truth.value):
            judged.add(truth, said_of(eye, rgb, min(1.0, 640 / max(rgb.shape[:2])), None))
    if judged.pairs:
        print(f"labelled faces: {judged.line()}")


def in_films(eye: MaskEyes, folder: Path) -> None:
    """Print how the faces in films are judged, with a drawn mask and without, at their own size."""
    print("bare faces found in films at their own size (twice enlarged), and with a drawn white mask:")
    for path in sorted(folder.glob("*.mp4")):
        judged, heights = Judged(), []
        with VideoFile(path, 1920) as file:
            for number, one in enumerate(file.pictures(2.0)):
                boxes, scores = eye.find(one.rgb, 2.0) if number < 200 else (np.empty((0, 4), np.float32), np.empty(0))
                for box in boxes[np.asarray(scores) >= 0.7]:
                    heights.append(float(box[3] - box[1]))
                    judged.add(UNMASKED, said_of(eye, one.rgb, 2.0, box))
                    judged.add(MASKED, said_of(eye, drawn(one.rgb, box.tolist(), "white"), 2.0, box))
        if heights:
            print(f"  {path.stem} ({min(heights):.0f} to {max(heights):.0f} px) {judged.line()}")


def passing(eye: MaskEyes, bare: Sequence[Rgb], tall: int, share: float, people: int) -> tuple[int, Counter[FaceClass]]:
    """Let people walk through a zone one after the other; return how many wore a mask, and what was counted."""
    rng = np.random.default_rng(11)
    zone = ZoneShape(name="gate", points=((0.05, 0.05), (0.95, 0.05), (0.95, 0.95), (0.05, 0.95)))
    rule = MaskRule(zone="gate")
    masks = rule.start(View(zones={"gate": zone}, faces=lambda *_: eye))
    ground = np.clip(cv2.resize(rng.normal(115, 18, (45, 80)), (_WIDE, _HIGH)), 0, 255).astype(np.uint8)
    worn, found, at_s = 0, Counter[FaceClass](), 0.0
    faces = [(rgb, eye.find(rgb)[0][0]) for rgb in bare]
    for number in range(people):
        rgb, face = faces[number % len(faces)]
        has = bool(rng.random() < share)
        worn += has
        look = drawn(rgb, face.tolist(), KINDS[number % len(KINDS)]) if has else rgb
        scale = tall / float(face[3] - face[1])
        head = _head(look, face, scale, mirrored=bool(number % 2))
        y = int(rng.integers(40, max(_HIGH - head.shape[0] - 40, 41)))
        for step in range(26):
            canvas = np.repeat(ground[..., None], 3, 2)
            x = round(-head.shape[1] + (_WIDE + head.shape[1]) * step / 18)
            from_x, to_x = max(x, 0), min(x + head.shape[1], _WIDE)
            if to_x > from_x:
                canvas[y : y + head.shape[0], from_x:to_x] = head[:, from_x - x : to_x - x]
            picture = Picture(as_a_camera_sends(canvas, 60), round(at_s * HZ_90K), (_WIDE, _HIGH))
            found.update(FaceClass(one.label) for one in masks.update(Scene(picture, ())).counts)
            at_s += 0.2
    found.update(FaceClass(one.label) for one in masks.close(round(at_s * HZ_90K)).counts)
    return worn, found


def _head(rgb: Rgb, face: NDArray[np.float32], scale: float, mirrored: bool) -> Rgb:
    left, top, right, bottom = face.tolist()
    tall = bottom - top
    y0, y1 = max(round(top - 0.5 * tall), 0), min(round(bottom + 1.2 * tall), rgb.shape[0])
    x0, x1 = max(round(left - 0.7 * tall), 0), min(round(right + 0.7 * tall), rgb.shape[1])
    head = cv2.resize(rgb[y0:y1, x0:x1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[: _HIGH - 90]
    return np.ascontiguousarray(head[:, ::-1] if mirrored else head)


def walks(eye: MaskEyes, bare: Sequence[Rgb]) -> None:
    """Print how many people are counted, and the error of the compliance rate, through the whole analytic."""
    print("people who walk through a zone, drawn masks, the whole analytic at 5 pictures a second:")
    people = 20
    for tall, share in ((80, 0.3), (80, 0.8), (48, 0.8)):
        worn, found = passing(eye, bare, tall, share, people)
        said = found[MASKED] + found[UNMASKED]
        told = found[MASKED] / said if said else float("nan")
        print(
            f"  {tall:3d} px: {people} people, {worn} masked; counted {found.total()}: {found[MASKED]} masked, "
            f"{found[UNMASKED]} unmasked, {found[UNKNOWN]} unknown; compliance {told:.1%} where {worn / people:.1%} "
            f"(error {100 * (told - worn / people):+.1f} points)"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True, help="the folder of models")
    parser.add_argument("--faces", type=Path, help="a folder with bare/, and masked/ and unmasked/")
    parser.add_argument("--videos", type=Path, help="a folder of films")
    asked = parser.parse_args()
    eye = open_masks(asked.models, FINDER, JUDGE)
    print(f"eye {eye.name.id} {eye.name.version}")
    if asked.faces is not None:
        as_they_are(eye, asked.faces)
        if bare := read(asked.faces / "bare"):
            by_height(eye, bare)
            walks(eye, bare)
    if asked.videos is not None:
        in_films(eye, asked.videos)


if __name__ == "__main__":
    main()
