"""The rows of the measured county: agencies of unequal size, one operation, one site, restricted tasks."""

import random
import secrets
from datetime import UTC, datetime, timedelta

from sqlmodel import SQLModel
from world import AGENCIES, AUDIENCES, LARGEST_AUDIENCE, SEED, Audience, Seat

from live.audience import Level
from live.event import Touch
from models.agencies import Agency, Kind, Officer
from models.agreements import Agreement, AgreementParty
from models.grants import Grant, Resource
from models.operations import Detachment, DetachmentMember, Operation, OperationStage, Site, Stage
from models.sign_ins import SignIn
from models.tasks import Task, TaskState, TaskStatus
from ops.access.principals import detachment_key
from ops.actions.opening import LASTS, secret_hash
from ops.topics import operation_topic
from ops.transaction import Fact, new_resource
from ops.world.ledger import Ledger


class County:
    """Gathers rows and facts; `ledger` writes them."""

    def __init__(self, screens: int, sites: int = 1, tasks: int = AUDIENCES) -> None:
        self.dice = random.Random(SEED)
        self.ledger = Ledger()
        self.seats: list[Seat] = []
        self.audiences: list[Audience] = []
        self.at = datetime.now(UTC) - timedelta(hours=2)
        # Agencies differ in size as real ones do: the largest sends several times as many as the smallest.
        self.weights = [1 / (1 + 0.25 * number) for number in range(AGENCIES)]
        self.agencies = [
            Agency(code=f"A{n:02}", name=f"Agency {n}", kind=Kind.STATUTORY, tally=n % 8 + 1) for n in range(AGENCIES)
        ]
        self.ledger.file(*self.agencies)
        numbers = self.dice.choices(range(AGENCIES), self.weights, k=max(0, screens - AGENCIES))
        self.officers = [self._officer(number) for number in [*range(AGENCIES), *numbers][:screens]]
        self.agreement = Agreement(name="Measured agreement", starts=self.at)
        self.ledger.file(
            self.agreement, *(AgreementParty(agreement_id=self.agreement.id, agency_id=a.id) for a in self.agencies)
        )
        self.operation = self._plan()
        self.sites = [self._add_site(number) for number in range(1, sites + 1)]
        for number in range(tasks):
            self._add_task(number)

    def _officer(self, agency: int) -> Officer:
        officer = Officer(agency_id=self.agencies[agency].id, name=f"Officer {len(self.seats)}")
        secret, now = secrets.token_urlsafe(32), datetime.now(UTC)
        hashed = secret_hash(secret)
        signed_in = SignIn(
            officer_id=officer.id, secret_hash=hashed, started_at=now, seen_at=now, expires_at=now + LASTS
        )
        self.ledger.file(officer, signed_in)
        self.seats.append(Seat(officer.id.hex, secret, agency))
        return officer

    def _plan(self) -> Resource:
        owner, commander, ends = self.agencies[0], self.officers[0], self.at + timedelta(hours=12)
        box = new_resource("operation", owner.id)
        operation = Operation(
            id=box.id, title="Measured", purpose="To measure", commander_id=commander.id, starts=self.at, ends=ends
        )
        stage = OperationStage(operation_id=box.id, stage=Stage.RUNNING, officer_id=commander.id, at=self.at)
        self.topics = (operation_topic(box.reference),)
        self.ledger.file(box, operation, stage)
        self._record(Fact.OPERATION_PLANNED, box, operation)
        self._record(Fact.STAGE_REACHED, box, stage)
        detachments = [
            Detachment(operation_id=box.id, agency_id=agency.id, place=place, joined_at=self.at)
            for place, agency in enumerate(self.agencies, start=1)
        ]
        self.ledger.file(*detachments)
        for seat, officer in zip(self.seats, self.officers, strict=True):
            member = DetachmentMember(
                detachment_id=detachments[seat.agency].id,
                operation_id=box.id,
                agency_id=officer.agency_id,
                officer_id=officer.id,
                starts=self.at,
            )
            self.ledger.file(member)
        self._give(box, box, range(AGENCIES), Level.READ)
        return box

    def _add_site(self, number: int) -> Site:
        place = new_resource("site", self.agencies[0].id, gate=self.operation.id)
        site = Site(id=place.id, operation_id=self.operation.id, code=f"S{number}", name="Car wash", place=number)
        self.ledger.file(place, site)
        self._record(Fact.SITE_ADDED, place, site)
        self._give(place, self.operation, range(AGENCIES), Level.CONTRIBUTE)
        return site

    def _add_task(self, number: int) -> None:
        agencies = self._draw(1 + number % LARGEST_AUDIENCE)
        poster = next(place for place, seat in enumerate(self.seats) if seat.agency == agencies[0])
        maker, owner = self.officers[poster], self.agencies[agencies[0]]
        thing = new_resource("task", owner.id, gate=self.operation.id)
        task = Task(
            id=thing.id,
            operation_id=self.operation.id,
            site_id=self.sites[number % len(self.sites)].id,
            agency_id=owner.id,
            title=f"Interview {number}",
            place=number,
            restricted=True,
            made_by=maker.id,
            made_at=self.at,
        )
        state = TaskState(task_id=thing.id, revision=1, status=TaskStatus.IDLE, at=self.at, arrived_at=self.at)
        self.ledger.file(thing, task, state)
        self._record(Fact.TASK_MADE, thing, task, state)
        self._give(thing, self.operation, agencies, Level.CONTRIBUTE)
        self.audiences.append(Audience(thing.reference, poster, agencies))

    def _draw(self, size: int) -> list[int]:
        """Draw detachments; large agencies are asked more often."""
        keyed = [(self.dice.random() ** (1 / weight), number) for number, weight in enumerate(self.weights)]
        return [number for _, number in sorted(keyed, reverse=True)[:size]]

    def _give(self, thing: Resource, operation: Resource, agencies: range | list[int], level: Level) -> None:
        for number in agencies:
            agency, own = self.agencies[number], self.agencies[number].id == thing.owner_agency_id
            grant = Grant(
                resource_id=thing.id,
                principal=detachment_key(operation.id, agency.id),
                grantee_agency_id=agency.id,
                level=Level.MANAGE if own else level,
                starts=self.at,
                ends=None if own else self.at + timedelta(hours=36),
                reason="measured",
                agreement_id=None if own else self.agreement.id,
                granted_at=self.at,
            )
            self.ledger.file(grant)
            self._record(Fact.ACCESS_GIVEN, thing, grant, touches=Touch.ACCESS)

    def _record(self, fact: Fact, thing: Resource, *rows: SQLModel, touches: Touch = Touch.CONTENT) -> None:
        self.ledger.record(self.at, fact, thing.id, self.topics, self.officers[0].id, *rows, touches=touches)
