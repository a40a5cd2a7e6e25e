"""Shares of the income: who gets how much, set from a day on, and what each has got, on a page and as a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.errors import ReasonMissing, Refused
from engine.errors.shares import SharesBeginTooEarly, SharesKnown, SharesNotWhole
from engine.money import share_tables
from engine.money.share_tables import PERCENT, NewShares
from engine.packages.groups import ADMINISTRATOR
from engine.queries.admin.reports import Period, ReportFilter, period_between
from engine.queries.admin.shares import SharesShown, income_report, ministries_to_set, shares_set
from engine.queries.shared.names import Names, read_names
from engine.typed.days import typed_day
from engine.typed.fault import Fault
from engine.typed.numbers import typed_number
from engine.words import Receiver
from web.access import access
from web.admin import blueprint
from web.admin.month_words import month_text
from web.admin.parameters import choice
from web.admin.reports import number_of_lines, place_heads, place_of
from web.citizen.problems import said
from web.context import house, now, reading, today, transaction
from web.exports import FORMATS, WHOLE, sized_answer, table_answer, whole
from web.presentation import in_language

RECEIVERS: Final[Mapping[Receiver, LazyString]] = {
    Receiver.TREASURY: _l("National treasury"),
    Receiver.MINISTRY: _l("Ministry"),
    Receiver.ADMINISTRATION: _l("Administration"),
    Receiver.STAFF: _l("Staff incentive"),
}
_FIELD_OF: Final[Mapping[type[Refused], str]] = {
    SharesNotWhole: "share-treasury",
    SharesBeginTooEarly: "from",
    SharesKnown: "from",
}


@blueprint.get("/shares", endpoint="shares")
@access(groups=(ADMINISTRATOR,))
def show_shares() -> ResponseReturnValue:
    """All shares that were set, by whom, and a form for others; ``?as`` is a file."""
    end = choice("as", FORMATS)
    if not end:
        return _page({})
    with reading() as (session, actor):
        tables = shares_set(session, actor, most=WHOLE + 1, today=today())
        names = read_names(session, house(), now=now())
    return table_answer("one-window-shares", end, whole(_set_rows(tables, names)))


def _set_rows(tables: Sequence[SharesShown], names: Names) -> Iterator[Sequence[object]]:
    """Shares in percent."""
    yield [
        *(gettext("For"), gettext("From"), *(str(RECEIVERS[who]) for who in Receiver), gettext("Decided by")),
        *(gettext("Set by"), gettext("Set on"), gettext("Withdrawn by"), gettext("Withdrawn on")),
    ]
    for one in tables:
        whom = names.service(one.service_key) if one.service_key else one.ministry
        made = in_language(one.made_by), one.made_at.isoformat()
        gone = in_language(one.withdrawn_by) if one.withdrawn_by else ""
        until = one.withdrawn_at.isoformat() if one.withdrawn_at else ""
        parts = (one.parts.get(who, 0) / PERCENT for who in Receiver)
        name = in_language(whom) if whom else gettext("The nation")
        yield [name, one.from_day.isoformat(), *parts, one.source, *made, gone, until]


@blueprint.post("/shares", endpoint="shares_post")
@access(groups=(ADMINISTRATOR,))
def take_shares() -> ResponseReturnValue:
    """Sets shares from a day on."""
    parts, day, errors = _typed()
    if errors or day is None:
        return _page(errors), 422
    ministry, service = request.form.get("ministry", ""), request.form.get("service", "")
    ministry = service.partition(".")[0] if service else ministry  # a service belongs to one
    new = NewShares(ministry, service, day, parts, request.form.get("source", ""))
    try:
        with transaction() as (session, actor):
            share_tables.set_shares(session, actor, new, today=today(), now=now())
    except ReasonMissing:
        missing = gettext("Write which decision sets these shares, for example a prakas with its date.")
        return _page({"source": missing}), 422
    except (SharesNotWhole, SharesBeginTooEarly, SharesKnown) as refused:
        return _page(said({_FIELD_OF[type(refused)]: refused})), 422
    flash(gettext("The shares are set."), "success")
    return redirect(url_for("admin.shares"), code=303)


@blueprint.post("/shares/<shares_key>/withdraw", endpoint="shares_withdraw")
@access(groups=(ADMINISTRATOR,))
def withdraw_shares(shares_key: str) -> ResponseReturnValue:
    """Takes shares away that do not hold yet."""
    with transaction() as (session, actor):
        share_tables.withdraw(session, actor, shares_key, today=today(), now=now())
    flash(gettext("The shares are withdrawn."), "success")
    return redirect(url_for("admin.shares"), code=303)


@blueprint.get("/income", endpoint="income")
@access(groups=(ADMINISTRATOR,))
def show_income() -> ResponseReturnValue:
    """What came in by month, office and service, and who got how much of it."""
    with reading() as (session, actor):
        names = read_names(session, house(), now=now())
        found = income_report(session, names, actor, _period(), _wanted())
    return render_template(
        "admin/income.html", found=found, wanted=_wanted(), names=names, receivers=RECEIVERS, month_text=month_text
    )


@blueprint.get("/income.csv", endpoint="income_csv")
@access(groups=(ADMINISTRATOR,))
def send_income() -> ResponseReturnValue:
    """The same as comma-separated values, or as the workbook that ``?as`` asks for; read month by month. At most as
    long as the report of all numbers."""
    months = _period().months
    name, end = f"one-window-income-{months[0]}-{months[-1]}", choice("as", FORMATS, "csv")
    return sized_answer(name, end, _income_lines, lines=number_of_lines, is_exact=False)


def _income_lines() -> Iterator[Sequence[object]]:
    for place, month in enumerate(_period().each()):
        with reading() as (session, actor):
            names = read_names(session, house(), now=now())
            found = income_report(session, names, actor, month, _wanted())
        if not place:
            who_gets = (str(RECEIVERS[who]) for who in Receiver)
            yield [*place_heads(), gettext("Fee income (riel)"), *who_gets, gettext("Not divided")]
        for one in found.rows:
            yield [*place_of(one.row), one.row.figures.income, *(one.shares[who] for who in Receiver), one.undivided]


def _typed() -> tuple[dict[Receiver, int], date | None, dict[str, str]]:
    """The shares that were typed, in hundredths of a percent, and their day; what is wrong with which field."""
    parts: dict[Receiver, int] = {}
    errors: dict[str, str] = {}
    for who in Receiver:
        part = _percent(request.form.get(f"share-{who}", ""))
        if part is None:
            errors[f"share-{who}"] = gettext("Enter a share from 0 to 100 percent, with two decimals at most.")
        parts[who] = part or 0
    day = None
    try:
        day = typed_day({part: request.form.get(f"from-{part}") for part in ("day", "month", "year")})
    except Fault:
        day = None
    if day is None:
        errors["from"] = gettext("Enter a day that exists, for example 27 3 2026.")
    return parts, day, errors


def _percent(typed: str) -> int | None:
    try:
        number = typed_number(typed, decimals=2) or Decimal(0)
    except Fault:
        return None
    part = number * PERCENT
    return int(part) if 0 <= part <= 100 * PERCENT and part == int(part) else None


def _page(errors: Mapping[str, str]) -> str:
    with reading() as (session, actor):
        tables = shares_set(session, actor, today=today())
        ministries = ministries_to_set(session, actor)
        names = read_names(session, house(), now=now())
        for_all = actor.offices(ADMINISTRATOR) is None
    return render_template(
        "admin/shares.html",
        tables=tables,
        ministries=ministries,
        names=names,
        for_all=for_all,
        receivers=RECEIVERS,
        percent=PERCENT,
        errors=errors,
        typed=request.form,
    )


def _period() -> Period:
    return period_between(request.args.get("from", ""), request.args.get("to", ""), today=today())


def _wanted() -> ReportFilter:
    return ReportFilter(office=request.args.get("office", ""), service=request.args.get("service", ""))
