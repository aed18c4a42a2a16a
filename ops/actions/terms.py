"""On what terms access is given, judged against everything that a grant may not cross."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from models.agencies import Agency, Kind
from models.agreements import Agreement
from models.grants import Grant
from ops.access.asker import Asker
from ops.actions.agreements import agreements_between
from ops.actions.grantees import Grantee
from ops.actions.grounds import Ground
from ops.actions.operation_ends import latest_for
from ops.errors import Invalid

LEVELS = {
    "discover": Level.DISCOVER,
    "read": Level.READ,
    "contribute": Level.CONTRIBUTE,
    "manage": Level.MANAGE,
}
LONGEST_WORDS = 400
OWN_REASON = "own agency"
ENFORCES = "This is about a person, and that agency enforces. Tick the box if you are sure."


@dataclass(frozen=True, slots=True)
class Terms:
    """What a form says about a grant. `agreement` is a reference; empty means the widest in force between the two."""

    level: str
    necessity: str = ""
    purpose: str = ""
    basis: str = ""
    agreement: str = ""
    until: datetime | None = None
    confirmed: bool = False


async def judged(session: AsyncSession, asker: Asker, ground: Ground, grantee: Grantee, terms: Terms) -> Grant:
    """Make the grant, not yet filed. Raises Invalid with a message per field for the first thing that it crosses."""
    grant = await judged_past_operations(session, asker, ground, grantee, terms)
    latest = await latest_for(session, grantee.key)
    if latest is None or grantee.agency == ground.resource.owner_agency_id:
        return grant
    if grant.ends is None or grant.ends > latest:
        raise Invalid({"until": "Officers on an operation keep this until 24 hours after its end at most."})
    return grant


async def judged_past_operations(
    session: AsyncSession, asker: Asker, ground: Ground, grantee: Grantee, terms: Terms
) -> Grant:
    """Judge all of it but the end of an operation: who owns a thing may keep a detachment's access beyond that."""
    level = _level(ground, grantee, terms)
    if grantee.agency in ground.fences:
        raise Invalid({"who": ground.fences[grantee.agency]})
    own = grantee.agency == ground.resource.owner_agency_id
    if not own and ground.about_somebody and not terms.confirmed:
        if grantee.enforcement:
            raise Invalid({"confirm": ENFORCES})
        if grantee.agency in ground.wary_of:
            raise Invalid({"confirm": "This is about a person. Tick the box if you are sure."})
    if terms.until is not None and terms.until <= asker.at:
        raise Invalid({"until": "Choose an end that is still to come."})
    agreement = None if own else await _agreement(session, asker, ground, grantee, terms, level)
    return Grant(
        resource_id=ground.resource.id,
        principal=grantee.key,
        grantee_agency_id=grantee.agency,
        level=int(level),
        starts=asker.at,
        ends=terms.until,
        reason=terms.necessity.strip() or OWN_REASON,
        purpose="" if own else terms.purpose.strip(),
        lawful_basis="" if own else terms.basis.strip(),
        necessity="" if own else terms.necessity.strip(),
        agreement_id=agreement.id if agreement else None,
        granted_by=asker.officer,
        granted_at=asker.at,
    )


def latest_end(agreement: Agreement, at: datetime) -> datetime:
    """Give the last moment until which an agreement lets access be given now."""
    longest = at + timedelta(days=agreement.longest_days)
    return longest if agreement.ends is None else min(longest, agreement.ends)


def _level(ground: Ground, grantee: Grantee, terms: Terms) -> Level:
    level = LEVELS.get(terms.level)
    if level is None:
        raise Invalid({"level": "Choose what they may do."})
    if level > ground.highest:
        raise Invalid({"level": "You cannot give more than you have yourself."})
    if level is Level.MANAGE and grantee.agency != ground.resource.owner_agency_id:
        raise Invalid({"level": "Only officers of the agency that owns this can manage it."})
    if level is Level.MANAGE and grantee.key.startswith("account:"):
        raise Invalid({"level": "Only officers can manage this. A program may read it and add to it."})
    if level is Level.DISCOVER and not ground.discoverable:
        raise Invalid({"level": "That a report of this kind exists is never told. Give read access, or none."})
    return level


async def _agreement(
    session: AsyncSession, asker: Asker, ground: Ground, grantee: Grantee, terms: Terms, level: Level
) -> Agreement:
    """Check what a grant to another agency needs; gives the agreement that it cites."""
    _words(terms)
    between = await agreements_between(session, ground.resource.owner_agency_id, grantee.agency, asker.at)
    cited = next((one for one in between if terms.agreement in {"", one.reference}), None)
    if cited is None:
        raise Invalid({"agreement": "No agreement in force that both agencies have signed covers this."})
    if level > cited.highest_level:
        raise Invalid({"level": f"{cited.name} does not go so far. Choose less."})
    outside_limit(cited, await session.get_one(Agency, grantee.agency), ground.sort, level)
    if terms.until is None:
        raise Invalid({"until": "Choose when this ends. Access for another agency always ends."})
    if terms.until > latest_end(cited, asker.at):
        raise Invalid({"until": f"{cited.name} allows {cited.longest_days} days at most. Choose an earlier end."})
    return cited


def outside_limit(cited: Agreement, grantee: Agency, sort: str, level: Level) -> None:
    """Refuse what an agreement keeps from agencies that are not statutory."""
    if grantee.kind == Kind.STATUTORY:
        return
    if sort not in cited.outside_sorts:
        raise Invalid({"who": f"{cited.name} lets no agency that is not statutory have a {sort}."})
    if level > cited.outside_level:
        raise Invalid({"level": f"{cited.name} gives less to an agency that is not statutory. Choose less."})


def _words(terms: Terms) -> None:
    asked = {
        "necessity": (terms.necessity, "Say why they need it."),
        "purpose": (terms.purpose, "Say what it is for."),
        "basis": (terms.basis, "Name the legal basis."),
    }
    missing = {name: message for name, (words, message) in asked.items() if not words.strip()}
    too_long = f"Write at most {LONGEST_WORDS} characters."
    long = {name: too_long for name, (words, _) in asked.items() if len(words) > LONGEST_WORDS}
    if missing or long:
        raise Invalid({**missing, **long})
