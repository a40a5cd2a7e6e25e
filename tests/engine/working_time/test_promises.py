"""One promise and the row that keeps it: kept to the very moment, broken right after, stopped, paused, begun anew."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from engine.khmer import Bilingual
from engine.working_time import promises
from engine.working_time.calendar import USUAL_WEEK, WorkingDays, WorkingHours, WorkingTime
from engine.working_time.clocks import WAITS_FOR_APPLICANT, WAITS_FOR_SESSION
from engine.working_time.terms import Months, Share, Term
from storage.applications import Application
from storage.clocks import Clock, ClockKind, ClockStatus
from tests.small.cases import Kilns

OFFICE = WorkingTime(USUAL_WEEK)
BEGIN = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""A Monday, nine o'clock in Phnom Penh."""
DUE = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
"""The closing of the third working day after it."""
INSTANT = timedelta(microseconds=1)


def clock(
    kind: ClockKind = ClockKind.NORM, term: str = "3 working days", stands_still: str = "", warn: str = ""
) -> Clock:
    return promises.new_clock(
        application_id=1,
        office_id=2,
        kind=kind,
        term=term,
        warn_term=warn,
        calendar=OFFICE,
        now=BEGIN,
        stands_still=stands_still,
    )


def test_a_new_clock_runs_to_its_day_and_warns_before_it() -> None:
    made = clock(warn="2 working days")
    assert (made.status, made.kind, made.application_id, made.office_id) == ("running", "norm", 1, 2)
    assert (made.due_at, made.watch_at, made.warn_at) == (DUE, DUE, DUE - timedelta(days=1))
    assert (made.ledger, made.started_at) == ([["run", BEGIN.isoformat(), None, ""]], BEGIN)
    assert (made.escalate_to, made.extension) == ("", "")
    assert clock().warn_at is None


def test_a_new_clock_that_stands_still_has_no_day_until_it_runs() -> None:
    made = clock(stands_still=WAITS_FOR_APPLICANT)
    assert (made.status, made.due_at, made.ledger) == (
        ClockStatus.PAUSED,
        None,
        [["pause", BEGIN.isoformat(), None, WAITS_FOR_APPLICANT]],
    )
    assert promises.stands_still_for(made) == WAITS_FOR_APPLICANT
    promises.resume([made], OFFICE, restarts=False, now=BEGIN)
    assert (made.status, made.due_at, promises.stands_still_for(made)) == (ClockStatus.RUNNING, DUE, "")


@pytest.mark.parametrize(("late", "status"), [(-INSTANT, "met"), (timedelta(0), "met"), (INSTANT, "late")])
def test_what_is_done_at_the_due_moment_is_kept_and_a_moment_later_broken(late: timedelta, status: str) -> None:
    made = clock()
    promises.end(made, DUE + late)
    assert (made.status, made.ended_at) == (status, DUE + late)
    assert made.breached_at == (DUE if status == "late" else None)
    assert made.ledger == [["run", BEGIN.isoformat(), (DUE + late).isoformat(), ""]]


def test_a_promise_that_was_broken_before_ends_late_and_keeps_its_day() -> None:
    made = clock()
    made.breached_at, made.due_at = DUE - timedelta(days=1), DUE
    promises.end(made, BEGIN)
    assert (made.status, made.breached_at) == (ClockStatus.LATE, DUE - timedelta(days=1))


def test_a_clock_without_a_day_ends_met() -> None:
    made = clock(stands_still="a reason")
    promises.end(made, DUE + timedelta(days=30))
    assert (made.status, made.breached_at) == (ClockStatus.MET, None)


def test_a_promise_that_no_longer_applies_is_stopped_however_late_it_is() -> None:
    made = clock()
    promises.stop(made, DUE + timedelta(days=1))
    assert (made.status, made.ended_at, made.breached_at) == (ClockStatus.STOPPED, DUE + timedelta(days=1), None)
    assert made.ledger[-1][2] == (DUE + timedelta(days=1)).isoformat()


