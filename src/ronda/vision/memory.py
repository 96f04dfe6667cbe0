"""The two memories of one place, pixel by pixel: owned by a `Background`, and thrown away when the view changes."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ronda.vision.light import Ycc, edges, exposure, only_light
from ronda.vision.picture import Rgb

Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

LUMA_FLOOR: Final = 9.0
"""Levels that noise alone may differ, once the picture is scaled down."""
COLOUR_FLOOR: Final = 6.0
"""The same of Cr and Cb."""
NOISE_WEIGHT: Final = 2.5
"""A restless pixel differs when it is so many times further off than it commonly is."""
MOST_NOISE: Final = 30.0
SURE: Final = 2.0
"""A thing has pixels that differ by so many thresholds; mist and compression have not."""
SURE_SHARE: Final = 0.08
"""So many of its pixels at least."""
BETWEEN_TALL: Final = 0.15
"""Of the height of the picture: shade that lies this closely between parts of things belongs to them;"""
BETWEEN_WIDE: Final = 0.06
"""less from side to side, where shade lies between things."""
SAME: Final = 8
"""Levels by which a pixel may change and still be called still."""

STILL_S: Final = 2.0
"""What has not changed for so long goes into the fast memory."""
GHOST_S: Final = 0.6
"""What has not changed for so long may be found to be ground that was hidden before."""
JUDGED_S: Final = 6.0
"""What has been still for longer has been judged often enough."""
JUDGE_EACH_S: Final = 0.24
SUN_S: Final = 10.0
"""A patch of light or shade that stays that long belongs to the place."""
SLOW_S: Final = 20.0
"""In such a time the slow memory follows what agrees with it."""
NOISE_S: Final = 8.0
"""In such a time a place is found to be restless: leaves, water, a flickering lamp."""
LEARN_S: Final = 8.0
"""From the start: so long the slow memory takes the median for what nothing has confirmed."""
MEDIANS_S: Final = (0.8, 2.0, 4.0, 8.0)
SAMPLE_S: Final = 0.2
PATIENCE_S: Final = 600.0
"""What stays that long belongs to the place, unless somebody holds it for a thing."""

LEAST_EXPOSURE: Final = 1.2
"""Levels; less is left to the slow memory's own way."""
UPHEAVAL: Final = 0.6
"""More of the picture than this differs by an upheaval, not by things."""
SHAKEN: Final = 0.004
"""When so much of the picture differs, a shaking camera is looked for."""
SHAKEN_JUMP: Final = 0.01
STEADY_S: Final = 0.5
"""So long a camera is not asked again that was found steady, unless much more differs at once."""
MOST_SHAKE: Final = 0.03
"""Of the width: more is no shake but a turned camera."""
MOST_JUDGED: Final = 20
"""Regions that are judged at one moment, the largest first."""

_SMALL: Final = np.ones((3, 3), np.uint8)


