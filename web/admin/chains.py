"""Chains of escalation: to whom a late case goes up, after how long, and from which day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import Refused
from engine.errors.chains import (
    ChainBeginsTooEarly,
    ChainContradicts,
    ChainEmpty,
    ChainKnown,
    ChainTimeMissing,
    ChainTimeTooLong,
)
from engine.offices import chains
from engine.offices.chains import NewChain, Step
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.chains import ChainShown, chains_set, offices_to_set
from engine.queries.shared.names import Names, read_names
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number
from engine.words import RaisedTo
from engine.working_time.terms import WorkingDays, WorkingHours
from web.access import access
from web.admin import blueprint
from web.admin.parameters import choice
from web.citizen.problems import said
from web.context import house, now, reading, today, transaction
from web.event_words import RAISED_TO
from web.exports import FORMATS, WHOLE, table_answer, whole
from web.wording import in_language

AT_ONCE: Final = "at_once"
UNITS: Final[Mapping[str, type[WorkingHours] | type[WorkingDays]]] = {"hours": WorkingHours, "days": WorkingDays}
_FIELD_OF: Final[Mapping[type[Refused], str]] = {
    ChainEmpty: "unit-head",
    ChainContradicts: "usual",
    ChainTimeMissing: "unit-head",
    ChainTimeTooLong: "unit-head",
    ChainBeginsTooEarly: "from",
    ChainKnown: "from",
}


@blueprint.get("/chains", endpoint="chains")
@access(groups=(ADMINISTRATOR,))
def show_chains() -> ResponseReturnValue:
    """All chains that were set, by whom, and a form for another; ``?as`` is a file."""
    end = choice("as", FORMATS)
    if not end:
        return _page({})
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = chains_set(session, names, actor, most=WHOLE + 1, today=today())
    return table_answer("one-window-chains", end, whole(_rows(found, names)))


def _rows(chains: Sequence[ChainShown], names: Names) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Office"), gettext("Service"), gettext("From"), gettext("Goes up to"), gettext("Set by")),
        *(gettext("Set on"), gettext("Withdrawn by"), gettext("Withdrawn on")),
    ]
    for one in chains:
        office = in_language(one.office) if one.office else gettext("All offices")
        service = in_language(names.service(one.service_key)) if one.service_key else gettext("All services")
        made = in_language(one.made_by), one.made_at.isoformat()
        gone = in_language(one.withdrawn_by) if one.withdrawn_by else ""
        until = one.withdrawn_at.isoformat() if one.withdrawn_at else ""
        yield [office, service, one.from_day.isoformat(), _said(one), *made, gone, until]


def _said(one: ChainShown) -> str:
    """The steps of a chain in one cell."""
    steps = (f"{RAISED_TO[to]}: {in_language(after) if after else gettext('at once')}" for to, after in one.steps)
    return "; ".join(steps) or str(gettext("As the service says"))


@blueprint.post("/chains", endpoint="chains_post")
@access(groups=(ADMINISTRATOR,))
def take_chain() -> ResponseReturnValue:
    """Sets a chain from a day on."""
    errors: dict[str, str] = {}
    steps, day = _steps(errors), _day(errors)
    if errors or day is None:
        return _page(errors), 422
    is_usual = request.form.get("usual") == "yes"
    new = NewChain(request.form.get("office", ""), request.form.get("service", ""), day, steps, is_usual)
    try:
        if is_usual and steps:
            raise ChainContradicts
        with transaction() as (session, actor):
            chains.set_chain(session, actor, new, today=today(), now=now())
    except tuple(_FIELD_OF) as refused:
        return _page(said({_FIELD_OF[type(refused)]: refused})), 422
    flash(gettext("The chain is set."), "success")
    return redirect(url_for("admin.chains"), code=303)


@blueprint.post("/chains/<chain_key>/withdraw", endpoint="chain_withdraw")
@access(groups=(ADMINISTRATOR,))
def withdraw_chain(chain_key: str) -> ResponseReturnValue:
    """Takes a chain away that does not hold yet."""
    with transaction() as (session, actor):
        chains.withdraw(session, actor, chain_key, today=today(), now=now())
    flash(gettext("The chain is withdrawn."), "success")
    return redirect(url_for("admin.chains"), code=303)


def _steps(errors: dict[str, str]) -> tuple[Step, ...]:
    """The steps that were typed, from below."""
    found = []
    for to in RaisedTo:
        unit, typed = request.form.get(f"unit-{to}", ""), request.form.get(f"after-{to}", "")
        if unit == AT_ONCE:
            found.append(Step(to))
        elif unit in UNITS:
            count = _count(typed)
            if count is None:
                errors[f"after-{to}"] = gettext("Enter a whole number from 1 on.")
            else:
                found.append(Step(to, UNITS[unit](count)))
        elif typed.strip():
            errors[f"unit-{to}"] = gettext("Choose working hours or working days.")
    return tuple(found)


def _count(typed: str) -> int | None:
    try:
        number = typed_number(typed)
    except Fault:
        return None
    return int(number) if number is not None and number == int(number) and 1 <= number < 10_000 else None


def _day(errors: dict[str, str]) -> date | None:
    day = None
    try:
        day = typed_day({part: request.form.get(f"from-{part}") for part in ("day", "month", "year")})
    except Fault:
        day = None
    if day is None:
        errors["from"] = gettext("Enter a day that exists, for example 27 3 2026.")
    return day


def _page(errors: Mapping[str, str]) -> str:
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = chains_set(session, names, actor, today=today())
        offices = offices_to_set(names, actor)
        for_all = actor.offices(ADMINISTRATOR) is None
    return render_template(
        "admin/chains.html",
        chains=found,
        offices=offices,
        names=names,
        for_all=for_all,
        raised_to=RAISED_TO,
        at_once=AT_ONCE,
        errors=errors,
        typed=request.form,
    )
