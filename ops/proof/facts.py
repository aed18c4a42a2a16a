"""Reads a cabinet's rows as facts for the oracle; shares no code with the rule that it judges."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import SQLModel

from models.agencies import Agency, Officer, Standing, Team, TeamMembership
from models.agreements import Agreement
from models.database import Database
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember
from ops.proof.oracle import Facts


async def facts_of(database: Database) -> Facts:
    """Give the facts, everything named by its id."""
    async with database.reading() as session:

        async def rows(table: type[SQLModel]) -> list[Any]:
            return list((await session.execute(select(table))).scalars())

        return {
            "agencies": {row.id: {"active": row.standing == Standing.ACTIVE} for row in await rows(Agency)},
            "officers": {row.id: {"agency": row.agency_id, "active": row.active} for row in await rows(Officer)},
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
        }


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
