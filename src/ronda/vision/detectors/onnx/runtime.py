"""ONNX Runtime: a file becomes a network that runs on what there is, and says clearly when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ronda.base.errors import BadInput
from ronda.vision.detectors.failures import ONNX_FAILURES

Floats = NDArray[np.float32]

_QUIET: Final = 3


class Provider(StrEnum):
    """What computes; the values are for the settings."""

    CPU = "cpu"
    CUDA = "cuda"
    OPENVINO = "openvino"


_NAMES: Final[Mapping[Provider, str]] = {
    Provider.CUDA: "CUDAExecutionProvider",
    Provider.OPENVINO: "OpenVINOExecutionProvider",
    Provider.CPU: "CPUExecutionProvider",
}
_PACKAGES: Final[Mapping[Provider, str]] = {
    Provider.CUDA: "onnxruntime-gpu",
    Provider.OPENVINO: "onnxruntime-openvino",
    Provider.CPU: "onnxruntime",
}


@dataclass(frozen=True, slots=True)
class RuntimeSettings:
    """How networks are run.

    Attributes:
        provider: What computes; None takes the best that there is.
        threads: Threads for one network.
    """

    provider: Provider | None = None
    threads: int = 1


class Network:
    """A loaded ONNX file with one picture input.

    Attributes:
        batch: Pictures that it takes at once; None for any number.
        size_wh: Width and height that it takes, in pixels; None for any.
        provider: What computes it.
    """

    def __init__(self, path: Path, settings: RuntimeSettings) -> None:
        self.path = path
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = settings.threads, 1
        options.log_severity_level = _QUIET
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # an idle worker shall be idle
        self.provider = chosen_provider(settings.provider)
        providers = [_NAMES[self.provider]] + ([_NAMES[Provider.CPU]] if self.provider is not Provider.CPU else [])
        try:
            data = path.read_bytes()
        except OSError as error:
            raise BadInput(f"model {path} cannot be read ({(error.strerror or str(error)).lower()})") from error
        try:
            self._session = onnxruntime.InferenceSession(data, options, providers=providers)
        except ONNX_FAILURES as error:
            raise BadInput(f"{path.name} is not a model that ONNX Runtime loads: {_first_line(error)}") from error
        self.batch, self.size_wh = self._read_input()
        self.outputs: dict[str, tuple[int | str | None, ...]] = {
            one.name: tuple(one.shape) for one in self._session.get_outputs()
        }

    def _read_input(self) -> tuple[int | None, tuple[int, int] | None]:
        inputs = self._session.get_inputs()
        shown = "; ".join(f"{one.name} {list(one.shape)} {one.type}" for one in inputs)
        if (
            len(inputs) != 1
            or len(inputs[0].shape) != 4
            or inputs[0].shape[1] != 3
            or inputs[0].type != "tensor(float)"
        ):
            raise BadInput(
                f"{self.path.name} takes {shown}, where one input [N, 3, H, W] tensor(float) is expected",
                "choose a detector whose input is one picture",
            )
        self._input: str = inputs[0].name
        batch, _, height, width = inputs[0].shape
        fixed = isinstance(height, int) and isinstance(width, int)
        return (batch if isinstance(batch, int) else None), ((width, height) if fixed else None)

    def run(self, pictures: Floats) -> list[Floats]:
        """Return the outputs for (N, 3, H, W) pictures, each with N first, however many the network takes at once.

        Raises:
            BadInput: The network refuses; says why.
        """
        step = self.batch or len(pictures)
        try:
            parts = [
                self._session.run(None, {self._input: pictures[at : at + step]}) for at in range(0, len(pictures), step)
            ]
        except ONNX_FAILURES as error:
            raise BadInput(
                f"{self.path.name} does not run on pictures of the shape {pictures.shape}: {_first_line(error)}"
            ) from error
        if len(parts) == 1:
            return list(parts[0])
        return [np.concatenate(pieces) for pieces in zip(*parts, strict=True)]


def chosen_provider(wanted: Provider | None) -> Provider:
    """Return what computes.

    Raises:
        BadInput: The wanted one is not installed; says which package brings it.
    """
    there = set(onnxruntime.get_available_providers())
    if wanted is None:
        return next(one for one, name in _NAMES.items() if name in there)
    if _NAMES[wanted] not in there:
        raise BadInput(
            f"this ONNX Runtime cannot compute with {wanted.value}",
            f"install {_PACKAGES[wanted]} in place of onnxruntime, or leave the provider unset",
        )
    return wanted


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300]
