"""The app that shows six numbers: added, proved with its first code, judged, and removed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from uuid import UUID

import pyotp
import segno
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.audit import Act
from models.sign_ins import CodeApp, Credential
from ops.access.asker import Asker
from ops.actions.factors import factors_of
from ops.actions.freshness import must_be_fresh
from ops.actions.recovery_codes import end_recovery_codes, new_recovery_codes
from ops.errors import Conflict, Invalid
from ops.transaction import Desk

STEP = 30  # seconds that one code is shown
STEPS_OFF = 1  # a phone's clock may be wrong by so many steps, either way
TO_GIVE_BACK = timedelta(minutes=15)  # from seeing the picture to typing the first code
WRONG_CODE = "This code is not right, or was used already. Wait for the next one and type its 6 numbers."


@dataclass(frozen=True, slots=True)
class NewCodeApp:
    """What the officer's app needs: a picture to scan (SVG), and the same in letters."""

    picture: str
    secret: str


async def start_code_app(desk: Desk, asker: Asker) -> None:
    """Make a secret for an app; it counts for nothing until its first code comes back."""
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        await work.session.execute(
            delete(CodeApp).where(col(CodeApp.officer_id) == asker.officer, col(CodeApp.confirmed_at).is_(None))
        )
        if (await factors_of(work.session, asker.officer)).code_apps:
            raise Conflict("You have a code app already. Remove it first.")
        work.add(CodeApp(officer_id=asker.officer, secret=pyotp.random_base32(), made_at=work.asker.at))


async def waiting_code_app(desk: Desk, asker: Asker) -> NewCodeApp | None:
    """Give what was made and not proved yet, to its own officer; None when there is none, or it waited too long."""
    async with desk.database.reading() as session:
        app = await _waiting(session, asker.officer, asker.at)
        credential = await session.get(Credential, asker.officer)
    if app is None:
        return None
    address = pyotp.TOTP(
        app.secret, name=credential.email if credential else None, issuer="Tallyboard"
    ).provisioning_uri()
    picture = segno.make(address, error="m").svg_inline(
        border=4, dark="#000", light="#fff", svgclass=None, lineclass=None, omitsize=True
    )
    return NewCodeApp(picture, " ".join(app.secret[n : n + 4] for n in range(0, len(app.secret), 4)))


async def confirm_code_app(desk: Desk, asker: Asker, code: str) -> list[str]:
    """Take the app's first code; from now on a password alone signs nobody in. Gives new recovery codes, if first."""
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        app = await _waiting(work.session, asker.officer, work.asker.at)
        if app is None:
            raise Conflict("This took too long. Start again with a new picture.")
        step = _step_of(app, code, work.asker.at)
        if step is None:
            raise Invalid({"code": WRONG_CODE})
        first = not (await factors_of(work.session, asker.officer)).recovery_codes
        app.confirmed_at, app.last_step = work.asker.at, step
        work.audit(Act.CODE_APP_ADDED)
        return new_recovery_codes(work) if first else []


async def remove_code_app(desk: Desk, asker: Asker) -> None:
    """Stop taking the app's codes."""
    async with desk.work(asker, changes_access=True) as work:
        await must_be_fresh(work)
        removed = await work.session.execute(
            update(CodeApp)
            .where(col(CodeApp.officer_id) == asker.officer, col(CodeApp.ended_at).is_(None))
            .values(ended_at=work.asker.at)
            .returning(col(CodeApp.id))
        )
        if removed.first() is None:
            raise Conflict("There is no code app to remove.")
        if not (await factors_of(work.session, asker.officer)).second:
            await end_recovery_codes(work)
        work.audit(Act.CODE_APP_REMOVED)


async def takes_code(session: AsyncSession, officer: UUID, code: str, now: datetime) -> bool:
    """Judge a code and use it up: of two that come at once, one counts."""
    apps = await session.execute(
        select(CodeApp).where(
            col(CodeApp.officer_id) == officer, col(CodeApp.confirmed_at).is_not(None), col(CodeApp.ended_at).is_(None)
        )
    )
    for app in apps.scalars():
        step = _step_of(app, code, now)
        if step is not None:
            used = await session.execute(
                update(CodeApp)
                .where(col(CodeApp.id) == app.id, col(CodeApp.last_step) < step)
                .values(last_step=step)
                .returning(col(CodeApp.id))
                .execution_options(synchronize_session=False)
            )
            return used.first() is not None
    return False


def _step_of(app: CodeApp, code: str, now: datetime) -> int | None:
    """Give the step that the code belongs to, unless it or a later one was used."""
    typed, present = "".join(code.split()).encode(), int(now.timestamp()) // STEP
    for step in range(present - STEPS_OFF, present + STEPS_OFF + 1):
        if step > app.last_step and compare_digest(pyotp.TOTP(app.secret).generate_otp(step).encode(), typed):
            return step
    return None


async def _waiting(session: AsyncSession, officer: UUID, now: datetime) -> CodeApp | None:
    found = await session.execute(
        select(CodeApp).where(
            col(CodeApp.officer_id) == officer,
            col(CodeApp.confirmed_at).is_(None),
            col(CodeApp.ended_at).is_(None),
            col(CodeApp.made_at) > now - TO_GIVE_BACK,
        )
    )
    return found.scalars().first()
