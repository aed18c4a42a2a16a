"""One individual: the minimal record, and the reports naming them that the reader may read."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from models.profiles import Profile
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.screens.lines import agency_tags
from ops.screens.lists import ProfileRow, profile_row
from ops.screens.reports_naming import NamingReport, reports_naming


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """An individual as one officer may see them."""

    row: ProfileRow
    reports: tuple[NamingReport, ...]


async def read_profile(session: AsyncSession, asker: Asker, reference: str) -> ProfilePage:
    """Read a profile; NotFound for who may not."""
    row, found = await find_row(session, asker, reference, Profile)
    agencies = await agency_tags(session)
    shown = profile_row(row, found.resource, agencies[found.resource.owner_agency_id])
    return ProfilePage(shown, tuple(await reports_naming(session, asker, row.id)))
