"""Corrections: only what was asked for changes, time stands still meanwhile, and sending it again goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.applications import corrections, uploads
from engine.errors import BadAnswers, DocumentMissing, NotFound, TaskGone
from engine.money import payments
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Correction, CorrectionTarget, Document
from storage.events import CaseEvent
from storage.people import Person
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_drafts import save
from tests.engine.applications.test_submitting import send, verification
from tests.journeys.guesthouse import FEE, PNG, Guesthouse

ROOMS = CorrectionAsked(CorrectionTarget.FIELD, "rooms", "រាប់ឡើងវិញ")
ROOM_LIST = CorrectionAsked(CorrectionTarget.DOCUMENT, "room_list", "មិនច្បាស់")


def sent_back(licence: Guesthouse, asked: Sequence[CorrectionAsked]) -> str:
    """A paid application that Chan Bopha has sent back."""
    key = licence.paid()
    send_back(licence, key, asked)
    return key


def send_back(licence: Guesthouse, key: str, asked: Sequence[CorrectionAsked], *, now: datetime = NOW) -> None:
    task = licence.claim(key, "check", licence.cast.bopha)
    answers = {"check_result": "return", "remark": "សូមកែ"}
    with licence.house.database.transaction() as session:
        user_tasks.complete(session, licence.house, licence.cast.bopha.actor, task, answers, corrections=asked, now=now)


def remove(licence: Guesthouse, document: str) -> None:
    with licence.house.database.transaction() as session:
        key = session.scalars(select(Document.key).where(Document.document_key == document)).one()
        uploads.remove_document(session, licence.house, licence.cast.dara.actor, key, now=NOW)


def resubmit(
    licence: Guesthouse, key: str, raw: dict[str, Any], *, who: Member | None = None, task: str | None = None
) -> None:
    actor = (who or licence.cast.dara).actor
    task = task or licence.task(key, "correct")
    with licence.house.database.transaction() as session:
        corrections.resubmit(session, licence.house, actor, key, task, raw=raw, now=NOW + timedelta(days=1))


def upload(licence: Guesthouse, key: str, document: str) -> None:
    with licence.house.database.transaction() as session:
        uploads.add_document(
            session,
            licence.house,
            licence.cast.dara.actor,
            key,
            document,
            upload=uploads.examined("new.png", PNG),
            now=NOW + timedelta(hours=1),
        )


def test_the_clocks_stand_still_until_the_applicant_has_corrected(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    assert licence.row(key).waits_for_applicant
    assert {clock.status for clock in licence.clocks(key, "norm")} == {"paused"}
    assert licence.row(key).promised_at is None
    resubmit(licence, key, {"rooms": "13"})
    row = licence.row(key)
    assert not row.waits_for_applicant
    assert row.promised_at is not None
    assert {clock.status for clock in licence.clocks(key, "norm")} == {"running"}
    assert licence.open_tasks(key) == ["check"]


def test_only_what_was_asked_for_changes(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    resubmit(licence, key, {"rooms": "១៥", "business_name_latin": "CASINO"})
    answers = licence.row(key).answers
    assert answers["rooms"] == 15
    assert answers["business_name_latin"] == "SANGKE GUESTHOUSE"


def test_where_nothing_was_named_everything_may_change(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [])
    before = licence.row(key).answers
    resubmit(licence, key, {**before, "business_name_latin": "SANGKE TWO", "declared_true": "yes"})
    assert licence.row(key).answers == before | {"business_name_latin": "SANGKE TWO"}


def test_a_wrong_answer_is_named_and_nothing_is_sent(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    with pytest.raises(BadAnswers) as refused:
        resubmit(licence, key, {"rooms": "0"})
    assert set(refused.value.errors) == {"rooms"}
    assert licence.open_tasks(key) == ["correct"]


def test_a_document_that_the_new_answer_makes_necessary_is_asked_for(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    save(licence, cast.dara, key, "rooms", {"rooms": "3"})
    remove(licence, "room_list")
    send(licence, cast.dara, key)
    with licence.house.database.transaction() as session:
        payments.record_cash(session, licence.house, cast.sopheap.actor, key, 100_000, now=NOW)
    send_back(licence, key, [ROOMS])
    with pytest.raises(DocumentMissing):
        resubmit(licence, key, {"rooms": "12"})
    upload(licence, key, "room_list")
    resubmit(licence, key, {"rooms": "12"})
    assert licence.open_tasks(key) == ["check"]


def test_a_paid_fee_stands_and_the_difference_is_on_record(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    resubmit(licence, key, {"rooms": "20"})
    row = licence.row(key)
    assert row.fee_total == FEE
    with licence.house.database.reading() as session:
        event = session.scalars(
            select(CaseEvent).where(CaseEvent.application_id == row.id, CaseEvent.kind == "resubmitted")
        ).one()
    assert (event.data["fields"], event.data["fees_by_corrected_answers"]) == (["rooms"], {"fee": 300_000})
    assert event.personal == {"rooms": 20}


def test_what_was_asked_for_is_answered_and_a_new_round_asks_anew(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOM_LIST])
    upload(licence, key, "room_list")
    resubmit(licence, key, {})
    with licence.house.database.reading() as session:
        assert all(row.answered_at is not None for row in session.scalars(select(Correction)))
    send_back(licence, key, [ROOMS], now=NOW + timedelta(days=1))
    with licence.house.database.reading() as session:
        asked = corrections.asked_of(session, licence.row(key).id)
    assert asked is not None
    assert [one.target_key for one in asked.corrections] == ["rooms"]


def test_sending_it_twice_is_harmless(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    task = licence.task(key, "correct")
    resubmit(licence, key, {"rooms": "13"}, task=task)
    resubmit(licence, key, {"rooms": "14"}, task=task)
    assert licence.row(key).answers["rooms"] == 13


def test_there_is_nothing_to_correct_in_what_was_not_sent_back(licence: Guesthouse, cast: Cast) -> None:
    key = licence.paid()
    with pytest.raises(TaskGone):
        resubmit(licence, key, {"rooms": "1"}, task="no-such-task")


def test_nobody_corrects_for_another(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS])
    for other in (cast.sreyneang, cast.bopha):
        with pytest.raises(NotFound):
            resubmit(licence, key, {"rooms": "1"}, who=other)


def test_a_better_photo_goes_on_with_the_verification(licence: Guesthouse, cast: Cast) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    licence.work(key, "verify", cast.bopha, {"verification_result": "better_photo", "reason": "មិនច្បាស់"})
    assert licence.open_tasks(key) == ["new_photo"]
    before = licence.row(key).answers
    with licence.house.database.transaction() as session:
        corrections.resubmit(
            session,
            licence.house,
            cast.sreyneang.actor,
            key,
            licence.task(key, "new_photo"),
            raw=before | {"name_latin": "KONG SREYNIENG"},
            now=NOW,
        )
    licence.work(key, "verify", cast.vannak, {"verification_result": "verified"})
    with licence.house.database.reading() as session:
        person = session.get_one(Person, cast.sreyneang.person_id)
    assert (person.identity_status, person.name_latin) == ("verified", "KONG SREYNIENG")


def test_sending_again_without_what_was_asked_for_is_refused_with_the_list(licence: Guesthouse, cast: Cast) -> None:
    key = sent_back(licence, [ROOMS, ROOM_LIST])
    rooms = str(licence.row(key).answers["rooms"])
    with licence.house.database.transaction() as session:
        session.execute(update(Document).values(uploaded_at=NOW - timedelta(hours=1)))
    with pytest.raises(BadAnswers) as refused:
        resubmit(licence, key, {"rooms": rooms})
    assert sorted(refused.value.errors) == ["file-room_list", "rooms"]
    assert licence.open_tasks(key) == ["correct"]
    with pytest.raises(BadAnswers) as refused:
        resubmit(licence, key, {"rooms": "13"})
    assert list(refused.value.errors) == ["file-room_list"]
    upload(licence, key, "room_list")
    resubmit(licence, key, {"rooms": rooms})  # an answer may be right after all
    assert licence.open_tasks(key) == ["check"]
