"""Progress from the field: made once, addressed where it is made, corrected but never overwritten."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from live.audience import Level
from models.attachments import Attachment
from models.audit import Act
from models.base import NewRow, new_id, new_row
from models.grants import Resource
from models.operations import Operation, Site
from models.tasks import Post, PostVersion, Task
from ops.access.asker import Asker
from ops.access.doors import Wanted
from ops.actions.authors import Author
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.once import answered_before, keep_answer
from ops.actions.operation_ends import stage_reached
from ops.actions.post_audiences import PostAudience, PostGround, post_audience, post_audiences
from ops.actions.tasks import bounded, refuse_stood_down
from ops.errors import Invalid
from ops.files.intake import TakenIn
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_POST = 2000
LENDING = Lending("posts", "chosen by the author of the post", "works on the same task today", Level.CONTRIBUTE)


@dataclass(frozen=True, slots=True)
class NewPost:
    """What the composer sends. `task` and `site` are references, one of them may be empty; `key` is the client's."""

    operation: str
    text: str
    audience: str
    key: str
    task: str = ""
    site: str = ""
    happened_at: datetime | None = None


async def make_post(desk: Desk, asker: Asker, new: NewPost, files: Sequence[TakenIn]) -> str:
    """File a post with its files and its audience in one commit; give its reference.

    About a task or a site it takes the right to contribute there, else to the operation itself. The same key and
    words again give the first post's reference and change nothing. Raises Invalid with a message per field.
    """
    check_post(new, files)
    body = repr((new, [file.sha256 for file in files]))
    # under the lock: grants must not pass a ring-fence just raised
    async with desk.work_together(asker) as work:
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        resource = await file_post(work, Author(work.asker), new, files)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.POST_MADE, resource.reference)
        return resource.reference


async def file_post(work: Work, author: Author, new: NewPost, files: Sequence[TakenIn]) -> Resource:
    """File an author's post within an act, with the audience chosen; of one heard, the first they could choose."""
    ground = await _ground(work, new)
    choice = await _chosen(work, author, new, ground)
    resource, grants = await _addressed(work, author, choice, ground)
    post, version = _post(work, author, new, resource.id, ground)
    post.values["restricted"] = choice.shared_with is None
    work.file_last(resource, *grants, post, version)
    rows = await attach(work, resource, files)
    topic = operation_topic(new.operation)
    work.record(Fact.POST_MADE, resource.id, (topic,), post, version, *grants, *rows)
    return resource


async def attach(work: Work, parent: Resource, files: Sequence[TakenIn]) -> list[Attachment]:
    """File attachments on a parent: seen by exactly those who see it."""
    resources = [
        new_resource("attachment", parent.owner_agency_id, acl=parent.acl_id, gate=parent.gate_id) for _ in files
    ]
    rows = [
        Attachment(id=own.id, parent_id=parent.id, officer_id=work.asker.officer, at=work.asker.at, **asdict(file))
        for own, file in zip(resources, files, strict=True)
    ]
    work.file_last(*resources, *rows)
    return rows


async def unfiled(desk: Desk, files: Sequence[TakenIn]) -> list[str]:
    """Give the storage keys of files that no attachment names: what sent them came a second time."""
    if not files:
        return []
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(col(Attachment.sealed_key)).where(
                col(Attachment.sealed_key).in_([file.sealed_key for file in files])
            )
        )
        filed = set(rows.scalars())
    return [key for file in files if file.sealed_key not in filed for key in file.keys]


def check_post(new: NewPost, files: Sequence[TakenIn]) -> None:
    """Refuse a post without words and files, or with too many words."""
    if not new.text.strip() and not files:
        raise Invalid({"text": "Write what happened, or add a photo."})
    if len(new.text) > LONGEST_POST:
        raise Invalid({"text": f"Write at most {LONGEST_POST} characters. Put the rest into a report."})


_GROUND = (
    select(Operation, Task, Site, stage_reached(bindparam("operation")))
    .select_from(Operation)
    .outerjoin(Task, col(Task.id) == bindparam("task"))
    .outerjoin(Site, or_(col(Site.id) == col(Task.site_id), col(Site.id) == bindparam("site")))
    .where(col(Operation.id) == bindparam("operation"))
)


async def _ground(work: Work, new: NewPost) -> PostGround:
    """Go through the doors to where the post is to stand."""
    place = Wanted(new.task or new.site, "task" if new.task else "site", Level.CONTRIBUTE)
    # without a place it is for everyone on it
    operation = Wanted(new.operation, "operation", Level.DISCOVER if place.reference else Level.CONTRIBUTE)
    found = await work.find_all([place, operation] if place.reference else [operation])
    at, box = found[0].resource, found[-1].resource
    named = {"operation": box.id, "task": at.id if new.task else None, "site": None if new.task else at.id}
    rows = await work.session.execute(_GROUND, named)
    ground_row = rows.one()
    ground = PostGround(ground_row[0], box.owner_agency_id, ground_row[2], ground_row[1])
    belongs = {row.operation_id for row in (ground.task, ground.site) if row is not None}
    if belongs and belongs != {box.id}:
        raise Invalid({"task": "This task belongs to another operation."})
    refuse_stood_down(ground_row[3])
    return ground


async def _chosen(work: Work, author: Author, new: NewPost, ground: PostGround) -> PostAudience:
    if author.entered_by is None:
        choice = await post_audience(work.session, author.asker, ground, new.audience)
    else:
        choice = next(iter(await post_audiences(work.session, author.asker, ground)), None)
    if choice is None:
        raise Invalid({"audience": "Choose who will see this."})
    return choice


async def _addressed(
    work: Work, author: Author, choice: PostAudience, ground: PostGround
) -> tuple[Resource, list[NewRow]]:
    """Make the resource: an ordinary post takes its site's audience, a restricted one its own grants."""
    operation = ground.operation
    if choice.shared_with is not None:
        await work.find_by_id(choice.shared_with, Level.CONTRIBUTE)
        return new_resource("post", ground.owner, acl=choice.shared_with, gate=operation.id), []
    resource = new_resource("post", author.asker.agency, gate=operation.id)
    lending = LENDING if author.entered_by is None else replace(LENDING, reason=f"heard by {author.channel}")
    return resource, await lend_for_the_day(work, resource, operation, choice.principals, lending)


def _post(work: Work, author: Author, new: NewPost, post: UUID, ground: PostGround) -> tuple[NewRow, PostVersion]:
    at = work.asker.at
    return (
        new_row(
            Post,
            id=post,
            operation_id=ground.operation.id,
            site_id=ground.site.id if ground.site else None,
            task_id=ground.task.id if ground.task else None,
            author_id=author.asker.officer,
            agency_id=author.asker.agency,
            happened_at=bounded(new.happened_at, at),
            arrived_at=at,
            entered_by=author.entered_by,
            channel=author.channel,
        ),
        PostVersion(id=new_id(), post_id=post, number=1, text=new.text.strip(), officer_id=author.asker.officer, at=at),
    )