def test_a_pause_and_what_follows_are_entries_of_the_ledger_and_move_the_day() -> None:
    made, noon, later = clock(), BEGIN + timedelta(hours=3), BEGIN + timedelta(days=2)
    promises.pause([made], OFFICE, "a reason", noon)
    assert (made.status, made.due_at, promises.stands_still_for(made)) == (ClockStatus.PAUSED, None, "a reason")
    promises.pause([made], OFFICE, "another", later)
    promises.resume([made], OFFICE, restarts=True, now=later)
    assert [entry[0] for entry in made.ledger] == ["run", "pause", "run"]
    assert made.ledger[1] == ["pause", noon.isoformat(), later.isoformat(), "a reason"]
    assert (made.status, made.due_at) == (ClockStatus.RUNNING, DUE + timedelta(days=1))
    promises.resume([made], OFFICE, restarts=True, now=later + timedelta(days=9))
    assert len(made.ledger) == 3


def test_only_what_waited_for_the_applicant_begins_anew_and_is_warned_anew() -> None:
    made, later = clock(), BEGIN + timedelta(days=1)
    made.warned_at = made.told_at = made.new_due_at = made.extended_at = BEGIN
    made.extended_by = "1 working day"
    promises.pause([made], OFFICE, WAITS_FOR_APPLICANT, BEGIN)
    promises.resume([made], OFFICE, restarts=True, now=later)
    assert made.ledger[-1] == ["restart", later.isoformat(), None, ""]
    assert [made.warned_at, made.told_at, made.new_due_at, made.extended_at] == [None] * 4
    assert made.due_at == DUE + timedelta(days=1)


def test_a_new_day_counts_how_often_and_remembers_the_first() -> None:
    made, again = clock(), DUE + timedelta(days=6, hours=1)
    made.breaches = 0
    promises.extend(made, "2 working days", DUE + timedelta(days=4), told=True, now=DUE + INSTANT)
    assert (made.breached_at, made.breaches, made.told_at) == (DUE, 1, DUE + INSTANT)
    assert made.new_due_at == made.watch_at == DUE + timedelta(days=4)
    assert made.extended_by == "2 working days"
    promises.extend(made, "1 working day", again, told=False, now=DUE + timedelta(days=5))
    assert (made.breached_at, made.breaches, made.told_at) == (DUE, 2, None)
    assert (made.new_due_at, made.watch_at, made.extended_at) == (again, again, DUE + timedelta(days=5))
    promises.reckon(made, OFFICE)
    assert made.due_at == DUE
    assert made.new_due_at == made.watch_at != again


def test_the_norm_is_promised_before_the_term_and_a_day_that_was_told_is_never_undercut() -> None:
    norm, term, task = clock(), clock(ClockKind.TERM, "10 working days"), clock(ClockKind.TASK, "1 working day")
    assert promises.promised_at([term, task, norm]) == DUE
    assert promises.promised_at([term, task]) == term.due_at
    assert promises.promised_at([task]) is None
    task.new_due_at = DUE + timedelta(days=9)
    assert promises.promised_at([norm, task]) == DUE
    task.told_at = BEGIN
    assert promises.promised_at([norm, task]) == DUE + timedelta(days=9)
    norm.status = ClockStatus.PAUSED
    assert promises.promised_at([norm, term]) is None


@pytest.mark.parametrize(("late", "shown"), [(-INSTANT, True), (timedelta(0), True), (INSTANT, False)])
def test_a_day_is_shown_up_to_its_very_moment_and_overdue_after_it(late: timedelta, shown: bool) -> None:
    application = Application(promised_at=DUE)
    assert promises.day_shown(application, DUE + late) == (DUE if shown else None)
    assert promises.is_overdue(application, DUE + late) is not shown
    application.ended_at = BEGIN
    assert promises.day_shown(application, DUE + late) is None
    assert not promises.is_overdue(application, DUE + late)


def test_without_a_day_nothing_is_shown_and_nothing_is_overdue() -> None:
    assert promises.day_shown(Application(), DUE) is None
    assert not promises.is_overdue(Application(), DUE)


@pytest.mark.parametrize(
    ("term", "warning"),
    [
        (WorkingDays(1), ""),
        (WorkingDays(2), "1 working day"),
        (WorkingDays(5), "4 working days"),
        (WorkingDays(9), "8 working days"),
        (WorkingDays(10), "8 working days"),
        (WorkingHours(5), "4 working hours"),
        (WorkingHours(1), ""),
    ],
)
def test_a_promise_warns_when_four_fifths_of_it_are_used(term: Term, warning: str) -> None:
    assert promises.warning_of(term) == warning


