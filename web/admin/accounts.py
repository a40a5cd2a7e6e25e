"""Accounts: who works in the offices, and the switch that disables an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.case.look_reasons import reason_given
from engine.khmer import Bilingual
from engine.offices import disabling
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin import accounts as queries
from engine.queries.admin import factors
from engine.queries.admin.invitations import InvitationLine, invitation_lines
from engine.queries.admin.officers import officer
from engine.queries.admin.staff import past_of
from engine.queries.shared.pages import Page
from engine.reasons import LONGEST
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.asking_why import account_search, question, take_reason
from web.context import note_people, now, reading, today, transaction
from web.exports import FORMATS, paged_answer, table_answer
from web.labels import group_label
from web.wording import in_language

LONGEST_LOGIN = 200


@blueprint.get("/accounts", endpoint="accounts")
@access(groups=(ADMINISTRATOR,))
def show_accounts() -> ResponseReturnValue:
    """Everybody who works in an office, and who is invited; whoever is looked for by telephone or e-mail is shown at
    once, several who share it in a list. ``?as`` is a file of the people of the offices, with ``?list=invitations`` of
    who is invited, with ``?list=factors`` of the lost second factors that wait for a second administrator."""
    if end := choice("as", FORMATS):
        return _LISTS.get(request.args.get("list", ""), _people_file)(end)
    login = request.args.get("login", "").strip()[:LONGEST_LOGIN]
    with reading() as (session, actor):
        found = queries.accounts_called(session, actor, login, today=today(), now=now()) if login else ()
        lines = queries.account_lines(session, actor, page=request.args.get("page", 1, type=int), today=today())
        open_ones = invitation_lines(session, actor, now=now())
        proposals = factors.proposals(session, actor) if _is_of_all(actor) else ()
    if len(found) == 1:
        return redirect(url_for("admin.account", person_id=found[0].id), code=303)
    errors = {"login": gettext("No account has this telephone number or e-mail.")} if login and not found else {}
    return render_template(
        "admin/accounts.html",
        lines=lines,
        found=found,
        invitations=open_ones,
        proposals=proposals,
        login=login,
        errors=errors,
        group_label=group_label,
    ), 404 if errors else 200


def _people_file(end: str) -> ResponseReturnValue:
    heads = [gettext("Name"), gettext("Groups"), gettext("Account")]
    return paged_answer("one-window-people", end, heads, _read_people, _person_row)


def _read_people(number: int, size: int) -> Page[queries.AccountLine]:
    with reading() as (session, actor):
        return queries.account_lines(session, actor, page=number, size=size, today=today())


def _person_row(line: queries.AccountLine) -> Sequence[object]:
    state = gettext("Disabled") if line.is_disabled else gettext("May sign in")
    return [in_language(line.name), _posts(line.groups), state]


def _invitations_file(end: str) -> ResponseReturnValue:
    with reading() as (session, actor):
        lines = invitation_lines(session, actor, now=now())
    return table_answer("one-window-invitations", end, _invitation_rows(lines))


def _invitation_rows(lines: Sequence[InvitationLine]) -> Iterator[Sequence[object]]:
    yield [gettext("Name"), gettext("Phone number or e-mail"), gettext("Groups"), gettext("Until"), gettext("State")]
    for line in lines:
        state = gettext("Over") if line.is_over else gettext("Open")
        yield [in_language(line.name), line.contact, _posts(line.groups), line.ends_at.isoformat(), state]


def _factors_file(end: str) -> ResponseReturnValue:
    with reading() as (session, actor):
        lines = factors.proposals(session, actor)
    return table_answer("one-window-lost-factors", end, _factor_rows(lines))


def _factor_rows(lines: Sequence[factors.Proposal]) -> Iterator[Sequence[object]]:
    yield [gettext("Name"), gettext("Reason"), gettext("Proposed by"), gettext("Proposed on")]
    for line in lines:
        yield [in_language(line.name), line.reason, in_language(line.by), line.at.isoformat()]


_LISTS: Final[Mapping[str, Callable[[str], ResponseReturnValue]]] = {
    "invitations": _invitations_file,
    "factors": _factors_file,
}
"""The lists of the page beside that of the people."""


def _posts(groups: Sequence[tuple[str, Bilingual | None]]) -> str:
    named = (
        (group_label(group), in_language(office) if office else gettext("every office")) for group, office in groups
    )
    return "; ".join(f"{group}, {office}" for group, office in named)


@blueprint.get("/accounts/<int:person_id>", endpoint="account")
@access(groups=(ADMINISTRATOR,))
def show_account(person_id: int, errors: Mapping[str, str] | None = None) -> ResponseReturnValue:
    """What one person may do where, whether they may sign in, and by which factors; of somebody who works in no office
    with a reason."""
    return _account_page(person_id, errors or {}), 422 if errors else 200


@blueprint.post("/accounts/<int:person_id>", endpoint="account_further")
@access(groups=(ADMINISTRATOR,))
def open_account(person_id: int) -> ResponseReturnValue:
    """Keeps the reason for opening the account of an applicant, and opens it."""
    with reading() as (session, actor):
        queries.account(session, actor, person_id, today=today())
    if errors := take_reason(account_search(person_id)):
        return _account_page(person_id, errors), 422
    return redirect(url_for("admin.account", person_id=person_id), code=303)


def _account_page(person_id: int, errors: Mapping[str, str]) -> str:
    asked = account_search(person_id)
    with reading() as (session, actor):
        found = queries.account(session, actor, person_id, today=today())
        reason = None if found.is_officer else reason_given(session, actor, asked, now=now())
        works = officer(session, actor, person_id, today=today())
        past = past_of(session, actor, person_id, today=today())
        open_ones = invitation_lines(session, actor, person_id=person_id, now=now())
        held = factors.factors_of(session, actor, person_id) if _is_of_all(actor) else None
    if reason is None and not found.is_officer and not found.is_mine:
        return render_template("admin/account_why.html", person_id=person_id, question=question(asked, errors))
    note_people([person_id], "account", reason_id=reason)
    return render_template(
        "admin/account.html",
        account=found,
        officer=works,
        past=past,
        invitations=open_ones,
        factors=held,
        group_label=group_label,
        errors=errors,
    )


@blueprint.post("/accounts/<int:person_id>/disable", endpoint="account_disable")
@access(groups=(ADMINISTRATOR,))
def take_disabling(person_id: int) -> ResponseReturnValue:
    """Disables the account, once the administrator has read what follows and said yes."""
    if request.form.get("confirmed") != "yes":
        with reading() as (session, actor):
            found = queries.account(session, actor, person_id, today=today())
            asked = not found.is_officer and reason_given(session, actor, account_search(person_id), now=now()) is None
        if asked and not found.is_mine:
            return redirect(url_for("admin.account", person_id=person_id), code=303)
        return render_template("admin/account_disable.html", account=found)
    with transaction() as (session, actor):
        reason = request.form.get("reason", "")[:LONGEST]
        disabling.disable(session, actor, person_id, reason=reason, today=today(), now=now())
    flash(gettext("The account is disabled. Nobody signs in to it any more."), "success")
    return redirect(url_for("admin.account", person_id=person_id), code=303)


@blueprint.post("/accounts/<int:person_id>/enable", endpoint="account_enable")
@access(groups=(ADMINISTRATOR,))
def take_enabling(person_id: int) -> ResponseReturnValue:
    """Enables it again."""
    with transaction() as (session, actor):
        disabling.enable(session, actor, person_id, now=now())
    flash(gettext("The account is enabled. The person signs in with the password they had."), "success")
    return redirect(url_for("admin.account", person_id=person_id), code=303)


def _is_of_all(actor: Actor) -> bool:
    return actor.acts_for(ADMINISTRATOR, None)
