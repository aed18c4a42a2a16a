"""Programs in a random world: accounts with grants of their own, each with a token in the hand of its script."""

import hashlib
import random
import secrets
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from live.audience import Level
from models.agencies import Account, Officer
from models.base import new_id
from models.database import Database
from models.grants import Grant
from models.sign_ins import Factor, SignIn
from models.tokens import ApiToken, Scope
from ops.proof.chance import World

FEWEST_GRANTS, MOST_GRANTS = 4, 12
LEVELS = (Level.DISCOVER, Level.READ, Level.READ, Level.CONTRIBUTE)  # an account manages nothing
SOME_TIME = timedelta(hours=2)
PREFIX = "tally_"  # as docs/api.md says that a token looks


async def add_programs(database: Database, world: World, dice: random.Random) -> Mapping[UUID, str]:
    """Add an account to some agencies, with grants by chance; gives the tokens, by the name under which each acts."""
    agencies, things = list(world.facts["agencies"]), list(world.facts["resources"])
    found: dict[UUID, str] = {}
    async with database.writing() as session:
        for agency in dice.sample(agencies, min(3, len(agencies))):
            account = Account(agency_id=world.id(agency), name=f"Program of {agency}", active=dice.random() < 0.9)
            session.add(account)
            await session.flush()
            acts = Officer(id=new_id(), agency_id=account.agency_id, name=account.name, active=False)
            acts.account_id = account.id
            session.add(acts)
            await session.flush()
            for thing in dice.sample(things, min(len(things), dice.randint(FEWEST_GRANTS, MOST_GRANTS))):
                session.add(given_by_chance(world, account, thing, dice))
            found[acts.id] = secret = PREFIX + secrets.token_urlsafe(32)
            signed_in = _token(acts.id, secret, world)
            session.add(signed_in)
            await session.flush()
            session.add(ApiToken(sign_in_id=signed_in.id, name="a program", scopes=list(Scope), made_at=world.now))
    return found


def given_by_chance(world: World, account: Account, thing: str, dice: random.Random) -> Grant:
    """Throw what an account is given of a thing: some of it not yet, no longer, or taken back."""
    starts = world.now - dice.choice((SOME_TIME, SOME_TIME, SOME_TIME, -SOME_TIME))
    return Grant(
        resource_id=world.id(thing),
        principal=f"account:{account.id.hex}",
        grantee_agency_id=account.agency_id,
        level=int(dice.choice(LEVELS)),
        starts=starts,
        ends=dice.choice((None, None, world.now + SOME_TIME)) if starts < world.now else None,
        revoked_at=world.now if dice.random() < 0.1 else None,
        granted_at=starts,
    )


def _token(officer: UUID, secret: str, world: World) -> SignIn:
    return SignIn(
        officer_id=officer,
        secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
        started_at=world.now,
        seen_at=world.now,
        expires_at=world.now + timedelta(days=30),
        factor=Factor.TOKEN,
    )
