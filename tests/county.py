"""Who and what the small county of the tests is made of, by name, and how its grants are written."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.agreements import Agreement
from models.cases import CaseLink
from models.grants import Grant, Resource
from models.operations import Detachment
from ops.access.principals import agency_key, detachment_key, officer_key, team_key

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)  # the smallest step that both databases keep


@dataclass
class County:
    """Everyone and everything by name; each thing is the Resource that decides about it."""

    police: Agency
    fair_work: Agency
    council: Agency
    nhs: Agency
    power: Agency
    coastguard: Agency

    mash: Team  # the Council's safeguarding hub
    squad: Team  # the Police's own team on the case

    alice: Officer  # Police, lead: the owner
    alan: Officer  # Police, administrator and information manager
    bob: Officer  # Fair Work, every duty there: sees what Fair Work was granted
    carol: Officer  # Council, lead, emergency access, in MASH: sees what MASH was granted
    carl: Officer  # Council, administrator and information manager, not in MASH
    dora: Officer  # NHS, lead: sees what she was granted in person
    oscar: Officer  # Power: a member of the partnership who was granted nothing
    olga: Officer  # Coastguard, platform operator: her agency takes part in nothing

    agreement: Agreement

    case: Resource
    visit: Resource  # a Police report
    assessment: Resource  # a Council report, by carol
    visit_photo: Resource  # an attachment of the visit report
    other_case: Resource  # another Police case, linked with the first
    link: CaseLink
    profile: Resource  # a Police profile, named in the visit report

    operation: Resource
    farm: Resource  # a site
    yard: Resource  # another site
    knock: Resource  # an ordinary task at the farm
    interview: Resource  # a restricted task, by Police
    loose: Resource  # an ordinary task without a site
    arrived: Resource  # an ordinary post at the farm
    quiet_word: Resource  # a restricted post, by Fair Work
    post_photo: Resource  # an attachment of the ordinary post
    met: Resource  # somebody whom Bob met at the farm; the Police are told
    decision: Resource  # by Alice, told to Fair Work; Alan is the loggist

    grants: dict[str, Grant] = field(default_factory=dict)  # the grants that the county starts with, by name

    def everyone(self) -> dict[str, Officer]:
        """Give every officer by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Officer)}

    def open(self) -> list[str]:
        """Give what the operation leaves open when it is stood down as it begins, by reference."""
        return [one.reference for one in (self.met, self.knock, self.interview, self.loose)]

    def everything(self) -> dict[str, Resource]:
        """Give every resource by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Resource)}


def key(principal: Agency | Team | Officer) -> str:
    """Name a principal as grants do."""
    match principal:
        case Agency():
            return agency_key(principal.id)
        case Team():
            return team_key(principal.id)
        case Officer():
            return officer_key(principal.id)


def new_grant(
    resource: Resource,
    principal: Agency | Team | Officer | Detachment,
    level: Level = Level.READ,
    *,
    starts: datetime = NOW - DAY,
    ends: datetime | None = None,
    agreement: Agreement | None = None,
    emergency: bool = False,
) -> Grant:
    """Make the row of a grant; nothing is filed."""
    if isinstance(principal, Detachment):
        name = detachment_key(principal.operation_id, principal.agency_id)
    else:
        name = key(principal)
    return Grant(
        resource_id=resource.id,
        principal=name,
        grantee_agency_id=principal.id if isinstance(principal, Agency) else principal.agency_id,
        level=int(level),
        starts=starts,
        ends=ends,
        agreement_id=agreement.id if agreement else None,
        emergency=emergency,
        granted_at=min(starts, NOW),
    )
