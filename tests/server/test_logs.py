"""Whatever anyone logs becomes one line of JSON, and no line carries the words of a fault."""

import json
import logging
import traceback

import pytest

from ops.server.logs import lines

SECRET = "the family at Mill Rd, heron"


def fault() -> ValueError:
    try:
        int(SECRET)
    except ValueError as error:
        return error
    raise AssertionError


def written(name: str, message: str, *arguments: object, error: Exception | None = None) -> str:
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "file.py", 7, message, arguments, exc_info)
    return lines().format(record)


@pytest.mark.parametrize(
    ("name", "message", "arguments"),
    [
        ("uvicorn.error", "Exception in ASGI application\n", ()),
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>", ()),
        ("sqlalchemy.pool", "Exception terminating connection %r", (SECRET,)),
        ("uvicorn.error", "".join(traceback.format_exception(fault())), ()),
    ],
)
def test_a_foreign_message_keeps_what_it_is_about_and_no_words(
    name: str, message: str, arguments: tuple[object, ...]
) -> None:
    line = written(name, message, *arguments, error=fault())
    assert SECRET not in line
    assert "heron" not in line
    assert "\n" not in line
    told = json.loads(line)
    assert (told["logger"], told["level"]) == (name, "error")
    assert "ValueError" in told["fault"]
    assert __file__ in told["fault"]
    assert told["event"]


def test_a_start_that_fails_tells_where_and_of_which_kind() -> None:
    told = json.loads(written("uvicorn.error", "".join(traceback.format_exception(fault()))))
    assert __file__ in told["event"]
    assert told["event"].endswith("ValueError")


def test_our_own_messages_are_told_whole() -> None:
    told = json.loads(written("ops.web.errors", "fault %s: %s", "AB12-CD34", "ValueError"))
    assert told["event"] == "fault AB12-CD34: ValueError"
    assert told["at"].endswith("Z")
