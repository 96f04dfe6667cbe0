"""`ronda analyse`."""

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ronda.base.errors import BadInput
from ronda.cli.command import Command, settings
from ronda.cli.replacing import replacing

if TYPE_CHECKING:
    from ronda.vision.analyse import Analysis, Options
    from ronda.vision.configuration import Configuration
    from ronda.vision.detectors.contract import Eye

_FILE = click.Path(path_type=Path)
_ANNOTATED_WIDTH = 960
_MOST_RATE = 60.0


@click.command(cls=Command)
@click.argument("video", type=_FILE)
@click.option("--config", "config", type=_FILE, required=True, metavar="FILE.toml", help="Lines, zones and rules.")
@click.option("--json", "output", type=_FILE, metavar="OUT", help="Where the result goes; - for standard output.")
@click.option("--annotate", type=_FILE, metavar="OUT.mp4", help="Write the video with what was found drawn on it.")
@click.option(
    "--eye", "eye_name", metavar="NAME", help="Which eye; a model's name or folder. As FILE says when not given."
)
@click.option(
    "--fps", type=click.FloatRange(0.2, _MOST_RATE), help="Pictures a second that are looked at; 10 when not given."
)
@click.option("--threads", type=click.IntRange(1, 64), help="Threads for the eye; the processor's when not given.")
def analyse(
    video: Path,
    config: Path,
    output: Path | None,
    annotate: Path | None,
    eye_name: str | None,
    fps: float | None,
    threads: int | None,
) -> None:
    """Count and judge what happens in VIDEO, as a camera's analytics would; the time is the video's."""
    from ronda.vision.analyse import DEFAULT_RATE, Options
    from ronda.vision.configuration import Configuration
    from ronda.vision.detectors.eyes import open_eye
    from ronda.vision.detectors.masks import open_masks
    from ronda.vision.detectors.onnx.runtime import RuntimeSettings

    _check_apart(video, output, annotate)
    configuration = Configuration.from_toml(config)
    models = settings().data / "models"
    running = RuntimeSettings(threads=threads or min(os.cpu_count() or 1, 4))
    eye = open_eye(eye_name or configuration.eye, models, running, folders=True)
    faces = partial(open_masks, models, settings=running)
    with contextlib.ExitStack() as stack:
        result = None
        if output is not None and str(output) != "-":
            result = stack.enter_context(replacing(output))  # says at once that it cannot be written
        found = _analysed(video, configuration, eye, annotate, Options(fps or DEFAULT_RATE, faces=faces))
        text = json.dumps(found.document(), indent=2, ensure_ascii=False) + "\n"
        if result is not None:
            result.write(text.encode())
    if output is not None and str(output) == "-":
        click.echo(text, nl=False)
    _say(found, output, annotate)


def _check_apart(video: Path, *outputs: Path | None) -> None:
    places = [video.absolute()]
    for output in outputs:
        if output is None or str(output) == "-":
            continue
        if output.absolute() in places:
            raise BadInput(f"{output} is named twice", "give each output a file of its own, other than the video")
        if output.is_dir():
            raise BadInput(f"{output} is a folder", "name a file in it")
        places.append(output.absolute())


def _analysed(
    video: Path, configuration: "Configuration", eye: "Eye", annotate: Path | None, options: "Options"
) -> "Analysis":
    from ronda.media.codec.video_file import FileWriter
    from ronda.vision.analyse import analyse
    from ronda.vision.drawing import Annotator

    with contextlib.ExitStack() as stack:
        viewer = None
        if annotate is not None:
            writer = stack.enter_context(FileWriter(stack.enter_context(replacing(annotate))))
            viewer = Annotator(configuration, writer)
        with _progress() as progress:
            width = _ANNOTATED_WIDTH if viewer else 0
            return analyse(video, configuration, eye, replace(options, width=width, progress=progress, viewer=viewer))


@contextlib.contextmanager
def _progress() -> "Iterator[Any]":
    """Give what shows the share done; on a terminal only."""
    with click.progressbar(length=1000, label="analyse", file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield lambda share: bar.update(round(share * 1000) - bar.pos)


def _say(found: "Analysis", output: Path | None, annotate: Path | None) -> None:
    """Tell people the sum; beside JSON on standard output, on standard error."""
    document = found.document()
    err = output is not None and str(output) == "-"
    video = document["video"]
    click.echo(
        f"{video['file']}: {video['length_s']} s, {video['looked_at']} pictures, eye {document['eye']['id']}", err=err
    )
    for line, ways in document["counts"].items():
        for way, counts in ways.items():
            classes = ", ".join(f"{number} {label}" for label, number in counts.items() if label != "total")
            click.echo(f"{line} {way}: {counts['total']}{f' ({classes})' if classes else ''}", err=err)
    for name, counts in document["movements"].items():
        click.echo(f"{name}: {counts['total']}", err=err)
    for zone, masks in document["masks"].items():
        click.echo(
            f"masks in {zone}: {masks['masked']} wearing, {masks['unmasked']} not, {masks['mask-unknown']} unknown",
            err=err,
        )
    raised = [one for one in document["events"] if one["turn"] == "raised"]
    for one in raised:
        click.echo(f"{one['analytic']} in {one['zone']} at {one['at_s']} s", err=err)
    if found.bad:
        click.echo(f"warning: {found.bad} pictures were damaged and left out", err=True)
    if found.ends_early_s:
        click.echo(f"warning: the file ends {found.ends_early_s} s early; is it whole?", err=True)
    for path in (output, annotate):
        if path is not None and str(path) != "-":
            click.echo(f"{path} written", err=err)
