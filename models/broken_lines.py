"""Lines to open pages that broke, told apart from pages that were closed: what such a page shows may still be read."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column


class BrokenLine(SQLModel, table=True):
    """A page that was cut off. `back_at`: when it was heard of again, or its tab showed another page.

    `page_at`: as of when the page was drawn, which finds the audit's row of it. `named`: what the page is about, or all
    that it shows where it only listens (`live` is false); nothing for a watch. References, never content. `began_at`:
    when this line did, which may not be the page's first.
    """

    __tablename__ = "broken_line"

    id: UUID = id_column()
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    sign_in_id: UUID = Field(foreign_key="sign_in.id", index=True)
    page_at: datetime = at_column()
    named: list[str] = Field(default_factory=list, sa_type=JSON)
    live: bool
    began_at: datetime = at_column()
    since: datetime = at_column()
    back_at: datetime | None = instant_column()
