"""The access log: who looked at what, as an append-only Merkle log (RFC 9162) with names that can be erased.

`AccessLog` is the door, `Heads` what leaves the machine; `verify` finds what was rewritten.
"""

from ronda.people.access_log.log import AccessLog
from ronda.people.access_log.look import ERASED, Entry, Look, Wanted

__all__ = ["ERASED", "AccessLog", "Entry", "Look", "Wanted"]
