"""The messages that would go out in a play, their placeholders filled with what is known of the case, and specimens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.case.visit_words import STILL_TO_PLAN
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.localise import clock_time, plain_day, plain_riel
from engine.packages import ServicePackage
from engine.packages.playing.case import Told
from engine.packages.playing.examples import ACCOUNT
from engine.packages.texts import OF_VISITS

SPECIMEN: Final = "SPECIMEN"
AN_OFFICE: Final = Bilingual("ការិយាល័យច្រកចេញចូលតែមួយ", "One Window Service Office")
UNKNOWN_DAY: Final = Bilingual("ថ្ងៃដែលយើងនឹងជូនដំណឹង", "a day that we will tell you")


@dataclass(frozen=True, slots=True)
class MessageShown:
    """A message that would go out, its placeholders filled."""

    at: datetime
    key: str
    title: Bilingual
    body: Bilingual


def message_shown(package: ServicePackage, house: House, told: Told) -> MessageShown:
    """A message by the words of the package, or those that every service has."""
    words = package.texts.messages.get(told.key) if told.is_own else house.texts[told.key]
    if words is None:
        return MessageShown(told.at, told.key, Bilingual(told.key, told.key), Bilingual("", ""))
    filled = {language: words.filled(language, _facts(package, told, language)) for language in LANGUAGES}
    title, body = (Bilingual(filled["km"][part], filled["en"][part]) for part in (0, 1))
    return MessageShown(told.at, told.key, title, body)


def _facts(package: ServicePackage, told: Told, language: str) -> dict[str, str]:
    stage = package.texts.stages.get(told.stage)
    return {
        "reference": SPECIMEN,
        "tracking_code": SPECIMEN,
        "certificate": SPECIMEN,
        "service": package.manifest.title(language),
        "office": AN_OFFICE(language),
        "applicant": str(ACCOUNT["name_latin" if language == "en" else "name_km"]),
        "stage": stage(language) if stage else "",
        "amount": plain_riel(told.amount, language),
        "date": plain_day(told.due_at, language) if told.due_at else UNKNOWN_DAY(language),
        "reason": told.reason(language) if told.reason else "",
        "session_day": plain_day(told.session, language) if told.session else "",
        "session_time": clock_time(told.session, language) if told.session else "",
        "session_place": AN_OFFICE(language) if told.session else "",
        **dict.fromkeys(OF_VISITS, STILL_TO_PLAN(language)),
    }
