"""The engine that reads letters: RapidOCR with the models of its package, on one thread, told to keep quiet.

Some hundred megabytes: only processes that read something open it.
"""

from typing import Any


def open_engine() -> Any:
    """Return the engine; it loads a model when that is first asked for."""
    from rapidocr import RapidOCR  # noqa: PLC0415  # some hundred megabytes: only where something is read

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Det.limit_type": "max",
            "Det.limit_side_len": 960,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
