"""A complaint goes to the citizens' office, and nobody there who handled what it is about looks into it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.applications import corrections, submitting
from engine.errors import IdentityNotVerified
from engine.errors.desk import InterestDeclared, WorkedOnIt
from engine.packages.groups import COMPLAINTS, HEAD
from engine.people.actors import Stand
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Application, CorrectionTarget
from storage.events import CaseEvent
from storage.people import IdentityStatus, Membership, Person
from storage.processes import UserTask
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.complaints import claim, complained, looks_into


def kept_apart(kilns: Kilns, sent: submitting.Submitted) -> list[Any]:
    with kilns.house.database.reading() as session:
        found = select(CaseEvent.data).join(Application).where(Application.key == sent.key)
        return list(session.scalars(found.where(CaseEvent.kind == "kept_apart")))


@pytest.mark.parametrize("status", [IdentityStatus.UNVERIFIED, IdentityStatus.PENDING, IdentityStatus.REFUSED])
def test_who_is_not_verified_complains_and_sends_nothing_else(citizens_office: Kilns, status: IdentityStatus) -> None:
    """The verification itself may be what went wrong."""
    with citizens_office.house.database.transaction() as session:
        session.get_one(Person, citizens_office.cast.dara.person_id).identity_status = status
    assert complained(citizens_office, "").reference
    with pytest.raises(IdentityNotVerified):
        citizens_office.send()


def test_who_handled_the_application_does_not_look_into_the_complaint(citizens_office: Kilns) -> None:
    refused = citizens_office.send()
    citizens_office.pay(refused)
    citizens_office.check(refused, "refuse")
    sent = complained(citizens_office, f" {refused.reference.replace('-', ' ')} ")
    with pytest.raises(InterestDeclared):
        claim(citizens_office, sent, citizens_office.cast.bopha)
    claim(citizens_office, sent, citizens_office.cast.vannak)
    assert kept_apart(citizens_office, sent) == [{"reference": refused.reference, "officers": 1}]


def test_whoever_holds_a_task_of_it_is_kept_apart_too(citizens_office: Kilns) -> None:
    waiting = citizens_office.send()
    citizens_office.pay(waiting)
    with citizens_office.house.database.transaction() as session:
        task_key = citizens_office.task(waiting, "check")
        user_tasks.claim(session, citizens_office.house, citizens_office.cast.vannak.actor, task_key, now=NOW)
    sent = complained(citizens_office, waiting.reference)
    with pytest.raises(InterestDeclared):
        claim(citizens_office, sent, citizens_office.cast.vannak)
    claim(citizens_office, sent, citizens_office.cast.bopha)


@pytest.mark.parametrize("number", ["", "02-26-999999-9", "the one of last week"])
def test_a_number_that_names_nothing_keeps_nobody_apart(citizens_office: Kilns, number: str) -> None:
    sent = complained(citizens_office, number)
    assert kept_apart(citizens_office, sent) == []
    claim(citizens_office, sent, citizens_office.cast.bopha)


def test_a_number_that_is_corrected_keeps_apart_from_then(citizens_office: Kilns) -> None:
    refused = citizens_office.send()
    citizens_office.pay(refused)
    citizens_office.check(refused, "refuse")
    sent, house = complained(citizens_office, ""), citizens_office.house
    vannak = looks_into(citizens_office, citizens_office.cast.vannak)
    claim(citizens_office, sent, citizens_office.cast.vannak)
    asked = (CorrectionAsked(CorrectionTarget.FIELD, "case_number", "សូមសរសេរលេខ"),)
    said = {"triage_result": "more", "directions": "សូមសរសេរលេខពាក្យ"}
    with house.database.transaction() as session:
        task_key = citizens_office.task(sent, "triage")
        user_tasks.complete(session, house, vannak, task_key, said, corrections=asked, now=NOW)
    with house.database.transaction() as session:
        task_key, raw = citizens_office.task(sent, "correction.correct"), {"case_number": refused.reference}
        corrections.resubmit(session, house, citizens_office.cast.dara.actor, sent.key, task_key, raw=raw, now=NOW)
    assert kept_apart(citizens_office, sent) == [{"reference": refused.reference, "officers": 1}]
    with pytest.raises(InterestDeclared):
        claim(citizens_office, sent, citizens_office.cast.bopha)


@pytest.mark.parametrize("way", ["deputy", "head", "later"])
def test_whoever_worked_on_it_does_not_look_into_it_by_another_way_either(citizens_office: Kilns, way: str) -> None:
    refused, cast, house = citizens_office.send(), citizens_office.cast, citizens_office.house
    citizens_office.pay(refused)
    citizens_office.check(refused, "refuse")
    with house.database.transaction() as session:  # who refused it is of the reception alone
        ends = delete(Membership).where(Membership.person_id == cast.bopha.person_id, Membership.group == "complaints")
        session.execute(ends)
    sent = complained(citizens_office, refused.reference)
    assert kept_apart(citizens_office, sent) == []
    here, actor = cast.battambang, cast.bopha.actor
    if way == "deputy":
        who, day = cast.vannak.actor, NOW.date()
        stand = Stand(cast.vannak.person_id, who.name_km, who.name_latin, COMPLAINTS, here, last_day=day)
        actor = replace(actor, stands=(stand,))
    elif way == "head":
        actor = replace(actor, memberships=frozenset({(HEAD, here)}))
        with house.database.transaction() as session:
            raised = update(UserTask).where(UserTask.key == citizens_office.task(sent, "triage"))
            session.execute(raised.values(escalated_to=HEAD))
    else:
        actor = looks_into(citizens_office, cast.bopha)
    with pytest.raises(WorkedOnIt), house.database.transaction() as session:
        user_tasks.claim(session, house, actor, citizens_office.task(sent, "triage"), now=NOW)
    claim(citizens_office, sent, cast.vannak)
