"""Files that a command writes: whole or not at all."""

import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ronda.base.errors import BadInput, StorageFailed


@contextlib.contextmanager
def replacing(output: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of `output` when it is whole, and vanishes otherwise.

    Raises:
        BadInput: It cannot be written.
        StorageFailed: The disk refused.
    """
    try:
        file = tempfile.NamedTemporaryFile(dir=output.parent, prefix=f".{output.name}.", suffix=".part", delete=False)
    except OSError as error:
        raise BadInput(_unwritable(output, error), "choose another FILE") from error
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # to be stopped politely leaves no part either
    try:
        with file:
            yield file
            file.flush()
            os.fchmod(file.fileno(), 0o666 & ~_umask())
        os.replace(file.name, output)
    except OSError as error:
        raise StorageFailed(_unwritable(output, error)) from error
    finally:
        Path(file.name).unlink(missing_ok=True)
        signal.signal(signal.SIGTERM, before)


def _unwritable(output: Path, error: OSError) -> str:
    return f"{output} cannot be written ({(error.strerror or str(error)).lower()})"


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
