"""The addresses under which officers sign in, confirm, and come by invitation; part of the one URL map."""

from starlette.routing import BaseRoute

from models.agencies import Duty
from ops.web import confirm_pages, invitation_pages, own_sign_ins, passkey_calls, sign_in_pages, tokens
from ops.web.policy import ANYONE, ENROLLING, SIGNED_IN, duty, get, post


def signing_in() -> list[BaseRoute]:
    """Give the routes of signing in, of one's own sign-ins, of lost phones, and of invitations."""
    administrator = duty(Duty.ADMINISTRATOR)
    return [
        get("/sign-in", sign_in_pages.form, ANYONE),
        post("/sign-in", sign_in_pages.enter, ANYONE),
        get("/sign-in/code", sign_in_pages.code_form, ANYONE),
        post("/sign-in/code", sign_in_pages.enter_code, ANYONE),
        post("/sign-in/challenge", passkey_calls.to_sign_in, ANYONE),
        post("/sign-in/passkey", sign_in_pages.enter_by_passkey, ANYONE),
        post("/sign-out", sign_in_pages.leave, ENROLLING),
        get("/confirm", confirm_pages.form, ENROLLING),
        post("/confirm", confirm_pages.confirm, ENROLLING),
        post("/confirm/challenge", passkey_calls.to_confirm, ENROLLING),
        get("/sign-ins", own_sign_ins.mine, ENROLLING),
        post("/sign-ins/others/end", own_sign_ins.end_others, ENROLLING),
        post("/sign-ins/{ref}/end", own_sign_ins.end, ENROLLING),
        post("/sign-ins/passkeys/challenge", passkey_calls.to_enrol, ENROLLING),
        post("/sign-ins/passkeys", own_sign_ins.add_passkey, ENROLLING),
        post("/sign-ins/passkeys/{ref}/name", own_sign_ins.rename, ENROLLING),
        post("/sign-ins/passkeys/{ref}/remove", own_sign_ins.drop_passkey, ENROLLING),
        post("/sign-ins/code-app", own_sign_ins.start_app, ENROLLING),
        get("/sign-ins/code-app", own_sign_ins.app, ENROLLING),
        post("/sign-ins/code-app/confirm", own_sign_ins.confirm_app, ENROLLING),
        post("/sign-ins/code-app/remove", own_sign_ins.drop_app, ENROLLING),
        post("/sign-ins/recovery-codes", own_sign_ins.new_codes, ENROLLING),
        post("/sign-ins/tokens", tokens.make_own, SIGNED_IN),
        post("/sign-ins/tokens/{ref}/revoke", tokens.revoke_own, SIGNED_IN),
        get("/lost-phones", own_sign_ins.lost, SIGNED_IN),
        post("/officers/{ref}/sign-ins/end", own_sign_ins.end_all, SIGNED_IN),
        get("/invitations/open", invitation_pages.arrive, ANYONE),
        post("/invitations/open", invitation_pages.take_code, ANYONE),
        get("/invitations/accept", invitation_pages.welcome, ANYONE),
        post("/invitations/accept", invitation_pages.accept, ANYONE),
        post("/invitations/challenge", passkey_calls.to_accept, ANYONE),
        post("/invitations/passkey", invitation_pages.accept_by_passkey, ANYONE),
        get("/invitations", invitation_pages.officers, administrator),
        post("/invitations", invitation_pages.invite, administrator),
        post("/invitations/{ref}/withdraw", invitation_pages.withdraw, administrator),
        post("/officers/{ref}/invitation", invitation_pages.invite_again, administrator),
        post("/officers/{ref}/sign-in/reset", invitation_pages.reset, administrator),
    ]
