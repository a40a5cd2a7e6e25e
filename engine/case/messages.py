"""Telling people about their cases: what messages say of a case, in the language of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import select

from engine.case.opening import Case
from engine.case.session_words import facts_of_seat
from engine.case.turn import Turn
from engine.case.visit_words import facts_of_visit
from engine.khmer import Bilingual
from engine.localise import day_in_digits, plain_day, plain_riel
from engine.namesakes import office_name
from engine.packages.texts import MessageTexts
from engine.people.telling import tell
from engine.working_time import promises
from storage.payments import DueFee, FeeStatus
from storage.people import Person

UNKNOWN_DAY: Final = Bilingual("ថ្ងៃដែលយើងនឹងជូនដំណឹង", "a day that we will tell you")
"""Said where a message names the promised day while none holds: the promise stands still, or was just broken."""
_OF_DAYS: Final = ("date", "short_date")


def case_facts(case: Case, language: str, *, now: datetime, **more: str) -> dict[str, str]:
    """The placeholders of messages about a case, in one language. A day that has passed is no promise any more."""
    application, package = case.application, case.published.package
    stage = package.texts.stages.get(application.stage)
    due = promises.day_shown(application, now)
    return {
        "reference": application.reference or "",
        "tracking_code": application.tracking_code or "",
        "service": package.manifest.title(language),
        "office": office_name(case.office)(language),
        "applicant": case.applicant.name_latin if language == "en" else case.applicant.name_km,
        "stage": stage(language) if stage else "",
        "amount": plain_riel(application.fee_total, language),
        **(day_told(due, language) if due else dict.fromkeys(_OF_DAYS, UNKNOWN_DAY(language))),
    } | more


def day_told(value: date | datetime | None, language: str) -> dict[str, str]:
    """A day as messages name it, in words and as an SMS writes it; nothing where there is none."""
    if value is None:
        return dict.fromkeys(_OF_DAYS, "")
    return dict(zip(_OF_DAYS, (plain_day(value, language), day_in_digits(value, language)), strict=True))


def tell_about(turn: Turn, person: Person, message: MessageTexts, *, key: str, **more: str) -> None:
    """Tells a person something about a case, in that person's language."""
    _tell(turn, person, message, key, more, leaves=True)


def tell_officer_about(turn: Turn, person: Person, message: MessageTexts, *, key: str, **more: str) -> None:
    """Writes down that an officer was told something about a case, of which their bell rings too. It leaves the house
    only where officers get messages of cases beside the bell (``Pace.officers_by_message``, decision 79)."""
    _tell(turn, person, message, key, more, leaves=turn.house.pace.officers_by_message)


def _tell(
    turn: Turn, person: Person, message: MessageTexts, key: str, more: Mapping[str, str], *, leaves: bool
) -> None:
    said = dict(more)
    if "amount" not in said and len(turn.case.published.package.manifest.fees) > 1:
        said["amount"] = plain_riel(_next_to_pay(turn), person.language)
    said = facts_of_seat(turn.session, turn.case, person.language) | said
    if "visit_day" not in said:
        said |= facts_of_visit(turn.session, turn.case, message, person.language)
    facts = case_facts(turn.case, person.language, now=turn.now, **said)
    case_id = turn.case.application.id
    tell(turn.session, person, message, facts, application_id=case_id, key=key, now=turn.now, leaves=leaves)


def _next_to_pay(turn: Turn) -> int:
    """Of several fees what is due, else what comes next, else all of them; whole riel."""
    application = turn.case.application
    for status in (FeeStatus.DUE, FeeStatus.EXPECTED):
        wanted = DueFee.application_id == application.id, DueFee.status == status
        amounts = turn.session.scalars(select(DueFee.amount).where(*wanted).order_by(DueFee.id)).all()
        if amounts:
            return sum(amounts) if status == FeeStatus.DUE else amounts[0]
    return application.fee_total
