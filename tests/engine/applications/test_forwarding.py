"""An application that came to the wrong office goes on at another one, with number, fee and promise, and a trace."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications import drafts, submitting, uploads
from engine.applications.counter_filing import Brought, Sending, send_at_counter
from engine.applications.forwarding import Forwarded, Onward, forward
from engine.case.events import verify_chains
from engine.clockwork import step_times
from engine.errors import AlreadySubmitted, BadAnswers, NotFound, ReasonMissing
from engine.errors.counter import NotTakenThere, TooLateToForward, WhyHereMissing
from engine.house import House
from engine.people.actors import Actor, load_actor
from engine.queries.office.counter import counter_drafts
from engine.queries.office.forwarding import forward_page
from storage.applications import Application
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.forwardings import Forwarding
from storage.mandates import Mandate, MandateKind
from storage.messages import Notification
from storage.offices import Holiday, OfficeService
from storage.processes import UserTask
from storage.security_log import SecurityEvent
from storage.step_times import CaseTally, FactKind
from storage.tallying import differences
from tests.cast import HIRED, NOW, Cast
from tests.journeys.guesthouse import ANSWERS, DOCUMENTS, PNG, guesthouse
from tests.journeys.guesthouse import SERVICE as GUESTHOUSE
from tests.small.cases import ANSWERS as KILN
from tests.small.cases import PAGE, SERVICE, Kilns
from tests.small.potters import SERVICE as POTTERS
from tests.small.potters import potters

TODAY = date(2026, 3, 2)
WHY = "The kiln stands in Phnom Penh"


@pytest.fixture
def both(kilns: Kilns) -> Kilns:
    """Phnom Penh offers the service as well."""
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    return kilns


def sent_on(kilns: Kilns, key: str, code: str = "12", *, by: Actor | None = None, why: str = WHY) -> Forwarded:
    with kilns.house.database.transaction() as session:
        return forward(session, kilns.house, by or kilns.cast.bopha.actor, key, Onward(code, why), now=NOW)


def begun(kilns: Kilns) -> str:
    """A draft at the counter of Battambang for Nhem Mony."""
    with kilns.house.database.transaction() as session:
        bopha, mony = kilns.cast.bopha.actor, kilns.cast.mony.person_id
        here = kilns.cast.battambang
        return drafts.start_draft(session, kilns.house, bopha, SERVICE, here, applicant_id=mony, now=NOW)


def told(kilns: Kilns, key: str) -> list[str]:
    with kilns.house.database.reading() as session:
        wanted = select(Notification.body).where(Notification.idempotency_key.startswith(key))
        return list(session.scalars(wanted))


def test_a_draft_lies_at_the_other_counter_with_the_reason_and_the_history_says_so_once_it_is_sent(
    both: Kilns,
) -> None:
    key = begun(both)
    assert sent_on(both, key).reference == ""
    with both.house.database.reading() as session:
        assert counter_drafts(session, both.house, both.cast.bopha.actor) == ()
        [line] = counter_drafts(session, both.house, both.cast.phally.actor)
    assert line.came_from is not None
    assert (line.key, line.came_from.office.en, line.came_from.reason) == (
        key,
        "Battambang One Window Service Office",
        WHY,
    )
    assert len(told(both, "forwarding/")) == 1
    phally = both.cast.phally.actor
    with both.house.database.transaction() as session:
        drafts.save_page(session, both.house, phally, key, PAGE, raw=dict(KILN), now=NOW)
    with both.house.database.transaction() as session:
        sent = send_at_counter(session, both.house, phally, key, Sending(), now=NOW)
    assert sent.reference.startswith("12-")
    with both.house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "forwarded")).one()
        assert list(verify_chains(session)) == []
    assert (event.data["from"], event.data["to"], event.personal) == ("02", "12", {"reason": WHY})


def test_what_was_sent_keeps_number_and_fee_and_its_promise_counts_by_the_other_calendar(both: Kilns) -> None:
    sent = both.send()
    before = both.row(sent)
    assert sent_on(both, sent.key).reference == sent.reference
    after = both.row(sent)
    assert (after.reference, after.fee_total, after.office_id) == (
        before.reference,
        before.fee_total,
        both.cast.phnom_penh,
    )
    with both.house.database.reading() as session:
        places = select(UserTask.office_id).where(UserTask.application_id == after.id)
        assert set(session.scalars(places)) == {both.cast.phnom_penh}
        clocks = session.scalars(select(Clock).where(Clock.application_id == after.id)).all()
        assert {clock.office_id for clock in clocks} <= {both.cast.phnom_penh}
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "application_forwarded")).one()
        assert list(verify_chains(session)) == []
        assert differences(session) == []
    assert line.data == {"reference": sent.reference, "was": "02", "office": "12", "reason": WHY}
    assert sent.reference in told(both, "forwarding/")[0]


def test_a_day_of_rest_at_the_other_office_moves_the_promise_of_which_the_beginning_stays(
    house: House, cast: Cast
) -> None:
    service = potters(house, cast)
    with house.database.transaction() as session:
        session.add(OfficeService(office_id=cast.phnom_penh, service_key=POTTERS, offered_from=HIRED))
        day = date(2026, 3, 3)
        session.add(Holiday(office_id=cast.phnom_penh, day=day, name_km="បុណ្យ", name_en="Feast"))
    key = service.send()
    with house.database.transaction() as session:
        promised = session.scalars(select(Application.promised_at).where(Application.key == key)).one()
        forward(session, house, cast.kunthea.actor, key, Onward("12", WHY), now=NOW)
    with house.database.reading() as session:
        moved = session.scalars(select(Application).where(Application.key == key)).one()
        clocks = session.scalars(select(Clock).where(Clock.application_id == moved.id)).all()
        assert differences(session) == []
    assert promised is not None
    assert moved.promised_at == promised + timedelta(days=1)
    assert {(clock.started_at, clock.office_id) for clock in clocks} == {(NOW, cast.phnom_penh)}


def test_after_a_payment_a_claim_or_a_broken_day_it_stays(both: Kilns) -> None:
    paid, claimed = both.send(), both.send(both.cast.rithy)
    both.pay(paid)
    with pytest.raises(TooLateToForward):
        sent_on(both, paid.key)
    with both.house.database.transaction() as session:
        session.execute(update(UserTask).where(UserTask.key == both.task(claimed, "pay")).values(status="claimed"))
    with pytest.raises(TooLateToForward):
        sent_on(both, claimed.key)
    assert both.row(paid).office_id == both.row(claimed).office_id == both.cast.battambang
    with both.house.database.reading() as session:
        assert session.scalars(select(Forwarding)).all() == []


def test_a_broken_day_keeps_it_where_it_was_broken(house: House, cast: Cast) -> None:
    key = guesthouse(house, cast).sent()
    with house.database.transaction() as session:
        session.execute(update(Clock).values(breached_at=NOW))
    with house.database.transaction() as session, pytest.raises(TooLateToForward):
        forward(session, house, cast.kunthea.actor, key, Onward("12", WHY), now=NOW)


def test_it_goes_only_where_the_service_is_offered_today_in_the_same_version(kilns: Kilns) -> None:
    sent = kilns.send()
    for code in ("12", "02", "99", ""):
        with pytest.raises(NotTakenThere):
            sent_on(kilns, sent.key, code)
    with kilns.house.database.reading() as session:
        page = forward_page(session, kilns.house, kilns.cast.bopha.actor, sent.key, now=NOW)
    assert page.offices == ()
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    kilns.draw(2, ("Pay the fee", "Pay the fee now"))
    with pytest.raises(NotTakenThere):
        sent_on(kilns, sent.key)


def test_only_the_front_office_or_the_head_of_its_office_forwards_never_their_own(both: Kilns) -> None:
    sent, own, draft = both.send(), both.send(both.cast.vannak), begun(both)
    cast = both.cast
    for stranger in (cast.phally, cast.sopheap, cast.dara, cast.visal):
        for key in (sent.key, draft):
            with pytest.raises(NotFound):
                sent_on(both, key, by=stranger.actor)
    with pytest.raises(NotFound):
        sent_on(both, own.key, by=cast.vannak.actor)
    with pytest.raises(ReasonMissing):
        sent_on(both, sent.key, why=" ")
    sent_on(both, sent.key, by=cast.kunthea.actor)
    with pytest.raises(NotFound):  # it is the other office's now
        sent_on(both, sent.key)
    with both.house.database.transaction() as session:
        ended = session.scalars(select(Application).where(Application.key == own.key)).one()
        ended.status = "ended"  # type: ignore[assignment]
    with pytest.raises(AlreadySubmitted):
        sent_on(both, own.key)


@pytest.mark.parametrize("counted", [("02", "12"), ("02",), ("12",), ()])
def test_it_is_counted_once_as_received_where_it_goes_on(both: Kilns, counted: tuple[str, ...]) -> None:
    """Whichever office was counted before it was forwarded."""
    places = {"02": both.cast.battambang, "12": both.cast.phnom_penh}
    sent, newer = both.send(), both.send(both.cast.rithy)

    def count(code: str, at: datetime) -> None:
        with both.house.database.transaction() as session:
            step_times.count(session, both.house, places[code], now=at)

    with both.house.database.transaction() as session:  # the other office has received one since
        there = {"office_id": places["12"], "submitted_at": NOW + timedelta(hours=1)}
        session.execute(update(Application).where(Application.key == newer.key).values(**there))
    for code in counted:
        count(code, NOW + timedelta(hours=2))
    sent_on(both, sent.key)
    for code in ("02", "12"):
        count(code, NOW + timedelta(hours=3))
    with both.house.database.reading() as session:
        rows = session.execute(select(CaseTally.office_id, CaseTally.kind, CaseTally.cases)).all()
    assert {(kind, cases) for office, kind, cases in rows if office == places["12"]} == {
        (FactKind.RECEIVED, 2),
        (FactKind.SENT_IN_WEEK, 2),
    }
    assert not any(cases for office, _, cases in rows if office == places["02"])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_whoever_acts_for_the_applicant_does_not_forward(both: Kilns) -> None:
    sent, draft, cast = both.send(), begun(both), both.cast
    with both.house.database.transaction() as session:
        helper = cast.bopha.person_id
        for person in (cast.dara.person_id, cast.mony.person_id):
            who = {"helper_id": helper, "person_id": person, "last_day": TODAY}
            session.add(Mandate(**who, mandate_kind=MandateKind.OTHER, made_at=NOW))
        session.flush()
        bopha = load_actor(session, helper, today=TODAY)
    assert bopha is not None
    for key in (sent.key, draft):
        with pytest.raises(NotFound):
            sent_on(both, key, by=bopha)
        with both.house.database.reading() as session, pytest.raises(NotFound):
            forward_page(session, both.house, bopha, key, now=NOW)


def at_phnom_penh(house: House, cast: Cast) -> str:
    """A guesthouse of Battambang, filled in at the counter of Phnom Penh."""
    guesthouse(house, cast)
    phally, here = cast.phally.actor, cast.phnom_penh
    with house.database.transaction() as session:
        whose = cast.dara.person_id
        key = drafts.start_draft(session, house, phally, GUESTHOUSE, here, applicant_id=whose, now=NOW)
    for page, answers in ANSWERS.items():
        with house.database.transaction() as session:
            drafts.save_page(session, house, phally, key, page, raw=answers, now=NOW)
    for document in DOCUMENTS:
        sent = uploads.examined(f"{document}.png", PNG)
        with house.database.transaction() as session:
            uploads.add_document(session, house, phally, key, document, upload=sent, now=NOW)
    return key


def test_a_counter_says_why_it_takes_what_belongs_to_another_office(house: House, cast: Cast) -> None:
    key, phally = at_phnom_penh(house, cast), cast.phally.actor
    with house.database.transaction() as session, pytest.raises(BadAnswers) as refused:
        send_at_counter(session, house, phally, key, Sending(), now=NOW)
    assert isinstance(refused.value.errors["why_here"], WhyHereMissing)
    with house.database.transaction() as session, pytest.raises(WhyHereMissing):
        submitting.submit(session, house, phally, key, now=NOW)
    with house.database.transaction() as session:
        said = Sending(Brought(), "The owner lives here")
        send_at_counter(session, house, phally, key, said, now=NOW)
    with house.database.reading() as session:
        event = session.scalars(select(CaseEvent).where(CaseEvent.kind == "sent_here_all_the_same")).one()
        assert list(verify_chains(session)) == []
    assert (event.data["to"], event.personal) == ("02", {"reason": "The owner lives here"})


def test_forwarded_to_where_the_place_is_it_is_sent_without_a_word(house: House, cast: Cast) -> None:
    key = at_phnom_penh(house, cast)
    with house.database.reading() as session:
        page = forward_page(session, house, cast.phally.actor, key, now=NOW)
    assert (page.of_place, [code for code, _ in page.offices]) == ("02", ["02"])
    with house.database.transaction() as session:
        forward(session, house, cast.phally.actor, key, Onward("02", "It is there"), now=NOW)
    with house.database.transaction() as session:
        sent = send_at_counter(session, house, cast.bopha.actor, key, Sending(), now=NOW)
    assert sent.reference.startswith("02-")


def test_a_draft_that_was_forwarded_is_removed_like_any_other(both: Kilns) -> None:
    key = begun(both)
    sent_on(both, key)
    with both.house.database.transaction() as session:
        drafts.discard_draft(session, both.house, both.cast.phally.actor, key, now=NOW)
    with both.house.database.reading() as session:
        assert session.scalars(select(Forwarding)).all() == []
