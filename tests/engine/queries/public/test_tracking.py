"""What tracking shows at each point of a case, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select

from engine.applications import submitting
from engine.clockwork import schedule
from engine.errors import NotFound
from engine.flow import retrying
from engine.khmer import khmer_digits
from engine.queries.public.tracking import Progress, progress, track, tracked
from storage.processes import Incident
from tests.cast import NOW
from tests.small.cases import Kilns

DIGITS = "5601"
DAY = timedelta(days=1)
FIRST_PROMISE = datetime(2026, 3, 9, 10, 0, tzinfo=UTC)
THURSDAY = NOW + 3 * DAY
"""Three working days after the check became ready on Monday: its last day."""


def follow(kilns: Kilns, sent: submitting.Submitted, *, now: datetime = NOW) -> Progress:
    with kilns.house.database.reading() as session:
        return track(session, kilns.house, sent.tracking_code, DIGITS, now=now)


def states(shown: Progress) -> list[tuple[str, str]]:
    return [(stage.key, stage.state) for stage in shown.stages]


def test_a_sent_application_waits_for_the_payment_and_promises_a_day_with_it(kilns: Kilns) -> None:
    sent = kilns.send()
    shown = follow(kilns, sent)
    assert (shown.reference, shown.service.en, shown.waits_for) == (sent.reference, "Brick kiln permit", "payment")
    assert (shown.stage and shown.stage.key, shown.groups) == ("received", ("cashier",))
    assert (shown.is_paused, shown.promised_at, shown.is_late) == (True, None, False)
    assert shown.expected_at == FIRST_PROMISE
    assert follow(kilns, sent, now=NOW + 7 * DAY).expected_at == FIRST_PROMISE + 4 * DAY
    kilns.pay(sent)
    paid = follow(kilns, sent)
    assert (paid.promised_at, paid.expected_at) == (FIRST_PROMISE, None)


def test_passed_stages_carry_their_times_and_the_rest_is_to_come(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + DAY)
    shown = follow(kilns, sent, now=NOW + DAY)
    assert states(shown) == [
        ("received", "done"), ("paid", "done"), ("checking", "now"),
        ("correcting", "next"), ("ready", "next"), ("collected", "next"),
    ]  # fmt: skip
    assert [stage.done_at for stage in shown.stages[:3]] == [NOW + DAY, NOW + DAY, None]
    assert [stage.since for stage in shown.stages[:3]] == [None, None, NOW + DAY]
    assert (shown.groups, shown.waits_for) == (("front_office",), None)


def test_a_correction_waits_for_the_applicant_and_stops_the_clock(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return")
    shown = follow(kilns, sent)
    assert (shown.waits_for, shown.is_paused, shown.promised_at, shown.groups) == ("correction", True, None, ())
    kilns.correct(sent, now=NOW + 2 * DAY)
    after = follow(kilns, sent, now=NOW + 2 * DAY)
    assert (after.stage and after.stage.key, after.waits_for, after.is_paused) == ("checking", None, False)
    assert after.promised_at == FIRST_PROMISE + DAY  # Tuesday was not counted
    assert not after.is_late


def test_a_broken_promise_shows_the_new_day_and_who_has_it_now(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    late = THURSDAY + DAY
    schedule.sweep(kilns.house, now=late)
    shown = follow(kilns, sent, now=late)
    assert shown.is_late
    assert shown.was_promised_at == FIRST_PROMISE
    assert shown.promised_at is not None
    assert shown.promised_at > late
    assert shown.groups == ("front_office", "head")


def test_a_day_that_has_passed_is_late_before_anybody_swept(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    shown = follow(kilns, sent, now=NOW + 30 * DAY)
    assert shown.is_late
    assert shown.was_promised_at == FIRST_PROMISE


def test_a_ready_result_is_to_be_collected_and_promises_no_day_any_more(kilns: Kilns) -> None:
    shown = follow(kilns, kilns.approved())
    assert (shown.waits_for, shown.outcome, shown.promised_at, shown.decided_at) == (
        "collection",
        "approved",
        None,
        NOW,
    )


def test_a_collected_result_shows_only_what_it_went_through(kilns: Kilns) -> None:
    sent = kilns.approved()
    kilns.collect(sent, now=NOW + DAY)
    shown = follow(kilns, sent, now=NOW + DAY)
    assert (shown.status, shown.outcome, shown.ended_at, shown.stage) == ("ended", "approved", NOW + DAY, None)
    assert states(shown) == [(key, "done") for key in ("received", "paid", "checking", "ready", "collected")]


def done(shown: Progress) -> dict[str, datetime | None]:
    return {stage.key: stage.done_at for stage in shown.stages if stage.state == "done"}


def test_a_stage_shows_when_it_was_done_and_not_when_it_began(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent, now=NOW + DAY)
    kilns.check(sent, "ok", now=NOW + 2 * DAY)
    kilns.collect(sent, now=NOW + 4 * DAY)
    assert done(follow(kilns, sent, now=NOW + 5 * DAY)) == {
        "received": NOW + DAY,
        "paid": NOW + DAY,
        "checking": NOW + 2 * DAY,
        "ready": NOW + 4 * DAY,
        "collected": NOW + 4 * DAY,
    }


def test_a_stage_that_was_gone_through_twice_was_done_the_second_time(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "return", now=NOW + DAY)
    kilns.correct(sent, now=NOW + 2 * DAY)
    kilns.check(sent, "ok", now=NOW + 3 * DAY)
    assert done(follow(kilns, sent, now=NOW + 3 * DAY))["checking"] == NOW + 3 * DAY


def test_a_stage_in_which_an_application_was_rejected_bears_the_date_of_the_decision(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "refuse", now=NOW + DAY)
    assert done(follow(kilns, sent, now=NOW + 30 * DAY))["checking"] == NOW + DAY


def test_a_result_that_could_be_made_out_only_later_does_not_move_the_date_of_the_decision(
    kilns: Kilns, tmp_path: Path
) -> None:
    sent, whole = kilns.send(), kilns.house
    kilns.pay(sent)
    kilns.house = replace(whole, fonts=tmp_path / "no fonts")
    kilns.check(sent, "ok", now=NOW + DAY)
    kilns.house = whole
    with whole.database.transaction() as session:
        incident = session.scalars(select(Incident.id)).one()
        retrying.retry(session, whole, kilns.cast.visal.actor, incident, "Repaired.", now=NOW + 3 * DAY)
    assert done(follow(kilns, sent, now=NOW + 4 * DAY))["checking"] == NOW + DAY


def test_a_rejected_application_says_so(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, "refuse")
    shown = follow(kilns, sent)
    assert (shown.status, shown.outcome, shown.groups, shown.waits_for) == ("ended", "rejected", (), None)


def test_no_person_is_named(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    shown = repr(follow(kilns, sent))
    cast = kilns.cast
    assert not any(
        name in shown for who in (cast.dara, cast.bopha, cast.sopheap) for name in (who.name_km, who.name_latin)
    )


@pytest.mark.parametrize(
    "write", [str.lower, khmer_digits, lambda code: f" {code[:5]}-{code[5:]} "], ids=["small", "khmer", "parted"]
)
def test_codes_and_digits_may_be_typed_as_people_type(kilns: Kilns, write: Callable[[str], str]) -> None:
    sent = kilns.send()
    with kilns.house.database.reading() as session:
        shown = track(session, kilns.house, write(sent.tracking_code), "៥៦ ០១", now=NOW)
    assert shown.reference == sent.reference


@pytest.mark.parametrize(("code", "digits"), [("right", "0000"), ("WRONG00000", DIGITS), ("right", ""), ("", "")])
def test_a_wrong_code_and_wrong_digits_get_the_same_answer(kilns: Kilns, code: str, digits: str) -> None:
    sent = kilns.send()
    with kilns.house.database.reading() as session, pytest.raises(NotFound) as refused:
        track(session, kilns.house, sent.tracking_code if code == "right" else code, digits, now=NOW)
    assert refused.value.facts == {}


def test_an_application_without_digits_cannot_be_tracked_with_none(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        session.merge(kilns.row(sent)).tracking_digits = ""
    with kilns.house.database.reading() as session, pytest.raises(NotFound):
        track(session, kilns.house, sent.tracking_code, "", now=NOW)


def test_a_draft_cannot_be_followed(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        with pytest.raises(NotFound):
            progress(session, kilns.house, 1, now=NOW)
        with pytest.raises(NotFound):
            tracked(session, kilns.house, "0000000000", now=NOW)


def test_it_costs_the_same_few_statements_however_long_the_history_is(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    for day in range(3):
        kilns.check(sent, "return", now=NOW + day * DAY)
        kilns.correct(sent, kiln_name="ឡចាស់" * (day + 1), now=NOW + day * DAY)
    statements: list[str] = []
    event.listen(kilns.house.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    follow(kilns, sent)
    assert len([text for text in statements if text.startswith("SELECT")]) == 4
