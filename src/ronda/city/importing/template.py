"""The template of a table of cameras, to be filled in: headings, one example, and a sheet that explains. Blocking."""

import io
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from ronda.city.importing.columns import COLUMNS, Column
from ronda.city.importing.export import TableFormat, write_csv

_WORDS: Final = {
    True: ("kamera", "Petunjuk", ("Kolom", "Isi", "Contoh"), (
        "Satu baris untuk satu kamera. Kolom yang tidak dipakai boleh dihapus; hanya 'id' yang wajib.",
        "Sel kosong membiarkan isi yang sudah tercatat; tanda - mengosongkannya.",
        "Titik dan perekam baru dibuat dari baris kamera; baris lain cukup menyebut id-nya.",
        "Format kolom kode wilayah sebagai teks, agar Excel tidak mengubahnya menjadi angka atau tanggal.",
        "Hapus baris contoh sebelum mengimpor.",
    )),
    False: ("cameras", "How to fill it in", ("Column", "Holds", "Example"), (
        "One line for one camera. Columns that you do not use may be deleted; only 'id' is required.",
        "An empty cell leaves what is registered as it is; a - empties it.",
        "New places and recorders are made from the lines of cameras; other lines need only name their id.",
        "Format the column of region codes as text, so that Excel does not turn them into numbers or dates.",
        "Delete the example before importing.",
    )),
}  # fmt: skip


def template(kind: TableFormat, *, indonesian: bool) -> bytes:
    """Return the template as CSV or as a workbook."""
    headings = [_heading(column, indonesian=indonesian) for column in COLUMNS]
    example = [column.example for column in COLUMNS]
    if kind is TableFormat.CSV:
        return write_csv(headings, iter([list(example)]))
    return _workbook(headings, example, indonesian=indonesian)


def _heading(column: Column, *, indonesian: bool) -> str:
    return column.indonesian if indonesian else column.english


def _workbook(headings: list[str], example: list[str], *, indonesian: bool) -> bytes:
    name, help_name, titles, sentences = _WORDS[indonesian]
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(name)
    sheet.append(headings)
    sheet.append(example)
    for number, column in enumerate(COLUMNS, 1):
        cell = sheet.cell(1, number)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="FFF2CC" if column.field == "id" else "DDEBF7")
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = max(12, len(headings[number - 1]) + 2, min(len(column.example) + 2, 40))
        sheet.column_dimensions[letter].number_format = "@"
    sheet.freeze_panes = "B2"
    explained = book.create_sheet(help_name)
    for sentence in sentences:
        explained.append([sentence])
    explained.append([])
    explained.append(list(titles))
    for cell in explained[explained.max_row]:
        cell.font = Font(bold=True)
    for column in COLUMNS:
        explained.append(
            [_heading(column, indonesian=indonesian), column.holds[0 if indonesian else 1], column.example]
        )
    for letter, width in (("A", 26), ("B", 90), ("C", 44)):
        explained.column_dimensions[letter].width = width
    for row in explained.iter_rows(min_row=len(sentences) + 3, min_col=2, max_col=2):
        row[0].alignment = Alignment(wrap_text=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