def test_the_day_that_a_clock_would_get_if_it_ran_on_now() -> None:
    runs, stands = clock(), clock(stands_still="a reason")
    assert promises.day_if_it_ran(runs, OFFICE, BEGIN) == runs.watch_at
    assert promises.day_if_it_ran(stands, OFFICE, BEGIN + timedelta(days=1)) == DUE + timedelta(days=1)
    assert stands.due_at is None


def test_days_that_turn_out_to_have_been_off_are_given_back_up_to_now() -> None:
    made, now = clock(), BEGIN + timedelta(days=1, hours=3)
    tuesday, friday = (BEGIN + timedelta(days=1)).date(), (BEGIN + timedelta(days=4)).date()
    promises.leave_out(made, [tuesday, friday], OFFICE, now)
    midnight = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    assert [entry[:3] for entry in made.ledger] == [
        ["run", BEGIN.isoformat(), midnight.isoformat()],
        ["pause", midnight.isoformat(), now.isoformat()],
        ["run", now.isoformat(), None],
    ]


def promised(norm: Term | None) -> tuple[Application, dict[ClockKind, Clock]]:
    application = Application(id=7, office_id=3)
    with Session() as session:
        promises.promise(session, application, term=WorkingDays(10), norm=norm, calendar=OFFICE, now=BEGIN)
        made = {clock.kind: clock for clock in session.new if isinstance(clock, Clock)}
    return application, made


def test_an_application_is_promised_the_norm_of_the_office_beside_the_term_of_the_law() -> None:
    application, made = promised(WorkingDays(3))
    assert application.promised_at == DUE
    term, norm = made[ClockKind.TERM], made[ClockKind.NORM]
    assert len(made) == 2
    assert (term.term, term.warn_term, norm.term, norm.warn_term) == (
        "10 working days", "8 working days", "3 working days", "2 working days",
    )  # fmt: skip
    for each in (term, norm):
        assert (each.application_id, each.office_id, each.started_at) == (7, 3, BEGIN)
        assert each.status == ClockStatus.RUNNING
    assert (norm.due_at, term.due_at) == (DUE, datetime(2026, 3, 16, 10, 0, tzinfo=UTC))


def test_without_a_norm_the_term_of_the_law_is_promised() -> None:
    application, made = promised(None)
    assert list(made) == [ClockKind.TERM]
    assert application.promised_at == made[ClockKind.TERM].due_at == datetime(2026, 3, 16, 10, 0, tzinfo=UTC)


def test_a_day_that_is_counted_from_a_payment_is_told_by_its_length() -> None:
    told = promises.after_payment(WorkingDays(3))
    assert (told.km, told.en) == ("៣ ថ្ងៃធ្វើការ ក្រោយពេលបង់ប្រាក់", "3 working days after payment")


def test_a_broken_clock_that_stands_still_would_get_a_day_from_what_is_left_of_its_extension() -> None:
    made, later = clock(), DUE + timedelta(days=4, hours=1)
    made.breaches = 0
    promises.extend(made, "2 working days", DUE + timedelta(days=4), told=True, now=DUE + INSTANT)
    promises.pause([made], OFFICE, WAITS_FOR_APPLICANT, DUE + timedelta(hours=1))
    wednesday = datetime(2026, 3, 11, 10, 0, tzinfo=UTC)  # two working days after Monday the 9th
    assert promises.day_if_it_ran(made, OFFICE, later) == wednesday
    assert made.watch_at is None


def test_a_day_off_counts_from_its_midnight_and_says_why() -> None:
    made, midnight = clock(), datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    tuesday = (BEGIN + timedelta(days=1)).date()
    promises.leave_out(made, [tuesday], OFFICE, midnight)
    assert made.ledger == [["run", BEGIN.isoformat(), None, ""]]
    assert made.due_at == DUE
    promises.leave_out(made, [tuesday], OFFICE, midnight + timedelta(days=2))
    assert made.ledger == [
        ["run", BEGIN.isoformat(), midnight.isoformat(), ""],
        ["pause", midnight.isoformat(), (midnight + timedelta(days=1)).isoformat(), promises.WAS_NO_WORKING_DAY],
        ["run", (midnight + timedelta(days=1)).isoformat(), None, ""],
    ]
    assert (made.due_at, made.watch_at) == (DUE + timedelta(days=1), DUE + timedelta(days=1))


