"""Opens a file as a table, by what is in it rather than by what it is called."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from ronda.base.errors import BadInput
from ronda.city.importing.csv_table import open_csv
from ronda.city.importing.geojson_table import open_geojson
from ronda.city.importing.table import Table, measure
from ronda.city.importing.xlsx_table import open_xlsx

_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"


def open_table(path: Path, known: Callable[[str], bool]) -> Table:
    """Return the table in a file. Blocking.

    Args:
        path: The file.
        known: Says whether a heading is known; finds the sheet of a workbook.

    Raises:
        BadInput: It is no table, or too large.
    """
    size = measure(path)
    try:
        with path.open("rb") as file:
            head = file.read(512)
        if head.startswith(_ZIP):
            return open_xlsx(path, size, known)
        if head.startswith(_OLE):
            raise BadInput("this workbook is locked by a password, or older than 2007", "save it as .xlsx without one")
        if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return open_geojson(path, size)
        return open_csv(path, size)
    except OSError as error:
        raise BadInput(f"the file cannot be read: {error.strerror}", "look at its permissions") from error
