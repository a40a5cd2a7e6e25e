"""How an office is called, where it is and how it is reached; whoever changes it is written down with what was."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import BadAnswers, NotAPhone, NotFound
from engine.errors.offices import OfficeNameMissing
from engine.khmer import tidy
from engine.offices.opening import find_office
from engine.packages.groups import ADMINISTRATOR
from engine.people import security_log
from engine.people.actors import Actor
from engine.typed.fault import Fault
from engine.typed.telephones import typed_phone
from storage.offices import Office
from storage.security_log import SecurityKind

LONGEST: Final = 200
"""Signs of a name and of an address."""


@dataclass(frozen=True, slots=True)
class OfficeWords:
    """As they are typed, or as they stand; the telephone number as people dial it, or E.164."""

    name_km: str
    name_en: str
    address_km: str = ""
    address_en: str = ""
    phone: str = ""


def change_words(
    session: Session, actor: Actor, office_code: str, words: OfficeWords, *, reason: str = "", now: datetime
) -> None:
    """The office is called and found like that from now on. ``BadAnswers`` names each field that needs attention; the
    same words again change nothing."""
    found = select(Office).where(Office.code == office_code).with_for_update(key_share=True)
    office = session.scalar(found.execution_options(populate_existing=True))
    if office is None:
        raise NotFound
    actor.require(office.id, ADMINISTRATOR)
    _write(session, actor, office, _checked(words), reason=reason, now=now)


def set_phone(session: Session, actor: Actor, code: str, phone: str, *, now: datetime) -> None:
    """The number (E.164) under which people call the office with this code; empty for none."""
    office = session.get_one(Office, find_office(session, code))
    actor.require(office.id, ADMINISTRATOR)
    _write(session, actor, office, asdict(words_of(office)) | {"phone": phone}, reason="", now=now)


def words_of(office: Office) -> OfficeWords:
    """As they stand."""
    return OfficeWords(*(getattr(office, one.name) for one in fields(OfficeWords)))


def _checked(words: OfficeWords) -> dict[str, str]:
    written = {name: tidy(text)[:LONGEST] for name, text in asdict(words).items()}
    wrong: dict[str, object] = {name: OfficeNameMissing() for name in ("name_km", "name_en") if not written[name]}
    try:
        written["phone"] = (typed_phone(written["phone"]) or "") if written["phone"] else ""
    except Fault:
        wrong["phone"] = NotAPhone()
    if wrong:
        raise BadAnswers(wrong)
    return written


def _write(
    session: Session, actor: Actor, office: Office, written: dict[str, str], *, reason: str, now: datetime
) -> None:
    before = asdict(words_of(office))
    changed = [name for name, text in written.items() if text != before[name]]
    if not changed:
        return
    for name in changed:
        setattr(office, name, written[name])
    session.flush()
    data = {
        "office": office.code,
        "was": {name: before[name] for name in changed},
        "is": {name: written[name] for name in changed},
        "reason": tidy(reason)[:LONGEST],
    }
    security_log.note(session, SecurityKind.OFFICE_CHANGED, actor, data=data, at=now)
