"""What every table shares: ids, public references, and instants in UTC."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Table
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel
from uuid_utils.compat import uuid7

REFERENCE_BYTES = 16  # 128 random bits: a reference cannot be guessed and says nothing about when or how many

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python on both databases.

    SQLite keeps naive text, so a naive value would compare wrongly without a word: it is refused here.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; hand SQLite the naive UTC text that it sorts by."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant needs a time zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the base class names it
        """Give every moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """Read SQLite's text in one step: half of what a turn of the engine reads are moments."""
        return _aware if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(maxsize=1 << 14)
def _aware(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def new_id() -> UUID:
    """Make an internal id: ordered by time, so inserts stay local; never shown to anyone."""
    return uuid7()


def made_at(made: UUID) -> datetime:
    """Give when an internal id was made; what shows it to somebody publishes the hour in which a thing came to be."""
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC)


def new_reference() -> str:
    """Make a public reference: 26 lower-case letters and digits holding 128 random bits."""
    return base64.b32encode(secrets.token_bytes(REFERENCE_BYTES)).decode().rstrip("=").lower()


def table_of(model: type[SQLModel]) -> Table:
    """Give the table behind a model: statements over tables cost a third of statements over mapped classes."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
    return table


@dataclass(eq=False, slots=True)
class NewRow:
    """A row to be filed as it stands. To make the mapped object of it first takes longer than to file it."""

    model: type[SQLModel]
    values: dict[str, Any]


def new_row(model: type[SQLModel], **columns: object) -> NewRow:
    """Make a row from its columns and the plain defaults of its model; what a model draws anew must be given."""
    return NewRow(model, {**_plain_defaults(model), **columns})


@cache
def _plain_defaults(model: type[SQLModel]) -> dict[str, object]:
    fields = model.model_fields.items()
    return {name: field.default for name, field in fields if not field.is_required() and field.default_factory is None}


def id_column() -> Any:  # noqa: ANN401 - what SQLModel's own Field returns
    """Declare the internal primary key."""
    return Field(default_factory=new_id, primary_key=True)


def reference_column() -> Any:  # noqa: ANN401 - what SQLModel's own Field returns
    """Declare the public random reference."""
    return Field(default_factory=new_reference, unique=True, max_length=26)


def instant_column(*, default: None = None, index: bool = False) -> Any:  # noqa: ANN401 - what SQLModel's own Field returns
    """Declare a moment that may be absent."""
    return Field(default=default, sa_type=Instant, index=index)


def at_column(*, index: bool = False) -> Any:  # noqa: ANN401 - what SQLModel's own Field returns
    """Declare a moment that every row has."""
    return Field(sa_type=Instant, index=index)


def position_column() -> Any:  # noqa: ANN401 - what SQLModel's own Field returns
    """Declare the place in the journal's order at which the row came to be; set when its transaction ends."""
    return Field(default=None, index=True, sa_type=BigInteger)
