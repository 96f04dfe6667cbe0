"""What is raised when a stream's own description cannot be used."""

from ronda.base.errors import RondaError


class BadParameterSets(RondaError):
    """Parameter sets or the framing of NAL units are missing, cut short or impossible."""
