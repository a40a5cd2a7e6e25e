"""Sending an application: what it needs, what it starts, and that it happens once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications import submitting, uploads
from engine.applications.filing import open_filing, seen
from engine.errors import (
    AlreadyVerified,
    BadAnswers,
    DocumentMissing,
    IdentityNotVerified,
    NotFound,
    ServiceNotOffered,
    StalePage,
)
from engine.people.identities import register_at_counter, verify_at_counter
from engine.queries.citizen.drafts import draft_to_check
from engine.typed.codes import reference_is_well_formed
from storage.applications import ApplicationStatus
from storage.events import CaseEvent
from storage.messages import Notification
from storage.offices import OfficeService
from storage.payments import FeeLine
from storage.people import IdentityStatus, Person
from tests.cast import NOW, Cast, Member
from tests.engine.applications.test_drafts import VERIFICATION, begin, republish, save
from tests.engine.people.test_accounts import BOPHA_SAW
from tests.journeys.guesthouse import ANSWERS, DOCUMENTS, FEE, PNG, Guesthouse

IDENTITY = {
    "names": {"name_km": "គង់ ស្រីនាង", "name_latin": "KONG SREYNEANG"},
    "birth": {"sex": "female", "birth_date": "1990-05-01"},
    "papers": {"id_kind": "national_id"},
    "number": {"id_number": "០២០៣០៤០៥០"},
    "contact": {"phone": "012 345 602", "address": ANSWERS["place"]["address"]},
}


def send(
    licence: Guesthouse, who: Member, key: str, *, shown: str | None = None, now: datetime = NOW
) -> submitting.Submitted:
    with licence.house.database.transaction() as session:
        return submitting.submit(session, licence.house, who.actor, key, shown=shown, now=now)


def mark(licence: Guesthouse, who: Member, key: str, now: datetime = NOW) -> str:
    with licence.house.database.reading() as session:
        return seen(open_filing(session, licence.house, who.actor, key, now=now), NOW)


def verification(licence: Guesthouse, who: Member) -> str:
    """A verification that is ready to be sent."""
    key = begin(licence, who, VERIFICATION)
    for page, answers in IDENTITY.items():
        assert not save(licence, who, key, page, answers).errors
    with licence.house.database.transaction() as session:
        uploads.add_document(
            session, licence.house, who.actor, key, "id_card", upload=uploads.examined("card.png", PNG), now=NOW
        )
    return key


def test_the_applicant_gets_numbers_and_the_fee_and_a_promised_day_when_it_is_paid(
    licence: Guesthouse, cast: Cast
) -> None:
    sent = send(licence, cast.dara, licence.draft())
    assert reference_is_well_formed(sent.reference)
    assert sent.reference.startswith("02-26-000001-")
    assert len(sent.tracking_code) == 10
    assert sent.fee_total == FEE
    assert sent.promised_at is None
    paid = licence.row(licence.paid())
    # The seventh working day after Monday 2 March, at closing time.
    assert paid.promised_at == datetime(2026, 3, 11, 10, 0, tzinfo=UTC)


def test_sending_starts_the_process_the_clocks_the_history_and_tells_the_applicant(
    licence: Guesthouse, cast: Cast
) -> None:
    key = licence.sent()
    row = licence.row(key)
    assert (row.status, row.stage, row.tracking_digits) == ("running", "payment", "5601")
    assert licence.open_tasks(key) == ["pay"]
    assert [licence.clocks(key, kind)[0].term for kind in ("term", "norm")] == ["10 working days", "7 working days"]
    with licence.house.database.reading() as session:
        events = session.scalars(select(CaseEvent).where(CaseEvent.application_id == row.id).order_by(CaseEvent.seq))
        first = events.first()
        told = session.scalars(select(Notification).where(Notification.application_id == row.id)).all()
        lines = session.scalars(select(FeeLine).where(FeeLine.application_id == row.id)).all()
    assert first is not None
    assert first.kind == "submitted"
    assert first.data["fee_total"] == FEE
    assert first.personal is not None
    assert {message.channel for message in told} == {"sms"}
    assert all(row.reference in message.body and row.tracking_code in message.body for message in told)  # type: ignore[operator]
    assert sum(line.amount for line in lines) == FEE
    assert all(line.citation_km and line.citation_en for line in lines)


def test_a_second_click_changes_nothing(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    first = send(licence, cast.dara, key)
    assert send(licence, cast.dara, key) == first
    assert len(licence.clocks(key, "term")) == 1


def test_an_application_waits_until_its_applicant_is_verified(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.sreyneang)
    for page, answers in ANSWERS.items():
        save(licence, cast.sreyneang, key, page, dict(answers))
    with pytest.raises(IdentityNotVerified):
        send(licence, cast.sreyneang, key)
    assert licence.row(key).status == ApplicationStatus.DRAFT


def test_every_question_must_be_answered(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    with pytest.raises(BadAnswers) as refused:
        send(licence, cast.dara, key)
    assert {"business_name_km", "rooms", "declared_true"} <= set(refused.value.errors)


def test_a_document_that_the_answers_make_necessary_must_be_there(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    for page, answers in ANSWERS.items():
        save(licence, cast.dara, key, page, dict(answers))
    for document in DOCUMENTS:
        if document != "room_list":
            with licence.house.database.transaction() as session:
                uploads.add_document(
                    session,
                    licence.house,
                    cast.dara.actor,
                    key,
                    document,
                    upload=uploads.examined("a.png", PNG),
                    now=NOW,
                )
    with pytest.raises(DocumentMissing):
        send(licence, cast.dara, key)
    save(licence, cast.dara, key, "rooms", {"rooms": "10"})
    assert send(licence, cast.dara, key).fee_total == 150_000


def test_what_was_agreed_to_is_what_is_sent(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    shown = mark(licence, cast.dara, key)
    save(licence, cast.dara, key, "rooms", {"rooms": "20"})
    with pytest.raises(StalePage):
        send(licence, cast.dara, key, shown=shown)
    assert send(licence, cast.dara, key, shown=mark(licence, cast.dara, key)).fee_total == 300_000


def test_a_new_version_between_reading_and_sending_is_shown_first(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    shown = mark(licence, cast.dara, key)
    later = NOW + timedelta(hours=1)
    republish(licence, later)
    with pytest.raises(StalePage):
        send(licence, cast.dara, key, shown=shown, now=later)


def test_an_office_that_stopped_the_service_takes_no_application(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    with licence.house.database.transaction() as session:
        session.execute(update(OfficeService).values(offered_to=NOW.date() - timedelta(days=1)))
    with pytest.raises(ServiceNotOffered):
        send(licence, cast.dara, key)


def test_nobody_sends_the_draft_of_another(licence: Guesthouse, cast: Cast) -> None:
    key = licence.draft()
    for other in (cast.sreyneang, cast.bopha):
        with pytest.raises(NotFound):
            send(licence, other, key)


def test_each_office_counts_its_own_applications(licence: Guesthouse, cast: Cast) -> None:
    first = send(licence, cast.dara, licence.draft())
    second = send(licence, cast.dara, licence.draft())
    assert (first.reference[:12], second.reference[:12]) == ("02-26-000001", "02-26-000002")


def test_the_counter_sends_for_somebody_without_a_phone(licence: Guesthouse, cast: Cast) -> None:
    with licence.house.database.transaction() as session:
        sokha = register_at_counter(session, licence.house, cast.bopha.actor, cast.battambang, BOPHA_SAW, now=NOW)
    key = begin(licence, cast.bopha, applicant_id=sokha)
    for page, answers in ANSWERS.items():
        save(licence, cast.bopha, key, page, dict(answers))
    for document in DOCUMENTS:
        with licence.house.database.transaction() as session:
            uploads.add_document(
                session,
                licence.house,
                cast.bopha.actor,
                key,
                document,
                upload=uploads.examined("scan.png", PNG),
                now=NOW,
            )
    send(licence, cast.bopha, key)
    row = licence.row(key)
    assert (row.channel, row.filed_by_id, row.tracking_digits) == ("counter", cast.bopha.person_id, "3045")
    with licence.house.database.reading() as session:
        told = session.scalars(select(Notification).where(Notification.person_id == sokha)).all()
    assert [message.channel for message in told] == ["portal"]


def test_a_verification_makes_the_account_wait_and_promises_three_working_days(licence: Guesthouse, cast: Cast) -> None:
    sent = send(licence, cast.sreyneang, verification(licence, cast.sreyneang))
    assert sent.promised_at == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    with licence.house.database.reading() as session:
        person = session.get_one(Person, cast.sreyneang.person_id)
    assert person.identity_status == IdentityStatus.PENDING
    assert (person.name_latin, person.id_number, person.sex) == ("KONG SREYNEANG", "020304050", "female")
    assert person.phone == cast.sreyneang.phone
    assert licence.open_tasks(sent.key) == ["verify"]


def test_a_running_verification_is_opened_again_not_doubled(licence: Guesthouse, cast: Cast) -> None:
    key = verification(licence, cast.sreyneang)
    send(licence, cast.sreyneang, key)
    assert begin(licence, cast.sreyneang, VERIFICATION) == key


def test_whom_the_counter_verified_meanwhile_is_not_made_to_wait_again(licence: Guesthouse, cast: Cast) -> None:
    key = verification(licence, cast.sreyneang)
    with licence.house.database.transaction() as session:
        verify_at_counter(session, cast.bopha.actor, cast.battambang, cast.sreyneang.person_id, BOPHA_SAW, now=NOW)
    with pytest.raises(AlreadyVerified):
        send(licence, cast.sreyneang, key)


def test_who_was_verified_can_send_the_draft_prepared_meanwhile(licence: Guesthouse, cast: Cast) -> None:
    send(licence, cast.sreyneang, verification(licence, cast.sreyneang))
    draft = begin(licence, cast.sreyneang)
    for page, answers in ANSWERS.items():
        save(licence, cast.sreyneang, draft, page, dict(answers))
    for document in DOCUMENTS:
        with licence.house.database.transaction() as session:
            uploads.add_document(
                session,
                licence.house,
                cast.sreyneang.actor,
                draft,
                document,
                upload=uploads.examined("a.png", PNG),
                now=NOW,
            )
    running = begin(licence, cast.sreyneang, VERIFICATION)
    licence.work(running, "verify", cast.bopha, {"verification_result": "verified"})
    assert send(licence, cast.sreyneang, draft).reference


def test_the_fee_is_asked_for_with_every_answer_it_needs(licence: Guesthouse, cast: Cast) -> None:
    key = begin(licence, cast.dara)
    with licence.house.database.reading() as session:
        assert draft_to_check(session, licence.house, cast.dara.actor, key, now=NOW).fees is None