class Memory:
    """What is known of one place.

    Attributes:
        now: The picture, exposure as it is, shake taken out.
        moving: See `Backdrop`.
        stopped: See `Backdrop`.
        kept: What somebody holds for things.
        lost_s: For how long nearly everything has differed.
        shift_xy: How far the picture is shaken, in pixels.
    """

    def __init__(self, first: Rgb) -> None:
        self.now: Ycc = _ycc(first)
        shape = self.now.shape[:2]
        self.moving: Mask = np.zeros(shape, bool)
        self.stopped: Mask = np.zeros(shape, bool)
        self.kept: Mask = np.zeros(shape, bool)
        self.lost_s = 0.0
        self.shift_xy = (0.0, 0.0)
        self._fore: Mask = np.zeros(shape, bool)
        self._slow: Floats = self.now.astype(np.float32)
        self._recent: Floats = self._slow.copy()
        self._fast: Ycc = self.now.copy()
        self._age_s: Floats = np.zeros(shape, np.float32)
        self._stay_s: Floats = np.zeros(shape, np.float32)
        self._confirmed_s: Floats = np.zeros(shape, np.float32)
        self._noise: Floats = np.full(shape, 1.0, np.float32)
        self._settled: Mask = np.zeros(shape, bool)
        self._over: NDArray[np.uint8] = np.zeros(shape, np.uint8)
        self._at_s, self._since_s, self._sampled_at_s = 0.0, 0.0, 0.0
        self._differed, self._shaken, self._steady_until_s = 0.0, False, 0.0
        self._samples: list[Ycc] = [self.now]
        self._medians = list(MEDIANS_S)
        self._tall = np.ones((2 * round(BETWEEN_TALL * shape[0] / 2) + 1, 1), np.uint8)
        self._wide = np.ones((1, 2 * round(BETWEEN_WIDE * shape[0] / 2) + 1), np.uint8)
        self._refresh()
        self._refresh_noise()

    @property
    def empty(self) -> Rgb:
        """The slow memory as a picture."""
        return np.asarray(cv2.cvtColor(self._slow8, cv2.COLOR_YCrCb2RGB), np.uint8)

    def prime(self, pictures: Sequence[Rgb]) -> None:
        """Take pictures of a longer time, in its order, for the place's common look."""
        all_of = np.stack([_ycc(picture) for picture in pictures])
        half = len(all_of) // 2
        early, late = (np.median(part, axis=0).astype(np.float32) for part in (all_of[:half], all_of[half:]))
        self._slow, self._recent = early.copy(), late.copy()
        self._refresh()
        self._fast = _levels(late)
        _, _, differs = self._differs(self._fast)
        self._age_s[:] = GHOST_S
        for region in _regions(differs, 12):
            if self._is_ghost(region, differs):
                self._slow[region] = late[region]
        self._confirmed_s[:] = LEARN_S
        self._samples, self._medians = [], []
        self._refresh()
        # What stood early has come before the first look, and stays.
        self._fast, self._recent = _levels(early), early
        self._age_s[:] = 0
        self._settled = self._differs(self._fast)[2]

    def update(self, picture: Rgb, step_s: float) -> None:
        """Take in the next picture, `step_s` after the one before (0: it teaches nothing)."""
        self._at_s += step_s
        self.now = _ycc(picture)
        self._follow_exposure()
        raw, luma_over, thing = self._differs(self.now)
        self.shift_xy = (0.0, 0.0)
        if self._may_shake(float(raw.mean())) and self._steady():
            raw, luma_over, thing = self._differs(self.now)
        self._over, self._fore = luma_over, thing
        if raw.mean() > UPHEAVAL:
            self.lost_s += step_s
            return
        self.lost_s = 0.0
        self._follow_still(step_s)
        self._learn(raw, step_s)
        off_fast = _most(cv2.absdiff(self.now, self._fast)) > self._luma_limit
        self.moving = thing & off_fast
        self._since_s += step_s
        if self._since_s >= JUDGE_EACH_S or not step_s:
            self._now_and_then(raw, thing)
            self._since_s = 0.0
        self.stopped = self._settled & raw & ~self.moving

    def _now_and_then(self, raw: Mask, thing: Mask) -> None:
        """Do what need not be done on each of 25 pictures a second."""
        sunny = raw & ~thing & (self._age_s > SUN_S)
        if sunny.any():
            self._slow[sunny] = self._recent[sunny]
        self._noise *= 1 - min(1.0, self._since_s / (4 * NOISE_S)) * ~raw
        self._refresh_noise()
        self._refresh()
        self._judge(thing)
        ripe = thing & (self._age_s >= STILL_S)
        if ripe.any() or self._settled.any():
            self._settled = self._differs(self._fast)[2]
        if self._settled.any():
            self._stay_s += self._since_s
            self._stay_s[~self._settled | ~raw | self.kept] = 0
            if self._stay_s.max() > PATIENCE_S:
                self.absorb(self._stay_s > PATIENCE_S)

    def absorb(self, where: Mask) -> None:
        """Take what is seen at some places into both memories."""
        self._slow[where] = self._recent[where]
        self._fast[where] = _levels(self._recent)[where]
        self._confirmed_s[where] = 1.0
        self._stay_s[where] = 0
        self._fore &= ~where
        self.moving = self.moving & ~where
        self.stopped = self.stopped & ~where
        self._settled &= ~where
        self._refresh()

    def learn_noise(self, where: Mask, step_s: float) -> None:
        """Grow insensitive where what differs is no thing."""
        part = min(1.0, step_s / NOISE_S)
        mine = self._noise[where]
        self._noise[where] = np.minimum(mine + part * (self._over[where] - mine), MOST_NOISE)

    def _differs(self, ycc: Ycc) -> tuple[Mask, NDArray[np.uint8], Mask]:
        """Return what differs from the slow memory, by how much in luma, and what of it is a thing.

        A pixel may look like any of its neighbours in the memory: twigs, compression and half a pixel of shake do that.
        """
        over = cv2.max(cv2.subtract(ycc, self._high), cv2.subtract(self._low, ycc))
        luma, red, blue = cv2.split(over)
        colour = cv2.max(red, blue)
        off_colour = colour > self._colour_limit
        raw = (luma > self._luma_limit) | off_colour
        light = only_light(ycc, self._slow8) & ~off_colour & raw
        thing: NDArray[np.uint8] = (raw & ~light).view(np.uint8)
        # The rim of a shadow is as steep as a thing's, but thin.
        beside = cv2.dilate(light.view(np.uint8), _SMALL)
        alone = cv2.bitwise_and(thing, 1 - beside)
        joined = cv2.bitwise_or(cv2.morphologyEx(thing, cv2.MORPH_OPEN, _SMALL), alone)
        # What looks like shade between a head and legs is a grey shirt.
        between = cv2.bitwise_or(
            cv2.morphologyEx(joined, cv2.MORPH_CLOSE, self._tall), cv2.morphologyEx(joined, cv2.MORPH_CLOSE, self._wide)
        )
        joined = cv2.bitwise_or(joined, cv2.bitwise_and(between, raw.view(np.uint8)))
        thing = np.asarray(cv2.morphologyEx(joined, cv2.MORPH_CLOSE, _SMALL), np.uint8)
        sure = (luma > SURE * self._luma_limit) | (colour > SURE * self._colour_limit)
        return raw, np.asarray(luma, np.uint8), _with_sure(thing, sure)

    def _follow_exposure(self) -> None:
        found = exposure(self.now, self._slow8, ~self._fore)
        if found is None:
            return
        gain, offset = found
        if max(abs((gain - 1) * level + offset) for level in (40, 200)) < LEAST_EXPOSURE:
            return
        if abs(gain - 1) > 0.1:
            self._samples = self._samples[-1:]
        turn = np.array(
            ((gain, 0, 0, offset), (0, gain, 0, 128 - 128 * gain), (0, 0, gain, 128 - 128 * gain)), np.float32
        )
        self._slow = _turned(self._slow, turn)
        self._recent = _turned(self._recent, turn)
        self._fast = np.asarray(cv2.transform(self._fast, turn), np.uint8)
        self._refresh()

    def _may_shake(self, differs: float) -> bool:
        """Return whether to look for a shake: at once when much more differs than before, else now and then."""
        jumped = differs > self._differed + SHAKEN_JUMP
        self._differed = differs
        if differs < SHAKEN or not (jumped or self._shaken or self._at_s >= self._steady_until_s):
            return False
        self._steady_until_s = self._at_s + STEADY_S
        return True

    def _steady(self) -> bool:
        """Find and take out a shake; return whether there was one."""
        half = (self.now.shape[1] // 2, self.now.shape[0] // 2)
        mine, seen = (edges(_plane(cv2.resize(one[..., 0], half))) for one in (self._slow8, self.now))
        (across, down), response = cv2.phaseCorrelate(mine, seen)
        self._shaken = False
        across, down = 2 * across, 2 * down
        far = float(np.hypot(across, down))
        if response < 0.15 or not 0.3 < far < MOST_SHAKE * self.now.shape[1]:
            return False
        back = np.array([[1, 0, -across], [0, 1, -down]], np.float32)
        size = (self.now.shape[1], self.now.shape[0])
        moved = cv2.warpAffine(self.now, back, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        before, after = (_off(one, self._slow8) for one in (self.now, moved))
        if after > 0.9 * before:
            return False
        self.now, self.shift_xy, self._shaken = np.asarray(moved, np.uint8), (across, down), True
        return True

    def _follow_still(self, step_s: float) -> None:
        recent8 = _levels(self._recent)
        same = _most(cv2.absdiff(self.now, recent8)) <= self._still_limit
        bits = same.view(np.uint8)
        part = 1 - float(np.exp(-step_s / GHOST_S))
        cv2.accumulateWeighted(self.now, self._recent, part, bits)
        cv2.copyTo(self.now.astype(np.float32), 1 - bits, self._recent)
        self._age_s += step_s
        self._age_s *= same
        cv2.copyTo(recent8, (self._age_s >= STILL_S).view(np.uint8), self._fast)

    def _learn(self, raw: Mask, step_s: float) -> None:
        agrees = ~raw
        slow_s = 2.0 if self._medians else SLOW_S
        cv2.accumulateWeighted(self.now, self._slow, 1 - float(np.exp(-step_s / slow_s)), agrees.view(np.uint8))
        if not self._medians:
            return
        self._confirmed_s += step_s * agrees
        if self._at_s - self._sampled_at_s >= SAMPLE_S:
            self._sampled_at_s = self._at_s
            self._samples.append(self.now)
            if self._at_s >= self._medians[0]:
                self._take_median()

    def _take_median(self) -> None:
        """Replace what nothing has confirmed by what was mostly there since the start."""
        self._medians.pop(0)
        doubtful = (self._confirmed_s < 0.3 * self._at_s) & (self._age_s < STILL_S)
        if doubtful.any() and len(self._samples) >= 3:
            self._slow[doubtful] = np.median(np.stack([one[doubtful] for one in self._samples]), axis=0)
        if not self._medians:
            self._samples = []

    def _judge(self, thing: Mask) -> None:
        """Find what is ground that a thing of the memory has left, and take it into the memory."""
        # What the fast memory holds has been judged before something passed in front of it.
        still = thing & (self._age_s >= GHOST_S) & ~self.kept & ~(self._settled & ~self.moving)
        found = [region for region in _regions(still, 12) if self._age_s[region].min() < JUDGED_S]
        ghosts = [region for region in found if self._is_ghost(region, thing & ~still)]
        for region in ghosts:
            where = np.zeros(thing.shape, bool)
            where[region] = True
            self.absorb(where)

    def _is_ghost(self, region: tuple[NDArray[np.intp], NDArray[np.intp]], lively: Mask) -> bool:
        """Return whether the outline of a region is the memory's, not the picture's (San Miguel 2008).

        Lively is what moves: a still part within something that moves is a part of it, not a ghost.
        """
        top, bottom = max(0, region[0].min() - 3), region[0].max() + 4
        left, right = max(0, region[1].min() - 3), region[1].max() + 4
        part = np.zeros((min(bottom, lively.shape[0]) - top, min(right, lively.shape[1]) - left), np.uint8)
        part[region[0] - top, region[1] - left] = 1
        window = (slice(top, top + part.shape[0]), slice(left, left + part.shape[1]))
        around = cv2.dilate(part, _SMALL, iterations=2) - part
        if lively[window][around > 0].mean() > 0.4:
            return False
        rim = (cv2.dilate(part, _SMALL) - cv2.erode(part, _SMALL)) > 0
        known = edges(self._slow8[window][..., 0])[rim].mean()
        seen = edges(_levels(self._recent[window])[..., 0])[rim].mean()
        return bool(known > 1.2 * seen + 0.5)

    def _refresh(self) -> None:
        self._slow8: Ycc = _levels(self._slow)
        self._low: Ycc = np.asarray(cv2.erode(self._slow8, _SMALL), np.uint8)
        self._high: Ycc = np.asarray(cv2.dilate(self._slow8, _SMALL), np.uint8)

    def _refresh_noise(self) -> None:
        extra = NOISE_WEIGHT * self._noise
        self._luma_limit = cv2.convertScaleAbs(extra, alpha=1, beta=LUMA_FLOOR)
        self._colour_limit = cv2.convertScaleAbs(extra, alpha=0.5, beta=COLOUR_FLOOR)
        self._still_limit = cv2.convertScaleAbs(self._noise, alpha=1, beta=SAME)


def _ycc(rgb: Rgb) -> Ycc:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb), np.uint8)