def test_a_warning_stands_still_with_its_clock_and_moves_with_it() -> None:
    made = clock(warn="2 working days")
    promises.pause([made], OFFICE, "a reason", BEGIN)
    assert (made.due_at, made.watch_at, made.warn_at) == (None, None, None)
    promises.resume([made], OFFICE, restarts=False, now=BEGIN + timedelta(days=2))
    assert (made.due_at, made.warn_at) == (DUE + timedelta(days=1), DUE)
    assert made.status == ClockStatus.RUNNING


def test_of_several_clocks_those_that_run_are_paused_and_those_that_stand_still_run_on() -> None:
    stands, runs = clock(stands_still="a reason"), clock()
    promises.pause([stands, runs], OFFICE, "another", BEGIN)
    assert [promises.stands_still_for(each) for each in (stands, runs)] == ["a reason", "another"]
    runs.status = ClockStatus.RUNNING
    promises.resume([runs, stands], OFFICE, restarts=False, now=BEGIN)
    assert [each.status for each in (stands, runs)] == [ClockStatus.RUNNING, ClockStatus.RUNNING]
    assert stands.due_at == DUE


def test_the_open_clocks_of_a_case_are_its_own_that_run_or_stand_still_the_oldest_first(kilns: Kilns) -> None:
    sent, other = kilns.send(), kilns.send()
    kilns.pay(other)
    key = kilns.row(sent).id
    with kilns.house.database.transaction() as session:
        found = promises.open_clocks(session, key)
        assert [(each.kind, each.status) for each in found] == [("term", "paused"), ("norm", "paused")]
        found[0].status = ClockStatus.STOPPED
    with kilns.house.database.reading() as session:
        assert [each.kind for each in promises.open_clocks(session, key)] == ["norm"]


def test_a_warning_by_share_is_that_part_of_the_term() -> None:
    shares = clock(term="10 working days", warn="80 %")
    assert shares.warn_at == clock(term="10 working days", warn="8 working days").warn_at
    assert shares.due_at == clock(term="10 working days").due_at
    hours = clock(term="10 working hours", warn="50 %")
    assert hours.warn_at == clock(term="10 working hours", warn="5 working hours").warn_at


def test_a_clock_of_which_nobody_says_when_to_warn_does_not_warn() -> None:
    made = promises.new_clock(
        application_id=1, office_id=2, kind=ClockKind.TASK, term="3 working days", calendar=OFFICE, now=BEGIN
    )
    assert (made.warn_term, made.warn_at, made.escalate_to, made.extension) == ("", None, "", "")


@pytest.mark.parametrize(
    ("term", "warned"),
    [
        (WorkingDays(10), "8 working days"),
        (WorkingDays(3), "2 working days"),
        (WorkingDays(1), ""),
        (WorkingHours(4), "3 working hours"),
        (Months(1), "80 %"),
    ],
)
def test_the_office_is_warned_when_four_fifths_are_used_unless_the_service_says_otherwise(
    kilns: Kilns, term: Term, warned: str
) -> None:
    row = kilns.row(kilns.send())
    with kilns.house.database.transaction() as session:
        application = session.get_one(Application, row.id)
        usual, said = (
            promises.promise(session, application, term=term, norm=None, calendar=OFFICE, now=BEGIN, warn=warn)
            for warn in (None, Share(50))
        )
        assert [(each.kind, each.term, each.warn_term) for each in (*usual, *said)] == [
            (ClockKind.TERM, str(term), warned),
            (ClockKind.TERM, str(term), "50 %"),
        ]
        session.rollback()


def test_a_day_that_is_not_known_yet_is_told_by_its_length() -> None:
    assert promises.after_payment(WorkingDays(3)) == Bilingual(
        "៣ ថ្ងៃធ្វើការ ក្រោយពេលបង់ប្រាក់", "3 working days after payment"
    )
    assert promises.after_completeness(WorkingDays(1)).km == "១ ថ្ងៃធ្វើការ ក្រោយពេលឯកសារគ្រប់គ្រាន់"
    assert promises.after_completeness(Months(1)) == Bilingual(
        "១ ខែ ក្រោយពេលឯកសារគ្រប់គ្រាន់", "1 month after the papers are complete"
    )


