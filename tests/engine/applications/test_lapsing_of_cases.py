"""Who is asked and stays silent: reminded, then the application lapses, and can be begun anew with the same answers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications import beginning_anew, drafts
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import NotFound, TaskGone
from engine.queries.admin.reports import Period, ReportFilter, report
from engine.queries.citizen.next_step import next_step
from engine.queries.public.tracking import progress
from engine.queries.shared.names import read_names
from engine.versions import replaying
from storage.applications import Application
from storage.clocks import Clock, ClockStatus
from tests.cast import NOW
from tests.small.potters import Potters

LAPSES = datetime(2026, 3, 12, 10, 0, tzinfo=UTC)
"""Eight working days after NOW, when the office closes."""
LATER = LAPSES + timedelta(hours=1)


def lapsed(potters: Potters, **how: object) -> str:
    key = potters.failed(**how)  # type: ignore[arg-type]
    schedule.sweep(potters.house, now=LAPSES + timedelta(minutes=1))
    return key


def test_silence_ends_the_case_once_its_time_is_over(potters: Potters) -> None:
    key = potters.failed()
    schedule.sweep(potters.house, now=LAPSES - timedelta(minutes=1))
    assert potters.row(key).status == "running"
    schedule.sweep(potters.house, now=LAPSES)
    row = potters.row(key)
    assert (row.status, row.outcome, row.decided_at) == ("ended", "lapsed", None)
    with potters.house.database.reading() as session:
        clocks = set(session.scalars(select(Clock.status).where(Clock.application_id == row.id)))
        assert clocks == {ClockStatus.STOPPED}
        assert replaying.replay(session, potters.house, row.id).same
        assert list(verify_chains(session, row.id)) == []


def test_the_applicant_is_reminded_before_and_told_after(potters: Potters) -> None:
    key = potters.failed()
    before = len(potters.told(key))
    for day in range(15):
        schedule.sweep(potters.house, now=NOW + timedelta(days=day))
    reminder, told = potters.told(key)[before:]
    assert "យើងនៅរង់ចាំអ្នក" in reminder
    assert "បានបិទ" in told


def test_an_answer_in_time_keeps_it_and_one_too_late_is_told(potters: Potters) -> None:
    in_time, late = potters.failed(), potters.failed()
    potters.answer(in_time, {"wants": "stop"}, now=LAPSES - timedelta(minutes=5))
    schedule.sweep(potters.house, now=LATER)
    assert potters.row(in_time).outcome == "rejected"
    with pytest.raises(TaskGone):
        potters.answer(late, {"wants": "stop"}, now=LATER)


def test_tracking_says_so_and_waits_for_nothing(potters: Potters) -> None:
    row = potters.row(lapsed(potters))
    with potters.house.database.reading() as session:
        stands = progress(session, potters.house, row.id, now=LATER)
    assert (stands.outcome, stands.waits_for, stands.promised_at) == ("lapsed", None, None)


def test_reports_count_it_by_itself(potters: Potters) -> None:
    lapsed(potters)
    march = Period(date(2026, 3, 1), date(2026, 3, 1))
    with potters.house.database.reading() as session:
        names = read_names(session, potters.house, now=LATER)
        total = report(session, names, potters.cast.visal.actor, march, ReportFilter()).total
    assert (total.received, total.lapsed, total.withdrawn, total.refused, total.granted) == (1, 1, 0, 0, 0)


def test_it_is_begun_anew_with_the_answers_that_were_given(potters: Potters) -> None:
    key = lapsed(potters)
    dara = potters.cast.dara.actor
    with potters.house.database.transaction() as session:
        again = beginning_anew.begin_anew(session, potters.house, dara, key, now=LATER)
    row = potters.row(again)
    before = potters.row(key).answers
    assert row.status == "draft"
    assert row.answers == {name: value for name, value in before.items() if name != "pieces_together"}
    assert (row.answers["years"], row.answers["wheels"][0]["pieces"]) == (10, 4)
    with potters.house.database.reading() as session:
        assert next_step(session, potters.house, dara, again, now=LATER) is None
    with potters.house.database.transaction() as session:
        assert beginning_anew.begin_anew(session, potters.house, dara, key, now=LATER) == again
    with potters.house.database.reading() as session:
        assert len(session.scalars(select(Application)).all()) == 2


def test_what_was_typed_into_a_draft_meanwhile_is_kept(potters: Potters) -> None:
    key = lapsed(potters)
    dara = potters.cast.dara.actor
    draft = potters.draft(answers={}, now=LATER)
    with potters.house.database.transaction() as session:
        drafts.save_page(session, potters.house, dara, draft, "craft", raw={"years": "12"}, now=LATER)
    with potters.house.database.transaction() as session:
        assert beginning_anew.begin_anew(session, potters.house, dara, key, now=LATER) == draft
    assert potters.row(draft).answers["years"] == 12


def test_the_counter_begins_anew_what_it_filed(potters: Potters) -> None:
    key = lapsed(potters, by=potters.cast.bopha)
    with potters.house.database.transaction() as session:
        again = beginning_anew.begin_anew(session, potters.house, potters.cast.vannak.actor, key, now=LATER)
    row = potters.row(again)
    assert (row.channel, row.applicant_id) == ("counter", potters.cast.dara.person_id)


def test_only_what_lapsed_is_begun_anew_and_only_by_its_owner(potters: Potters) -> None:
    running, over = potters.send(), lapsed(potters)
    for key, who in ((running, potters.cast.dara), (over, potters.cast.sreyneang), (over, potters.cast.rithy)):
        with pytest.raises(NotFound), potters.house.database.transaction() as session:
            beginning_anew.begin_anew(session, potters.house, who.actor, key, now=LATER)
