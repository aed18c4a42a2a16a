"""What lies behind the resources of a random world: cases, reports, sites, tasks, posts, files, and who signs in."""

import hashlib
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from uuid import UUID

from sqlmodel import SQLModel

from models.agencies import Duty, OfficerDuty
from models.agreements import Agreement, AgreementParty
from models.attachments import Attachment
from models.cases import Case, CaseLink, Theme
from models.operations import Decision, OperationStage, Outcome, Site, Stage
from models.people_met import Encounter, EncounterStep, Step
from models.profiles import Naming, Profile
from models.reports import Report, ReportKind, ReportVersion
from models.sign_ins import Credential
from models.tasks import CheckIn, CheckInKind, Post, PostVersion, Task, TaskState, TaskStatus
from ops.proof.canaries import Canaries, Secret
from ops.proof.chance import World
from ops.proof.oracle import Facts
from ops.proof.seers import KEEPER, Seers
from ops.storage import Storage

HOUR = timedelta(hours=1)
KINDS = tuple(ReportKind)


class Author:
    """Writes the content rows of one world. Every word in them is replaced by a canary afterwards."""

    def __init__(self, world: World, dice: random.Random) -> None:
        """Take the world whose facts are filed already."""
        self._world = world
        self._facts: Facts = world.facts
        self._dice = dice
        self._then = world.now - HOUR

    def layers(self, password_hash: str) -> Iterator[list[SQLModel]]:
        """Give every row, in an order that foreign keys accept."""
        yield list(self._credentials(password_hash))
        yield list(self._agreement())
        yield list(self._duties())
        made: dict[str, list[SQLModel]] = {}
        for name, thing in self._facts["resources"].items():
            made.setdefault(thing["kind"], []).extend(self._rows(name, thing))
        for kind in _IN_ORDER:
            yield [row for row in made.get(kind, []) if not isinstance(row, _LATER)]
        yield [row for rows in made.values() for row in rows if isinstance(row, _LATER)]
        yield [*self._links(), *self._namings(), *self._calls()]

    def _credentials(self, password_hash: str) -> Iterator[SQLModel]:
        for name in self._facts["officers"]:
            yield Credential(
                officer_id=self._world.id(name),
                email=email_of(name),
                password_hash=password_hash,
                changed_at=self._then,
            )

    def _duties(self) -> Iterator[SQLModel]:
        for name in self._facts["officers"]:
            for duty in Duty:
                if self._dice.random() < 0.4:
                    yield OfficerDuty(officer_id=self._world.id(name), duty=duty, starts=self._then)

    def _agreement(self) -> Iterator[SQLModel]:
        """Sign one agreement that everybody is party to, so that sharing can be tried across agencies."""
        everyone = self._world.id("everyone's agreement")
        yield Agreement(id=everyone, name="Everyone", highest_level=3, starts=self._then, ends=None)
        for agency in self._facts["agencies"]:
            yield AgreementParty(agreement_id=everyone, agency_id=self._world.id(agency))

    def _rows(self, name: str, thing: Facts) -> Iterator[SQLModel]:
        made = getattr(self, f"_{thing['kind']}", None)
        yield from made(name, thing, self._world.id(name)) if made else ()

    def _case(self, _name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        theme = self._dice.choice(list(Theme))
        lead = self._officer(thing["owner"])
        yield Case(id=key, title="-", theme=theme, summary="-", lead_id=lead, opened_at=self._then)

    def _profile(self, _name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        yield Profile(id=key, label="-", made_by=self._officer(thing["owner"]), made_at=self._then)

    def _report(self, _name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        author, kind = self._officer(thing["owner"]), self._dice.choice(KINDS)
        yield Report(id=key, case_id=self._world.id(thing["gate"]), kind=kind, author_id=author, written_at=self._then)
        yield ReportVersion(report_id=key, number=1, title="-", text="-", officer_id=author, at=self._then)

    def _operation(self, _name: str, _thing: Facts, key: UUID) -> Iterator[SQLModel]:
        yield OperationStage(operation_id=key, stage=Stage.RUNNING, at=self._then)

    def _site(self, name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        code = f"S{name.rsplit(maxsplit=1)[-1]}"
        yield Site(id=key, operation_id=self._world.id(thing["gate"]), code=code, name="-")

    def _task(self, name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        yield Task(
            id=key,
            operation_id=self._world.id(thing["gate"]),
            site_id=self._site_of(name, thing),
            agency_id=self._world.id(thing["owner"]),
            title="-",
            restricted=thing["acl"] == name,
            made_at=self._then,
        )
        yield TaskState(task_id=key, revision=1, status=TaskStatus.IDLE, at=self._then, arrived_at=self._then)

    def _post(self, name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        author = self._officer(thing["owner"])
        yield Post(
            id=key,
            operation_id=self._world.id(thing["gate"]),
            site_id=self._site_of(name, thing),
            author_id=author,
            agency_id=self._world.id(thing["owner"]),
            restricted=thing["acl"] == name,
            happened_at=self._then,
            arrived_at=self._then,
        )
        yield PostVersion(post_id=key, number=1, text="-", officer_id=author, at=self._then)

    def _outcome(self, name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        site, operation = self._site_of(name, thing), self._world.id(thing["gate"])
        yield Outcome(id=key, operation_id=operation, site_id=site, kind="safeguarded", at=self._then)

    def _decision(self, _name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        by, at = self._officer(thing["owner"]), self._then
        box = self._world.id(thing["gate"])
        yield Decision(id=key, operation_id=box, officer_id=by, at=at, written_at=at, decided="-")

    def _encounter(self, _name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        by, agency = self._officer(thing["owner"]), self._world.id(thing["owner"])
        yield Encounter(id=key, operation_id=self._world.id(thing["gate"]), label="-")
        yield EncounterStep(
            encounter_id=key,
            revision=1,
            step=Step.MET,
            agency_id=agency,
            officer_id=by,
            at=self._then,
            arrived_at=self._then,
        )

    def _attachment(self, name: str, thing: Facts, key: UUID) -> Iterator[SQLModel]:
        yield Attachment(
            id=key,
            parent_id=self._world.id(name.removesuffix(" file")),
            name="-",
            media_type="text/plain",
            size=14,
            sha256=hashlib.sha256(key.bytes).hexdigest(),
            sealed_key=f"{key.hex}-sealed",
            shared_key=f"{key.hex}-shared",
            shared_size=14,
            thumbnail_key=f"{key.hex}-thumbnail",
            officer_id=self._officer(thing["owner"]),
            at=self._then,
        )

    def _site_of(self, name: str, thing: Facts) -> UUID | None:
        """Find the site by the name that chance gave: "operation 0 site 1 post" lies at "operation 0 site 1"."""
        place = name.rsplit(maxsplit=1)[0].removesuffix(" quiet")
        return self._world.id(place) if place != thing["gate"] and place in self._facts["resources"] else None

    def _links(self) -> Iterator[SQLModel]:
        cases = [name for name, thing in self._facts["resources"].items() if thing["kind"] == "case"]
        for one, other in pairwise(cases):
            agency = self._world.id(self._facts["resources"][one]["owner"])
            here, there = self._world.id(one), self._world.id(other)
            yield CaseLink(from_id=here, to_id=there, agency_id=agency, reason="-", at=self._then)

    def _namings(self) -> Iterator[SQLModel]:
        for name, thing in self._facts["resources"].items():
            if thing["kind"] in {"case", "report"} and self._dice.random() < 0.6:
                yield Naming(profile_id=self._world.id("profile 0"), resource_id=self._world.id(name), at=self._then)

    def _calls(self) -> Iterator[SQLModel]:
        for name, thing in self._facts["resources"].items():
            if thing["kind"] == "site" and self._dice.random() < 0.5:
                officer = self._dice.choice(list(self._facts["officers"]))
                yield CheckIn(
                    reference=_reference(self._dice),
                    operation_id=self._world.id(thing["gate"]),
                    site_id=self._world.id(name),
                    officer_id=self._world.id(officer),
                    agency_id=self._world.id(self._facts["officers"][officer]["agency"]),
                    kind=CheckInKind.HELP,
                    note="-",
                    at=self._then,
                    arrived_at=self._then,
                )

    def _officer(self, agency: str) -> UUID:
        ours = [name for name, fact in self._facts["officers"].items() if fact["agency"] == agency]
        return self._world.id(self._dice.choice(ours))


_IN_ORDER = [
    "case",
    "profile",
    "report",
    "operation",
    "site",
    "task",
    "post",
    "outcome",
    "decision",
    "encounter",
    "attachment",
]
_LATER = (ReportVersion, TaskState, PostVersion, EncounterStep)


def email_of(officer: str) -> str:
    """Give an officer's work e-mail."""
    return f"{officer.replace(' ', '.')}@proof.example"


def _reference(dice: random.Random) -> str:
    return "".join(dice.choices("abcdefghijklmnopqrstuvwxyz234567", k=26))


async def store_files(world: World, files: Storage, canaries: Canaries) -> dict[bytes, Secret]:
    """Store every attachment's three files, a word in each; the sealed original's is its agency's keeper's alone."""
    words: dict[bytes, Secret] = {}
    for name, thing in world.facts["resources"].items():
        if thing["kind"] != "attachment":
            continue
        key = world.id(name)
        for copy in ("sealed", "shared", "thumbnail"):
            word = canaries.word().encode()
            await files.put(f"{key.hex}-{copy}", word)
            seers = Seers(owned=key, by=(KEEPER,)) if copy == "sealed" else Seers(reads=(key,))
            words[word] = Secret("attachment", f"{copy} file", key.hex, seers)
    return words
