"""An agency's officers and how each of them comes to sign in, for its administrator."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.sign_ins import Credential, Invitation, Passkey
from ops.access.asker import Asker


@dataclass(frozen=True, slots=True)
class OwnOfficer:
    """An officer of one's own agency: whether they can sign in, and the link that waits for them, if any."""

    reference: str
    name: str
    email: str
    signs_in: bool
    me: bool
    invitation: str
    open_until: datetime | None


async def own_officers(session: AsyncSession, asker: Asker) -> list[OwnOfficer]:
    """List the active officers of the asker's agency by name."""
    has_passkey = exists().where(col(Passkey.officer_id) == col(Officer.id), col(Passkey.ended_at).is_(None))
    rows = await session.execute(
        select(
            Officer,
            col(Credential.email),
            col(Invitation.reference),
            col(Invitation.expires_at),
            or_(col(Credential.password_hash).is_not(None), has_passkey),
        )
        .outerjoin(Credential, col(Credential.officer_id) == col(Officer.id))
        .outerjoin(
            Invitation,
            and_(
                col(Invitation.officer_id) == col(Officer.id),
                col(Invitation.used_at).is_(None),
                col(Invitation.ended_at).is_(None),
                col(Invitation.expires_at) > asker.at,
            ),
        )
        .where(col(Officer.agency_id) == asker.agency, col(Officer.active))
        .order_by(col(Officer.name), col(Officer.id))
    )
    return [
        OwnOfficer(
            officer.reference,
            officer.name,
            email or "",
            bool(signs_in),
            officer.id == asker.officer,
            invitation or "",
            open_until,
        )
        for officer, email, invitation, open_until, signs_in in rows
    ]
