"""Fees of every shape: reckoned as the law says, proven before they are published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest

from engine.packages import FeeUndetermined, build_package, check_files, less_paid, run_scenarios
from engine.problems import Problem
from engine.working_time.calendar import USUAL_WEEK, WorkingTime
from tests.engine.packages.small import fee_of
from tests.small.fees import ANIMALS, HEADS, KIND, POOR, Row, by_found_rows, in_two_stages, with_fee

OFFICE = WorkingTime(USUAL_WEEK, frozenset())
KILN = {"kiln_name": "ឡ", "kilns": 2}


def errors(files: Mapping[str, bytes]) -> list[Problem]:
    return [one for one in check_files(files) if one.severity == "error"]


def the_error(files: Mapping[str, bytes]) -> Problem:
    (found,) = errors(files)
    assert any("ក" <= sign <= "៹" for sign in found.message_km)
    return found


def total(files: Mapping[str, bytes], answers: Mapping[str, Any], **facts: Any) -> int:
    assert errors(files) == []
    return fee_of(build_package(files), {**KILN, **answers}, **facts).total


def test_a_fixed_fee() -> None:
    assert total(with_fee((), [((), "kiln", "1", "20000")]), {}) == 20_000


def test_a_fee_for_each_with_a_least_and_a_most() -> None:
    files = with_fee(
        (), [((), "kiln", "kilns", "15000")], settings="pay: on_submission, at_least: 40000, at_most: 500000"
    )
    assert [total(files, {"kilns": kilns}) for kilns in (1, 3, 50)] == [40_000, 45_000, 500_000]
    fee = fee_of(build_package(files), {**KILN, "kilns": 1})
    assert [(line.key, line.amount) for line in fee.lines] == [("kiln", 15_000), ("at_least", 25_000)]
    fee = fee_of(build_package(files), {**KILN, "kilns": 50})
    assert [(line.key, line.amount) for line in fee.lines] == [("kiln", 750_000), ("at_most", -250_000)]


def test_a_fee_by_category() -> None:
    rows: list[Row] = [(('"clay"',), "clay", "1", "10000"), (('"cement"',), "cement", "1", "30000")]
    files = with_fee(("kind",), rows, ask=[KIND])
    assert [total(files, {"kind": kind}) for kind in ("clay", "cement")] == [10_000, 30_000]


def test_a_first_and_a_later_one_cost_differently() -> None:
    rows: list[Row] = [(("0",), "first", "1", "50000"), ((">= 1",), "later", "1", "20000")]
    files = with_fee(("certificates_held",), rows)
    assert [total(files, {}, certificates_held=held) for held in (0, 1, 7)] == [50_000, 20_000, 20_000]


def test_a_renewal_costs_less() -> None:
    rows: list[Row] = [(("true",), "renewal", "1", "10000"), (("false",), "new", "1", "40000")]
    files = with_fee(("is_renewal",), rows)
    assert (total(files, {}), total(files, {}, is_renewal=True)) == (40_000, 10_000)


def test_a_fee_for_each_row_by_species_and_begun_hundreds() -> None:
    rows: list[Row] = [
        (('"cattle"',), "cattle", "heads", "4000"),
        (('"poultry"',), "poultry", "begun(heads, 100)", "2000"),
    ]
    files = with_fee(("species",), rows, settings="pay: on_submission, for_each: animals", ask=[ANIMALS])
    herd = [{"species": "cattle", "heads": 3}, {"species": "poultry", "heads": 101}, {"species": "cattle", "heads": 2}]
    fee = fee_of(build_package(files), {**KILN, "animals": herd})
    assert errors(files) == []
    assert [(line.key, line.quantity, line.amount) for line in fee.lines] == [
        ("cattle", 5, 20_000),
        ("poultry", 2, 4_000),
    ]
    assert fee.total == 24_000


@pytest.mark.parametrize(("heads", "lots"), [(1, 1), (99, 1), (100, 1), (101, 2), (200, 2), (201, 3)])
def test_begun_lots_count_whole(heads: int, lots: int) -> None:
    files = with_fee((), [((), "kiln", "begun(heads, 100)", "2000")], ask=[HEADS])
    assert total(files, {"heads": heads}) == lots * 2000


@pytest.mark.parametrize(
    ("amount", "found"),
    [
        ("round_up(heads / 3)", 4),
        ("round_down(heads / 3)", 3),
        ("round_half_up(heads / 4)", 3),
        ("max(heads / 2, 7)", 7),
    ],
)
def test_what_is_divided_is_rounded_as_it_says(amount: str, found: int) -> None:
    files = with_fee((), [((), "kiln", amount, "100")], ask=[HEADS])
    assert fee_of(build_package(files), {**KILN, "heads": 10}).total == found * 100


def test_a_concession_between_two_dates_and_by_an_answer() -> None:
    rows: list[Row] = [
        (("-", "true"), "waived", "1", "0"),
        (("[2026-01-01..2026-06-30]", "false"), "reduced", "1", "10000"),
        (("< 2026-01-01, > 2026-06-30", "false"), "full", "1", "40000"),
    ]
    files = with_fee(("submitted_on", "poor"), rows, ask=[POOR])
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1))
    found = [total(files, {"poor": False}, submitted_on=day, today=day) for day in days]
    assert found == [40_000, 10_000, 10_000, 40_000]
    assert total(files, {"poor": True}) == 0


def test_a_gap_between_two_dates_is_found() -> None:
    rows: list[Row] = [(("< 2026-01-01",), "full", "1", "40000"), (("> 2026-01-02",), "reduced", "1", "10000")]
    assert "when submitted_on = 2026-01-01" in the_error(with_fee(("submitted_on",), rows)).message


@pytest.mark.parametrize("cell", ["[2026-06-30..2026-01-01]", "2026-02-30", "[1..2026-01-01]"])
def test_days_that_are_none_or_go_backwards_are_refused(cell: str) -> None:
    files = with_fee(("submitted_on",), [((cell,), "full", "1", "40000"), (("-",), "rest", "1", "1")], policy="FIRST")
    assert "Rule 1" in errors(files)[0].message


def test_what_is_free_has_its_citation_and_no_least() -> None:
    rows: list[Row] = [(("true",), "waived", "1", "0"), (("false",), "full", "1", "40000")]
    files = with_fee(("poor",), rows, settings="pay: on_submission, at_least: 50000", ask=[POOR])
    fee = fee_of(build_package(files), {**KILN, "poor": True})
    assert (fee.total, [line.citation.en for line in fee.lines]) == (0, ["A prakas for tests"])
    assert total(files, {"poor": False}) == 50_000


def test_a_cap_is_shown_and_a_fee_above_it_is_refused() -> None:
    capped = with_fee((), [((), "kiln", "kilns", "15000")], settings="pay: on_submission, cap: 750000")
    assert fee_of(build_package(capped), KILN).cap == 750_000
    assert errors(capped) == []
    above = with_fee((), [((), "kiln", "kilns", "15000")], settings="pay: on_submission, cap: 700000")
    assert (
        "the fee is 735000 riel when kilns = 49, more than the 700000 that the law allows" in the_error(above).message
    )
    rows: list[Row] = [((), "kiln", "1", "400000"), ((), "clay", "1", "400000")]
    several = with_fee((), rows, settings="pay: on_submission, cap: 700000", policy="COLLECT")
    assert "write at_most" in the_error(several).message
    held = with_fee((), rows, settings="pay: on_submission, cap: 700000, at_most: 700000", policy="COLLECT")
    assert total(held, {}) == 700_000


@pytest.mark.parametrize(
    ("quantity", "price", "said"),
    [
        ("kilns / 2", "1000", "“kilns / 2” gives 0.5 when kilns = 1"),
        ("kilns", "1000 / 3", "gives 333.3"),
        ("heads / 3", "1000", "gives 0.3333… when heads = 1"),
        ("heads * (heads - 1) / 2", "1", "too many answers to try"),
        ("1", "60 / (kilns - 1)", "cannot be computed when kilns = 1"),
        ("begun(heads, kilns - 1)", "1", "cannot be computed when heads = 1, kilns = 1"),
        ("1", "10 - kilns", "gives -39 when kilns = 49"),
    ],
)
def test_an_amount_that_is_not_whole_riel_for_every_answer_is_refused(quantity: str, price: str, said: str) -> None:
    assert said in the_error(with_fee((), [((), "kiln", quantity, price)], ask=[HEADS])).message


@pytest.mark.parametrize(
    "quantity", ["kilns * 2 / 2", "round_up(heads / 3)", "begun(heads, 100) + kilns", "min(heads, 3)"]
)
def test_an_amount_that_is_always_whole_is_taken(quantity: str) -> None:
    assert errors(with_fee((), [((), "kiln", quantity, "1000")], ask=[HEADS])) == []


def changed(files: Mapping[str, bytes], name: str, before: str, after: str) -> dict[str, bytes]:
    text = files[name].decode()
    assert before in text
    return {**files, name: text.replace(before, after).encode()}


@pytest.mark.parametrize(("files", "scenarios"), [(in_two_stages(), 2), (by_found_rows(), 1)])
def test_two_fees_and_their_scenarios(files: dict[str, bytes], scenarios: int) -> None:
    assert errors(files) == []
    assert [one.differences for one in run_scenarios(build_package(files), OFFICE)] == [()] * scenarios


def test_a_scenario_that_expects_another_fee_is_told_which() -> None:
    files = changed(in_two_stages(), "tests.yaml", "licence: 150000", "licence: 100000")
    (first, *_) = run_scenarios(build_package(files), OFFICE)
    assert first.differences == ("fees: expected licence = 100000, but it was 150000.",)


WRONG: Sequence[tuple[str, str, str, str]] = [
    ("process.bpmn", 'name="fee" value="licence"', 'name="fee" value="license"', "There is no fee “license”"),
    ("process.bpmn", '<spiffworkflow:property name="fee" value="licence" />', "", "does not say which it takes"),
    ("process.bpmn", 'name="fee" value="licence"', 'name="fee" value="examination"', "paid by “Pay the fee” already"),
    (
        "service.yaml",
        "licence: {decision: licence, pay: on_approval",
        "licence: {decision: licence, pay: on_submission",
        "“counted” is only found by an officer later",
    ),
    ("service.yaml", "pay: on_submission", "pay: on_approval", "can come before applications.approve"),
    ("service.yaml", "counted: check.counted", "count: check.counted", "The table looks at “counted”"),
    ("service.yaml", "counted: check.counted", "counted: check.counted, today: apply.kilns", "a name of the house"),
    ("service.yaml", "cap: 600000", "for_each: rows, cap: 600000", "for_each names “apply.rows”"),
    (
        "texts.yaml",
        "  licence: {km: ថ្លៃលិខិត",
        "  license: {km: ថ្លៃលិខិត",
        "fee_titles: “license” is no fee of service.yaml; there are: licence",
    ),
]


@pytest.mark.parametrize(("name", "before", "after", "said"), WRONG)
def test_fees_that_cannot_be_paid_are_refused_with_their_remedy(name: str, before: str, after: str, said: str) -> None:
    files = changed(in_two_stages(), name, before, after)
    found = next(one for one in errors(files) if said in one.message)
    assert any("ក" <= sign <= "៹" for sign in found.message_km)
    assert found.file in (name, "licence.dmn", "process.bpmn")
    assert found.line


def test_a_fee_is_not_paid_before_what_it_is_reckoned_from() -> None:
    files = in_two_stages()
    service = files["service.yaml"].decode().replace("pay: on_submission", "pay: on_a")
    service = service.replace("on_approval", "on_request")
    process = files["process.bpmn"].decode().replace('"fee" value="licence"', '"fee" value="x"')
    process = process.replace('"fee" value="examination"', '"fee" value="licence"').replace('"x"', '"examination"')
    service = service.replace("pay: on_a", "pay: on_approval")
    found = the_error({**files, "service.yaml": service.encode(), "process.bpmn": process.encode()})
    assert (found.element_id, "from “counted”, which “Check the application” gives" in found.message) == ("pay", True)


def test_what_was_paid_is_taken_off_and_never_more() -> None:
    fee = fee_of(build_package(with_fee((), [((), "kiln", "kilns", "15000")])), {**KILN, "kilns": 3})
    assert [less_paid(fee, paid).total for paid in (0, 30_000, 45_000, 60_000)] == [45_000, 15_000, 0, 0]
    assert [line.amount for line in less_paid(fee, 30_000).lines] == [45_000, -30_000]


def test_rows_that_are_not_there_give_no_fee() -> None:
    files = with_fee(
        ("species",), [(("-",), "kiln", "1", "1")], settings="pay: on_submission, for_each: animals", ask=[ANIMALS]
    )
    with pytest.raises(FeeUndetermined, match="no row to pay for"):
        fee_of(build_package(files), {**KILN, "animals": []})
    empty = {**ANIMALS, "properties": {"max_items": 5}}
    files = with_fee(
        ("species",), [(("-",), "kiln", "1", "1")], settings="pay: on_submission, for_each: animals", ask=[empty]
    )
    assert "may be empty" in the_error(files).message