def _most(planes: cv2.typing.MatLike) -> NDArray[np.uint8]:
    """Return the largest of the three channels at each pixel."""
    luma, red, blue = cv2.split(planes)
    return np.asarray(cv2.max(luma, cv2.max(red, blue)), np.uint8)


def _levels(memory: Floats) -> Ycc:
    return np.asarray(cv2.convertScaleAbs(memory), np.uint8)


def _turned(memory: Floats, turn: Floats) -> Floats:
    return np.asarray(cv2.transform(memory, turn), np.float32)


def _plane(one: cv2.typing.MatLike) -> NDArray[np.uint8]:
    return np.asarray(one, np.uint8)


def _off(one: cv2.typing.MatLike, other: cv2.typing.MatLike) -> float:
    return float(np.abs(one[::3, ::3, 0].astype(np.int16) - other[::3, ::3, 0]).mean())


def _with_sure(thing: NDArray[np.uint8], sure: Mask) -> Mask:
    """Return the regions of a mask of which a fair share is sure."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(thing, connectivity=8, ltype=cv2.CV_32S)
    sures = np.bincount(labels[sure], minlength=count)
    good = sures >= np.maximum(1, SURE_SHARE * stats[:, cv2.CC_STAT_AREA])
    good[0] = False
    return thing.astype(bool) if good[1:].all() else np.asarray(good[labels], bool)


def _regions(where: Mask, fewest: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Return the rows and columns of each connected region, the largest first, bounded in number."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(where.view(np.uint8), connectivity=8)
    order = np.argsort(-stats[1:, cv2.CC_STAT_AREA], kind="stable")[:MOST_JUDGED] + 1
    found = []
    for index in order:
        left, top, wide, high, size = stats[index]
        if size < fewest:
            break
        rows, cols = np.nonzero(labels[top : top + high, left : left + wide] == index)
        found.append((rows + top, cols + left))
    return found
