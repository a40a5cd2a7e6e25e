"""Officers: invited, put into groups and taken out of them, and let set a new password by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import AccountsKnown, BadAnswers, DaysContradict, NoSuchGroup, NoSuchOffice, Refused
from engine.errors.offices import OfficeClosed
from engine.khmer import tidy
from engine.offices import invitations
from engine.offices.invitations import Post, Sent
from engine.offices.inviting import Invited, give, invite, wrong_in
from engine.offices.resetting import allow_new_password
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin import accounts as queries
from engine.queries.admin.officers import officer, posts
from web.access import access
from web.admin import blueprint
from web.admin.days import NO_DAY, day_parts, typed_day
from web.citizen.problems import said
from web.context import current_language, house, now, reading, settings, today, transaction
from web.errors import sentence, status_of
from web.labels import group_label

FIELDS = ("name_km", "name_latin", "contact", "language", "group", "office", "why")
LONGEST = 200
EVERYWHERE = "everywhere"


@blueprint.get("/accounts/invite", endpoint="invite")
@access(groups=(ADMINISTRATOR,))
def show_inviting(
    errors: dict[str, str] | None = None, status: int = 422, *, is_known: bool = False
) -> ResponseReturnValue:
    """The form for an officer who has no account here."""
    with reading() as (session, actor):
        choice = posts(session, house(), actor, now=now())
        known = queries.accounts_called(session, actor, _typed("contact"), today=today(), now=now()) if is_known else ()
    values = {name: _typed(name) for name in FIELDS} | {name: day_parts(name) for name in ("from", "to")}
    values["office"] = values["office"] or request.args.get("office", "")[:LONGEST]
    values["language"] = values["language"] or current_language()
    page = render_template(
        "admin/invite.html", choice=choice, values=values, known=known, errors=errors or {}, group_label=group_label
    )
    return page, status if errors else 200


@blueprint.post("/accounts/invite", endpoint="invite_post")
@access(groups=(ADMINISTRATOR,))
def take_inviting() -> ResponseReturnValue:
    """Makes the account, which counts for nothing yet, and sends the invitation."""
    is_new = request.form.get("somebody_new") == "yes"
    km, latin, contact = (_typed(name) for name in ("name_km", "name_latin", "contact"))
    invited = Invited(km, latin, contact, _typed("language"), is_new=is_new)
    try:
        post = _post(wrong_in(invited))
        with transaction() as (session, actor):
            sent = invite(session, house(), actor, invited, post, today=today(), now=now())
    except BadAnswers as refusal:
        return show_inviting(said(refusal.errors))
    except (AccountsKnown, DaysContradict, NoSuchGroup, NoSuchOffice, OfficeClosed) as refusal:
        is_known = isinstance(refusal, AccountsKnown)
        return show_inviting({_field(refusal): sentence(refusal)}, status_of(refusal), is_known=is_known)
    _say_sent(sent)
    return redirect(url_for("admin.account", person_id=sent.person_id), code=303)


@blueprint.post("/accounts/<int:person_id>/groups", endpoint="account_groups")
@access(groups=(ADMINISTRATOR,))
def take_group(person_id: int) -> ResponseReturnValue:
    """Puts the person into a group, at once or once they have accepted."""
    if request.form.get("sent") != "yes":
        return _show_giving(person_id, {}, 200)
    try:
        post = _post()
        with transaction() as (session, actor):
            sent = give(session, house(), actor, person_id, post, today=today(), now=now())
    except BadAnswers as refusal:
        return _show_giving(person_id, said(refusal.errors), 422)
    except (DaysContradict, NoSuchGroup, NoSuchOffice, OfficeClosed) as refusal:
        return _show_giving(person_id, {_field(refusal): sentence(refusal)}, status_of(refusal))
    if sent is None:
        flash(gettext("The person belongs to the group."), "success")
    else:
        _say_sent(sent)
    return redirect(url_for("admin.account", person_id=person_id), code=303)


@blueprint.post("/accounts/<int:person_id>/new-password", endpoint="account_reset")
@access(groups=(ADMINISTRATOR,))
def take_reset(person_id: int) -> ResponseReturnValue:
    """Lets the officer set a new password, once the administrator has read what follows and said yes."""
    if request.form.get("confirmed") != "yes":
        with reading() as (session, actor):
            found = queries.account(session, actor, person_id, today=today())
            ways = officer(session, actor, person_id, today=today()).reset_by
        return render_template("admin/account_reset.html", account=found, ways=ways)
    with transaction() as (session, actor):
        sent = allow_new_password(session, house(), actor, person_id, _typed("via"), today=today(), now=now())
    _say_sent(sent, gettext("The link is on its way. It holds for three days."))
    return redirect(url_for("admin.account", person_id=person_id), code=303)


@blueprint.post("/invitations/<int:invitation_id>/again", endpoint="invitation_again")
@access(groups=(ADMINISTRATOR,))
def take_again(invitation_id: int) -> ResponseReturnValue:
    """Sends an invitation again; the link before opens nothing any more."""
    with transaction() as (session, actor):
        sent = invitations.send_again(session, house(), actor, invitation_id, now=now())
    _say_sent(
        sent, gettext("A new link is on its way. It holds for three days; the one before opens nothing any more.")
    )
    return redirect(url_for("admin.accounts"), code=303)


@blueprint.post("/invitations/<int:invitation_id>/revoke", endpoint="invitation_revoke")
@access(groups=(ADMINISTRATOR,))
def take_revoking(invitation_id: int) -> ResponseReturnValue:
    """Takes an invitation back."""
    with transaction() as (session, actor):
        invitations.revoke(session, actor, invitation_id, now=now())
    flash(gettext("The invitation is taken back. Its link opens nothing any more."), "success")
    return redirect(url_for("admin.accounts"), code=303)


def _show_giving(person_id: int, errors: dict[str, str], status: int) -> ResponseReturnValue:
    with reading() as (session, actor):
        found = queries.account(session, actor, person_id, today=today())
        choice = posts(session, house(), actor, now=now())
    values = {name: _typed(name) for name in FIELDS} | {name: day_parts(name) for name in ("from", "to")}
    page = render_template(
        "admin/group_give.html", account=found, choice=choice, values=values, errors=errors, group_label=group_label
    )
    return page, status


def _post(wrong_before: Mapping[str, object] = MappingProxyType({})) -> Post:
    """The group, the office and the days that were chosen; ``BadAnswers`` maps a field to what is wrong, with what was
    wrong before, so that all of a form is told at once."""
    wrong, office, days = dict(wrong_before), _typed("office"), {}
    if not _typed("group"):
        wrong["group"] = gettext("Choose a group.")
    if not office:
        wrong["office"] = gettext("Choose an office.")
    for name in ("from", "to"):
        days[name], is_wrong = typed_day(name)
        if is_wrong:
            wrong[name] = str(NO_DAY)
    if wrong:
        raise BadAnswers(wrong)
    code = None if office == EVERYWHERE else office
    return Post(_typed("group"), code, days["from"], days["to"], tidy(_typed("why")))


def _field(refusal: Refused) -> str:
    fields = {
        AccountsKnown: "contact",
        DaysContradict: "to",
        NoSuchGroup: "group",
        NoSuchOffice: "office",
        OfficeClosed: "office",
    }
    return fields[type(refusal)]


def _say_sent(sent: Sent, said: str = "") -> None:
    """That the message is on its way; in a demonstration, which sends nothing, what it says."""
    flash(said or gettext("The invitation is on its way. It holds for three days."), "success")
    if settings().demo and not house().messengers and sent.link:
        flash(gettext("Only in this demonstration: nothing is sent. The link is %(link)s", link=sent.link), "warning")


def _typed(name: str) -> str:
    return request.form.get(name, "").strip()[:LONGEST]
