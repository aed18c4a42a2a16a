"""An invitation taken up with a passkey and no password: the link, a finger, and the officer is in."""

from models.audit import Act, AuditRow
from models.sign_ins import ChallengeUse, Credential, Factor
from ops.actions.challenges import RelyingParty, new_challenge
from ops.actions.invitations import guest_of, use_up
from ops.actions.opening import letting_in, open_sign_in
from ops.actions.passkeys import file_passkey, made_by_device, question_to_enrol
from ops.transaction import Desk


async def ask_guest_to_enrol(desk: Desk, token: str, browser: str, us: RelyingParty) -> str:
    """Give the options for a guest's passkey, as JSON for the browser. Raises Conflict for a link that is closed."""
    guest = await guest_of(desk, token)
    challenge = await new_challenge(desk, ChallengeUse.ENROL, browser)
    return question_to_enrol(guest.officer, guest.email, (), us, challenge)


async def accept_with_passkey(
    desk: Desk, token: str, browser: str, us: RelyingParty, name: str, answer: str, device: str
) -> str:
    """Take the guest's passkey and sign them in; the link is used up. Gives the cookie's secret.

    They have no password then, so no recovery codes either: those stand in for a second factor only. Raises Invalid
    for an answer that does not count (the link stays open), Conflict for a link that is closed.
    """
    guest = await guest_of(desk, token)
    new = await made_by_device(desk, browser, us, name, answer)
    whose, now = guest.officer, desk.clock.now()
    async with letting_in(desk) as session:
        await use_up(session, token, guest, now)
        passkey = await file_passkey(session, whose.id, new, now)
        (await session.get_one(Credential, whose.id)).changed_at = now
        added, references = Act.PASSKEY_ADDED, [passkey.reference]
        session.add(AuditRow(at=now, act=added, officer_id=whose.id, agency_id=whose.agency_id, references=references))
        return await open_sign_in(session, whose.id, Factor.PASSKEY, device, now)
