"""Timeline time into a player's media time, of which zero is the moment asked for (sans-I/O).

A decoder must begin at the keyframe before that moment. The pictures up to it are squeezed into as
many ticks as there are pictures, so that the player shows the right one at once and UTC stays
`from` plus media time to within a millisecond.
"""

from ronda.archive.reading.cursor import Played
from ronda.media.fmp4.sample import Sample
from ronda.media.fmp4.writer import fragment_boxes


class MediaTime:
    """Turns what was recorded into fragments counted from one moment."""

    def __init__(self, from_90k: int) -> None:
        self.from_90k = from_90k
        self.position_90k = 0
        self._sequence = 0
        self._lead_in: list[Played] = []
        self._decode_shift_90k = 0
        self._present_shift_90k = 0
        self._begun = False

    def fragment(self, played: Played) -> bytes | None:
        """Return `moof` and `mdat`; None while the moment asked for is not reached yet."""
        if not self._begun:
            if played.end_90k <= self.from_90k and (not self._lead_in or played.run == self._lead_in[0].run):
                self._lead_in.append(played)
                return None
            self._begun = True
            if self._lead_in and self._lead_in[0].run != played.run:
                self._lead_in.clear()
            if self._lead_in or played.start_90k < self.from_90k:
                return self._first([*self._lead_in, played])
        base_90k = max(0, played.start_90k - self.from_90k + self._decode_shift_90k)
        samples = played.samples
        if self._present_shift_90k:
            samples = tuple(_later(sample, self._present_shift_90k) for sample in samples)
        return self._boxes(samples, [played.payload], base_90k, played.end_90k)

    def gap(self, to_90k: int) -> None:
        """There is nothing until then; what led in before it is not needed."""
        self._lead_in.clear()
        self.position_90k = max(self.position_90k, to_90k - self.from_90k)

    def _first(self, pieces: list[Played]) -> bytes:
        """One fragment from the keyframe on; see the module for the squeezing."""
        samples = [sample for piece in pieces for sample in piece.samples]
        decode = _decode_times(pieces, self.from_90k)
        present = [at + sample.composition_offset_90k for at, sample in zip(decode, samples, strict=True)]
        before = sorted(at for at in present if at < 0)
        rank = {at: number for number, at in enumerate(before)}
        early = sum(at < 0 for at in decode)
        self._decode_shift_90k, self._present_shift_90k = early, len(before)
        new_decode = [number if at < 0 else at + early for number, at in enumerate(decode)]
        new_present = [early + (rank[at] if at < 0 else at + len(before)) for at in present]
        ends = [*new_decode[1:], max(new_decode[-1] + 1, pieces[-1].end_90k - self.from_90k + early)]
        squeezed = [
            _with_times(sample, end - at, shown - at)
            for sample, at, end, shown in zip(samples, new_decode, ends, new_present, strict=True)
        ]
        return self._boxes(tuple(squeezed), [piece.payload for piece in pieces], 0, pieces[-1].end_90k)

    def _boxes(self, samples: tuple[Sample, ...], payloads: list[bytes], base_90k: int, end_90k: int) -> bytes:
        self._sequence += 1
        self.position_90k = max(self.position_90k, end_90k - self.from_90k)
        return b"".join(fragment_boxes(samples, payloads, self._sequence, base_90k))


def _with_times(sample: Sample, duration_90k: int, offset_90k: int) -> Sample:
    return sample._replace(duration_90k=duration_90k, composition_offset_90k=offset_90k)


def _later(sample: Sample, shift_90k: int) -> Sample:
    return sample._replace(composition_offset_90k=sample.composition_offset_90k + shift_90k)


def _decode_times(pieces: list[Played], from_90k: int) -> list[int]:
    times = []
    for piece in pieces:
        at = piece.start_90k - from_90k
        for sample in piece.samples:
            times.append(at)
            at += sample.duration_90k
    return times
