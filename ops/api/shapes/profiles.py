"""Individuals: the minimal record, and the reports naming them."""

from datetime import date
from typing import Annotated

from pydantic import Field

from ops.api.shapes.common import AgencyRef, Full, Moment, Page, Reference, Shape


class ProfileLine(Shape):
    """The minimal record of an individual. Who may not read it is not told that there is one."""

    projection: Full = "full"
    reference: Reference
    label: Annotated[str, Field(examples=["Woman in a red coat"])]
    aliases: tuple[str, ...]
    apparent_age: str
    born_on: date | None
    language: str
    agency: AgencyRef


class ProfileLines(Page[ProfileLine]):
    """Individuals."""


class NamingReport(Shape):
    """A report that names them and that the caller may read."""

    reference: Reference
    title: str
    agency: AgencyRef
    at: Moment


class Profile(ProfileLine):
    """An individual, and the reports naming them that the caller may read."""

    reports: tuple[NamingReport, ...]
