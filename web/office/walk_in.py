"""Helping somebody who came in person: look them up, begin an application for them, print what they take home."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.applications.continuing import CONTINUATION_REFUSALS, Chosen, continue_certificate
from engine.applications.drafts import start_draft
from engine.case import access_log
from engine.case.access_log import Look
from engine.case.look_reasons import reason_given
from engine.packages.groups import CASHIER, FRONT_OFFICE
from engine.queries.office.counter import (
    counter_drafts,
    counter_offices,
    filed_at_counter,
    find_people,
    looked_up,
    person_at_counter,
    represented_at_counter,
)
from engine.queries.office.offered import offered_services
from engine.queries.shared.held import held_by
from engine.words import ContinuationKind
from web.access import access
from web.asking_why import counter_search, question, take_reason
from web.context import house, note_case, note_listed, note_people, now, reading, transaction
from web.errors import sentence
from web.intake import whole_number
from web.office import blueprint
from web.office.tokens import Shown, has_shown, looked_up_of, person_of, token_for
from web.office.walk_in_contacts import new_seed
from web.office.walk_in_presence import found_page, may_be_shown


@blueprint.get("/office/walk-in", endpoint="walk_in")
@access(groups=(FRONT_OFFICE,))
def show_walk_in() -> ResponseReturnValue:
    """Who is it? By telephone or identity number; and the applications that were begun here and not sent."""
    return _look_up(request.args.get("q", ""), {})


@blueprint.post("/office/walk-in", endpoint="walk_in_further")
@access(groups=(FRONT_OFFICE,))
def look_further() -> ResponseReturnValue:
    """Keeps the reason for looking somebody up, and goes on with it: to the only one who is found, to registering
    where there is nobody, else to the list. Only looking needs no reason."""
    typed = request.form.get("q", "")
    if "_look" in request.form:
        return redirect(url_for("office.walk_in", q=typed), code=303)
    if errors := take_reason(counter_search(typed)):
        return _look_up(typed, errors), 422
    return redirect(_whom(typed) or url_for("office.walk_in", q=typed), code=303)


def _whom(typed: str) -> str | None:
    """The page of the only person with this number, who is looked up with the reason that was just given; that for
    registering somebody where nobody has it."""
    with transaction() as (session, actor):
        reason = reason_given(session, actor, counter_search(typed), now=now())
        people = find_people(session, actor, typed, reason_id=reason).people
        if not people and typed.strip():
            return url_for("office.walk_in_register", q=typed)
        if reason is None or len(people) != 1:
            return None
        look = Look("looked_up", reason_id=reason)
        access_log.note_people(session, actor, [people[0].id], look, now=now())
        return url_for("office.walk_in_person", token=token_for(actor, people[0].id, Shown.NOTHING))


def _look_up(typed: str, errors: dict[str, str]) -> str:
    asked = counter_search(typed)
    with reading() as (session, actor):
        reason = reason_given(session, actor, asked, now=now())
        found = find_people(session, actor, typed, reason_id=reason)
        people = [(person, token_for(actor, person.id, Shown.NOTHING)) for person in found.people]
        drafts = counter_drafts(session, house(), actor)
    note_people([person.id for person in found.people], "looked_up", reason_id=reason)
    note_listed(actor, [draft.key for draft in drafts], page="list_of_drafts")
    return render_template(
        "office/walk_in.html",
        typed=typed,
        people=people,
        asks_reason=found.asks_reason,
        drafts=drafts,
        question=question(asked, errors),
    )


@blueprint.get("/office/walk-in/<token>", endpoint="walk_in_person")
@access(groups=(FRONT_OFFICE,))
def show_person(token: str) -> ResponseReturnValue:
    """Whoever has shown that the account is theirs, and what they can apply for here; before, how they show it."""
    if not may_be_shown(token):
        return redirect(url_for("office.walk_in"), code=303)
    with reading() as (session, actor):
        shown, person = has_shown(actor, token), looked_up(session, actor, looked_up_of(actor, token))
    if shown != Shown.NOTHING:
        return _person_page(token, {})
    return redirect(url_for("office.walk_in_business", token=token)) if person.is_business else found_page(token, {})


@blueprint.post("/office/walk-in/<token>", endpoint="walk_in_start")
@access(groups=(FRONT_OFFICE,))
def start(token: str) -> ResponseReturnValue:
    """Begins an application for the person; doing it twice opens the same one."""
    service, office = request.form.get("service", ""), whole_number(request.form.get("office", ""))
    if not service or office is None:
        return _person_page(token, {"service": gettext("Choose a service.")}), 422
    with transaction() as (session, actor):
        key = start_draft(session, house(), actor, service, office, applicant_id=person_of(actor, token), now=now())
    return redirect(url_for("office.walk_in_form", key=key), code=303)


@blueprint.post("/office/walk-in/<token>/certificate", endpoint="walk_in_continue")
@access(groups=(FRONT_OFFICE,))
def start_from_certificate(token: str) -> ResponseReturnValue:
    """Begins an application that renews or changes the certificate whose paper the person shows."""
    kind, office = request.form.get("kind", ""), whole_number(request.form.get("office", ""))
    if kind not in tuple(ContinuationKind) or office is None:
        return _person_page(token, {"kind": gettext("Choose whether it is renewed or changed.")}), 422
    chosen = Chosen(request.form.get("number", ""), ContinuationKind(kind), office)
    try:
        with transaction() as (session, actor):
            person = person_of(actor, token)
            key = continue_certificate(session, house(), actor, chosen, applicant_id=person, now=now())
    except CONTINUATION_REFUSALS as refusal:
        return _person_page(token, {"number": sentence(refusal)}), 422
    return redirect(url_for("office.walk_in_form", key=key), code=303)


@blueprint.get("/office/walk-in/filed/<key>", endpoint="walk_in_done")
@access(groups=(FRONT_OFFICE,))
def show_filed(key: str) -> ResponseReturnValue:
    """The application was sent: the numbers, the promised day, and what to do next at the counter."""
    with reading() as (session, actor):
        filed = filed_at_counter(session, house(), actor, key, now=now())
        takes_cash = actor.acts_for(CASHIER, filed.office_id)
    note_case(filed.reference)
    return render_template("office/filed.html", filed=filed, takes_cash=takes_cash)


def _person_page(token: str, errors: dict[str, str]) -> str:
    with reading() as (session, actor):
        person = person_at_counter(session, person_of(actor, token), now=now())
        offices = counter_offices(session, actor)
        chosen = _chosen(request.values.get("office", ""), [office.id for office in offices])
        services = offered_services(session, house(), chosen, now=now()) if chosen else ()
        has_paper = has_shown(actor, token) == Shown.PAPER
        held = held_by(session, house(), person.id, now=now())
        representatives = represented_at_counter(session, person)
    note_people([person.id], "counter")
    return render_template(
        "office/person.html",
        person=person,
        token=token,
        offices=offices,
        chosen=chosen,
        services=services,
        held=held,
        representatives=representatives,
        has_paper=has_paper,
        seed=new_seed(),
        typed=request.form,
        errors=errors,
    )


def _chosen(asked: str, offices: list[int]) -> int | None:
    """The office that was asked for when the officer serves there, else the first of theirs."""
    wanted = whole_number(asked)
    return wanted if wanted in offices else next(iter(offices), None)
