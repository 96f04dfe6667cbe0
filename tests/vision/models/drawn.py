"""Small real ONNX files, written byte by byte: a detector shaped as YOLOX that always says the same."""

import hashlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ronda.vision.models.card import KnownFile, KnownModel
from ronda.vision.objects import ObjectClass

FLOAT = 1
CELLS = {64: 8 * 8 + 4 * 4 + 2 * 2}
"""By side: the cells of the strides 8, 16, 32."""


def varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out, number = out + bytes([number & 127 | 128]), number >> 7
    return out + bytes([number])


def entry(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def value_info(name: str, shape: tuple[int, ...]) -> bytes:
    dims = b"".join(entry(1, entry(1, side)) for side in shape)
    return entry(1, name) + entry(2, entry(1, entry(1, FLOAT) + entry(2, dims)))


def model(output: NDArray[np.float32], taken: tuple[int, ...] = (1, 3, 64, 64)) -> bytes:
    """Return an ONNX file that takes pictures and always gives `output`."""
    tensor = b"".join(entry(1, side) for side in output.shape) + entry(2, FLOAT) + entry(8, "told")
    tensor += entry(9, output.astype("<f4").tobytes())
    node = entry(1, "told") + entry(2, "output") + entry(4, "Identity")
    graph = entry(1, node) + entry(2, "drawn") + entry(5, tensor)
    graph += entry(11, value_info("images", taken)) + entry(12, value_info("output", output.shape))
    return entry(1, 7) + entry(7, graph) + entry(8, entry(2, 13))


def yolox(side: int = 64, number: float = 0.0) -> bytes:
    """Return a YOLOX that sees one car in the middle, and elsewhere gives a number."""
    output = np.full((1, CELLS.get(side, 10), 85), number, np.float32)
    output[0, 4, 4], output[0, 4, 5 + 2] = 0.9, 0.95
    return model(output, (1, 3, side, side))


def known(data: bytes, *addresses: str, name: str = "drawn", input: str = "1x3x64x64") -> KnownModel:
    """Return the card of such a file."""
    file = KnownFile(
        file=f"{name}.onnx",
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        input=input,
        addresses=addresses,
    )
    return KnownModel(
        name=name,
        title="Drawn",
        source="this test",
        licence="Apache-2.0",
        classes=(ObjectClass.CAR,),
        head="yolox",
        files=(file,),
    )


def write_catalogue(folder: Path, *models: KnownModel) -> None:
    """Write a folder's own catalogue."""
    folder.mkdir(parents=True, exist_ok=True)
    told = ", ".join(one.model_dump_json() for one in models)
    (folder / "catalogue.json").write_text(f'{{"models": [{told}]}}')
