"""Hours and days off of an office: an edit moves the promises that run, and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from threading import Thread

import pytest
from sqlalchemy import select

from engine.applications import corrections
from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import BadAnswers, DayListed, HoursContradict, NotAllowed, NotFound, OfficeNeverOpens, StalePage
from engine.house import House
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from engine.offices.held_cases import Reckoned
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import OPERATOR, Actor
from engine.working_time.calendar import USUAL_WEEK, public_holidays
from storage.calendar_changes import CalendarChange
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.offices import Holiday, Office
from storage.processes import UserTask
from tests import patience
from tests.cast import NOW, Cast, Member
from tests.small.cases import CORRECTED, Kilns

FESTIVAL = Bilingual("ពិធីបុណ្យ", "Festival")
TUESDAY, WEDNESDAY = date(2026, 3, 3), date(2026, 3, 4)
MONDAY_AFTER = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
"""17:00 in Phnom Penh on the fifth working day after Monday 2 March: the promise of five working days."""


def add(house: House, actor: Actor, code: str | None, day: date, *, works: bool = False) -> Reckoned:
    with house.database.transaction() as session:
        offices.add_holiday(session, actor, code, day, name=FESTIVAL, works=works, now=NOW)
    return recomputing.work_off(house, now=NOW)


def paid(kilns: Kilns, who: Member | None = None) -> Submitted:
    """An application that is paid, so that its promise runs."""
    sent = kilns.send(who)
    kilns.pay(sent)
    return sent


def clocks(kilns: Kilns, sent: Submitted) -> dict[str, Clock]:
    with kilns.house.database.reading() as session:
        found = session.scalars(select(Clock).where(Clock.application_id == kilns.row(sent).id)).all()
    return {clock.kind: clock for clock in found}


def moved_events(kilns: Kilns, sent: Submitted) -> list[CaseEvent]:
    with kilns.house.database.reading() as session:
        return list(
            session.scalars(
                select(CaseEvent).where(
                    CaseEvent.application_id == kilns.row(sent).id, CaseEvent.kind == "deadlines_recomputed"
                )
            )
        )


def test_a_new_day_off_moves_the_promise_and_the_due_day_of_the_open_task(kilns: Kilns) -> None:
    sent = paid(kilns)
    assert kilns.row(sent).promised_at == MONDAY_AFTER
    moved = add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    assert moved == Reckoned(cases=1, clocks=3, people=1)
    assert kilns.row(sent).promised_at == MONDAY_AFTER + timedelta(days=1)
    now_due = clocks(kilns, sent)
    assert now_due["task"].due_at == datetime(2026, 3, 6, 10, 0, tzinfo=UTC)
    with kilns.house.database.reading() as session:
        task = session.scalars(select(UserTask).where(UserTask.key == kilns.task(sent, "check"))).one()
    assert task.due_at == now_due["task"].due_at


def test_the_history_of_the_case_says_what_moved_and_its_chain_holds(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    (event,) = moved_events(kilns, sent)
    assert (event.actor_id, event.actor_role) == (kilns.cast.visal.person_id, ADMINISTRATOR)
    norm = next(entry for entry in event.data["clocks"] if entry["clock"] == "norm")
    assert norm["was"] == MONDAY_AFTER.isoformat()
    assert norm["is"] == (MONDAY_AFTER + timedelta(days=1)).isoformat()
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_a_day_off_of_another_office_moves_nothing_here(kilns: Kilns) -> None:
    sent = paid(kilns)
    assert add(kilns.house, kilns.cast.visal.actor, "12", WEDNESDAY) == Reckoned(0, 0)
    assert kilns.row(sent).promised_at == MONDAY_AFTER
    assert moved_events(kilns, sent) == []


def test_a_national_day_off_moves_every_office(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns.house, kilns.cast.visal.actor, None, WEDNESDAY)
    assert kilns.row(sent).promised_at == MONDAY_AFTER + timedelta(days=1)


def test_an_office_that_works_on_a_national_day_off_keeps_its_promise(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns.house, kilns.cast.visal.actor, None, WEDNESDAY)
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY, works=True)
    assert kilns.row(sent).promised_at == MONDAY_AFTER


def test_a_day_off_on_a_weekend_moves_nothing(kilns: Kilns) -> None:
    sent = paid(kilns)
    assert add(kilns.house, kilns.cast.visal.actor, "02", date(2026, 3, 7)) == Reckoned(0, 0)
    assert moved_events(kilns, sent) == []


def test_removing_the_day_gives_it_back(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    with kilns.house.database.transaction() as session:
        holiday = session.scalars(select(Holiday.id)).one()
        offices.remove_holiday(session, kilns.cast.visal.actor, holiday, now=NOW)
    recomputing.work_off(kilns.house, now=NOW)
    assert kilns.row(sent).promised_at == MONDAY_AFTER
    assert len(moved_events(kilns, sent)) == 2


def test_removing_a_day_twice_is_harmless(kilns: Kilns) -> None:
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    with kilns.house.database.transaction() as session:
        holiday = session.scalars(select(Holiday.id)).one()
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            offices.remove_holiday(session, kilns.cast.visal.actor, holiday, now=NOW)


def test_the_same_day_twice_is_harmless_and_with_another_name_refused(kilns: Kilns) -> None:
    add(kilns.house, kilns.cast.visal.actor, None, WEDNESDAY)
    assert add(kilns.house, kilns.cast.visal.actor, None, WEDNESDAY) == Reckoned(0, 0)
    other = Bilingual("ថ្ងៃផ្សេង", "Another day")
    with pytest.raises(BadAnswers) as refused, kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, None, WEDNESDAY, name=other, now=NOW)
    assert isinstance(refused.value.errors["day"], DayListed)


@pytest.mark.parametrize(("km", "en", "field"), [("", "Festival", "name_km"), ("ពិធីបុណ្យ", "  ", "name_en")])
def test_a_day_needs_its_name_in_both_languages(house: House, cast: Cast, km: str, en: str, field: str) -> None:
    with pytest.raises(BadAnswers) as refused, house.database.transaction() as session:
        offices.add_holiday(session, cast.visal.actor, "02", WEDNESDAY, name=Bilingual(km, en), now=NOW)
    assert list(refused.value.errors) == [field]


def test_a_working_day_cannot_be_decreed_for_the_whole_country(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as refused:
        add(house, cast.visal.actor, None, WEDNESDAY, works=True)
    assert "works" in refused.value.errors


def test_a_broken_promise_stays_broken_and_the_new_day_stays_as_it_was_told(kilns: Kilns) -> None:
    sent = paid(kilns)
    late = MONDAY_AFTER + timedelta(hours=1)
    schedule.sweep(kilns.house, now=late)
    told = kilns.row(sent).promised_at
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, "02", WEDNESDAY, name=FESTIVAL, now=late)
    norm = clocks(kilns, sent)["norm"]
    assert (norm.due_at, norm.breached_at) == (MONDAY_AFTER, MONDAY_AFTER)
    assert kilns.row(sent).promised_at == told


def test_a_promise_that_stands_still_is_reckoned_with_the_new_day_when_it_runs_on(kilns: Kilns) -> None:
    sent = paid(kilns)
    kilns.check(sent, "return")
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    assert kilns.row(sent).promised_at is None
    with kilns.house.database.transaction() as session:
        task_key, dara = kilns.task(sent, "correct"), kilns.cast.dara.actor
        corrections.resubmit(session, kilns.house, dara, sent.key, task_key, raw=CORRECTED, now=NOW)
    assert kilns.row(sent).promised_at == MONDAY_AFTER + timedelta(days=1)


def test_new_hours_move_the_closing_moment_of_every_promise(kilns: Kilns) -> None:
    sent = paid(kilns)
    weekly = [(day, opens, closes) for day, opens, closes in USUAL_WEEK if closes < time(12)]
    with kilns.house.database.transaction() as session:
        offices.set_hours(session, kilns.cast.visal.actor, "02", weekly, revision=1, now=NOW)
    recomputing.work_off(kilns.house, now=NOW)
    assert kilns.row(sent).promised_at == datetime(2026, 3, 9, 4, 30, tzinfo=UTC)


def test_hours_that_did_not_change_change_nothing(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        unchanged = offices.set_hours(session, cast.visal.actor, "02", USUAL_WEEK, revision=1, now=NOW)
        assert not unchanged
        assert session.scalar(select(Office.calendar_revision).where(Office.code == "02")) == 1


def test_hours_from_a_page_that_somebody_else_overtook_are_refused(house: House, cast: Cast) -> None:
    add(house, cast.visal.actor, "02", WEDNESDAY)
    with pytest.raises(StalePage), house.database.transaction() as session:
        offices.set_hours(session, cast.visal.actor, "02", USUAL_WEEK[:2], revision=1, now=NOW)


def test_an_office_must_open_and_may_not_contradict_itself(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as never, house.database.transaction() as session:
        offices.set_hours(session, cast.visal.actor, "02", [], revision=1, now=NOW)
    assert isinstance(never.value.errors["hours"], OfficeNeverOpens)
    overlapping = [(0, time(8), time(12)), (0, time(11), time(17))]
    with pytest.raises(BadAnswers) as both, house.database.transaction() as session:
        offices.set_hours(session, cast.visal.actor, "02", overlapping, revision=1, now=NOW)
    assert isinstance(both.value.errors["hours"], HoursContradict)


def test_only_an_administrator_edits_a_calendar(house: House, cast: Cast) -> None:
    for member in (cast.dara, cast.bopha, cast.kunthea, cast.chenda):
        with pytest.raises(NotAllowed):
            add(house, member.actor, "02", WEDNESDAY)
        with pytest.raises(NotAllowed), house.database.transaction() as session:
            offices.set_hours(session, member.actor, "02", USUAL_WEEK[:2], revision=1, now=NOW)


def test_an_administrator_of_one_office_edits_that_office_only(house: House, cast: Cast) -> None:
    local = Actor(cast.kunthea.person_id, memberships=frozenset({(ADMINISTRATOR, cast.battambang)}))
    add(house, local, "02", WEDNESDAY)
    for code in ("12", None):
        with pytest.raises(NotAllowed):
            add(house, local, code, TUESDAY)


def test_an_unknown_office_is_not_found(house: House, cast: Cast) -> None:
    with pytest.raises(NotFound):
        add(house, cast.visal.actor, "99", WEDNESDAY)


def test_the_public_holidays_of_a_year_are_seeded_once_and_keep_names_that_were_edited(house: House) -> None:
    add(house, OPERATOR, None, date(2026, 11, 9))
    for _ in range(2):
        with house.database.transaction() as session:
            offices.seed_national_holidays(session, OPERATOR, 2026, now=NOW)
    with house.database.reading() as session:
        listed = {row.day: row.name_en for row in session.scalars(select(Holiday))}
    assert set(listed) == set(public_holidays(2026))
    assert listed[date(2026, 11, 9)] == FESTIVAL.en


def test_an_edit_that_fails_leaves_no_trace_in_what_is_kept(kilns: Kilns) -> None:
    paid(kilns)
    with pytest.raises(ZeroDivisionError):
        _add_and_fail(kilns)
    add(kilns.house, kilns.cast.visal.actor, "02", TUESDAY)
    later = paid(kilns, kilns.cast.bopha)
    assert kilns.row(later).promised_at == MONDAY_AFTER + timedelta(days=1)
    with kilns.house.database.reading() as session:
        office = session.scalars(select(Office).where(Office.code == "02")).one()
        assert kilns.house.calendars.of(session, office).is_working_day(WEDNESDAY)


def _add_and_fail(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, "02", WEDNESDAY, name=FESTIVAL, now=NOW)
        raise ZeroDivisionError


def test_two_administrators_who_edit_at_once_wait_for_each_other(kilns: Kilns) -> None:
    sent = paid(kilns)
    editors = [
        Thread(target=add, args=(kilns.house, kilns.cast.visal.actor, "02", day)) for day in (TUESDAY, WEDNESDAY)
    ]
    for editor in editors:
        editor.start()
    for editor in editors:
        editor.join()
    assert kilns.row(sent).promised_at == MONDAY_AFTER + timedelta(days=2)
    with kilns.house.database.reading() as session:
        assert session.scalar(select(Office.calendar_revision).where(Office.code == "02")) == 3


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_an_edit_holds_nobody_up_and_a_promise_made_meanwhile_is_reckoned_a_little_later(kilns: Kilns) -> None:
    """Only PostgreSQL lets an application be sent while an edit is under way; it still sees the old calendar."""
    sent: list[Submitted] = []
    with kilns.house.database.transaction() as session:
        offices.add_holiday(session, kilns.cast.visal.actor, "02", WEDNESDAY, name=FESTIVAL, now=NOW)
        sender = Thread(target=lambda: sent.append(paid(kilns)), daemon=True)
        sender.start()
        sender.join(timeout=patience.SECONDS)
        assert sent, "the application waited for the edit"
    assert kilns.row(sent[0]).promised_at == MONDAY_AFTER
    schedule.sweep(kilns.house, now=NOW + timedelta(minutes=2))
    assert kilns.row(sent[0]).promised_at == MONDAY_AFTER + timedelta(days=1)
    (event,) = moved_events(kilns, sent[0])
    assert event.actor_id == kilns.cast.visal.person_id


def test_the_clock_catches_up_once(kilns: Kilns) -> None:
    sent = paid(kilns)
    add(kilns.house, kilns.cast.visal.actor, "02", WEDNESDAY)
    for minutes in (2, 3):
        assert recomputing.reckon_due(kilns.house, now=NOW + timedelta(minutes=minutes)) == 0
    with kilns.house.database.reading() as session:
        assert session.scalars(select(CalendarChange.look_at)).one() is None
    assert len(moved_events(kilns, sent)) == 1
