"""Structured logs: for a person on a terminal, JSON otherwise; credentials never reach them.

Everything is written through the standard library's root logger, so that uvicorn, SQLAlchemy and any
other library's lines have the same shape and pass the same redaction.
"""

import logging
import sys
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ronda.base.redaction import redact_all
from ronda.base.time import Clock

Level = Literal["debug", "info", "warning", "error"]
Style = Literal["auto", "human", "json"]
Logger = structlog.stdlib.BoundLogger

QUIET_BELOW_WARNING: Final = (
    *("asyncio", "httpx", "httpcore", "websockets", "multipart", "python_multipart", "PIL"),
    *("alembic.runtime.plugins", "uvicorn.error", "uvicorn.access"),
)
"""Libraries that say at each start or call what only their own authors want to know."""

OWN_HANDLERS: Final = ("uvicorn", "uvicorn.error", "uvicorn.access")
"""Libraries that, left to themselves, write their lines past the root logger."""


def get_logger(name: str) -> Logger:
    """Return the logger of a part, such as `archive.writer`."""
    logger: Logger = structlog.stdlib.get_logger(name)
    return logger


def configure(level: Level = "info", style: Style = "auto", stream: TextIO | None = None) -> None:
    """Set up logging for this process; a second call replaces the first.

    Args:
        level: The least that is written.
        style: `human`, `json`, or `auto`: human when `stream` is a terminal.
        stream: Where to; standard error when not given.
    """
    stream = stream or sys.stderr
    human = style == "human" or (style == "auto" and stream.isatty())
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                hide_credentials,
                _renderer(human, stream),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in OWN_HANDLERS:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in QUIET_BELOW_WARNING:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def hide_credentials(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Redact every text of an event, however deep; the last processor before rendering."""
    return {key: redact_all(value, key) for key, value in event.items()}


def _renderer(human: bool, stream: TextIO) -> Processor:
    if human:
        return structlog.dev.ConsoleRenderer(
            colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=0
        )
    return structlog.processors.JSONRenderer()


class Repeated:
    """Something that may happen thousands of times a second: said once, then counted and said now and then.

    The first time is logged at once; after that at most one line per `every_s` with the number of times since.
    One object per thing that happens to one subject (bad packets of one camera).
    """

    def __init__(self, logger: Logger, event: str, clock: Clock, every_s: float = 60.0) -> None:
        self._logger = logger
        self._event = event
        self._clock = clock
        self._every_s = every_s
        self._said_at: float | None = None
        self._unsaid = 0
        self.total = 0

    def happened(self, **details: object) -> None:
        """Count it; `details` of the last time go into the line that is written."""
        self.total += 1
        self._unsaid += 1
        now = self._clock.monotonic()
        if self._said_at is None or now - self._said_at >= self._every_s:
            self._logger.warning(self._event, times=self._unsaid, total=self.total, **details)
            self._said_at = now
            self._unsaid = 0
