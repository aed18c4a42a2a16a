"""What was reported on the day: posts, outcomes, decisions, people met."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from models.agencies import Officer
from models.grants import Grant
from models.operations import Decision, DecisionConfirmation, Outcome
from models.people_met import Encounter, EncounterStep
from models.people_met import Step as Care
from models.tasks import Post, PostVersion
from ops.topics import decisions_topic
from ops.transaction import Fact
from ops.world.filing import name_profile
from ops.world.grants import give_all
from ops.world.pictures import attach_all
from ops.world.scene import Filed, Scene
from ops.world.taken_back import withdraw_post
from ops.world.work import own_detachment, place_of, restricted_place, site_id
from ops.world.written import Access
from ops.world.written_day import DecisionPart, OutcomePart, PersonMetPart, PostPart


def post(scene: Scene, part: PostPart) -> None:
    """Enter a post at the moment it arrived."""
    author = scene.officer(part.by)
    at = scene.calendar.at(part.at if part.arrived is None else part.arrived)
    filed = place_of(scene, part.site, part.access, author, "post")
    row = Post(
        id=filed.resource.id,
        operation_id=scene.operation.id,
        site_id=site_id(scene, part.site),
        task_id=scene.thing(part.task).resource.id if part.task else None,
        author_id=author.id,
        agency_id=author.agency_id,
        restricted=bool(part.access),
        happened_at=scene.calendar.at(part.at),
        arrived_at=at,
    )
    if part.heard is not None:
        row.entered_by, row.channel = scene.officer(part.heard.by).id, "radio"
        row.confirmed_at = None if part.heard.confirmed is None else scene.calendar.at(part.heard.confirmed)
    version = PostVersion(post_id=row.id, number=1, text=part.text.strip(), officer_id=author.id, at=at)
    files = attach_all(scene, filed, part.photos, author, at)
    came_with_it = [
        *(name_profile(scene, code, filed, author, at) for code in part.names),
        *_give_restricted(scene, filed, part.access, author, at),
        *files,
    ]
    scene.ledger.file(row, version)
    scene.ledger.record(at, Fact.POST_MADE, row.id, filed.topics, author.id, row, version, *came_with_it)
    if row.confirmed_at is not None:
        fact, at = Fact.HEARD_CONFIRMED, row.confirmed_at
        scene.ledger.record(at, fact, row.id, filed.topics, author.id, row, stamp="confirmed_position")
    versions = [version, *_correct(scene, filed, part)]
    withdraw_post(scene, filed, part.withdrawn, author, versions, files)


def record_outcome(scene: Scene, part: OutcomePart) -> None:
    """Enter a person safeguarded, a referral or an arrest; always restricted."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    filed = place_of(scene, part.site, part.access, officer, "outcome")
    outcome = Outcome(
        id=filed.resource.id,
        operation_id=scene.operation.id,
        site_id=site_id(scene, part.site),
        kind=part.kind,
        officer_id=officer.id,
        at=at,
    )
    scene.ledger.file(outcome)
    grants = _give_restricted(scene, filed, part.access, officer, at)
    scene.ledger.record(at, Fact.OUTCOME_RECORDED, outcome.id, filed.topics, officer.id, outcome, *grants)


def take_decision(scene: Scene, part: DecisionPart, loggist: str) -> None:
    """Enter a decision into the log; without further access only the commander's own detachment reads it."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    filed = restricted_place(scene, officer, "decision")
    topics = (decisions_topic(scene.operation.reference),)
    decision = Decision(
        id=filed.resource.id,
        operation_id=scene.operation.id,
        officer_id=officer.id,
        entered_by=scene.officer(part.entered).id if part.entered else None,
        at=at,
        written_at=at,
        decided=part.decided,
        reason=part.reason,
        options=part.options,
    )
    scene.ledger.file(decision)
    grants = give_all(scene, filed, [own_detachment(scene, officer), *part.access], at, officer)
    scene.ledger.record(at, Fact.DECISION_TAKEN, decision.id, topics, officer.id, decision, *grants)
    if part.confirmed is not None:
        confirmer, then = officer if part.entered else scene.officer(loggist), scene.calendar.at(part.confirmed)
        row = DecisionConfirmation(decision_id=decision.id, officer_id=confirmer.id, at=then)
        scene.ledger.file(row)
        scene.ledger.record(then, Fact.DECISION_CONFIRMED, decision.id, topics, confirmer.id, row)


def meet(scene: Scene, part: PersonMetPart) -> None:
    """Enter a person met with every step that followed; always restricted."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    filed = restricted_place(scene, officer, "encounter")
    encounter = Encounter(
        id=filed.resource.id,
        operation_id=scene.operation.id,
        site_id=site_id(scene, part.site),
        label=part.label,
    )
    met = _care(encounter, 1, Care.MET, officer.agency_id, officer, at)
    scene.ledger.file(encounter, met)
    grants = give_all(scene, filed, [own_detachment(scene, officer), *part.access], at, officer)
    scene.ledger.record(at, Fact.PERSON_MET, encounter.id, filed.topics, officer.id, encounter, met, *grants)
    for revision, step in enumerate(part.steps, start=2):
        who, then = scene.officer(step.officer), scene.calendar.at(step.at)
        taken = _care(encounter, revision, Care(step.act), scene.agency(step.agency).id, who, then)
        scene.ledger.file(taken)
        scene.ledger.record(then, Fact.PERSON_MOVED, encounter.id, filed.topics, who.id, taken)


def _care(
    encounter: Encounter, revision: int, step: Care, agency: UUID, officer: Officer, at: datetime
) -> EncounterStep:
    return EncounterStep(
        encounter_id=encounter.id,
        revision=revision,
        step=step,
        agency_id=agency,
        officer_id=officer.id,
        at=at,
        arrived_at=at,
    )


def _give_restricted(
    scene: Scene, filed: Filed, access: Sequence[Access], author: Officer, at: datetime
) -> list[Grant]:
    if not access:
        return []
    return give_all(scene, filed, [own_detachment(scene, author), *access], at, author)


def _correct(scene: Scene, filed: Filed, part: PostPart) -> list[PostVersion]:
    author, versions = scene.officer(part.by), list[PostVersion]()
    for number, correction in enumerate(part.corrected, start=2):
        at = scene.calendar.at(correction.at)
        version = PostVersion(
            post_id=filed.resource.id, number=number, text=correction.text.strip(), officer_id=author.id, at=at
        )
        scene.ledger.file(version)
        scene.ledger.record(at, Fact.POST_CORRECTED, filed.resource.id, filed.topics, author.id, version)
        versions.append(version)
    return versions
