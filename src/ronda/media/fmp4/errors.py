"""What the reader raises."""

from ronda.base.errors import BadInput


class BadMp4(BadInput):
    """Bytes that are not the MP4 they should be: cut, garbage, or of a kind that is not read here."""
