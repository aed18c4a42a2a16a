"""Writes what the engine sends to programs: each thing as it is served, once for all; sums once a viewing class."""

from collections.abc import Collection, Mapping
from datetime import datetime
from json import dumps
from uuid import UUID

from pydantic import BaseModel, TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from live.delivery import Projection
from live.frames import Record, Sum
from live.ports import Aggregate
from live.screen import ScreenKind
from ops.access.asker import Asker
from ops.access.own_grants import next_turn
from ops.api.operation_state import operation_records, sums_of
from ops.api.screens import Over
from ops.api.shapes.cases import AnyCaseFile, AnyReportLine
from ops.api.shapes.watch import WatchState
from ops.errors import NotFound
from ops.feed.workers import here_on
from ops.screens.board import board_of, next_change
from ops.screens.case_file import read_case
from ops.screens.case_values import LockedReport, ReportCard
from ops.screens.on_operation import Sight, on_operation
from ops.screens.report_cards import locked_reports, report_cards
from ops.screens.watch import read_watch
from ops.topics import operation_topic

_CASE: TypeAdapter[AnyCaseFile] = TypeAdapter(AnyCaseFile)
_REPORT: TypeAdapter[AnyReportLine] = TypeAdapter(AnyReportLine)


class ProgramPainter:
    """Chooses what a program's feed is told of a subject, and writes it."""

    def __init__(self, sight: Sight | None = None) -> None:
        """Take the admissions kept for the screens of this process."""
        self._sight = sight

    async def leaves(
        self, session: AsyncSession, kind: ScreenKind, projection: Projection, subjects: Collection[UUID], at: datetime
    ) -> Mapping[UUID, Record]:
        """Write each subject once, the same for everyone who may see it; absent: that feed is told nothing of it."""
        match kind, projection:
            case ScreenKind.OPERATION_FEED, Projection.FULL:
                return await operation_records(session, subjects, at)
            case ScreenKind.CASE_FEED, Projection.FULL:
                cards = await report_cards(session, subjects, at)
                return {key: _report(card.reference, card.revision, card) for key, card in cards.items()}
            case ScreenKind.CASE_FEED, Projection.STUB:
                stubs = await locked_reports(session, subjects)
                return {key: _report(stub.reference, 0, stub) for key, stub in stubs.items()}
            case _:
                return {}

    async def aggregate(self, session: AsyncSession, kind: ScreenKind, reference: str, asker: Asker) -> Aggregate:
        """Write the sums of a box as one asker sees them; nothing for who may not even discover it."""
        try:
            match kind:
                case ScreenKind.CASE_FEED:
                    case = await read_case(session, asker, reference)
                    return Aggregate(
                        _written(_CASE.validate_python(Over(case, case.head)), but="reports"), case.next_change
                    )
                case ScreenKind.WATCH_FEED:
                    return await _watch(session, asker)
                case _:
                    return await self._operation(session, reference, asker)
        except NotFound:
            return Aggregate(())

    async def _operation(self, session: AsyncSession, reference: str, asker: Asker) -> Aggregate:
        seen = await on_operation(session, asker, reference, self._sight)
        board = await board_of(session, asker, seen, await here_on(session, operation_topic(reference), seen.at))
        return Aggregate(_written(sums_of(seen, board)), next_change(seen))


async def _watch(session: AsyncSession, asker: Asker) -> Aggregate:
    found = await read_watch(session, asker)
    dues = [one.due for one in found.decide if one.due is not None and one.due > asker.at]
    if (turn := await next_turn(session, asker)) is not None:
        dues.append(turn)
    return Aggregate(_written(WatchState.model_validate(found)), min(dues, default=None))


def _report(reference: str, version: int, card: ReportCard | LockedReport) -> Record:
    return Record(reference, "report", version, _REPORT.validate_python(card).model_dump_json())


def _written(state: BaseModel, but: str = "") -> tuple[Sum, ...]:
    """Write each member of a state as a sum of its own, but for one that is made of single things."""
    members = state.model_dump(mode="json", exclude={but})
    return tuple(Sum(name, dumps(value, ensure_ascii=False, separators=(",", ":"))) for name, value in members.items())
