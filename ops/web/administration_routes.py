"""The addresses under which agencies and the platform are administered; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from ops.web import agency, agreements, hand_overs, platform, removals, review, tokens
from ops.web.policy import SIGNED_IN, door, duty, get, post

ADMINISTRATOR = duty(Duty.ADMINISTRATOR)
MAKERS = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
LEAD = duty(Duty.LEAD)
SIGNERS = duty(Duty.INFORMATION_MANAGER, Duty.LEAD)
PARTIES = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER, Duty.LEAD)
OPERATOR = duty(Duty.PLATFORM_OPERATOR)


def administration() -> list[BaseRoute]:
    """Give the routes of administrators, leads, information managers and the platform operator."""
    return [*_agency(), *_agreements(), *_platform(), *_taking_back(), *_hand_overs()]


def _agency() -> list[BaseRoute]:
    officer, team = "/agency/officers/{ref}", "/agency/teams/{ref}"
    return [
        get("/agency", agency.home, ADMINISTRATOR),
        post("/agency/teams", agency.new_team, ADMINISTRATOR),
        get(team, agency.team, ADMINISTRATOR),
        post(team, agency.revise, ADMINISTRATOR),
        post(f"{team}/closure", agency.close, ADMINISTRATOR),
        post("/agency/officers", agency.new_officer, ADMINISTRATOR),
        get(officer, agency.officer, ADMINISTRATOR),
        post(officer, agency.revise_one, ADMINISTRATOR),
        post(f"{officer}/teams", agency.join, ADMINISTRATOR),
        post(f"{officer}/teams/leave", agency.quit_team, ADMINISTRATOR),
        post(f"{officer}/duties", agency.give, ADMINISTRATOR),
        post(f"{officer}/duties/end", agency.take, ADMINISTRATOR),
        post(f"{officer}/suspension", agency.suspend, ADMINISTRATOR),
        post(f"{officer}/reinstatement", agency.reinstate, ADMINISTRATOR),
        post(f"{officer}/departure", agency.depart, ADMINISTRATOR),
        post("/agency/accounts", agency.new_account, ADMINISTRATOR),
        post("/agency/accounts/{ref}/end", agency.end_account, ADMINISTRATOR),
        get("/agency/accounts/{ref}", tokens.account, ADMINISTRATOR),
        post("/agency/accounts/{ref}/tokens", tokens.make_for_account, ADMINISTRATOR),
        post("/agency/tokens/{ref}/revoke", tokens.revoke_of_account, ADMINISTRATOR),
        get("/agency/unmanaged", agency.without_manager, ADMINISTRATOR),
        post("/agency/unmanaged/{ref}", agency.appoint, ADMINISTRATOR),
    ]


def _platform() -> list[BaseRoute]:
    one = "/platform/agencies/{ref}"
    return [
        get("/platform", platform.home, OPERATOR),
        post("/platform/agencies", platform.new_agency, OPERATOR),
        post(f"{one}/invitation", platform.invite, OPERATOR),
        post(f"{one}/suspension", platform.suspend, OPERATOR),
        post(f"{one}/reopening", platform.reopen, OPERATOR),
        post(f"{one}/closure", platform.close, OPERATOR),
    ]


def _agreements() -> list[BaseRoute]:
    return [
        get("/agreements", agreements.agreements, PARTIES),
        post("/agreements", agreements.make, MAKERS),
        get("/agreements/{ref}", agreements.agreement, PARTIES),
        post("/agreements/{ref}/signature", agreements.sign, SIGNERS),
        post("/agreements/{ref}/departure", agreements.leave, SIGNERS),
    ]


def _taking_back() -> list[BaseRoute]:
    return [
        get("/removals", removals.removals, SIGNED_IN),
        post("/removals", removals.remove, SIGNED_IN),
        get("/agency/review", review.review, LEAD),
        post("/grants/{ref}/renewal", review.renew, LEAD),
    ]


def _hand_overs() -> list[BaseRoute]:
    manager = door("case", Level.MANAGE)
    return [
        get("/cases/{ref}/hand-over", hand_overs.offering, manager),
        post("/cases/{ref}/hand-over", hand_overs.offer, manager),
        post("/cases/{ref}/hand-over/withdrawal", hand_overs.withdraw, manager),
        get("/hand-overs/{ref}", hand_overs.offered, LEAD),
        post("/hand-overs/{ref}/acceptance", hand_overs.accept, LEAD),
        post("/hand-overs/{ref}/refusal", hand_overs.decline, LEAD),
    ]
