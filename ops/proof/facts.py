"""Reads a cabinet's rows as facts for the oracle; shares no code with the rule that it judges."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import SQLModel

from models.agencies import Account, Agency, Officer, OfficerDuty, Standing, Team, TeamMembership
from models.agreements import Agreement
from models.attachments import Attachment
from models.cases import Case, CaseLink
from models.database import Database
from models.emergencies import BreakGlass
from models.grants import AccessRequest, Grant, Resource
from models.operations import Decision, Detachment, DetachmentMember, Operation, Site
from models.people_met import Encounter
from models.profiles import Naming, Profile
from models.reports import ReportVersion
from models.tasks import Post, PostVersion, Task
from models.walls import Wall
from models.withdrawals import Withdrawal
from ops.proof.oracle import Facts


async def facts_of(database: Database) -> Facts:
    """Give the facts, everything named by its id."""
    async with database.reading() as session:

        async def rows(table: type[SQLModel]) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        accounts = {row.id: row.active for row in await rows(Account)}
        return {
            "agencies": {row.id: {"active": row.standing == Standing.ACTIVE} for row in await rows(Agency)},
            "officers": {row.id: _acts(row, accounts) for row in await rows(Officer)},
            "teams": {row.id: {"agency": row.agency_id} for row in await rows(Team)},
            "memberships": [
                {"officer": row.officer_id, "team": row.team_id, **_span(row)} for row in await rows(TeamMembership)
            ],
            "detachments": {(row.operation_id, row.agency_id): {"left": row.left_at} for row in await rows(Detachment)},
            "assignments": [
                {"officer": row.officer_id, "detachment": (row.operation_id, row.agency_id), **_span(row)}
                for row in await rows(DetachmentMember)
            ],
            "agreements": {row.id: _span(row) for row in await rows(Agreement)},
            "resources": {
                row.id: {
                    "kind": row.kind,
                    "owner": row.owner_agency_id,
                    "acl": row.acl_id,
                    "gate": row.gate_id,
                    "held": row.held,
                }
                for row in await rows(Resource)
            },
            "grants": {row.id: _grant(row) for row in await rows(Grant)},
            "duties": [{"officer": row.officer_id, "duty": row.duty, **_span(row)} for row in await rows(OfficerDuty)],
        }


def _acts(row: Officer, accounts: Mapping[UUID, bool]) -> Facts:
    """Say whether an officer acts; of an account's name, whether the account does."""
    active = row.active if row.account_id is None else accounts[row.account_id]
    return {"agency": row.agency_id, "active": active, "account": row.account_id}


def _grant(row: Grant) -> Facts:
    kind, _, name = row.principal.partition(":")
    first, _, second = name.partition("@")
    return {
        "on": row.resource_id,
        "to": (kind, (UUID(first), UUID(second)) if second else UUID(first)),
        "agency": row.grantee_agency_id,
        "level": row.level,
        "revoked": row.revoked_at is not None,
        "agreement": row.agreement_id,
        "emergency": row.emergency,
        **_span(row),
    }


def _span(row: Any) -> Facts:
    return {"starts": row.starts, "ends": row.ends}


@dataclass(frozen=True)
class Content:
    """What pages are expected to say: the words of each thing in its newest version, and what hangs on what."""

    words: Mapping[UUID, tuple[str, ...]]
    sites: Mapping[UUID, UUID]  # of tasks and posts: the site at which they are
    files: Mapping[UUID, list[UUID]]  # by parent
    pictures: frozenset[UUID]  # files that can be looked at, and are shown small
    named: Mapping[UUID, list[UUID]]  # by profile: the cases, reports, tasks and posts that name it
    links: tuple[tuple[UUID, UUID, str], ...]  # two cases and the reason
    asked: frozenset[tuple[UUID, UUID]]  # an officer and what they asked for, or opened in an emergency
    withdrawn: frozenset[UUID]  # their words and files are shown to nobody any more
    papers: tuple[str, ...]  # references of requests and of emergencies, which are no resources
    walls: Mapping[UUID, UUID]  # the operation on whose wall an account is, by the name under which it acts


async def content_of(database: Database) -> Content:
    """Read what stands in the cabinet."""
    words: dict[UUID, tuple[str, ...]] = {}
    sites: dict[UUID, UUID] = {}
    files, named = defaultdict[UUID, list[UUID]](list), defaultdict[UUID, list[UUID]](list)
    async with database.reading() as session:

        async def rows(table: type[SQLModel], *order: Any) -> list[Any]:
            return list((await session.execute(select(table).order_by(*order))).scalars())

        words.update({row.id: (row.title, row.summary) for row in await rows(Case)})
        words.update({row.id: (row.title,) for row in await rows(Operation)})
        words.update({row.id: (row.label,) for row in await rows(Profile)})
        words.update({row.id: (row.name, row.address) for row in await rows(Site)})
        words.update({row.id: (row.title,) for row in await rows(Task)})
        words.update({row.id: (row.label,) for row in await rows(Encounter)})
        words.update({row.id: (row.decided, row.reason, row.options) for row in await rows(Decision)})
        words.update({row.report_id: (row.title, row.text) for row in await rows(ReportVersion, ReportVersion.number)})
        words.update({row.post_id: (row.text,) for row in await rows(PostVersion, PostVersion.number)})
        for row in (*await rows(Task), *await rows(Post)):
            if row.site_id is not None:
                sites[row.id] = row.site_id
        attached = await rows(Attachment)
        for row in attached:
            files[row.parent_id].append(row.id)
        for row in await rows(Naming):
            if row.ended_at is None:
                named[row.profile_id].append(row.resource_id)
        links = [(row.from_id, row.to_id, row.reason) for row in await rows(CaseLink) if row.removed_at is None]
        withdrawn = frozenset(row.resource_id for row in await rows(Withdrawal))
        papers = [*await rows(AccessRequest), *await rows(BreakGlass)]
        acts = {row.account_id: row.id for row in await rows(Officer) if row.account_id is not None}
        walls = {acts[row.account_id]: row.operation_id for row in await rows(Wall)}
    pictures = frozenset(row.id for row in attached if row.thumbnail_key)
    asked = frozenset((row.officer_id, row.resource_id) for row in papers if row.resource_id is not None)
    references = tuple(row.reference for row in papers)
    return Content(words, sites, files, pictures, named, tuple(links), asked, withdrawn, references, walls)
