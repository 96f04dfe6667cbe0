"""How a node lets its cameras be looked at."""

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class VisionSettings:
    """How many look, at what, and where their pictures are kept.

    Attributes:
        pictures: Folder of the pictures that show what was seen.
        models: Folder of the larger eyes.
        workers: How many processes look.
        nice: How much less urgent they are than everything else.
        hardware: What decodes; see `ronda.media.codec.sparse.Sparseness`.
        width: Pictures are decoded at most so wide.
        rate: Pictures a second of a camera whose traffic is counted.
        sweep_s: Every camera is looked at once in so long; None for never.
        watched_sweep_s: A camera that somebody watches is looked at so often.
        own_eyes: The file of what cameras look like when all is well; None: nobody asks whether they still do.
        kept: The file of what analytics must know to go on after a restart; None: nothing is kept.
        backlog: The file of what was seen while the centre was away; None: a restart loses it.
        letterings: Whether the clocks and names that cameras burn in are read.
        first_sweep_s: The first of these looks is not before: everything dials when a node starts.
        sweeps_at_once: How many cameras are asked for a picture at once for that.
        pictures_bytes: The most that the pictures take.
        pictures_days: For how long they are kept.
        hung_s: A worker that says nothing for so long is ended.
        gather_s: What is seen is gathered for so long before it is told.
        patience_s: Nothing seen of a camera for so long is a gap.
        timezone: IANA name of the city's zone, for rules with hours.
        command: What starts a worker.
    """

    pictures: Path
    models: Path
    workers: int = 1
    nice: int = 10
    hardware: str = "none"
    width: int = 960
    rate: float = 5.0
    sweep_s: float | None = 300.0
    watched_sweep_s: float = 60.0
    own_eyes: Path | None = None
    kept: Path | None = None
    backlog: Path | None = None
    letterings: bool = False
    first_sweep_s: float = 60.0
    sweeps_at_once: int = 8
    pictures_bytes: int = 2_000_000_000
    pictures_days: int = 30
    hung_s: float = 30.0
    gather_s: float = 5.0
    patience_s: float = 10.0
    timezone: str = "Asia/Jakarta"
    command: tuple[str, ...] = (sys.executable, "-m", "ronda.vision.worker")
