"""What the server writes down: one JSON line an event; of a fault its kinds and places, never its words."""

from collections.abc import MutableMapping
from logging import LogRecord
from typing import Any

from structlog.processors import ExceptionRenderer, JSONRenderer, TimeStamper
from structlog.stdlib import ProcessorFormatter

from live.faults import told

OURS = {"ops", "live", "models"}  # their messages are written with care; anyone else's may quote what they handled


def lines() -> ProcessorFormatter:
    """Make the formatter; the logging configuration names it."""
    faults = ExceptionRenderer(lambda raised: told(raised[1]))
    return ProcessorFormatter(processors=[faults, _what_may_be_told, TimeStamper(fmt="iso", key="at"), JSONRenderer()])


CONFIGURATION: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "ops.server.logs.lines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}


def _what_may_be_told(_: object, __: str, event: MutableMapping[str, Any]) -> dict[str, Any]:
    record: LogRecord = event["_record"]
    line = {
        "level": record.levelname.lower(),
        "logger": record.name,
        "event": event["event"] if record.name.partition(".")[0] in OURS else _without_words(str(record.msg)),
    }
    return {**line, "fault": event["exception"]} if "exception" in event else line


def _without_words(message: str) -> str:
    """Keep the first line of a foreign message, its placeholders unfilled; of a traceback the places and the kind."""
    first, *rest = message.strip().splitlines() or [""]
    if not first.startswith("Traceback"):
        return first
    places = [line.strip() for line in rest if line.startswith('  File "')]
    return "\n".join([*places, rest[-1].partition(":")[0] if rest else ""])
