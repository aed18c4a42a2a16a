"""Walls in a random world: accounts on the wall of an operation, with grants by chance, and a screen paired to each."""

import hashlib
import random
import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from starlette.routing import Route

from models.agencies import Account, Officer
from models.database import Database
from models.sign_ins import Factor, SignIn
from models.walls import Wall
from ops.proof.chance import World
from ops.proof.programs import given_by_chance
from ops.proof.visitor import Visitor
from ops.proof.walk import Walker
from ops.web.policy import Who, policy_of
from ops.web.routes import routes
from ops.web.signed_in import WALL_COOKIE

OF_EACH = 2
OFTEN = 0.8  # that an account was given the operation and a site of it: a wall on which nothing stands proves nothing


async def add_walls(database: Database, world: World, dice: random.Random) -> Mapping[UUID, tuple[UUID, str]]:
    """Add walls to each operation; gives its operation and a screen's secret, by the name under which each acts."""
    facts, found = world.facts["resources"], dict[UUID, tuple[UUID, str]]()
    async with database.writing() as session:
        for operation in [name for name, thing in facts.items() if thing["kind"] == "operation"] * OF_EACH:
            account = Account(agency_id=world.id(facts[operation]["owner"]), name=f"Wall of {operation}")
            session.add(account)
            await session.flush()
            acts = Officer(agency_id=account.agency_id, name=account.name, active=False, account_id=account.id)
            session.add(acts)
            await session.flush()
            box = world.id(operation)
            session.add(Wall(operation_id=box, account_id=account.id, made_by=acts.id, made_at=world.now))
            inside = [name for name, thing in facts.items() if thing["gate"] == operation or name == operation]
            for thing in inside:
                if dice.random() < (OFTEN if facts[thing]["kind"] in {"operation", "site"} else 1 - OFTEN):
                    session.add(given_by_chance(world, account, thing, dice))
            found[acts.id] = (box, secret := secrets.token_urlsafe(32))
            session.add(_screen(acts.id, secret, world))
    return found


def _screen(officer: UUID, secret: str, world: World) -> SignIn:
    return SignIn(
        officer_id=officer,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        started_at=world.now,
        seen_at=world.now,
        expires_at=world.now + timedelta(hours=12),
        factor=Factor.WALL,
    )


def screen_of(port: int, secret: str) -> Visitor:
    """Give a screen that was paired: its browser carries the cookie of a wall, and none of an officer."""
    return Visitor(port, f"{WALL_COOKIE}={secret}")


class WallWalker(Walker):
    """A paired screen, each of whose requests is judged."""

    def pages(self) -> list[Route]:
        """Give what such a screen can open."""
        shown = [route for route in routes() if isinstance(route, Route) and "GET" in (route.methods or ())]
        return [route for route in shown if policy_of(route).who is Who.WALL]
