"""The form of a new report: what it can be, whom it can name, with whom it can be shared from the start."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from models.cases import Case
from models.reports import ReportKind
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.actions.fences import fences_of
from ops.actions.grantees import own_teams
from ops.screens.case_file import case_head
from ops.screens.case_values import CaseHead
from ops.screens.grantee_choices import AgencyChoices, UsualTerms, grantee_choices, usual_terms
from ops.screens.lists import ProfileRow, my_profiles


@dataclass(frozen=True, slots=True)
class OwnTeam:
    """A team of the author's, which will manage the report."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class ReportForm:
    """What the form shows before anything is typed. `fenced`: agencies that a ring-fence of this case keeps out."""

    case: CaseHead
    kinds: tuple[str, ...]
    teams: tuple[OwnTeam, ...]
    people: tuple[ProfileRow, ...]
    agencies: tuple[AgencyChoices, ...]
    usual: UsualTerms

    @property
    def fenced(self) -> tuple[str, ...]:
        """Name the agencies that stay out."""
        return tuple(one.agency.name for one in self.agencies if one.fenced)

    @property
    def operations(self) -> frozenset[str]:
        """Name the operations whose titles the form shows."""
        return frozenset(name for one in self.agencies if one.near and not one.fenced for name in one.operations)


async def read_report_form(session: AsyncSession, asker: Asker, reference: str) -> ReportForm:
    """Read the form for a case that the asker may contribute to."""
    case, found = await find_row(session, asker, reference, Case, Level.CONTRIBUTE)
    fenced = frozenset(await fences_of(session, case.id))
    return ReportForm(
        case=await case_head(session, case, found.resource),
        kinds=tuple(ReportKind),
        teams=tuple(OwnTeam(team.reference, team.name) for team in await own_teams(session, asker)),
        people=tuple(await my_profiles(session, asker)),
        agencies=await grantee_choices(session, asker, fenced, case.id),
        usual=await usual_terms(session, asker),
    )
