"""Plain lists of what an officer may see: operations, cases, profiles."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, Subquery, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.cases import Case
from models.grants import Resource
from models.operations import Operation
from models.profiles import Profile
from ops.access.asker import Asker
from ops.access.rules import boxes_known_to
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag

LISTED = TypeVar("LISTED", bound="Select[*tuple[Any, ...]]")
MOST = 200  # what a page lists; search finds the rest
_IN_A_LINE = (col(Resource.reference), col(Resource.owner_agency_id))  # columns, not rows: a list changes nothing
_OF_A_CASE = (col(Case.title), col(Case.theme), col(Case.status), col(Case.opened_at))


@dataclass(frozen=True, slots=True)
class OperationRow:
    """An operation in a list. A stub has no title and no dates: the officer only knows of single tasks."""

    reference: str
    title: str
    purpose: str
    agency: AgencyTag
    starts: datetime | None
    stub: bool

    @property
    def projection(self) -> str:
        """Say how much of it there is."""
        return "stub" if self.stub else "full"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in a list; a stub has no title, status or dates."""

    reference: str
    title: str
    theme: str
    agency: AgencyTag
    status: str
    opened_at: datetime | None
    stub: bool

    @property
    def projection(self) -> str:
        """Say how much of it there is."""
        return "stub" if self.stub else "full"


@dataclass(frozen=True, slots=True)
class ProfileRow:
    """An individual in a list."""

    reference: str
    label: str
    aliases: tuple[str, ...]
    apparent_age: str
    born_on: date | None
    language: str
    agency: AgencyTag


async def my_operations(session: AsyncSession, asker: Asker) -> list[OperationRow]:
    """List operations, the newest first; merely discoverable ones last, without their titles."""
    known = boxes_known_to(asker)
    readable = known.c.readable
    order = (readable.desc(), case((readable, col(Operation.starts))).desc(), col(Resource.reference))
    return await _operation_rows(session, _operations(known).order_by(*order).limit(MOST))


async def operations_after(session: AsyncSession, asker: Asker, after: str, most: int) -> list[OperationRow]:
    """List the same operations in the order of their references, which says nothing, from behind one of them."""
    return await _operation_rows(session, _following(_operations(boxes_known_to(asker)), after, most))


def _operations(known: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(*_IN_A_LINE, col(Operation.title), col(Operation.purpose), col(Operation.starts), known.c.readable)
        .join(Resource, col(Resource.id) == col(Operation.id))
        .join(known, known.c.box == col(Operation.id))
    )


async def _operation_rows(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> list[OperationRow]:
    agencies = await agency_tags(session)
    return [
        OperationRow(
            reference=reference,
            title=title if reads else "",
            purpose=purpose if reads else "",
            agency=agencies[owner],
            starts=starts if reads else None,
            stub=not reads,
        )
        for reference, owner, title, purpose, starts, reads in await session.execute(statement)
    ]


async def my_cases(session: AsyncSession, asker: Asker) -> list[CaseRow]:
    """List cases, readable ones first by title; merely discoverable ones last, without their titles."""
    known = boxes_known_to(asker)
    readable = known.c.readable
    order = (readable.desc(), case((readable, func.lower(col(Case.title)))), col(Resource.reference))
    found = await _case_rows(session, _cases(known).order_by(*order).limit(MOST))
    # each database folds letters in its own way
    return sorted(found, key=lambda row: (row.stub, row.title.lower(), row.reference))


async def cases_after(session: AsyncSession, asker: Asker, after: str, most: int) -> list[CaseRow]:
    """List the same cases in the order of their references, which says nothing, from behind one of them."""
    return await _case_rows(session, _following(_cases(boxes_known_to(asker)), after, most))


def _cases(known: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(*_IN_A_LINE, *_OF_A_CASE, known.c.readable)
        .join(Resource, col(Resource.id) == col(Case.id))
        .join(known, known.c.box == col(Case.id))
    )


def _following(found: LISTED, after: str, most: int) -> LISTED:
    return found.where(col(Resource.reference) > after).order_by(col(Resource.reference)).limit(most)


async def _case_rows(session: AsyncSession, statement: Select[*tuple[Any, ...]]) -> list[CaseRow]:
    agencies = await agency_tags(session)
    rows = await session.execute(statement)
    return [
        CaseRow(
            reference=reference,
            title=title if reads else "",
            theme=theme,
            agency=agencies[owner],
            status=status if reads else "",
            opened_at=opened_at if reads else None,
            stub=not reads,
        )
        for reference, owner, title, theme, status, opened_at, reads in rows
    ]


async def my_profiles(session: AsyncSession, asker: Asker) -> list[ProfileRow]:
    """List the individuals whose profile the asker may read, by label."""
    return await _profile_rows(
        session, _profiles(asker).order_by(col(Profile.label), col(Resource.reference)).limit(MOST)
    )


async def profiles_after(session: AsyncSession, asker: Asker, after: str, most: int) -> list[ProfileRow]:
    """List the same individuals in the order of their references, from behind one of them."""
    return await _profile_rows(session, _following(_profiles(asker), after, most))


def _profiles(asker: Asker) -> Select[Profile, Resource]:
    known = boxes_known_to(asker)
    return (
        select(Profile, Resource)
        .join(Resource, col(Resource.id) == col(Profile.id))
        .join(known, known.c.box == col(Profile.id))
        .where(known.c.readable)
    )


async def _profile_rows(session: AsyncSession, statement: Select[Profile, Resource]) -> list[ProfileRow]:
    agencies = await agency_tags(session)
    rows = await session.execute(statement)
    return [profile_row(profile, resource, agencies[resource.owner_agency_id]) for profile, resource in rows]


def profile_row(profile: Profile, resource: Resource, agency: AgencyTag) -> ProfileRow:
    """Show the minimal record of an individual."""
    return ProfileRow(
        reference=resource.reference,
        label=profile.label,
        aliases=tuple(filter(None, (alias.strip() for alias in profile.aliases.split(",")))),
        apparent_age=profile.apparent_age,
        born_on=profile.born_on,
        language=profile.language,
        agency=agency,
    )
