"""Makes the rows of the small county, in an order that foreign keys accept."""

from datetime import datetime
from uuid import UUID

from sqlmodel import SQLModel

from live.audience import Level
from models.agencies import Agency, Kind, Officer, Team, TeamMembership
from models.agreements import Agreement, AgreementParty
from models.attachments import Attachment
from models.base import new_id
from models.cases import Case, CaseLink, Theme
from models.grants import Resource
from models.operations import Detachment, DetachmentMember, Operation, OperationStage, Site, Stage
from models.profiles import Naming, Profile
from models.reports import Report, ReportKind, ReportVersion
from models.tasks import Post, PostVersion, Task, TaskState, TaskStatus
from tests.county import DAY, HOUR, County, new_grant


class Founder:
    """Collects the county's rows in an order that foreign keys accept."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self.layers: list[list[SQLModel]] = [[] for _ in range(7)]

    def found(self) -> County:
        """Make the county."""
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
        link = CaseLink(
            from_id=case.id, to_id=other_case.id, agency_id=police.id, officer_id=alice.id, at=self._now - DAY
        )
        self.layers[5].append(link)
        visit = self._report(case, police, alice, "Visit to the farm")
        assessment = self._report(case, council, carol, "Assessment of needs")
        visit_photo = self._attachment(visit, alice)
        profile = self._profile(police, alice)
        self.layers[5].append(
            Naming(profile_id=profile.id, resource_id=visit.id, officer_id=alice.id, at=self._now - DAY)
        )

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
        self.layers[2].append(TeamMembership(team_id=team.id, officer_id=officer.id, starts=self._now - 30 * DAY))

    def _agreement(self, *parties: Agency) -> Agreement:
        agreement = Agreement(
            name="Information-sharing agreement", starts=self._now - 30 * DAY, ends=self._now + 30 * DAY
        )
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
        case = Case(id=resource.id, title=title, theme=theme, lead_id=lead.id, opened_at=self._now - 2 * DAY)
        self.layers[3].append(case)
        return resource

    def _report(self, case: Resource, owner: Agency, author: Officer, title: str) -> Resource:
        resource = self._resource("report", owner, gate=case.id)
        self.layers[4].append(
            Report(
                id=resource.id, case_id=case.id, kind=ReportKind.VISIT, author_id=author.id, written_at=self._now - DAY
            )
        )
        self.layers[5].append(
            ReportVersion(
                report_id=resource.id, number=1, title=title, text=f"{title}.", officer_id=author.id, at=self._now - DAY
            )
        )
        return resource

    def _profile(self, owner: Agency, maker: Officer) -> Resource:
        resource = self._resource("profile", owner)
        self.layers[3].append(
            Profile(id=resource.id, label="Tall man, blue coat", made_by=maker.id, made_at=self._now - DAY)
        )
        return resource

    def _operation(self, owner: Agency, commander: Officer, case: Resource) -> Resource:
        resource = self._resource("operation", owner)
        self.layers[4].append(
            Operation(
                id=resource.id,
                title="Orchard day",
                commander_id=commander.id,
                case_id=case.id,
                starts=self._now - HOUR,
                ends=self._now + 8 * HOUR,
            )
        )
        self.layers[5].append(OperationStage(operation_id=resource.id, stage=Stage.RUNNING, at=self._now - HOUR))
        return resource

    def _detachment(self, operation: Resource, agency: Agency, place: int, *officers: Officer) -> Detachment:
        detachment = Detachment(operation_id=operation.id, agency_id=agency.id, place=place, joined_at=self._now - DAY)
        self.layers[5].append(detachment)
        self.layers[6].extend(
            DetachmentMember(
                detachment_id=detachment.id,
                operation_id=operation.id,
                agency_id=agency.id,
                officer_id=officer.id,
                starts=self._now - DAY,
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
                made_at=self._now - HOUR,
            )
        )
        self.layers[6].append(
            TaskState(
                task_id=resource.id,
                revision=1,
                status=TaskStatus.IDLE,
                at=self._now - HOUR,
                arrived_at=self._now - HOUR,
            )
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
                happened_at=self._now - HOUR,
                arrived_at=self._now - HOUR,
            )
        )
        self.layers[6].append(
            PostVersion(post_id=resource.id, number=1, text=text, officer_id=author.id, at=self._now - HOUR)
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
                at=self._now - HOUR,
            )
        )
        return resource
