"""What ONNX Runtime fails with: kinds that have no base in common, of which each version has some more."""

from typing import Final

from onnxruntime.capi import onnxruntime_pybind11_state as _state

ONNX_FAILURES: Final[tuple[type[Exception], ...]] = (
    *(kind for kind in vars(_state).values() if isinstance(kind, type) and issubclass(kind, Exception)),
    RuntimeError,
    ValueError,
    TypeError,
)
"""To be translated where ONNX Runtime is called; the last three are what its Python side says of its arguments."""
