"""A new day is a promise too: watched, broken with its own message and history, taken one level higher each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.packages.groups import HEAD
from engine.people.actors import Actor
from engine.queries.citizen.account import account_page
from engine.queries.office.case_file import case_file
from engine.queries.office.inbox import inbox
from engine.queries.public.tracking import Progress, progress
from engine.queries.shared.stretches import Wanted
from engine.working_time.promises import intervals
from storage.clocks import Clock
from storage.events import CaseEvent
from storage.messages import Notification
from storage.processes import UserTask
from tests.cast import NOW, Member
from tests.small.cases import Kilns
from tests.ways import step

DAY = timedelta(days=1)
WEEK = 7 * DAY


@step
def late(kilns: Kilns, *sweeps: datetime) -> Submitted:
    """An application that was paid at once and that nobody checks; the clock looks at these moments."""
    sent = kilns.send()
    kilns.pay(sent)
    for moment in sweeps:
        schedule.sweep(kilns.house, now=moment)
    return sent


def told(kilns: Kilns, who: Member, since: datetime, *words: str) -> list[str]:
    """The bodies of what somebody was told since then that contain these words, once for each way it went."""
    with kilns.house.database.reading() as session:
        rows = session.scalars(
            select(Notification)
            .where(Notification.person_id == who.person_id, Notification.created_at >= since)
            .order_by(Notification.id)
        ).all()
    bodies = dict.fromkeys((row.created_at, row.subject + " " + row.body) for row in rows)
    return [body for _, body in bodies if all(word in body for word in words)]


def history(kilns: Kilns, sent: Submitted, kind: str) -> Sequence[CaseEvent]:
    with kilns.house.database.reading() as session:
        found = select(CaseEvent).where(CaseEvent.application_id == kilns.row(sent).id, CaseEvent.kind == kind)
        return session.scalars(found.order_by(CaseEvent.seq)).all()


def clock(kilns: Kilns, sent: Submitted, kind: str) -> Clock:
    with kilns.house.database.reading() as session:
        found = select(Clock).where(Clock.application_id == kilns.row(sent).id, Clock.kind == kind)
        return session.scalars(found.order_by(Clock.id.desc())).first()  # type: ignore[return-value]


def seen(kilns: Kilns, sent: Submitted, now: datetime) -> Progress:
    with kilns.house.database.reading() as session:
        return progress(session, kilns.house, kilns.row(sent).id, now=now)


def test_a_new_day_that_passes_is_broken_like_the_first_as_often_as_it_happens(kilns: Kilns) -> None:
    moments = [NOW + weeks * WEEK for weeks in range(2, 7)]
    sent = late(kilns, *moments)
    assert len(history(kilns, sent, "breached")) == 3  # the task, the norm and the legal term, each the first time
    norm = [event for event in history(kilns, sent, "breached_again") if event.data["clock"] == "norm"]
    assert [event.at for event in norm] == moments[1:]
    for before, after in pairwise(norm):
        assert after.data["due_at"] == before.data["new_due_at"]
    promised = kilns.row(sent).promised_at
    assert promised is not None
    assert promised > moments[-1]
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_the_applicant_gets_its_own_message_for_each_new_day_that_was_broken(kilns: Kilns) -> None:
    late(kilns, NOW + 2 * WEEK, NOW + 3 * WEEK, NOW + 4 * WEEK)
    first = told(kilns, kilns.cast.dara, NOW + DAY)
    assert len(first) == 3
    assert ["ម្ដងទៀត" in body for body in first] == [False, True, True]  # "once more"


def test_the_new_day_at_its_very_moment_is_kept_and_a_moment_later_broken(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 2 * WEEK)
    new_day = kilns.row(sent).promised_at
    assert new_day is not None
    schedule.sweep(kilns.house, now=new_day)
    assert history(kilns, sent, "breached_again") == []
    schedule.sweep(kilns.house, now=new_day + timedelta(seconds=1))
    assert history(kilns, sent, "breached_again") != []


def test_a_sweep_that_looks_again_breaks_nothing_twice(kilns: Kilns) -> None:
    sent = late(kilns, *[NOW + 2 * WEEK] * 3)
    assert (clock(kilns, sent, "norm").breaches, clock(kilns, sent, "task").breaches) == (1, 1)
    assert len(told(kilns, kilns.cast.dara, NOW + DAY)) == 1


def test_the_clock_plans_to_look_at_the_new_day(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 3 * WEEK)
    with kilns.house.database.reading() as session:
        assert schedule.next_due(session) == kilns.row(sent).promised_at == clock(kilns, sent, "norm").new_due_at


def test_each_time_it_goes_one_level_higher_and_the_head_keeps_it(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 2 * WEEK)
    assert told(kilns, kilns.cast.visal, NOW + DAY) == []
    assert len(told(kilns, kilns.cast.kunthea, NOW + 2 * WEEK)) == 1
    assert escalated_to(kilns, sent) == HEAD
    schedule.sweep(kilns.house, now=NOW + 3 * WEEK)
    assert escalated_to(kilns, sent) == "administrator"
    for who in (kilns.cast.kunthea, kilns.cast.visal):
        assert len(told(kilns, who, NOW + 3 * WEEK)) == 1
        assert shelf(kilns, who.actor) == [sent.reference]
    schedule.sweep(kilns.house, now=NOW + 4 * WEEK)
    assert escalated_to(kilns, sent) == "administrator"


def escalated_to(kilns: Kilns, sent: Submitted) -> str:
    with kilns.house.database.reading() as session:
        return session.scalars(select(UserTask.escalated_to).where(UserTask.key == kilns.task(sent, "check"))).one()


def shelf(kilns: Kilns, who: Actor) -> list[str]:
    with kilns.house.database.reading() as session:
        return [task.reference for task in inbox(session, kilns.house, who, "escalated", Wanted(), now=NOW).tasks.items]


def test_a_new_day_stands_still_during_a_correction_and_is_never_past_when_it_runs_on(kilns: Kilns) -> None:
    sent = late(kilns, NOW + 2 * WEEK)
    kilns.check(sent, "return", now=NOW + 2 * WEEK)
    schedule.sweep(kilns.house, now=NOW + 5 * WEEK)
    assert history(kilns, sent, "breached_again") == []
    kilns.correct(sent, now=NOW + 5 * WEEK)
    promised = kilns.row(sent).promised_at
    assert promised is not None
    assert promised > NOW + 5 * WEEK
    assert seen(kilns, sent, NOW + 5 * WEEK).promised_at == promised
    norm = clock(kilns, sent, "norm")
    assert (norm.new_due_at, norm.breached_at) == (promised, datetime.fromisoformat("2026-03-09T10:00:00+00:00"))
    assert [stretch.kind for stretch in intervals(norm)][-2:] == ["pause", "run"]


def test_no_page_shows_a_day_that_has_passed_as_a_promise(kilns: Kilns) -> None:
    sent = late(kilns)
    day = kilns.row(sent).promised_at
    assert day is not None
    for now, promised in ((day, day), (day + timedelta(seconds=1), None)):
        page, (line, file) = seen(kilns, sent, now), shown(kilns, sent, now)
        assert (page.promised_at, page.overdue_at) == (promised, None if promised else day)
        assert (line.promised_at, line.is_overdue) == (promised, promised is None)
        assert (file.promised_at, file.is_overdue) == (promised, promised is None)


def test_a_decided_application_promises_no_day_in_the_account_any_more(kilns: Kilns) -> None:
    line, file = shown(kilns, kilns.approved(), NOW)
    assert (line.promised_at, line.is_overdue, file.promised_at, file.is_overdue) == (None, False, None, False)


def shown(kilns: Kilns, sent: Submitted, now: datetime):  # type: ignore[no-untyped-def]
    with kilns.house.database.reading() as session:
        account = account_page(session, kilns.house, kilns.cast.dara.actor, now=now)
        return account.applications.items[0], case_file(session, kilns.house, kilns.cast.visal.actor, sent.key, now=now)
