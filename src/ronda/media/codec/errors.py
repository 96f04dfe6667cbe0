"""What goes wrong in a codec."""

from ronda.base.errors import RondaError


class CannotDecode(RondaError):
    """A picture is damaged, or in a form that the decoder does not know."""
