"""Walls: an account of its own for a big screen, what it shows, the codes that pair its screens, and its end."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Account
from models.audit import Act
from models.grants import Grant, Resource
from models.operations import Operation, Site
from models.sign_ins import Factor
from models.walls import Wall
from ops.access.asker import Asker
from ops.access.asking import asker_by_wall
from ops.access.principals import account_key
from ops.access.rules import live
from ops.actions.administration import checked_name, end_open_sign_ins, record_keys
from ops.actions.freshness import must_be_fresh
from ops.actions.grants import revoke
from ops.actions.opening import letting_in, must_have_keys, open_sign_in, secret_hash
from ops.actions.operation_ends import AFTERWARDS
from ops.actions.reach import record_access
from ops.actions.sign_ins import note_seen
from ops.actions.tasks import must_be_running
from ops.actions.tokens import acts_as
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.transaction import Desk, Fact, Work

LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"  # none is taken for another from three metres, and they spell nothing
IN_A_CODE, IN_A_GROUP = 8, 4  # 38 bits for ten minutes, while an address has a dozen tries a minute
CODE_LASTS = timedelta(minutes=10)
WRONG = "This code is not right, was used, or is older than ten minutes. Ask for a new one."
SHOWN, TAKEN_OFF = "shown on a wall", "taken off a wall"


@dataclass(frozen=True, slots=True)
class Code:
    """A new code, shown this once and kept nowhere."""

    operation: str
    name: str
    code: str
    until: datetime


async def make_wall(desk: Desk, asker: Asker, operation: str, name: str, sites: Sequence[str]) -> Code:
    """Make a wall of an operation: an account that may read it and these of its sites; gives its first code.

    Only the operation's managers may, who just confirmed who they are. Raises Invalid, and Conflict once it is over.
    """
    async with desk.work(asker, changes_access=True) as work:
        row, found = await work.find_row(operation, Operation, Level.MANAGE)
        await must_be_fresh(work)
        await must_be_running(work, row.id)
        checked = checked_name(name, "name")
        return await file_wall(work, found.resource, checked, await _sites(work, row, sites))


async def file_wall(work: Work, operation: Resource, name: str, sites: Sequence[Resource]) -> Code:
    """File a wall with its account, what that may read, and its first code, inside an act that has judged who asks."""
    account = Account(agency_id=operation.owner_agency_id, name=name)
    work.add(account)
    await work.session.flush()
    await acts_as(work.session, account)
    wall = Wall(operation_id=operation.id, account_id=account.id, made_by=work.asker.officer, made_at=work.asker.at)
    work.add(wall)
    for thing in (operation, *sites):
        await _give(work, thing, account)
    work.audit(Act.WALL_MADE, operation.reference)
    return new_code(work, wall, account, operation.reference)


async def make_code(desk: Desk, asker: Asker, reference: str) -> Code:
    """Make a new code for a wall; the one before it is void, screens that are paired stay."""
    async with desk.work(asker, changes_access=True) as work:
        wall, account, operation = await _managed(work, reference)
        await must_be_fresh(work)
        await must_be_running(work, wall.operation_id)
        work.audit(Act.WALL_CODE_MADE, operation.reference)
        return new_code(work, wall, account, operation.reference)


async def show_sites(desk: Desk, asker: Asker, reference: str, sites: Sequence[str]) -> None:
    """Show these sites of the operation on a wall, and no others."""
    async with desk.work(asker, changes_access=True) as work:
        wall, account, operation = await _managed(work, reference)
        await must_be_running(work, wall.operation_id)
        row = await work.session.get_one(Operation, wall.operation_id)
        chosen = await _sites(work, row, sites)
        given = await _given(work, account, wall.operation_id)
        for grant, thing in given:
            if thing.id not in {one.id for one in chosen}:
                revoke(work, grant, TAKEN_OFF)
                await record_access(work, Fact.ACCESS_REVOKED, thing, grant)
        for thing in chosen:
            if thing.id not in {had.id for _, had in given}:
                await _give(work, thing, account)
        work.audit(Act.WALL_REVISED, operation.reference)


def new_code(work: Work, wall: Wall, account: Account, operation: str) -> Code:
    """Give a wall a code in place of the one before it; the same goes for who calls."""
    code = "".join(secrets.choice(LETTERS) for _ in range(IN_A_CODE))
    wall.code_hash, wall.code_until = secret_hash(code), work.asker.at + CODE_LASTS
    return Code(operation, account.name, f"{code[:IN_A_GROUP]}-{code[IN_A_GROUP:]}", wall.code_until)


async def end_wall(desk: Desk, asker: Asker, reference: str) -> None:
    """End a wall for good: its account and every screen of it, at once."""
    async with desk.work(asker, changes_access=True) as work:
        wall, account, operation = await _managed(work, reference)
        await _end(work, [(wall, account)])
        work.audit(Act.WALL_ENDED, operation.reference)


async def end_walls(work: Work, operation: UUID) -> None:
    """End every wall of an operation, inside the act that ends the operation."""
    rows = await work.session.execute(
        select(Wall, Account)
        .join(Account, col(Account.id) == col(Wall.account_id))
        .where(col(Wall.operation_id) == operation, col(Account.active))
    )
    await _end(work, [(wall, account) for wall, account in rows])


async def pair_screen(desk: Desk, code: str, device: str) -> tuple[str, datetime]:
    """Take a code from a screen; gives the secret for its cookie, and until when at the latest it holds.

    Raises Invalid with one message whatever is wrong: nobody learns which walls there are.
    """
    now, refusal = desk.clock.now(), Invalid({"code": WRONG})
    async with letting_in(desk) as session:
        rows = await session.execute(
            select(Wall, Account, col(Operation.ends))
            .join(Account, col(Account.id) == col(Wall.account_id))
            .join(Operation, col(Operation.id) == col(Wall.operation_id))
            .where(col(Wall.code_hash) == secret_hash(_plain(code)), col(Wall.code_until) > now)
        )
        found = rows.one_or_none()
        if found is None:
            raise refusal
        wall, account, ends = found
        until = ends + AFTERWARDS
        program = await acts_as(session, account)
        await must_have_keys(session, program, now, refusal)
        if until <= now:
            raise refusal
        wall.code_hash, wall.code_until = "", None
        return await open_sign_in(session, program, Factor.WALL, device, now, until), until


async def wall_of(desk: Desk, secret: str) -> Asker | None:
    """Give which wall a screen was paired to, with its account's keys; None once it was ended."""
    async with desk.database.reading() as session:
        found = await asker_by_wall(session, secret_hash(secret), desk.clock.now())
    if found is None:
        return None
    asker, seen_at = found
    await note_seen(desk, asker, seen_at)
    return asker


