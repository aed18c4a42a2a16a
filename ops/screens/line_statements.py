"""What task and post lines are read with: built once, over tables, because every turn of the engine asks them."""

from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, func, select

from models.agencies import Officer
from models.attachments import Attachment
from models.base import table_of
from models.grants import Resource
from models.operations import Site
from models.tasks import Claim, Post, PostVersion, Task, TaskState
from ops.screens.withdrawn import withdrawn_ids

_ASKED: BindParameter[Any] = bindparam("asked", expanding=True)
_TASK, _POST, _SITE, _OFFICER = (table_of(one) for one in (Task, Post, Site, Officer))
_STATE, _CLAIM, _VERSION, _FILE = (table_of(one) for one in (TaskState, Claim, PostVersion, Attachment))
_NAMED = table_of(Resource)
_SITE_NAMED, _TASK_NAMED = _NAMED.alias("site_named"), _NAMED.alias("task_named")
_ENTERING = _OFFICER.alias("entering")  # who wrote it down for its author
_EARLIER_STATE, _EARLIER_VERSION = _STATE.alias("any_state"), _VERSION.alias("any_version")

_NEWEST_STATE = (
    select(func.max(_EARLIER_STATE.c.revision)).where(_EARLIER_STATE.c.task_id == _TASK.c.id).scalar_subquery()
)
_NEWEST_VERSION = (
    select(func.max(_EARLIER_VERSION.c.number)).where(_EARLIER_VERSION.c.post_id == _POST.c.id).scalar_subquery()
)

# A claim whose time ran out is ended by the sweep, with an event, never by a reader.
TASKS = (
    select(
        _TASK.c.id,
        _NAMED.c.reference,
        _STATE.c.revision,
        _SITE_NAMED.c.reference.label("site_reference"),
        _SITE.c.code.label("site_code"),
        _TASK.c.title,
        _STATE.c.status,
        _TASK.c.agency_id,
        _OFFICER.c.name.label("holder"),
        _CLAIM.c.agency_id.label("holder_agency"),
        _STATE.c.at.label("since"),
        _TASK.c.due_at,
        _TASK.c.restricted,
        _TASK.c.place,
        _STATE.c.channel,
        _STATE.c.confirmed_at,
        _ENTERING.c.name.label("entered_by"),
    )
    .select_from(_TASK)
    .join(_NAMED, _NAMED.c.id == _TASK.c.id)
    .outerjoin(_SITE, _SITE.c.id == _TASK.c.site_id)
    .outerjoin(_SITE_NAMED, _SITE_NAMED.c.id == _SITE.c.id)
    .outerjoin(_STATE, and_(_STATE.c.task_id == _TASK.c.id, _STATE.c.revision == _NEWEST_STATE))
    .outerjoin(_CLAIM, and_(_CLAIM.c.task_id == _TASK.c.id, _CLAIM.c.ended_at.is_(None)))
    .outerjoin(_OFFICER, _OFFICER.c.id == _CLAIM.c.officer_id)
    .outerjoin(_ENTERING, _ENTERING.c.id == _STATE.c.entered_by)
    .where(_TASK.c.id.in_(_ASKED))
)

POSTS = (
    select(
        _POST.c.id,
        _NAMED.c.reference,
        _NAMED.c.acl_id,
        _VERSION.c.number.label("revision"),
        _VERSION.c.text,
        _POST.c.agency_id,
        _OFFICER.c.name.label("author"),
        _SITE_NAMED.c.reference.label("site_reference"),
        _SITE.c.code.label("site_code"),
        _TASK.c.title.label("task_title"),
        _TASK_NAMED.c.acl_id.label("task_acl"),
        _POST.c.happened_at,
        _POST.c.arrived_at,
        _POST.c.channel,
        _POST.c.confirmed_at,
        _ENTERING.c.name.label("entered_by"),
    )
    .select_from(_POST)
    .join(_NAMED, _NAMED.c.id == _POST.c.id)
    .join(_OFFICER, _OFFICER.c.id == _POST.c.author_id)
    .join(_VERSION, and_(_VERSION.c.post_id == _POST.c.id, _VERSION.c.number == _NEWEST_VERSION))
    .outerjoin(_SITE, _SITE.c.id == _POST.c.site_id)
    .outerjoin(_SITE_NAMED, _SITE_NAMED.c.id == _SITE.c.id)
    .outerjoin(_TASK, _TASK.c.id == _POST.c.task_id)
    .outerjoin(_TASK_NAMED, _TASK_NAMED.c.id == _TASK.c.id)
    .outerjoin(_ENTERING, _ENTERING.c.id == _POST.c.entered_by)
    .where(_POST.c.id.in_(_ASKED))
)

FILES = (
    select(
        _FILE.c.parent_id,
        _NAMED.c.reference,
        _FILE.c.name,
        _FILE.c.thumbnail_key,
        _FILE.c.shared_size,
        _FILE.c.width,
        _FILE.c.height,
    )
    .join(_NAMED, _NAMED.c.id == _FILE.c.id)
    .where(_FILE.c.parent_id.in_(_ASKED), _FILE.c.parent_id.not_in(withdrawn_ids()))
    .order_by(_FILE.c.at, _FILE.c.id)
)
