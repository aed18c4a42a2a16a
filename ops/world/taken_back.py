"""What was withdrawn: sealed under its hash, with a last version that says why, as the act itself does it."""

from collections.abc import Sequence

from live.event import Touch
from models.agencies import Officer
from models.attachments import Attachment
from models.reports import ReportVersion
from models.tasks import PostVersion
from models.withdrawals import Withdrawal
from ops.actions.withdrawals import hash_of, last_of_post, last_of_report
from ops.transaction import Fact
from ops.world.scene import Filed, Scene
from ops.world.written import WithdrawnPart


def withdraw_report(
    scene: Scene,
    filed: Filed,
    part: WithdrawnPart | None,
    author: Officer,
    versions: Sequence[ReportVersion],
    files: Sequence[Attachment],
) -> None:
    """Withdraw a report, if the file says so."""
    if part is not None:
        row = _sealed(scene, filed, part, author, hash_of(versions, files))
        _record(scene, filed, row, last_of_report(row, versions[-1].number))


def withdraw_post(
    scene: Scene,
    filed: Filed,
    part: WithdrawnPart | None,
    author: Officer,
    versions: Sequence[PostVersion],
    files: Sequence[Attachment],
) -> None:
    """Withdraw a post, if the file says so."""
    if part is not None:
        row = _sealed(scene, filed, part, author, hash_of(versions, files))
        _record(scene, filed, row, last_of_post(row, versions[-1].number))


def _sealed(scene: Scene, filed: Filed, part: WithdrawnPart, author: Officer, sha256: str) -> Withdrawal:
    by = scene.officer(part.by) if part.by else author
    at = scene.calendar.at(part.at)
    return Withdrawal(resource_id=filed.resource.id, officer_id=by.id, at=at, reason=part.why, sha256=sha256)


def _record(scene: Scene, filed: Filed, row: Withdrawal, last: ReportVersion | PostVersion) -> None:
    scene.ledger.file(row, last)
    subject, by = filed.resource.id, row.officer_id
    scene.ledger.record(row.at, Fact.WITHDRAWN, subject, filed.topics, by, row, last)
    scene.ledger.record(row.at, Fact.WITHDRAWN, subject, (), by, touches=Touch.ACCESS)
