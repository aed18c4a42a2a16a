"""The offer to share a profile with the readers of a report: for who manages the one and reads the other."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.profiles import Naming, Profile
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.actions.grounds import Ground, ground_of
from ops.actions.namings import Offer, offer_of, offers, to_speak_of
from ops.screens.grantee_choices import UsualTerms, usual_terms
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import in_words
from ops.screens.titles import titles_of
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide

A_READER = "They read the report."  # what a new grant's necessity says unless it is changed


@dataclass(frozen=True, slots=True)
class WithoutLine:
    """A group that reads the report and cannot open the profile. `kept_out`: why it may not be given it."""

    value: str
    agency: AgencyTag
    part: str
    people: int
    kept_out: str


@dataclass(frozen=True, slots=True)
class NamingPage:
    """The offer. `without` is empty when nobody is left to speak of."""

    reference: str
    profile: str
    label: str
    report: str
    title: str
    agency: AgencyTag
    without: tuple[WithoutLine, ...]
    usual: UsualTerms
    why: str = A_READER


async def read_naming(session: AsyncSession, asker: Asker, reference: str) -> NamingPage:
    """Read an offer; NotFound for who does not manage the profile or does not read the report."""
    offer = await offer_of(session, asker, reference)
    agencies = await agency_tags(session)
    fences = (await _ground(session, asker, offer)).fences
    words = await in_words(
        session, asker, agencies, [(one.grant.principal, one.grant.grantee_agency_id) for one in offer.without]
    )
    lines = (
        WithoutLine(
            value=one.grant.reference,
            agency=words[one.grant.principal].agency,
            part=words[one.grant.principal].part,
            people=len(one.people),
            kept_out=fences.get(one.grant.grantee_agency_id, ""),
        )
        for one in offer.without
    )
    return NamingPage(
        reference=reference,
        profile=offer.profile.reference,
        label=(await session.get_one(Profile, offer.profile.id)).label,
        report=offer.report.reference,
        title=(await titles_of(session, [offer.report]))[offer.report.id],
        agency=agencies[offer.report.owner_agency_id],
        without=tuple(sorted(lines, key=lambda line: (bool(line.kept_out), line.agency.code, line.part))),
        usual=await usual_terms(session, asker),
    )


async def namings_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the offers that wait: somebody reads the report, cannot open the profile, and may be given it."""
    waiting = [offer for offer in await offers(session, asker, to_speak_of()) if await _open(session, asker, offer)]
    agencies, titles = await agency_tags(session), await titles_of(session, [offer.report for offer in waiting])
    return [
        ToDecide(
            agency=agencies[offer.report.owner_agency_id],
            said=f"names {(await session.get_one(Profile, offer.profile.id)).label} in “{titles[offer.report.id]}”. "
            "Some of its readers cannot open the profile.",
            where=f"/namings/{offer.naming.reference}",
            act="Decide",
            since=max(offer.naming.at, *(one.grant.granted_at for one in offer.without)),
            shown=(offer.profile.reference, offer.report.reference),
        )
        for offer in waiting
    ]


async def offered_on(session: AsyncSession, asker: Asker, report: UUID) -> tuple[str, ...]:
    """Give the namings of one report that bring an offer to the asker."""
    found = await offers(session, asker, col(Naming.resource_id) == report, to_speak_of())
    return tuple([offer.naming.reference for offer in found if await _open(session, asker, offer)])


async def _open(session: AsyncSession, asker: Asker, offer: Offer) -> bool:
    if not offer.without:
        return False
    fences = (await _ground(session, asker, offer)).fences
    return any(one.grant.grantee_agency_id not in fences for one in offer.without)


async def _ground(session: AsyncSession, asker: Asker, offer: Offer) -> Ground:
    return await ground_of(session, asker, await find_by_id(session, asker, offer.profile.id, Level.MANAGE))
