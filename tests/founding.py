"""Makes the rows of the small county, in an order that foreign keys accept."""

from datetime import datetime
from types import SimpleNamespace
from uuid import UUID

from sqlmodel import SQLModel

from live.audience import Level
from models.agencies import Agency, Duty, Kind, Officer, OfficerDuty, Team, TeamMembership
from models.agreements import Agreement, AgreementParty
from models.attachments import Attachment
from models.base import new_id
from models.cases import Case, CaseLink, Theme
from models.grants import Grant, Resource
from models.operations import Decision, Detachment, DetachmentMember, Operation, OperationStage, Site, Stage
from models.people_met import Encounter, EncounterStep, Step
from models.profiles import Naming, Profile
from models.reports import Report, ReportKind, ReportVersion
from models.tasks import Post, PostVersion, Task, TaskState, TaskStatus
from tests.county import DAY, HOUR, County, new_grant


class Founder:
    """Collects the county's rows in an order that foreign keys accept."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._made = SimpleNamespace()
        self._detachments: dict[str, Detachment] = {}
        self.layers: list[list[SQLModel]] = [[] for _ in range(7)]

    def found(self) -> County:
        """Make the county."""
        self._found_agencies()
        self._found_case()
        self._found_operation()
        grants = self._case_grants() | self._operation_grants()
        self.layers[6].extend(grants.values())
        return County(**vars(self._made), grants=grants)

    def _found_agencies(self) -> None:
        it = self._made
        it.police, it.fair_work = self._agency("POL", "Police", 1), self._agency("FWA", "Fair Work", 2)
        it.council, it.nhs = self._agency("CNC", "Council", 3), self._agency("NHS", "NHS", 4)
        it.power, it.coastguard = self._agency("PWR", "Power", 5), self._agency("CGD", "Coastguard", 6)
        it.mash, it.squad = self._team(it.council, "MASH"), self._team(it.police, "Squad")
        it.alice, it.alan = self._officer(it.police, "Alice"), self._officer(it.police, "Alan")
        it.bob, it.dora = self._officer(it.fair_work, "Bob"), self._officer(it.nhs, "Dora")
        it.carol, it.carl = self._officer(it.council, "Carol"), self._officer(it.council, "Carl")
        it.oscar, it.olga = self._officer(it.power, "Oscar"), self._officer(it.coastguard, "Olga")
        for team, officer in ((it.mash, it.carol), (it.squad, it.alice), (it.squad, it.alan)):
            self._member(team, officer)
        self._duties(it.alice, Duty.LEAD)
        self._duties(it.alan, Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
        self._duties(it.bob, Duty.LEAD, Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
        self._duties(it.carol, Duty.LEAD, Duty.EMERGENCY)
        self._duties(it.carl, Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
        self._duties(it.dora, Duty.LEAD)
        self._duties(it.olga, Duty.PLATFORM_OPERATOR)
        it.agreement = self._agreement(it.police, it.fair_work, it.council, it.nhs, it.power)

    def _found_case(self) -> None:
        it, yesterday = self._made, self._now - DAY
        it.case = self._case(it.police, "Orchard", it.alice)
        it.other_case = self._case(it.police, "Harbour", it.alice)
        it.link = CaseLink(from_id=it.case.id, to_id=it.other_case.id, agency_id=it.police.id, at=yesterday)
        it.visit = self._report(it.case, it.police, it.alice, "Visit to the farm")
        it.assessment = self._report(it.case, it.council, it.carol, "Assessment of needs")
        it.visit_photo = self._attachment(it.visit, it.alice)
        it.profile = self._profile(it.police, it.alice)
        named = Naming(profile_id=it.profile.id, resource_id=it.visit.id, at=yesterday, answered_at=yesterday)
        self.layers[5].extend([it.link, named])

    def _found_operation(self) -> None:
        it = self._made
        it.operation = self._operation(it.police, it.alice, it.case)
        taking_part = [(it.police, it.alice, it.alan), (it.fair_work, it.bob), (it.council, it.carol)]
        for place, (agency, *officers) in enumerate([*taking_part, (it.power, it.oscar)]):
            self._detachments[agency.code] = self._detachment(it.operation, agency, place, *officers)
        it.farm, it.yard = self._site(it.operation, "S1", "Farm"), self._site(it.operation, "S2", "Yard")
        it.knock = self._task(it.operation, it.farm, it.police, "Knock", it.alice)
        it.interview = self._task(it.operation, it.farm, it.police, "Interview 1", it.alice, restricted=True)
        it.loose = self._task(it.operation, None, it.council, "Phone the desk", it.alice)
        it.arrived = self._post(it.operation, it.farm, it.fair_work, it.bob, "Arrived")
        it.quiet_word = self._post(it.operation, it.farm, it.fair_work, it.bob, "A quiet word", restricted=True)
        it.post_photo = self._attachment(it.arrived, it.bob)
        it.decision = self._decision(it.operation, it.police, it.alice)
        it.met = self._met(it.operation, it.farm, it.fair_work, it.bob)

    def _case_grants(self) -> dict[str, Grant]:
        it, cited = self._made, self._made.agreement
        return {
            "the owner on the case": new_grant(it.case, it.squad, Level.MANAGE),
            "the owner on the visit": new_grant(it.visit, it.squad, Level.MANAGE),
            "the owner on the other case": new_grant(it.other_case, it.squad, Level.MANAGE),
            "the owner on the profile": new_grant(it.profile, it.squad, Level.MANAGE),
            "MASH on its assessment": new_grant(it.assessment, it.mash, Level.MANAGE),
            "Fair Work on the case": new_grant(it.case, it.fair_work, agreement=cited),
            "Fair Work on the visit": new_grant(it.visit, it.fair_work, agreement=cited),
            "MASH on the case": new_grant(it.case, it.mash, Level.CONTRIBUTE, agreement=cited),
            "Dora on the case": new_grant(it.case, it.dora, Level.DISCOVER, agreement=cited),
            "Dora on the assessment": new_grant(it.assessment, it.dora, agreement=cited),
        }

    def _operation_grants(self) -> dict[str, Grant]:
        it, fair_work, council = self._made, self._detachments["FWA"], self._detachments["CNC"]
        return {
            "the owner on the operation": new_grant(it.operation, it.police, Level.MANAGE),
            "the owner on the farm": new_grant(it.farm, it.police, Level.MANAGE),
            "the owner on the yard": new_grant(it.yard, it.police, Level.MANAGE),
            "the owner on the interview": new_grant(it.interview, it.squad, Level.MANAGE),
            "Fair Work on the operation": new_grant(it.operation, fair_work, Level.CONTRIBUTE),
            "Fair Work on the farm": new_grant(it.farm, fair_work, Level.CONTRIBUTE),
            "the owner on the decision": new_grant(it.decision, it.police, Level.MANAGE),
            "Fair Work on the decision": new_grant(it.decision, fair_work),
            "Fair Work on whom it met": new_grant(it.met, fair_work, Level.MANAGE),
            "the Police on whom Fair Work met": new_grant(it.met, it.police),
            "Fair Work on its quiet word": new_grant(it.quiet_word, it.fair_work, Level.MANAGE),
            "the Council on the operation": new_grant(it.operation, council, Level.CONTRIBUTE),
            "the Council on the farm": new_grant(it.farm, council),
            "the Council on the quiet word": new_grant(it.quiet_word, it.mash),
        }

    def _agency(self, code: str, name: str, tally: int) -> Agency:
        agency = Agency(code=code, name=name, kind=Kind.STATUTORY, tally=tally, desk=f"{name} desk")
        self.layers[0].append(agency)
        return agency

    def _team(self, agency: Agency, name: str) -> Team:
        team = Team(agency_id=agency.id, name=name)
        self.layers[1].append(team)
        return team

    def _duties(self, officer: Officer, *duties: Duty) -> None:
        self.layers[2].extend(OfficerDuty(officer_id=officer.id, duty=duty, starts=self._now - DAY) for duty in duties)

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
                loggist_id=self._made.alan.id,
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

    def _decision(self, operation: Resource, owner: Agency, by: Officer) -> Resource:
        resource, at = self._resource("decision", owner, gate=operation.id), self._now - HOUR
        row = Decision(
            id=resource.id,
            operation_id=operation.id,
            officer_id=by.id,
            at=at,
            written_at=at,
            decided="Wait for the van",
            reason="It is not light yet",
            options="Go in at once",
        )
        self.layers[5].append(row)
        return resource

    def _met(self, operation: Resource, site: Resource, agency: Agency, by: Officer) -> Resource:
        resource, at = self._resource("encounter", agency, gate=operation.id), self._now - HOUR
        self.layers[6].append(Encounter(id=resource.id, operation_id=operation.id, site_id=site.id, label="Person Q77"))
        self.layers[6].append(
            EncounterStep(
                encounter_id=resource.id,
                revision=1,
                step=Step.MET,
                agency_id=agency.id,
                officer_id=by.id,
                at=at,
                arrived_at=at,
            )
        )
        return resource

    def _work(self, kind: str, operation: Resource, site: Resource | None, author: Agency | None) -> Resource:
        if author is not None:
            return self._resource(kind, author, gate=operation.id)
        box = site or operation
        return self._resource(kind, self._owned_by(operation), acl=box.id, gate=operation.id)

    def _attachment(self, parent: Resource, officer: Officer) -> Resource:
        resource = self._resource("attachment", self._owned_by(parent), acl=parent.acl_id, gate=parent.gate_id)
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