async def _managed(work: Work, reference: str) -> tuple[Wall, Account, Resource]:
    """Find a wall that is there still, of an operation that the asker manages. To everyone else it is not there."""
    rows = await work.session.execute(
        select(Wall, Account)
        .join(Account, col(Account.id) == col(Wall.account_id))
        .where(col(Wall.reference) == reference)
    )
    row = rows.one_or_none()
    if row is None:  # the same way as for another's, so that neither answers sooner
        await work.find(reference, "operation", Level.MANAGE)
        raise NotFound
    try:
        operation = await work.find_by_id(row[0].operation_id, Level.MANAGE)
    except NotAllowed:
        raise NotFound from None
    if not row[1].active:
        raise Conflict("This wall was ended already.")
    return row[0], row[1], operation.resource


async def _sites(work: Work, operation: Operation, references: Sequence[str]) -> list[Resource]:
    if not references:
        raise Invalid({"sites": "Choose at least one site."})
    found = []
    for reference in dict.fromkeys(references):
        site, door = await work.find_row(reference, Site, Level.MANAGE)
        if site.operation_id != operation.id:
            raise NotFound
        found.append(door.resource)
    return found


async def _given(work: Work, account: Account, operation: UUID) -> list[tuple[Grant, Resource]]:
    rows = await work.session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Grant.principal) == account_key(account.id),
            col(Resource.gate_id) == operation,
            col(Resource.kind) == "site",
            live(work.asker.at),
        )
    )
    return [(grant, thing) for grant, thing in rows]


async def _give(work: Work, thing: Resource, account: Account) -> None:
    grant = Grant(
        resource_id=thing.id,
        principal=account_key(account.id),
        grantee_agency_id=account.agency_id,
        level=Level.READ,
        starts=work.asker.at,
        reason=SHOWN,
        granted_by=work.asker.officer,
        granted_at=work.asker.at,
    )
    work.add(grant)
    work.audit(Act.ACCESS_GIVEN, thing.reference, grant.reference)
    await record_access(work, Fact.ACCESS_GIVEN, thing, grant)


async def _end(work: Work, walls: Sequence[tuple[Wall, Account]]) -> None:
    programs = []
    for wall, account in walls:
        account.active, wall.code_hash, wall.code_until = False, "", None
        programs.append(await acts_as(work.session, account))
    await end_open_sign_ins(work, programs)
    record_keys(work, programs)


def _plain(code: str) -> str:
    """Take a code as people type it: in small letters, with spaces or without the stroke."""
    return "".join(letter for letter in code.upper() if letter.isalnum())
