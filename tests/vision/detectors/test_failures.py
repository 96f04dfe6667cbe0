"""What ONNX Runtime fails with is known by name."""

import numpy as np
import onnxruntime
import pytest

from ronda.vision.detectors.failures import ONNX_FAILURES


@pytest.mark.parametrize("data", [b"", b"no model", b"\x08\x07\x12\x00"])
def test_what_is_no_model_fails_in_a_known_way(data: bytes) -> None:
    with pytest.raises(ONNX_FAILURES):
        onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"]).run(None, {"x": np.zeros(1)})


def test_the_runtimes_own_kinds_are_among_them() -> None:
    assert {"Fail", "InvalidArgument", "InvalidProtobuf", "NoSuchFile"} <= {kind.__name__ for kind in ONNX_FAILURES}
    assert Exception not in ONNX_FAILURES
