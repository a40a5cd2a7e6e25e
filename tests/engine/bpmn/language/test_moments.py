"""Moments, days and durations: values of their own kinds, whoever wrote them and in whatever zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.language.comparing import order, same
from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.functions import BUILT_IN, clock_functions, office_functions
from engine.bpmn.language.moments import CAMBODIA, Duration, beginning_of, duration_of, later, moment_of, subtracted
from tests.engine.bpmn.drawings.drawing import MONDAY, E, Player, S, document, flows, script, user
from tests.engine.bpmn.language.test_decisions import table
from tests.properties import given, settings, st

OFFICE = office_functions({"working_days": lambda days: (MONDAY + timedelta(days=days)).isoformat()})
FUNCTIONS = {**BUILT_IN, **clock_functions(MONDAY), **OFFICE}
"""It is 2 March 2026, 08:00 in Phnom Penh."""


def value(source: str, **variables: Any) -> Any:
    return Evaluator(FUNCTIONS).value_of(compile_written(source), variables)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("now() == '2026-03-02T01:00:00Z'", True),
        ("now() == '2026-03-02T01:00Z'", True),
        ("now() == '2026-03-02T01:00:00.000000+00:00'", True),
        ("now() == '2026-03-01T20:00:00-05:00'", True),
        ("now() == '2026-03-02T01:00:00.000000999Z'", True),
        ("now() == '2026-03-02T01:00:00.000+0000'", True),
        ("now() == '2026-03-02T08:00:00,0+07'", True),
        ("now() == '2026-03-02T08:00:00'", True),
        ("now() == '2026-03-02 08:00'", True),
        ("now() != '2026-03-02T08:00:00Z'", True),
        ("now() > '2026-03-02T01:00:01Z'", False),
        ("now() >= '2026-03-02T01:00:00Z'", True),
        ("'2026-03-02T07:59:59' < now() < '2026-03-02T01:00:01Z'", True),
        ("working_days(0) == now()", True),
        ("working_days(1) > now()", True),
        ("now() in ['2026-03-02T01:00:00Z']", True),
        ("now() not in ['2026-03-02T08:00:00Z']", True),
        ("contains(['2026-03-02T01:00:00Z'], now())", True),
        ("count(['2026-03-02T01:00:00Z', now(), 'x'], now())", 2),
        ("{'at': now()} == {'at': '2026-03-02T01:00:00Z'}", True),
        ("[[now()]] == [['2026-03-02T01:00:00Z']]", True),
        ("[now(), 2] < ['2026-03-02T01:00:00Z', 3]", True),
        ("max('2026-03-02T07:00:00+07:00', '2026-03-02T00:30:00Z')", "2026-03-02T00:30:00Z"),
        ("min(['2026-03-02T07:00:00+07:00', '2026-03-02T00:30:00Z'])", "2026-03-02T07:00:00+07:00"),
        ("today() < now()", True),
        ("today() == '2026-03-01T17:00:00Z'", True),
        ("now() < add_days(today(), 1)", True),
        ("'2026-03-02' == now()", False),
        ("'now' == now()", False),
        ("null == now()", False),
        ("'2026-02-30T00:00:00' == '2026-02-30T00:00'", False),
        ("'P7D' == 'P1W'", True),
        ("'P1Y' == 'P12M'", True),
        ("'P1M' == 'P30D'", False),
        ("'PT90M' > 'PT1H'", True),
        ("'P1Y' > 'P11M'", True),
        ("max('PT9H', 'PT10H')", "PT10H"),
        ("'P9' < 'PT1H'", True),
    ],
)
def test_moments_are_compared_as_moments(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("days_between('2026-03-01T18:30:00Z', '2026-03-02')", 0),
        ("days_between('2026-03-01T16:59:59Z', '2026-03-02')", 1),
        ("days_between('2026-03-01T17:00:00Z', '2026-03-02')", 0),
        ("days_between('2026-03-02', '2026-03-01T18:30:00Z')", 0),
        ("days_between('2026-03-02T23:59:00', '2026-03-03T00:01:00')", 1),
        ("year('2026-12-31T20:00:00Z')", 2027),
        ("year('2026-12-31T20:00:00')", 2026),
        ("year('2027-01-01T02:00:00+09:00')", 2027),
        ("year('2027-01-01T01:59:59+09:00')", 2026),
        ("day('2026-03-01T18:30:00Z')", "2026-03-02"),
        ("day('2026-03-02')", "2026-03-02"),
        ("day(now())", "2026-03-02"),
        ("add_days('2026-03-01T18:30:00Z', 1)", "2026-03-03T01:30:00+07:00"),
        ("add_hours('2026-03-01T18:30:00Z', 1)", "2026-03-02T02:30:00+07:00"),
        ("add_months('2026-02-28T17:00:00Z', 1)", "2026-04-01T00:00:00+07:00"),
        ("add_months('2026-01-31T10:00:00Z', 1)", "2026-02-28T17:00:00+07:00"),
        ("add_months('2026-01-30T17:00:00Z', 1)", "2026-02-28T00:00:00+07:00"),
        ("add_months('2026-03-31T08:00:00', 1)", "2026-04-30T08:00:00"),
        ("add_days('2026-03-02', 1)", "2026-03-03"),
        ("working_days(1)", "2026-03-03T08:00:00+07:00"),
        ("text(working_days(1))", "2026-03-03T08:00:00+07:00"),
        ("'until ' + working_days(1)", "until 2026-03-03T08:00:00+07:00"),
        ("working_days(1)[0:10]", "2026-03-03"),
    ],
)
def test_days_of_moments_are_those_of_cambodia(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("now() + 'P1D'", "2026-03-03T08:00:00+07:00"),
        ("'P1D' + now()", "2026-03-03T08:00:00+07:00"),
        ("now() - 'PT9H'", "2026-03-01T23:00:00+07:00"),
        ("'2026-01-31T17:00:00Z' + 'P1M'", "2026-03-01T00:00:00+07:00"),
        ("'2026-03-31' - 'P1M'", "2026-02-28"),
        ("'2024-02-29' + 'P1Y'", "2025-02-28"),
        ("today() + 'P1W'", "2026-03-09"),
        ("today() + 'PT36H'", "2026-03-03T12:00:00"),
        ("now() - '2026-03-02T00:00:00Z'", "PT1H"),
        ("now() - '2026-03-02T02:00:00Z'", "-PT1H"),
        ("now() - now()", "PT0S"),
        ("today() - '2026-02-27'", "P3D"),
        ("working_days(3) - now() > 'P2D'", True),
        ("now() - '2026-03-02T02:00:00Z' < 'PT0S'", True),
        ("'PT1H' + 'PT45M'", "PT1H45M"),
        ("'PT1H' - 'PT45M'", "PT15M"),
        ("'P1M' * 14", "P1Y2M"),
        ("3 * 'PT40M'", "PT2H"),
        ("now() + 'P1D' * 2", "2026-03-04T08:00:00+07:00"),
        ("now() + (now() - working_days(1))", "2026-03-01T08:00:00+07:00"),
        ("'PT0.5S' + 'PT0.25S'", "PT0.75S"),
        ("'R3/' + now() + '/P1D'", "R3/2026-03-02T08:00:00+07:00/P1D"),
        ("'P' + '1D'", "P1D"),
        ("'P1D' + ' and more'", "P1D and more"),
        ("'PT' + text(5) + 'M'", "PT5M"),
        ("'a' * 3", "aaa"),
    ],
)
def test_moments_and_durations_are_computed_with(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("now() > 'tomorrow'", "a moment > a text"),
        ("'' < now()", "a text < a moment"),
        ("now() > 5", "a moment > a number"),
        ("now() > null", "a moment > nothing"),
        ("max([now(), 'x'])", "max()"),
        ("'P1M' < 'P30D'", "a duration < a duration"),
        ("now() - 'yesterday'", "a moment - a text"),
        ("now() - 5", "a moment - a number"),
        ("now() + 5", "a moment + a number"),
        ("now() + now()", "a moment + a moment"),
        ("today() + now()", "a day + a moment"),
        ("today() + today()", "a day + a day"),
        ("now() * 2", "a moment * a number"),
        ("2 * today()", "a day * a number"),
        ("now() / 2", "a moment / a number"),
        ("-'P1D'", "a duration"),
        ("'text' - 'P1D'", "a text - a duration"),
        ("'P1M' - 'P1D'", "a duration - a duration"),
        ("'P1D' * 1.5", "a duration * a number"),
        ("now() + 'P9999Y'", "beyond the calendar"),
        ("now() - 'P9999Y'", "beyond the calendar"),
        ("'P999999D' * 999999999", "beyond the calendar"),
        ("year('9999-12-31T23:00:00Z')", "beyond the calendar"),
        ("day('0001-01-01T00:00:00+14:00')", "beyond the calendar"),
        ("year('2026-03-02T25:00:00Z')", "a moment"),
        ("add_months('2026-03-02T08:00:00+99:00', 1)", "a moment"),
        ("day('today')", "a day"),
        ("day('')", "a day"),
    ],
)
def test_what_has_no_moment_is_a_failure_with_its_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        value(source)
    assert reason in failure.value.reason
    assert failure.value.reason.km


def test_comparing_many_moments_is_counted() -> None:
    many = [(MONDAY + timedelta(seconds=number)).isoformat() for number in range(9_000)]
    with pytest.raises(ExpressionFailed, match="takes too long"):
        value("many == []", many=many)
    assert value("max(many)", many=many[:5_000]) == many[4_999]


@pytest.mark.parametrize("due", ["2026-03-03T01:00:00+00:00", "2026-03-03T01:00:00Z", "2026-03-03T08:00:00+07:00"])
def test_a_case_is_late_at_its_due_moment_and_not_seven_hours_early(due: str) -> None:
    body = S + user("a") + script("look", "late = now() > due") + E + flows("s > a > look > e")
    for hours, late in ((23.9, False), (24, False), (24.1, True)):
        player = Player(document(body), {"due": due})
        player.now += timedelta(hours=hours)
        assert player.do("a").variables["late"] is late


def test_a_moment_is_stored_as_it_was_written_and_read_back_as_a_moment() -> None:
    body = S + script("set", "due = working_days(1)\nsame = [{'at': due}]") + user("a")
    body += script("look", "left = due - now()\nknown = due in [same[0].at]") + E + flows("s > set > a > look > e")
    player = Player(document(body), functions={"working_days": lambda _: "2026-03-03T10:00:00+00:00"})
    stored = {"due": "2026-03-03T17:00:00+07:00", "same": [{"at": "2026-03-03T17:00:00+07:00"}]}
    assert dict(player.variables) == stored
    assert dict(player.do("a").variables) == {**stored, "left": "P1DT9H", "known": True}


def test_a_state_that_holds_the_texts_of_earlier_versions_goes_on() -> None:
    body = S + user("a") + script("look", "late = now() > due\nlater = due + 'PT1H'") + E + flows("s > a > look > e")
    player = Player(document(body), {"due": "2026-03-02T10:00:00+00:00"})
    assert player.variables["due"] == "2026-03-02T10:00:00+00:00"
    player.now += timedelta(hours=8)
    player.do("a")
    assert (player.variables["late"], player.variables["later"]) == (False, "2026-03-02T18:00:00+07:00")


def test_the_answer_of_a_web_service_holds_moments_too() -> None:
    body = S + user("ask") + script("look", "valid = answer.until > now() and answer.days[0] == today()") + E
    player = Player(document(body + flows("s > ask > look > e")))
    player.do("ask", answer={"until": "2026-03-02T01:00:00.001Z", "days": ["2026-03-01T17:00:00Z"]})
    assert player.variables["valid"] is True


@pytest.mark.parametrize(
    ("cell", "given_value", "accepted"),
    [
        ("< '2026-03-02T08:00:00+07:00'", "2026-03-02T00:59:59Z", True),
        ("< '2026-03-02T08:00:00+07:00'", "2026-03-02T01:00:00Z", False),
        ("['2026-03-02T00:00:00'..'2026-03-03T00:00:00')", "2026-03-01T17:00:00Z", True),
        ("['2026-03-02T00:00:00'..'2026-03-03T00:00:00')", "2026-03-02T17:00:00Z", False),
        ("'2026-03-02T01:00:00Z'", "2026-03-02T08:00:00+07:00", True),
        ("not('2026-03-02T01:00:00Z')", "2026-03-02T08:00:00+07:00", False),
        ("'x', '2026-03-02T01:00:00Z'", "2026-03-02T08:00:00", True),
        ("< '2026-03-02'", "2026-03-01T16:59:59Z", True),
        ("< '2026-03-02'", "2026-03-01T17:00:00Z", False),
        ("> now() - 'P1D'", "2026-03-01T08:00:01+07:00", True),
        ('< date and time("2026-03-02T08:00:00+07:00")', "2026-03-02T00:59:59Z", True),
        ('> now() - duration("P1D")', "2026-03-01T08:00:01+07:00", True),
        ('< @"2026-03-02T08:00:00+07:00"', "2026-03-02T00:59:59Z", True),
        ('? - date("2026-03-01") > duration("PT30H")', "2026-03-02T08:00:00+07:00", True),
    ],
)
def test_a_cell_of_a_decision_compares_moments(cell: str, given_value: str, accepted: bool) -> None:
    definition = bpmn.parse(table([(cell, "1")], "FIRST"))
    found = bpmn.start(definition, {"rooms": given_value}, now=MONDAY).variables["fee"]
    assert (found == 1) is accepted


def test_rules_that_give_one_moment_in_two_zones_agree() -> None:
    rules = [("-", "'2026-03-02T01:00:00Z'"), ("-", "'2026-03-02T08:00:00+07:00'")]
    definition = bpmn.parse(table(rules, "ANY"))
    assert bpmn.start(definition, {"rooms": 1}, now=MONDAY).variables["fee"] == "2026-03-02T01:00:00Z"
    latest = bpmn.parse(table([*rules, ("-", "'2026-03-02T02:00:00Z'")], "COLLECT", extra='aggregation="MAX"'))
    assert bpmn.start(latest, {"rooms": 1}, now=MONDAY).variables["fee"] == "2026-03-02T02:00:00Z"


MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 2 <= moment.year <= 9998)
ZONES = st.sampled_from([UTC, CAMBODIA])


@settings(max_examples=200, derandomize=True)
@given(MOMENTS, MOMENTS, ZONES, ZONES)
def test_texts_of_moments_have_the_order_of_the_moments(one: datetime, other: datetime, zone: Any, away: Any) -> None:
    left, right = one.astimezone(zone).isoformat(), other.astimezone(away).isoformat()
    assert order(left, right) == (one > other) - (one < other)
    assert same(left, one.astimezone(away).isoformat())
    length = subtracted(left, right)
    assert length is not None
    assert duration_of(length) == Duration(0, one - other)
    there = later(right, Duration(0, one - other))
    assert there is not None
    assert moment_of(there) == one


LENGTHS = st.builds(Duration, st.integers(0, 500), st.timedeltas(timedelta(), timedelta(days=9999)))


@settings(max_examples=200, derandomize=True)
@given(LENGTHS)
def test_a_duration_is_read_back_from_what_is_written(length: Duration) -> None:
    assert duration_of(str(length)) == length
    assert duration_of(str(length.times(-1))) == length.times(-1)


@settings(max_examples=300, derandomize=True)
@given(st.text("0123456789-T:Z+PDMYHS. ", max_size=30))
def test_any_text_is_a_moment_a_day_a_duration_or_none(written: str) -> None:
    assert beginning_of(written) is None or beginning_of(written).tzinfo is not None  # type: ignore[union-attr]
    assert duration_of(written) is None or duration_of(str(duration_of(written))) == duration_of(written)
    assert same(written, written)
