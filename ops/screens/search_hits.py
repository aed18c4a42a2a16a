"""What a line of the search's answer says: what it is, whose, when, and the words around what was looked for."""

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.cases import Case
from models.grants import Resource
from models.operations import Decision, Operation, Site
from models.profiles import Profile
from models.reports import ReportVersion
from models.tasks import PostVersion
from models.words import plain
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.lines import agency_tags
from ops.screens.titles import ON_ITS_OWN, titles_of
from ops.screens.values import AgencyTag

AROUND = 90  # letters before and after what was looked for
KIND_WORDS = {"profile": "Person", "site": "Place"}
_WORD = re.compile(r"[^\W_]+")


class Piece(NamedTuple):
    """A piece of text; `sought`: it is what was looked for."""

    text: str
    sought: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A line. A stub shows nothing but its kind and its agency. `beside`: the box whose title stands there as well."""

    kind: str
    reference: str
    title: str
    path: str
    agency: AgencyTag
    at: datetime
    dated: bool
    pieces: tuple[Piece, ...]
    box: str
    box_path: str
    beside: tuple[str, ...]
    stub: bool

    @property
    def shown_at(self) -> datetime | None:
        """Give the moment, where it may be told."""
        return self.at if self.dated else None


async def hits_of(
    session: AsyncSession, asker: Asker, found: Sequence[tuple[Resource, datetime, bool]], terms: Sequence[str]
) -> list[Hit]:
    """Give the lines in the order in which they were found, with a constant number of queries."""
    agencies = await agency_tags(session)
    readable = [resource for resource, _, reads in found if reads]
    titles, texts = await titles_of(session, readable), await _texts(session, readable)
    boxes = await _boxes(session, {resource.gate_id for resource, _, _ in found if resource.gate_id})
    shown = await _readable(session, asker, boxes)
    names = await titles_of(session, [box for box in boxes.values() if box.id in shown])
    return [
        _hit(resource, at, agencies[resource.owner_agency_id], reads, boxes, names, titles, texts, terms)
        for resource, at, reads in found
    ]


def _hit(
    resource: Resource,
    at: datetime,
    agency: AgencyTag,
    reads: bool,  # noqa: FBT001 - a column of the row
    boxes: dict[UUID, Resource],
    names: dict[UUID, str],
    titles: dict[UUID, str],
    texts: dict[UUID, str],
    terms: Sequence[str],
) -> Hit:
    box = boxes.get(resource.gate_id) if resource.gate_id else None
    known = box is not None and box.id in names
    path = f"/{resource.kind}s/{resource.reference}"
    if box is not None and resource.kind not in ON_ITS_OWN:
        page = "/decisions" if resource.kind == "decision" else ""
        path = f"/{box.kind}s/{box.reference}{page}#{resource.kind}-{resource.reference}"
    return Hit(
        kind=KIND_WORDS.get(resource.kind, resource.kind.capitalize()),
        reference=resource.reference,
        title=titles.get(resource.id, ""),
        path=path if reads else f"{path}/request",
        agency=agency,
        at=at,
        dated=reads and resource.kind != "site",
        pieces=_pieces(texts.get(resource.id, ""), terms) if reads else (),
        box=names[box.id] if reads and known and box else "",
        box_path=f"/{box.kind}s/{box.reference}" if reads and known and box else "",
        beside=(box.reference,) if reads and known and box else (),
        stub=not reads,
    )


async def _texts(session: AsyncSession, resources: Collection[Resource]) -> dict[UUID, str]:
    """Give what each thing says in its newest version."""
    by_kind = defaultdict[str, list[UUID]](list)
    for resource in resources:
        by_kind[resource.kind].append(resource.id)
    statements = {
        "case": select(col(Case.id), col(Case.summary)).where(col(Case.id).in_(by_kind["case"])),
        "profile": select(col(Profile.id), col(Profile.aliases)).where(col(Profile.id).in_(by_kind["profile"])),
        "site": select(col(Site.id), col(Site.address)).where(col(Site.id).in_(by_kind["site"])),
        "operation": select(col(Operation.id), col(Operation.purpose)).where(
            col(Operation.id).in_(by_kind["operation"])
        ),
        "decision": select(col(Decision.id), col(Decision.reason)).where(col(Decision.id).in_(by_kind["decision"])),
        "report": select(col(ReportVersion.report_id), col(ReportVersion.text))
        .where(col(ReportVersion.report_id).in_(by_kind["report"]))
        .order_by(col(ReportVersion.number)),
        "post": select(col(PostVersion.post_id), col(PostVersion.text))
        .where(col(PostVersion.post_id).in_(by_kind["post"]))
        .order_by(col(PostVersion.number)),
    }
    texts: dict[UUID, str] = {}
    for statement in statements.values():
        texts |= {row[0]: row[1] for row in await session.execute(statement)}
    return texts


async def _boxes(session: AsyncSession, boxes: Collection[UUID]) -> dict[UUID, Resource]:
    rows = await session.execute(select(Resource).where(col(Resource.id).in_(boxes)))
    return {box.id: box for box in rows.scalars()}


async def _readable(session: AsyncSession, asker: Asker, boxes: Collection[UUID]) -> frozenset[UUID]:
    rows = await session.execute(select(col(Resource.id)).where(col(Resource.id).in_(boxes), visible_to(asker)))
    return frozenset(rows.scalars())


def _pieces(text: str, terms: Sequence[str]) -> tuple[Piece, ...]:
    """Cut out the words around the first that was looked for, and mark each of them."""
    first = {term.split(" ")[0] for term in terms}
    sought = [found.span() for found in _WORD.finditer(text) if _begins(found[0], first)]
    begin = max(0, sought[0][0] - AROUND) if sought else 0
    end = min(len(text), (sought[0][1] if sought else 0) + AROUND * (1 if sought else 2))
    pieces = [Piece("… " if begin else "", sought=False)]
    at = begin
    for start, stop in sought:
        if stop <= end:
            pieces += [Piece(text[at:start], sought=False), Piece(text[start:stop], sought=True)]
            at = stop
    pieces.append(Piece(text[at:end] + (" …" if end < len(text) else ""), sought=False))
    return tuple(piece for piece in pieces if piece.text)


def _begins(word: str, terms: Collection[str]) -> bool:
    return any(part.startswith(term) for part in plain(word) for term in terms)