def test_a_day_that_begins_at_this_very_moment_is_not_left_out_yet() -> None:
    made = clock()
    midnight = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)
    promises.leave_out(made, [date(2026, 3, 3)], OFFICE, midnight)
    assert made.ledger == [["run", BEGIN.isoformat(), None, ""]]


def test_a_step_on_a_server_whose_clock_is_behind_ends_no_stretch_before_it_began() -> None:
    made = clock()
    promises.stand([made], OFFICE, WAITS_FOR_APPLICANT, now=BEGIN + timedelta(hours=1))
    promises.stand([made], OFFICE, "", now=BEGIN + timedelta(minutes=59))
    later = (BEGIN + timedelta(hours=1)).isoformat()
    assert made.ledger == [
        ["run", BEGIN.isoformat(), later, ""],
        ["pause", later, later, WAITS_FOR_APPLICANT],
        ["run", later, None, ""],
    ]
    assert (made.status, made.due_at) == (ClockStatus.RUNNING, DUE)


def test_a_clock_that_is_over_keeps_the_moment_at_which_it_ended() -> None:
    made = clock()
    promises.stop(made, DUE)
    before = made.ledger
    promises.stop(made, DUE + INSTANT)
    assert made.ledger == before


def test_a_wait_for_a_session_is_written_with_its_end_and_the_promised_day_counts_from_it() -> None:
    made, ahead = clock(), BEGIN + timedelta(days=7)
    promises.stand([made], OFFICE, WAITS_FOR_SESSION, until=ahead, now=BEGIN)
    assert made.ledger == [
        ["pause", BEGIN.isoformat(), ahead.isoformat(), WAITS_FOR_SESSION],
        ["run", ahead.isoformat(), None, ""],
    ]
    assert (made.status, made.due_at) == (ClockStatus.RUNNING, DUE + timedelta(days=7))


def test_of_several_clocks_one_that_is_told_nothing_new_keeps_none_of_the_others_from_it() -> None:
    stands, runs = clock(stands_still=WAITS_FOR_APPLICANT), clock()
    promises.stand([stands, runs], OFFICE, WAITS_FOR_APPLICANT, now=BEGIN + timedelta(hours=1))
    assert [each.status for each in (stands, runs)] == [ClockStatus.PAUSED, ClockStatus.PAUSED]


@pytest.mark.parametrize("restarts", [True, False])
def test_an_answer_begins_the_time_that_is_left_anew_once_and_only_where_the_service_says_so(restarts: bool) -> None:
    made = clock()
    made.breaches = 0
    promises.extend(made, "2 working days", DUE + timedelta(days=2), told=True, now=DUE)
    promises.stand([made], OFFICE, WAITS_FOR_APPLICANT, restarts=restarts, now=DUE + INSTANT)
    assert made.extended_at == DUE
    promises.stand([made], OFFICE, "", restarts=restarts, now=DUE + timedelta(days=1))
    assert made.extended_at == (None if restarts else DUE)
    again = DUE + timedelta(days=2)
    promises.extend(made, "2 working days", again + timedelta(days=2), told=True, now=again)
    promises.stand([made], OFFICE, "something else", restarts=restarts, now=again + INSTANT)
    promises.stand([made], OFFICE, "", restarts=restarts, now=again + timedelta(days=1))
    assert made.extended_at == again


def test_no_stretch_ends_before_it_began_whoever_comes_with_an_earlier_moment() -> None:
    """A step that began later may have been kept first."""
    earlier = BEGIN - timedelta(seconds=1)
    paused = clock(stands_still=WAITS_FOR_APPLICANT)
    assert promises.day_if_it_ran(paused, OFFICE, earlier) == DUE
    running, ended, stopped = clock(), clock(), clock()
    promises.pause([running], OFFICE, WAITS_FOR_APPLICANT, earlier)
    promises.resume([running, paused], OFFICE, restarts=False, now=earlier)
    promises.end(ended, earlier)
    promises.stop(stopped, earlier)
    for each in (running, paused, ended, stopped):
        ledger = promises.intervals(each)
        assert all(stretch.started_at == BEGIN and stretch.ended_at in (None, BEGIN) for stretch in ledger)
    assert (running.due_at, paused.due_at) == (DUE, DUE)
