"""Complaints of Sok Dara to the citizens' office in Battambang."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.applications import drafts, submitting
from engine.people.actors import Actor
from engine.tasks import user_tasks
from storage.offices import OfficeService
from storage.people import Membership
from tests.cast import HIRED, NOW, Member
from tests.small.cases import Kilns
from tests.small.releases import released

COMPLAINT = "interior.complaint"
PAGES: dict[str, dict[str, Any]] = {
    "what": {
        "about": "refused",
        "happened_on-day": "1",
        "happened_on-month": "3",
        "happened_on-year": "2026",
        "what_happened": "ពាក្យរបស់ខ្ញុំត្រូវបានបដិសេធ។",
        "wanted": "សូមពន្យល់។",
    },
    "who": {"name_km": "សុខ ដារ៉ា", "contact_phone": "012 345 601"},
}


def citizens_office(kilns: Kilns) -> Kilns:
    """Complaints are taken in Battambang, by Chan Bopha of the reception and Keo Vannak."""
    released(kilns.house, kilns.house.processes / "interior" / "complaint")
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.battambang, service_key=COMPLAINT, offered_from=HIRED))
        for who in (kilns.cast.bopha, kilns.cast.vannak):
            belongs = {"person_id": who.person_id, "office_id": kilns.cast.battambang}
            session.add(Membership(**belongs, group="complaints", from_day=HIRED))
    return kilns


def looks_into(kilns: Kilns, who: Member) -> Actor:
    return replace(who.actor, memberships=who.actor.memberships | {("complaints", kilns.cast.battambang)})


def complained(kilns: Kilns, number: str) -> submitting.Submitted:
    dara, house = kilns.cast.dara.actor, kilns.house
    with house.database.transaction() as session:
        key = drafts.start_draft(session, house, dara, COMPLAINT, kilns.cast.battambang, now=NOW)
    for page, raw in PAGES.items():
        with house.database.transaction() as session:
            raw = raw | ({"case_number": number} if page == "what" else {})
            assert not drafts.save_page(session, house, dara, key, page, raw=raw, now=NOW).errors
    with house.database.transaction() as session:
        return submitting.submit(session, house, dara, key, now=NOW)


def claim(kilns: Kilns, sent: submitting.Submitted, who: Member) -> None:
    with kilns.house.database.transaction() as session:
        actor = looks_into(kilns, who)
        user_tasks.claim(session, kilns.house, actor, kilns.task(sent, "triage"), now=NOW)
