"""Who asks: a sign-in, whose it is, and what they hold at that instant, in one statement."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, bindparam, literal_column, null, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.base import Instant, table_of
from models.sign_ins import Factor, SignIn
from ops.access.asker import Asker
from ops.access.principals import OfficerNow, StandingRow, Standings, now_of, standings

SIGNED_IN = "signed in"  # the kind of the row that tells of the sign-in itself
_SIGN_IN = table_of(SignIn).c


def _signed_in(which: ColumnElement[bool]) -> Standings:
    open_one = (which, _SIGN_IN.ended_at.is_(None), _SIGN_IN.expires_at > bindparam("now", type_=Instant))
    kind = literal_column(f"'{SIGNED_IN}'", String)
    columns = (_SIGN_IN.officer_id, kind, null(), _SIGN_IN.id, _SIGN_IN.seen_at, null(), null())
    return standings(select(_SIGN_IN.officer_id).where(*open_one), select(*columns).where(*open_one))


_SECRET = _SIGN_IN.secret_hash == bindparam("hash")
_BY_COOKIE = _signed_in(and_(_SECRET, _SIGN_IN.factor.not_in((Factor.TOKEN, Factor.WALL))))
_BY_TOKEN = _signed_in(and_(_SECRET, _SIGN_IN.factor == Factor.TOKEN))
_BY_WALL = _signed_in(and_(_SECRET, _SIGN_IN.factor == Factor.WALL))
_BY_ID = _signed_in(_SIGN_IN.id == bindparam("id"))


async def asker_by(session: AsyncSession, secret_hash: str, now: datetime) -> tuple[Asker, datetime] | None:
    """Give who signed in with a cookie, and when that was last noted; None once it has ended, or their keys have."""
    rows = await session.execute(_BY_COOKIE, {"hash": secret_hash, "now": now})
    return _read([StandingRow(*row) for row in rows], now)


async def asker_by_token(session: AsyncSession, secret_hash: str, now: datetime) -> tuple[Asker, datetime] | None:
    """Give whose token it is, likewise. A token opens no page and a cookie no API: neither is the other."""
    rows = await session.execute(_BY_TOKEN, {"hash": secret_hash, "now": now})
    return _read([StandingRow(*row) for row in rows], now)


async def asker_by_wall(session: AsyncSession, secret_hash: str, now: datetime) -> tuple[Asker, datetime] | None:
    """Give which wall a screen was paired to, likewise. It opens that wall, and neither another page nor the API."""
    rows = await session.execute(_BY_WALL, {"hash": secret_hash, "now": now})
    return _read([StandingRow(*row) for row in rows], now)


async def asked_anew(session: AsyncSession, asker: Asker, now: datetime) -> Asker | None:
    """Give the asker with keys and duties of now; None once their sign-in has ended, or their keys have."""
    if asker.sign_in is None:
        return None
    rows = await session.execute(_BY_ID, {"id": asker.sign_in, "now": now})
    found = _read([StandingRow(*row) for row in rows], max(now, asker.at))
    return replace(found[0], beside=asker.beside) if found else None


def _read(rows: list[StandingRow], at: datetime) -> tuple[Asker, datetime] | None:
    signed_in = next((row for row in rows if row.kind == SIGNED_IN), None)
    now = now_of((row for row in rows if row is not signed_in), at)
    if signed_in is None or signed_in.officer not in now or signed_in.starts is None:
        return None
    return _asker(signed_in.officer, signed_in.agency, now[signed_in.officer], at), signed_in.starts


def _asker(officer: UUID, sign_in: UUID | None, now: OfficerNow, at: datetime) -> Asker:
    return Asker(officer, now.agency, now.keys.held, at, now.duties, sign_in)
