"""What papers say of a service, as sentences in the language that is set: the same facts as its page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from flask_babel import gettext

from engine import localise
from engine.khmer import khmer_digits
from engine.queries.public.open_hours import OpenDays
from engine.queries.public.rule_words import FeeOffered
from engine.queries.public.services import DocumentAsked, TermInWords, Usual
from engine.queries.public.way import WayStep
from web.admin.hours_form import WEEKDAYS
from web.labels import group_label, level_label
from web.wording import current_lang, in_language

_BETWEEN: Final = " "


def terms_words(terms: Sequence[TermInWords]) -> str:
    """``5 working days (kind: film); 15 working days (otherwise)``."""
    said = []
    for place, one in enumerate(terms):
        when = in_language(one.when) if one.when else gettext("otherwise") if place else ""
        said.append(f"{in_language(one.length.text)} ({when})" if when else in_language(one.length.text))
    return "; ".join(said)


def fee_limits(fee: FeeOffered) -> str:
    """For each of what a fee is counted, what it comes to at least and at most, and what the law allows."""
    said = []
    if fee.for_each:
        said.append(gettext("Counted for each of: %(what)s.", what=in_language(fee.for_each)))
    if fee.at_least:
        said.append(gettext("At least %(amount)s.", amount=money(fee.at_least)))
    if fee.at_most:
        said.append(gettext("At most %(amount)s.", amount=money(fee.at_most)))
    if fee.cap:
        said.append(gettext("The law allows at most %(amount)s.", amount=money(fee.cap)))
    return _BETWEEN.join(said)


def when_paid(fee: FeeOffered) -> str:
    """When a fee is paid, and whether it is paid back."""
    when = {
        "on_submission": gettext("You pay after sending, at the counter or by KHQR."),
        "on_approval": gettext("You pay when the application is approved."),
        "on_request": gettext("You pay when the office asks you to."),
    }[fee.pay]
    back = (
        gettext("The fee is paid back when the application is not granted.")
        if fee.refundable
        else gettext("The fee is not paid back.")
    )
    return f"{when} {back}"


def document_words(document: DocumentAsked) -> str:
    """A document with its copies, and when it is needed."""
    said = in_language(document.label)
    if document.copies > 1:
        copies = gettext("%(count)s copies", count=localise.number(document.copies, current_lang()))
        said = f"{said} ({copies})"
    if document.is_later:
        later = gettext("only when the office asks for it later")
        return f"{said} – {later}"
    if document.when:
        when = gettext("only when: %(condition)s", condition=in_language(document.when))
        return f"{said} – {when}"
    optional = gettext("(optional)")
    return f"{said} {optional}" if document.optional else said


def step_words(step: WayStep) -> str:
    """Who does a step, or what the applicant does there."""
    who = group_label(step.group) + (f" ({level_label(step.level)})" if step.level else "")
    yours: str = {
        "pay": gettext("You are needed: pay at the counter of the office or by KHQR."),
        "collect": gettext("You are needed: come once with your identity document and sign."),
        "answer": gettext("You are needed: answer on your phone or at the office."),
        "choose": gettext(
            "You are needed: choose a day among those that the office publishes, on your phone or at the office."
        ),
        "": gettext("%(who)s, within %(time)s", who=who, time=in_language(step.due.text)) if step.due else who,
    }[step.yours]
    if not step.sometimes:
        return yours
    stop = "" if yours.endswith((".", "។")) else "។" if current_lang() == "km" else "."
    sometimes = gettext("Only in some cases.")
    return f"{yours}{stop} {sometimes}"


def usual_words(usual: Usual) -> str:
    """How long it usually takes, and from how many cases that is known."""
    most = _days(usual.most)
    if not usual.most:
        said = gettext("Usually decided on the same day.")
    elif not usual.half:
        said = gettext("Usually decided on the same day, nine of ten within %(most)s.", most=most)
    elif usual.half == usual.most:
        said = gettext("Usually decided within %(most)s.", most=most)
    else:
        said = gettext(
            "Usually decided within %(half)s, nine of ten within %(most)s.", half=_days(usual.half), most=most
        )
    count = localise.number(usual.cases, current_lang())
    measured = gettext("Measured from %(count)s applications of the last 12 months.", count=count)
    return f"{said} {measured}"


def hours_words(week: Iterable[OpenDays]) -> list[str]:
    """A line for each group of days with the same hours."""
    lines = []
    for row in week:
        days = str(WEEKDAYS[row.first]) + (f" – {WEEKDAYS[row.last]}" if row.last != row.first else "")
        lines.append(f"{days} " + ", ".join(f"{opens} – {closes}" for opens, closes in row.times))
    return [khmer_digits(line) for line in lines] if current_lang() == "km" else lines


def phone_words(phone: str) -> str:
    """A telephone number with the digits of the language."""
    shown = localise.phone(phone)
    return khmer_digits(shown) if current_lang() == "km" else shown


def money(amount: int) -> str:
    """An amount of riel."""
    return localise.money(amount, current_lang())


def unsure_words(illustrative: frozenset[str], *facts: str) -> str:
    """The mark of facts that the office must still confirm; empty where none of these is one."""
    return gettext("Illustrative") if illustrative & set(facts) else ""


def _days(count: int) -> str:
    if count == 1:
        return str(gettext("1 working day"))
    return str(gettext("%(count)s working days", count=localise.number(count, current_lang())))
