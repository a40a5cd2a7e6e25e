"""Nobody is promised a day before the one they chose, however often it was chosen, lost and changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from engine.packages import Chosen, build_package, promise_stands
from engine.working_time import clocks
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from engine.working_time.terms import Months, Term, WorkingDays, WorkingHours
from tests.properties import given, st
from tests.small.files import changed

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""A Monday morning."""
OFFICE = WorkingTime(USUAL_WEEK, frozenset({datetime(2026, 3, 9, tzinfo=UTC).date()}))
FORM = '<spiffworkflow:property name="form" value="held" />'
PACKAGE = build_package(
    changed(
        "industry/pottery_course",
        ("process.bpmn", FORM, f'{FORM}<spiffworkflow:property name="any_day" value="yes" />'),
    )
)
HAPPENS = st.lists(
    st.tuples(
        st.sampled_from(["chosen", "lost", "applicant is asked", "office goes on"]),
        st.integers(0, 40).map(lambda hours: timedelta(hours=hours)),
        st.integers(1, 12 * 24).map(lambda hours: timedelta(hours=hours)),
    ),
    min_size=1,
    max_size=6,
)
_NOTHING: Chosen = {}
TERMS = st.one_of(
    st.integers(1, 9).map(WorkingDays), st.integers(1, 40).map(WorkingHours), st.integers(1, 2).map(Months)
)


@given(term=TERMS, happens=HAPPENS, restarts=st.booleans())
def test_a_promise_is_never_before_the_day_that_was_chosen_and_uses_no_time_until_then(
    term: Term, happens: list[tuple[str, timedelta, timedelta]], restarts: bool
) -> None:
    at, ledger, chosen, theirs = NOW, clocks.begin(NOW), _NOTHING, False
    for what, later, ahead in happens:
        at += later
        match what:
            case "chosen":
                chosen, theirs = {"course": at + ahead}, False
            case "lost":
                chosen = {"course": None} if chosen else chosen
            case _:
                theirs = what == "applicant is asked"
        tasks = [PACKAGE.tasks["choose" if theirs else "hold"]]
        stands = promise_stands(PACKAGE, tasks, chosen, at)
        ledger = clocks.stand(ledger, stands.reason, restarts=restarts, at=at, until=stands.until)
        due, day = clocks.due_at(term, ledger, OFFICE), chosen.get("course")
        if theirs:
            assert due is None or due <= at
        elif day is not None and day > at:
            used = clocks.consumed(term, ledger, OFFICE, now=at)
            assert clocks.consumed(term, ledger, OFFICE, now=day - timedelta(microseconds=1)) == used
            assert due is not None
            assert due >= day or due <= at  # or it was used up before
        else:
            assert due is not None
