"""A small county: an owner, a grantee by agency, by team, in person, and an outsider; one case, one operation."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Level
from models.agencies import Agency, Kind, Officer, Team, TeamMembership
from models.agreements import Agreement, AgreementParty
from models.attachments import Attachment
from models.base import new_id
from models.cases import Case, CaseLink, Theme
from models.database import Database
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember, Operation, OperationStage, Site, Stage
from models.profiles import Naming, Profile
from models.reports import Report, ReportKind, ReportVersion
from models.tasks import Post, PostVersion, Task, TaskState, TaskStatus
from ops.access.asker import Asker
from ops.access.principals import agency_key, detachment_key, keys_of, officer_key, team_key
from ops.clock import Clock

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)  # the smallest step that both databases keep


class HandClock(Clock):
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._seconds = 0.0
        super().__init__(monotonic=lambda: self._seconds)
        self._last = start
        self.set(start)

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; gives the new instant."""
        self._seconds += by.total_seconds()
        return self.now()


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
    alan: Officer  # Police, another
    bob: Officer  # Fair Work: sees what Fair Work was granted
    carol: Officer  # Council, in MASH: sees what MASH was granted
    carl: Officer  # Council, not in MASH
    dora: Officer  # NHS: sees what she was granted in person
    oscar: Officer  # Power: a member of the partnership who was granted nothing
    olga: Officer  # Coastguard: her agency takes part in nothing

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

    grants: dict[str, Grant] = field(default_factory=dict)  # the grants that the county starts with, by name

    def everyone(self) -> dict[str, Officer]:
        """Give every officer by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Officer)}

    def everything(self) -> dict[str, Resource]:
        """Give every resource by name."""
        return {name: value for name, value in vars(self).items() if isinstance(value, Resource)}


async def found_county(database: Database) -> County:
    """Build the county and file it."""
    writer = _Founder()
    county = writer.found()
    async with database.writing() as session:
        for rows in writer.layers:
            session.add_all(rows)
            await session.flush()
    return county


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


async def grant(
    database: Database,
    resource: Resource,
    principal: Agency | Team | Officer | Detachment,
    level: Level = Level.READ,
    *,
    starts: datetime = NOW - DAY,
    ends: datetime | None = None,
    agreement: Agreement | None = None,
    emergency: bool = False,
) -> Grant:
    """File a grant, past every check of an action: what the rule makes of it is the question."""
    row = new_grant(resource, principal, level, starts=starts, ends=ends, agreement=agreement, emergency=emergency)
    await file(database, row)
    return row


async def revoke(database: Database, row: Grant, at: datetime = NOW) -> None:
    """Revoke a grant."""
    async with database.writing() as session:
        await session.execute(update(Grant).where(col(Grant.id) == row.id).values(revoked_at=at))


async def hold(database: Database, resource: Resource, *, held: bool = True) -> None:
    """Hold a resource, or end the hold."""
    async with database.writing() as session:
        await session.execute(update(Resource).where(col(Resource.id) == resource.id).values(held=held))


async def file(database: Database, *rows: SQLModel) -> None:
    """File rows."""
    async with database.writing() as session:
        session.add_all(rows)


async def asker(database: Database, officer: Officer, at: datetime = NOW) -> Asker:
    """Give the officer as one who asks at an instant."""
    async with database.reading() as session:
        return await asker_in(session, officer.id, officer.agency_id, at)


async def asker_in(session: AsyncSession, officer: UUID, agency: UUID, at: datetime) -> Asker:
    """Give the officer as one who asks; without keys when they or their agency are not active."""
    keys = (await keys_of(session, [officer], at)).get(officer)
    return Asker(officer, agency, keys.held if keys else frozenset(), at)


class _Founder:
    """Collects the county's rows in an order that foreign keys accept."""

    def __init__(self) -> None:
        self.layers: list[list[SQLModel]] = [[] for _ in range(7)]

    def found(self) -> County:
        police, fair_work = self._agency("POL", "Police", 1), self._agency("FWA", "Fair Work", 2)
        council, nhs = self._agency("CNC", "Council", 3), self._agency("NHS", "NHS", 4)
        power, coastguard = self._agency("PWR", "Power", 5), self._agency("CGD", "Coastguard", 6)
        mash, squad = self._team(council, "MASH"), self._team(police, "Squad")
        alice, alan = self._officer(police, "Alice"), self._officer(police, "Alan")
        bob, dora = self._officer(fair_work, "Bob"), self._officer(nhs, "Dora")
        carol, carl = self._officer(council, "Carol"), self._officer(council, "Carl")
        oscar, olga = self._officer(power, "Oscar"), self._officer(coastguard, "Olga")
        self._member(mash, carol)
        self._member(squad, alice)
        self._member(squad, alan)
        agreement = self._agreement(police, fair_work, council, nhs, power)

        case = self._case(police, "Orchard", alice)
        other_case = self._case(police, "Harbour", alice)
        link = CaseLink(from_id=case.id, to_id=other_case.id, agency_id=police.id, officer_id=alice.id, at=NOW - DAY)
        self.layers[5].append(link)
        visit = self._report(case, police, alice, "Visit to the farm")
        assessment = self._report(case, council, carol, "Assessment of needs")
        visit_photo = self._attachment(visit, alice)
        profile = self._profile(police, alice)
        self.layers[5].append(Naming(profile_id=profile.id, resource_id=visit.id, officer_id=alice.id, at=NOW - DAY))

        operation = self._operation(police, alice, case)
        detachments = {
            agency.code: self._detachment(operation, agency, place, *officers)
            for place, (agency, officers) in enumerate(
                [(police, [alice, alan]), (fair_work, [bob]), (council, [carol]), (power, [oscar])]
            )
        }
        farm, yard = self._site(operation, "S1", "Farm"), self._site(operation, "S2", "Yard")
        knock = self._task(operation, farm, police, "Knock", alice)
        interview = self._task(operation, farm, police, "Interview 1", alice, restricted=True)
        loose = self._task(operation, None, council, "Phone the desk", alice)
        arrived = self._post(operation, farm, fair_work, bob, "Arrived")
        quiet_word = self._post(operation, farm, fair_work, bob, "A quiet word", restricted=True)
        post_photo = self._attachment(arrived, bob)

        grants = {
            "the owner on the case": new_grant(case, squad, Level.MANAGE),
            "the owner on the visit": new_grant(visit, squad, Level.MANAGE),
            "the owner on the other case": new_grant(other_case, squad, Level.MANAGE),
            "the owner on the profile": new_grant(profile, squad, Level.MANAGE),
            "MASH on its assessment": new_grant(assessment, mash, Level.MANAGE),
            "Fair Work on the case": new_grant(case, fair_work, agreement=agreement),
            "Fair Work on the visit": new_grant(visit, fair_work, agreement=agreement),
            "MASH on the case": new_grant(case, mash, Level.CONTRIBUTE, agreement=agreement),
            "Dora on the case": new_grant(case, dora, Level.DISCOVER, agreement=agreement),
            "Dora on the assessment": new_grant(assessment, dora, agreement=agreement),
            "the owner on the operation": new_grant(operation, police, Level.MANAGE),
            "the owner on the farm": new_grant(farm, police, Level.MANAGE),
            "the owner on the yard": new_grant(yard, police, Level.MANAGE),
            "the owner on the interview": new_grant(interview, squad, Level.MANAGE),
            "Fair Work on the operation": new_grant(operation, detachments["FWA"], Level.CONTRIBUTE),
            "Fair Work on the farm": new_grant(farm, detachments["FWA"], Level.CONTRIBUTE),
            "Fair Work on its quiet word": new_grant(quiet_word, fair_work, Level.MANAGE),
            "the Council on the operation": new_grant(operation, detachments["CNC"], Level.CONTRIBUTE),
            "the Council on the farm": new_grant(farm, detachments["CNC"]),
            "the Council on the quiet word": new_grant(quiet_word, mash),
        }
        self.layers[6].extend(grants.values())
        return County(
            police=police,
            fair_work=fair_work,
            council=council,
            nhs=nhs,
            power=power,
            coastguard=coastguard,
            mash=mash,
            squad=squad,
            alice=alice,
            alan=alan,
            bob=bob,
            carol=carol,
            carl=carl,
            dora=dora,
            oscar=oscar,
            olga=olga,
            agreement=agreement,
            case=case,
            visit=visit,
            assessment=assessment,
            visit_photo=visit_photo,
            other_case=other_case,
            link=link,
            profile=profile,
            operation=operation,
            farm=farm,
            yard=yard,
            knock=knock,
            interview=interview,
            loose=loose,
            arrived=arrived,
            quiet_word=quiet_word,
            post_photo=post_photo,
            grants=grants,
        )

    def _agency(self, code: str, name: str, tally: int) -> Agency:
        agency = Agency(code=code, name=name, kind=Kind.STATUTORY, tally=tally, desk=f"{name} desk")
        self.layers[0].append(agency)
        return agency

    def _team(self, agency: Agency, name: str) -> Team:
        team = Team(agency_id=agency.id, name=name)
        self.layers[1].append(team)
        return team

    def _officer(self, agency: Agency, name: str) -> Officer:
        officer = Officer(agency_id=agency.id, name=name)
        self.layers[1].append(officer)
        return officer

    def _member(self, team: Team, officer: Officer) -> None:
        self.layers[2].append(TeamMembership(team_id=team.id, officer_id=officer.id, starts=NOW - 30 * DAY))

    def _agreement(self, *parties: Agency) -> Agreement:
        agreement = Agreement(name="Information-sharing agreement", starts=NOW - 30 * DAY, ends=NOW + 30 * DAY)
        self.layers[0].append(agreement)
        self.layers[1].extend(AgreementParty(agreement_id=agreement.id, agency_id=party.id) for party in parties)
        return agreement

    def _resource(self, kind: str, owner: Agency, acl: UUID | None = None, gate: UUID | None = None) -> Resource:
        made = new_id()
        resource = Resource(id=made, kind=kind, owner_agency_id=owner.id, acl_id=acl or made, gate_id=gate)
        layer = 2 if gate is None and acl is None else 3  # what it hangs on comes first
        self.layers[layer].append(resource)
        return resource

    def _owned_by(self, resource: Resource) -> Agency:
        return next(row for row in self.layers[0] if isinstance(row, Agency) and row.id == resource.owner_agency_id)

    def _case(self, owner: Agency, title: str, lead: Officer) -> Resource:
        resource = self._resource("case", owner)
        theme = Theme.MODERN_SLAVERY
        case = Case(id=resource.id, title=title, theme=theme, lead_id=lead.id, opened_at=NOW - 2 * DAY)
        self.layers[3].append(case)
        return resource

    def _report(self, case: Resource, owner: Agency, author: Officer, title: str) -> Resource:
        resource = self._resource("report", owner, gate=case.id)
        self.layers[4].append(
            Report(id=resource.id, case_id=case.id, kind=ReportKind.VISIT, author_id=author.id, written_at=NOW - DAY)
        )
        self.layers[5].append(
            ReportVersion(
                report_id=resource.id, number=1, title=title, text=f"{title}.", officer_id=author.id, at=NOW - DAY
            )
        )
        return resource

    def _profile(self, owner: Agency, maker: Officer) -> Resource:
        resource = self._resource("profile", owner)
        self.layers[3].append(Profile(id=resource.id, label="Tall man, blue coat", made_by=maker.id, made_at=NOW - DAY))
        return resource

    def _operation(self, owner: Agency, commander: Officer, case: Resource) -> Resource:
        resource = self._resource("operation", owner)
        self.layers[4].append(
            Operation(
                id=resource.id,
                title="Orchard day",
                commander_id=commander.id,
                case_id=case.id,
                starts=NOW - HOUR,
                ends=NOW + 8 * HOUR,
            )
        )
        self.layers[5].append(OperationStage(operation_id=resource.id, stage=Stage.RUNNING, at=NOW - HOUR))
        return resource

    def _detachment(self, operation: Resource, agency: Agency, place: int, *officers: Officer) -> Detachment:
        detachment = Detachment(operation_id=operation.id, agency_id=agency.id, place=place, joined_at=NOW - DAY)
        self.layers[5].append(detachment)
        self.layers[6].extend(
            DetachmentMember(
                detachment_id=detachment.id,
                operation_id=operation.id,
                agency_id=agency.id,
                officer_id=officer.id,
                starts=NOW - DAY,
            )
            for officer in officers
        )
        return detachment

    def _site(self, operation: Resource, code: str, name: str) -> Resource:
        resource = self._resource("site", self._owned_by(operation), gate=operation.id)
        self.layers[5].append(Site(id=resource.id, operation_id=operation.id, code=code, name=name))
        return resource

    def _task(
        self,
        operation: Resource,
        site: Resource | None,
        asked: Agency,
        title: str,
        maker: Officer,
        *,
        restricted: bool = False,
    ) -> Resource:
        resource = self._work("task", operation, site, None if not restricted else asked)
        self.layers[6].append(
            Task(
                id=resource.id,
                operation_id=operation.id,
                site_id=site.id if site else None,
                agency_id=asked.id,
                title=title,
                restricted=restricted,
                made_by=maker.id,
                made_at=NOW - HOUR,
            )
        )
        self.layers[6].append(
            TaskState(task_id=resource.id, revision=1, status=TaskStatus.IDLE, at=NOW - HOUR, arrived_at=NOW - HOUR)
        )
        return resource

    def _post(
        self,
        operation: Resource,
        site: Resource,
        agency: Agency,
        author: Officer,
        text: str,
        *,
        restricted: bool = False,
    ) -> Resource:
        resource = self._work("post", operation, site, None if not restricted else agency)
        self.layers[6].append(
            Post(
                id=resource.id,
                operation_id=operation.id,
                site_id=site.id,
                author_id=author.id,
                agency_id=agency.id,
                restricted=restricted,
                happened_at=NOW - HOUR,
                arrived_at=NOW - HOUR,
            )
        )
        self.layers[6].append(
            PostVersion(post_id=resource.id, number=1, text=text, officer_id=author.id, at=NOW - HOUR)
        )
        return resource

    def _work(self, kind: str, operation: Resource, site: Resource | None, author: Agency | None) -> Resource:
        if author is not None:
            return self._resource(kind, author, gate=operation.id)
        box = site or operation
        return self._resource(kind, self._owned_by(operation), acl=box.id, gate=operation.id)

    def _attachment(self, parent: Resource, officer: Officer) -> Resource:
        owner = next(row for row in self.layers[0] if isinstance(row, Agency) and row.id == parent.owner_agency_id)
        resource = self._resource("attachment", owner, acl=parent.acl_id, gate=parent.gate_id)
        self.layers[6].append(
            Attachment(
                id=resource.id,
                parent_id=parent.id,
                name="photo.jpg",
                media_type="image/jpeg",
                size=3,
                sha256="0" * 64,
                sealed_key="sealed",
                shared_key="shared",
                shared_size=2,
                officer_id=officer.id,
                at=NOW - HOUR,
            )
        )
        return resource
