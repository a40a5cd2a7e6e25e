"""When open cases are expected to be done, who is told that one will be late, and whether dates held."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.applications.submitting import Submitted
from engine.clockwork import expected_dates, schedule
from engine.reporting import measuring
from storage.applications import Application
from storage.clocks import Clock
from storage.expected_dates import DateRecord, ExpectedDate
from storage.messages import Notification
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.finished import finish
from tests.statements import counted

DAY = timedelta(days=1)
FRIDAY = datetime.fromisoformat("2026-03-06T10:00:00+00:00")


def look(kilns: Kilns, *, now: datetime = NOW) -> None:
    with kilns.house.database.transaction() as session:
        measuring.keep(session, measuring.measure(session, kilns.house, kilns.cast.battambang, now=now), now=now)
    expected_dates.look(kilns.house, 0, now=now)


def row(kilns: Kilns, sent: Submitted) -> ExpectedDate | None:
    with kilns.house.database.reading() as session:
        wanted = select(ExpectedDate).join(Application, Application.id == ExpectedDate.application_id)
        return session.scalars(wanted.where(Application.key == sent.key)).one_or_none()


def expected(kilns: Kilns, sent: Submitted) -> ExpectedDate:
    found = row(kilns, sent)
    assert found is not None
    return found


def paid(kilns: Kilns, *, now: datetime = NOW) -> Submitted:
    sent = kilns.send(now=now)
    kilns.pay(sent, now=now)
    return sent


def told(kilns: Kilns) -> list[tuple[int | None, str]]:
    with kilns.house.database.reading() as session:
        rows = session.execute(
            select(Notification.person_id, Notification.subject).where(Notification.subject.like("ប្រហែលជានឹងយឺត%"))
        )
        return sorted((person_id, subject) for person_id, subject in rows)


def test_a_case_is_expected_when_comparable_ones_were_done(kilns: Kilns) -> None:
    finish(kilns, [*[1] * 10, *[4] * 10])
    sent = paid(kilns)
    look(kilns)
    found = expected(kilns, sent)
    assert found.most_at is not None
    assert found.half_at is not None
    assert NOW < found.half_at < found.most_at <= FRIDAY, "less work waits than when those came that took four days"
    assert (found.elements, found.late_since, found.told_at) == ("check", None, None)
    assert told(kilns) == []


def test_of_too_few_comparable_cases_nothing_is_said(kilns: Kilns) -> None:
    finish(kilns, [1] * 3)
    sent = paid(kilns)
    look(kilns)
    assert row(kilns, sent) is None


def test_whoever_has_a_case_that_will_be_late_its_head_and_its_applicant_are_told_once(kilns: Kilns) -> None:
    finish(kilns, [4] * 20)
    sent = paid(kilns)
    promise_in(kilns, sent, days=2)
    look(kilns)
    found = expected(kilns, sent)
    assert found.late_since == NOW
    assert found.told_at == NOW
    cast = kilns.cast
    concerned = {cast.dara.person_id, cast.bopha.person_id, cast.vannak.person_id, cast.kunthea.person_id}
    assert {person_id for person_id, _ in told(kilns)} == concerned
    once = told(kilns)
    look(kilns, now=NOW + timedelta(hours=1))
    expected_dates.look(kilns.house, 0, now=NOW + timedelta(hours=2))
    assert told(kilns) == once


def test_it_is_told_before_the_promise_is_broken_and_not_after(kilns: Kilns) -> None:
    finish(kilns, [4] * 20)
    sent = paid(kilns)
    promise_in(kilns, sent, days=2)
    schedule.sweep(kilns.house, now=NOW + 4 * DAY, parts=[schedule.DEADLINES])
    look(kilns, now=NOW + 4 * DAY)
    found = expected(kilns, sent) if row(kilns, sent) else None
    assert found is None or found.late_since is None
    assert told(kilns) == []


def test_a_case_that_catches_up_is_no_longer_marked(kilns: Kilns) -> None:
    finish(kilns, [4] * 20)
    sent = paid(kilns)
    promise_in(kilns, sent, days=2)
    look(kilns)
    promise_in(kilns, sent, days=8)
    look(kilns, now=NOW + timedelta(minutes=5))
    assert expected(kilns, sent).late_since is None


def test_while_the_applicant_is_to_mend_something_no_day_is_expected(kilns: Kilns) -> None:
    finish(kilns, [4] * 20)
    sent = paid(kilns)
    look(kilns)
    kilns.check(sent, "return", now=NOW)
    look(kilns, now=NOW + timedelta(minutes=5))
    found = expected(kilns, sent)
    assert (found.half_at, found.most_at) == (None, None)


def test_what_a_case_took_is_kept_beside_what_was_told_and_counted(kilns: Kilns) -> None:
    finish(kilns, [1] * 20)
    in_time, late = paid(kilns), paid(kilns)
    look(kilns)
    kilns.check(in_time, "ok", now=NOW + timedelta(hours=1))
    look(kilns, now=NOW + 3 * DAY)
    assert (expected(kilns, in_time).took, expected(kilns, in_time).is_over) == (0, True)
    assert (expected(kilns, late).took, expected(kilns, late).is_over) == (3, False), "longer than was told, so far"
    kilns.check(late, "ok", now=NOW + 4 * DAY)
    look(kilns, now=NOW + 4 * DAY)
    look(kilns, now=NOW + 4 * DAY)
    assert (expected(kilns, late).took, expected(kilns, late).is_over) == (4, True)
    with kilns.house.database.reading() as session:
        record = session.scalars(select(DateRecord)).one()
    assert (record.told, record.most) == (2, 1)


def test_one_case_that_breaks_keeps_nobody_else_from_being_told(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(kilns, [4] * 20)
    broken, fine = paid(kilns), paid(kilns)
    for sent in (broken, fine):
        promise_in(kilns, sent, days=2)
    tell = expected_dates.will_be_late.tell

    def breaks(session, late, *, now):  # type: ignore[no-untyped-def]
        assert all(each.turn.case.application.key != broken.key for each, _ in late)
        tell(session, late, now=now)

    monkeypatch.setattr(expected_dates.will_be_late, "tell", breaks)
    look(kilns)
    assert expected(kilns, broken).told_at is None
    assert expected(kilns, fine).told_at == NOW


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_cost_does_not_grow_with_the_cases_and_what_did_not_change_is_not_written(kilns: Kilns) -> None:
    finish(kilns, [4] * 20)
    paid(kilns)
    look(kilns)

    def statements() -> list[str]:
        with counted(kilns.house.database) as cost:
            expected_dates.look(kilns.house, 0, now=NOW + timedelta(minutes=5))
        return cost.texts

    few = statements()
    assert not [text for text in few if text.startswith(("INSERT", "UPDATE", "DELETE"))]
    for _ in range(3):
        paid(kilns)
    expected_dates.look(kilns.house, 0, now=NOW)
    assert len(statements()) == len(few)


def test_applications_that_are_over_are_passed_in_one_piece(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    finish(kilns, [4] * 20)
    sent = paid(kilns)
    monkeypatch.setattr(expected_dates, "LOOKED_THROUGH", 1)
    assert expected_dates.look(kilns.house, 0, now=NOW) == (0, expected_dates.EVERY)
    look(kilns)
    assert expected(kilns, sent).most_at is not None
    monkeypatch.setattr(expected_dates, "EMPTY", 5)
    assert expected_dates.look(kilns.house, 0, now=NOW) == (5, timedelta()), "and not for ever"


def promise_in(kilns: Kilns, sent: Submitted, *, days: int) -> None:
    """The office promised so many days after all."""
    with kilns.house.database.transaction() as session:
        ids = select(Application.id).where(Application.key == sent.key).scalar_subquery()
        session.execute(
            update(Clock)
            .where(Clock.application_id == ids, Clock.kind == "norm")
            .values(term=f"{days} working days", due_at=NOW + days * DAY, watch_at=NOW + days * DAY)
        )
