"""Somebody at the counter: what their identity card says, as the page posts it, and the code that reaches them."""

from __future__ import annotations

import re

from sqlalchemy import select

from engine.applications.presence import ask_code, show_code
from engine.house import House
from engine.people.codes import Verdict
from storage.messages import Notification
from tests.cast import NOW, Cast, Member

PAPERS = {
    "name_km": "ម៉ៅ សារុន",
    "name_latin": "MAO SARUN",
    "sex": "male",
    "birth_date-day": "9",
    "birth_date-month": "2",
    "birth_date-year": "1954",
    "id_kind": "national_id",
    "id_number": "020304050",
    "phone": "",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "",
}


def code_sent(house: House, to: str = "") -> str:
    """The code that was sent last, to this address or anywhere."""
    wanted = select(Notification).where(Notification.idempotency_key.startswith("code/"))
    if to:
        wanted = wanted.where(Notification.address == to)
    with house.database.reading() as session:
        message = session.scalars(wanted.order_by(Notification.id.desc()).limit(1)).one()
    return re.findall(r"\b[0-9]{6}\b", message.body)[0]


def shown(house: House, cast: Cast, person_id: int, by: Member | None = None) -> str:
    """The token of a code that somebody at the counter of Battambang has read out to the officer."""
    actor, here = (by or cast.bopha).actor, cast.battambang
    with house.database.transaction() as session:
        token = ask_code(session, house, actor, here, person_id, channel="sms", now=NOW)
    with house.database.transaction() as session:
        said = show_code(session, actor, here, person_id, token=token, typed=code_sent(house), now=NOW)
    assert said == Verdict.RIGHT
    return token
