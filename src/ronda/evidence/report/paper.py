"""A sheet of A4 that papers are written on: headings, facts, tables, boxes for signatures, a QR code.

The fonts are those that every reader of PDF has; letters beyond them are written as their code, never left out.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import segno
from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import FontFace

_FONT: Final = "Helvetica"
_FIXED: Final = "Courier"
_LINE_MM: Final = 5.0
_SMALL_LINE_MM: Final = 4.2
_FACT_MM: Final = 48.0
_SIGN_MM: Final = 34.0
_HEAD: Final = FontFace(emphasis="BOLD", fill_color=(232, 232, 228))


class Paper(FPDF):
    """See the module.

    Args:
        title: What the paper is, for its readers' programs.
        city: Whose it is, at the head of each page.
        foot: What stands at the foot of each page, beside the page's number.
        made: When it is made.
    """

    def __init__(self, title: str, city: str, foot: str, made: datetime) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self._city = plain(city)
        self._foot = plain(foot)
        self.set_title(plain(title))
        self.set_author(self._city)
        self.set_creator("Ronda")
        self.set_lang("id-ID")
        self.set_creation_date(made)
        self.core_fonts_encoding = "windows-1252"
        self.set_margins(20, 18, 20)
        self.set_auto_page_break(True, margin=18)
        self.alias_nb_pages()
        self.add_page()

    def header(self) -> None:
        """Write whose paper it is."""
        self.set_font(_FONT, "B", 9)
        self.cell(0, _LINE_MM, self._city, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_draw_color(120, 120, 120)
        self.line(self.l_margin, self.get_y() + 0.5, self.w - self.r_margin, self.get_y() + 0.5)
        self.ln(4)

    def footer(self) -> None:
        """Write what it belongs to, and which page it is."""
        self.set_y(-13)
        self.set_font(_FONT, "", 8)
        self.cell(0, _LINE_MM, self._foot)
        self.set_x(self.l_margin)
        self.cell(0, _LINE_MM, f"Halaman {self.page_no()} dari {{nb}}", align="R")

    def headline(self, text: str, below: str = "") -> None:
        """Write what the paper is, in the middle."""
        self.set_font(_FONT, "B", 14)
        for line in text.splitlines():
            self.multi_cell(0, 7, plain(line), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        if below:
            self.set_font(_FONT, "", 10)
            self.cell(0, _LINE_MM, plain(below), align="C", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(3)

    def part(self, text: str) -> None:
        """Begin a part; never alone at the foot of a page."""
        if self.get_y() > self.h - 45:
            self.add_page()
        self.ln(2)
        self.set_font(_FONT, "B", 11)
        self.cell(0, 6, plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(0.5)

    def words(self, text: str, *, small: bool = False) -> None:
        """Write a paragraph."""
        self.set_font(_FONT, "", 8.5 if small else 10)
        height = _SMALL_LINE_MM if small else _LINE_MM
        self.multi_cell(0, height, plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(1)

    def facts(self, facts: Iterable[tuple[str, str]]) -> None:
        """Write what is what, one a line; what is empty is a line of dots to write on."""
        for name, value in facts:
            self.set_font(_FONT, "", 10)
            self.cell(_FACT_MM, _LINE_MM, plain(name))
            self.cell(4, _LINE_MM, ":")
            self.multi_cell(0, _LINE_MM, plain(value) or "." * 60, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def rows(self, head: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """Write a table; its head is repeated on each page."""
        self.set_font(_FONT, "", 8.5)
        with self.table(
            col_widths=tuple(widths), line_height=_SMALL_LINE_MM, text_align="LEFT", headings_style=_HEAD, padding=0.8
        ) as table:
            for cells in (head, *rows):
                row = table.row()
                for text in cells:
                    row.cell(plain(text) or "-")
        self.ln(2)

    def hash(self, digits: str) -> None:
        """Write a hash so that it can be compared by eye: groups of eight in a fixed width."""
        self.set_font(_FIXED, "", 9)
        grouped = " ".join(digits[at : at + 8] for at in range(0, len(digits), 8))
        self.multi_cell(0, _SMALL_LINE_MM, grouped, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.ln(0.5)

    def code(self, text: str, size_mm: float = 26) -> None:
        """Draw a QR code at the right of what comes next."""
        drawn = io.BytesIO()
        segno.make(text, error="m").save(drawn, kind="png", scale=6, border=2)
        drawn.seek(0)
        self.image(drawn, x=self.w - self.r_margin - size_mm, y=self.t_margin - 4, w=size_mm, alt_text=plain(text))

    def signatures(self, who: Sequence[tuple[str, str]]) -> None:
        """Draw boxes to sign in, beside each other: in what capacity, and the name where it is known."""
        wide = (self.w - self.l_margin - self.r_margin) / len(who)
        if self.get_y() + _SIGN_MM > self.h - 20:
            self.add_page()
        top = self.get_y() + 2
        for place, (capacity, name) in enumerate(who):
            x = self.l_margin + place * wide
            self.set_xy(x, top)
            self.set_font(_FONT, "", 9.5)
            self.cell(wide, _LINE_MM, plain(capacity), align="C")
            self.set_xy(x, top + _SIGN_MM - 12)
            self.cell(wide, _LINE_MM, f"( {plain(name) or '.' * 34} )", align="C")
        self.set_y(top + _SIGN_MM - 4)

    def pictures(self, pictures: Iterable[tuple[bytes, str]], columns: int = 3) -> None:
        """Lay out pictures with a line of words below each."""
        gap = 4.0
        wide = (self.w - self.l_margin - self.r_margin - gap * (columns - 1)) / columns
        high = wide * 9 / 16
        for number, (jpeg, caption) in enumerate(pictures):
            column = number % columns
            if column == 0 and self.get_y() + high + 8 > self.h - 20:
                self.add_page()
            x, y = self.l_margin + column * (wide + gap), self.get_y()
            self.image(io.BytesIO(jpeg), x=x, y=y, w=wide, h=high, keep_aspect_ratio=True, alt_text=plain(caption))
            self.set_xy(x, y + high + 0.5)
            self.set_font(_FONT, "", 8)
            self.cell(wide, _SMALL_LINE_MM, plain(caption))
            self.set_xy(self.l_margin, y)
            if column == columns - 1:
                self.set_y(y + high + 7)
        self.set_y(min(self.get_y() + high + 7, self.h - 19))

    def bytes(self) -> bytes:
        """Return the finished paper."""
        return bytes(self.output())


def plain(text: str) -> str:
    """Return a text on one line in the letters that the fonts have; others as their code, such as `[U+A9A4]`."""
    line = " ".join(text.split())
    return "".join(letter if _has(letter) else f"[U+{ord(letter):04X}]" for letter in line)


def _has(letter: str) -> bool:
    try:
        letter.encode("windows-1252")
    except UnicodeEncodeError:
        return False
    return True
