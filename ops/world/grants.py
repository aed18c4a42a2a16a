"""Grants: who was given what on a thing, on which basis and until when."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from live.audience import Level
from live.event import Touch
from models.agencies import Officer
from models.grants import Grant
from ops.transaction import Fact
from ops.world.names import PrincipalName
from ops.world.reading import UnknownName
from ops.world.scene import Filed, Principal, Scene
from ops.world.written import Access

LEVELS = {
    "discover": Level.DISCOVER,
    "read": Level.READ,
    "contribute": Level.CONTRIBUTE,
    "manage": Level.MANAGE,
}
OWN_RIGHT = "Own right of the agency that made it"


def own(to: str) -> Access:
    """Give the right of those who made a thing: a grant like any other, so that there is always one to show."""
    return Access(to=[PrincipalName(to)], level="manage")


def give_all(scene: Scene, thing: Filed, given: Iterable[Access], at: datetime, by: Officer) -> list[Grant]:
    """Give access as written. Gives back the grants that came with the thing, for the fact that it was made.

    Access for which the file says a later moment is a fact of its own.
    """
    with_it: list[Grant] = []
    for access in given:
        when = at if access.at is None else scene.calendar.at(access.at)
        officer = scene.officer(access.by) if access.by else by
        grants = [_grant(scene, thing, access, written, when, officer) for written in access.to]
        scene.ledger.file(*grants)
        if when == at:
            with_it.extend(grants)
        else:
            _record(scene, thing, Fact.ACCESS_GIVEN, when, officer, grants, "position")
        if access.ended is not None:
            _revoke(scene, thing, access, scene.calendar.at(access.ended), officer, grants)
    return with_it


def _revoke(scene: Scene, thing: Filed, access: Access, at: datetime, by: Officer, grants: list[Grant]) -> None:
    for grant in grants:
        grant.revoked_at, grant.revoked_by, grant.revoked_why = at, by.id, access.ended_why
    _record(scene, thing, Fact.ACCESS_REVOKED, at, by, grants, "revoked_position")


def _record(scene: Scene, thing: Filed, fact: Fact, at: datetime, by: Officer, grants: list[Grant], stamp: str) -> None:
    subject, topics = thing.resource.id, thing.topics
    scene.ledger.record(at, fact, subject, topics, by.id, *grants, touches=Touch.ACCESS, stamp=stamp)


def _grant(scene: Scene, thing: Filed, access: Access, written: str, at: datetime, by: Officer) -> Grant:
    principal = scene.principal(written)
    grant = Grant(
        resource_id=thing.resource.id,
        principal=principal.key,
        grantee_agency_id=principal.agency,
        level=int(LEVELS[access.level]),
        starts=at,
        reason=access.because,
        granted_by=by.id,
        granted_at=at,
    )
    if principal.agency == thing.resource.owner_agency_id:
        grant.reason = access.because or OWN_RIGHT
    else:
        _rest_on_basis(scene, grant, access, written, principal)
    return grant


def _rest_on_basis(scene: Scene, grant: Grant, access: Access, written: str, principal: Principal) -> None:
    if not access.basis:
        raise UnknownName("basis for giving access to", written)
    basis = scene.basis(access.basis)
    signed = scene.signed(basis.agreement)
    if scene.code_of(principal.agency) not in signed.parties:
        raise UnknownName(f"signature under '{signed.agreement.name}' of", written)
    grant.purpose, grant.lawful_basis = basis.purpose, basis.lawful_basis
    grant.agreement_id = signed.agreement.id
    grant.necessity = access.because or basis.necessity
    grant.ends = (
        scene.planned(written.partition("@")[2]).over
        if basis.lasts == "operation"
        else grant.starts + timedelta(days=basis.lasts)
    )
