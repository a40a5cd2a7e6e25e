"""More time for a promise that is still kept: who gives it, how much and how often, and who is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import schedule
from engine.errors import CaseSuspended, NotAllowed, NotFound, OwnCase, ReasonMissing, Refused, StalePage
from engine.errors.promises import NoMoreTime, NothingPromised, PromiseBroken, PromiseStandsStill, TooMuchTime
from engine.flow import by_hand, more_time
from engine.khmer import Bilingual
from engine.offices import offices, recomputing
from engine.queries.office.clock_page import ClockPage, open_clock
from engine.queries.public.tracking import progress
from storage.clocks import Clock, ClockKind
from storage.events import CaseEvent
from tests.cast import NOW, Member
from tests.engine.clockwork.test_new_days import told
from tests.small.cases import PACKAGE, Kilns

DAY = timedelta(days=1)
REASON = "The inspector is ill"
LAW = b"extension: {by: 5 working days, times: 2, source: {km: \xe1\x9e\x94, en: A prakas for tests}, mark: I}\n"


@pytest.fixture
def sent(kilns: Kilns) -> Submitted:
    """A case of a service whose law allows five working days more, twice; its norm is five, its term ten."""
    service = (PACKAGE / "service.yaml").read_bytes()
    allowed = service + b"clock: {extension: {by: 5 working days, times: 2}}\n"
    kilns.draw(2, more={"service.yaml": allowed, "law.yaml": LAW})
    sent = kilns.send()
    kilns.pay(sent)
    return sent


def give(
    kilns: Kilns,
    sent: Submitted,
    typed: str = "3",
    *,
    who: Member | None = None,
    reason: str = REASON,
    shown: int = 0,
    now: datetime = NOW,
) -> None:
    with kilns.house.database.transaction() as session:
        actor = (who or kilns.cast.kunthea).actor
        more_time.give(session, kilns.house, actor, sent.key, typed, reason=reason, shown=shown, now=now)


def clocks(kilns: Kilns, sent: Submitted) -> dict[str, Clock]:
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(Clock).where(Clock.application_id == kilns.row(sent).id))
        return {clock.kind: clock for clock in rows}


def events(kilns: Kilns) -> Sequence[CaseEvent]:
    with kilns.house.database.reading() as session:
        return session.scalars(select(CaseEvent).where(CaseEvent.kind == more_time.GIVEN)).all()


def page(kilns: Kilns, sent: Submitted, now: datetime = NOW) -> ClockPage:
    with kilns.house.database.transaction() as session:
        norm = clocks(kilns, sent)[ClockKind.NORM].id
        return open_clock(session, kilns.house, kilns.cast.kunthea.actor, sent.key, norm, now=now)


def test_the_promise_and_the_legal_term_move_and_the_applicant_is_told_the_day_and_the_reason(
    kilns: Kilns, sent: Submitted
) -> None:
    before = clocks(kilns, sent)
    give(kilns, sent, "៣", now=NOW + DAY)
    after = clocks(kilns, sent)
    assert [after[kind].term for kind in ("norm", "term")] == ["8 working days", "13 working days"]
    assert after[ClockKind.NORM].due_at == before[ClockKind.NORM].due_at + 3 * DAY  # type: ignore[operator]
    assert after[ClockKind.TASK].due_at == before[ClockKind.TASK].due_at
    assert kilns.row(sent).promised_at == after[ClockKind.NORM].due_at
    assert len(told(kilns, kilns.cast.dara, NOW + DAY, REASON)) == 1
    with kilns.house.database.reading() as session:
        why = progress(session, kilns.house, kilns.row(sent).id, now=NOW + DAY).why
    assert why is not None
    assert (str(why.length), str(why.more)) == ("8 working days", "3 working days")
    (event,) = events(kilns)
    assert (event.personal, event.data["count"]) == ({"reason": REASON}, 3)
    with kilns.house.database.reading() as session:
        assert list(verify_chains(session)) == []


def test_the_page_of_the_clock_says_so_and_its_days_come_to_the_new_day(kilns: Kilns, sent: Submitted) -> None:
    assert str(page(kilns, sent).may_give) == "5 working days"
    give(kilns, sent)
    shown = page(kilns, sent)
    assert shown.agrees
    assert [(one.count, one.reason, one.who.en) for one in shown.given] == [(3, REASON, "Prak Kunthea")]
    assert shown.days.whole == 8
    give(kilns, sent, shown=1)
    assert page(kilns, sent).may_give is None


def test_the_office_is_warned_anew_before_the_new_day(kilns: Kilns, sent: Submitted) -> None:
    warned_at = clocks(kilns, sent)[ClockKind.NORM].warn_at
    assert warned_at is not None
    schedule.sweep(kilns.house, now=warned_at)
    assert clocks(kilns, sent)[ClockKind.NORM].warned_at == warned_at
    give(kilns, sent, now=warned_at)
    norm = clocks(kilns, sent)[ClockKind.NORM]
    assert (norm.warned_at, norm.warn_at > warned_at) == (None, True)  # type: ignore[operator]


def test_a_second_click_and_a_second_head_give_nothing(kilns: Kilns, sent: Submitted) -> None:
    give(kilns, sent)
    with pytest.raises(StalePage):
        give(kilns, sent)
    assert len(events(kilns)) == 1


def test_it_is_given_as_often_as_the_law_says_and_not_once_more(kilns: Kilns, sent: Submitted) -> None:
    give(kilns, sent)
    give(kilns, sent, shown=1)
    with pytest.raises(NoMoreTime):
        give(kilns, sent, shown=2)
    assert clocks(kilns, sent)[ClockKind.NORM].term == "11 working days"


@pytest.mark.parametrize("typed", ["", "0", "6", "-1", "1.5", "x", "9" * 500, "٣", "²"])
def test_more_than_the_law_allows_and_what_is_no_number_is_refused(kilns: Kilns, sent: Submitted, typed: str) -> None:
    with pytest.raises(TooMuchTime):
        give(kilns, sent, typed)


def test_a_reason_is_needed(kilns: Kilns, sent: Submitted) -> None:
    with pytest.raises(ReasonMissing):
        give(kilns, sent, reason="  ")


def test_a_broken_promise_is_given_no_more_time(kilns: Kilns, sent: Submitted) -> None:
    due = clocks(kilns, sent)[ClockKind.NORM].due_at
    assert due is not None
    with pytest.raises(PromiseBroken):  # the sweep has not come yet
        give(kilns, sent, now=due + timedelta(seconds=1))
    schedule.sweep(kilns.house, now=due + DAY)
    with pytest.raises(PromiseBroken):
        give(kilns, sent, now=due + DAY)
    assert page(kilns, sent, due + DAY).may_give is None


def test_at_the_very_moment_of_the_day_it_is_still_kept(kilns: Kilns, sent: Submitted) -> None:
    due = clocks(kilns, sent)[ClockKind.NORM].due_at
    assert due is not None
    give(kilns, sent, now=due)
    assert events(kilns) != []


def _decided(kilns: Kilns, sent: Submitted) -> None:
    kilns.check(sent, "ok")


def _returned(kilns: Kilns, sent: Submitted) -> None:
    kilns.check(sent, "return")


def _suspended(kilns: Kilns, sent: Submitted) -> None:
    with kilns.house.database.transaction() as session:
        by_hand.suspend(session, kilns.house, kilns.cast.visal.actor, sent.key, "An inquiry", now=NOW)


@pytest.mark.parametrize(
    ("first", "refusal"),
    [(_decided, NothingPromised), (_returned, PromiseStandsStill), (_suspended, CaseSuspended)],
)
def test_what_does_not_run_is_given_no_time(
    kilns: Kilns, sent: Submitted, first: Callable[[Kilns, Submitted], None], refusal: type[Refused]
) -> None:
    first(kilns, sent)
    with pytest.raises(refusal):
        give(kilns, sent)
    assert events(kilns) == []


@pytest.mark.parametrize("who", ["bopha", "visal", "sopheap", "phally", "dara", "chenda"])
def test_only_the_head_of_the_office_gives_it(kilns: Kilns, sent: Submitted, who: str) -> None:
    with pytest.raises((NotAllowed, NotFound)):
        give(kilns, sent, who=getattr(kilns.cast, who))


def test_nobody_gives_time_to_a_case_of_their_own(kilns: Kilns, sent: Submitted) -> None:
    own = kilns.send(kilns.cast.kunthea)
    kilns.pay(own)
    with pytest.raises(OwnCase):
        give(kilns, own)


def test_a_service_whose_law_allows_none_gives_none(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    with pytest.raises(NoMoreTime):
        give(kilns, sent)
    assert page(kilns, sent).may_give is None


def test_a_day_off_decreed_since_moves_the_longer_promise_too(kilns: Kilns, sent: Submitted) -> None:
    give(kilns, sent)
    before = kilns.row(sent).promised_at
    assert before is not None
    with kilns.house.database.transaction() as session:
        day = before.date()
        feast = Bilingual("បុណ្យភូមិ", "Village feast")
        offices.add_holiday(session, kilns.cast.visal.actor, "02", day, name=feast, now=NOW + DAY)
    recomputing.work_off(kilns.house, now=NOW + DAY)
    after = kilns.row(sent).promised_at
    assert after is not None
    assert after == before + DAY
    assert page(kilns, sent, NOW + DAY).agrees
