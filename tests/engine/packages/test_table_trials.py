"""A table tried by itself gives what a case would be given: fees of scenarios, decisions of the diagram."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.packages import ServicePackage, draft_of, load_package
from engine.packages.decision_tables import TableTold, rules_by_line, tables_in
from engine.packages.package import SCENARIOS
from engine.packages.scenarios import read_scenarios
from engine.packages.table_trials import TableTrial, Taken, beginning, questions, taken, try_table
from engine.packages.trying import office

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
PAID_ONCE = (
    "tourism/restaurant_licence",
    "agriculture/animal_sanitary",
    "culture/film_rating",
    "industry/scale_verification",
)


def tried(package: ServicePackage, table: TableTold, given: Taken) -> TableTrial:
    return try_table(package, table, given, calendar=office(), today=TODAY, now=NOW)


@pytest.mark.parametrize("service", PAID_ONCE)
def test_the_answers_of_every_scenario_give_the_fee_that_it_expects(service: str) -> None:
    package = load_package(ROOT / "processes" / service)
    (table,) = tables_in(package, "fees.dmn")
    scenarios = read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
    expected = {one.name: one.expect.fee for one in scenarios if one.expect.fee}
    found = {one.name: tried(package, table, taken(package, table, one)) for one in scenarios if one.name in expected}
    assert expected
    assert {name: one.fees[0].fee.total for name, one in found.items() if one.fees[0].fee} == expected
    assert all(one.rules for one in found.values())


def test_every_row_of_a_scenario_is_reckoned_and_its_rules_named_once() -> None:
    package = load_package(ROOT / "processes/culture/film_rating")
    (table,) = tables_in(package, "fees.dmn")
    scenarios = read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
    counted = [tried(package, table, taken(package, table, one)) for one in scenarios]
    assert max(one.rows for one in counted) > 1
    assert all(len(one.rules) == len(set(one.rules)) for one in counted)


def test_what_tasks_answer_in_a_scenario_gives_the_outputs_that_it_expects() -> None:
    package = load_package(ROOT / "processes/tourism/tour_guide_licence")
    (table,) = tables_in(package, "decisions/exam_result.dmn")
    scenarios = read_scenarios(SCENARIOS, package.files[SCENARIOS], package)
    expected = {one.name: one.expect.variables["exam_result"] for one in scenarios if one.expect.variables}
    found = {one.name: tried(package, table, taken(package, table, one)) for one in scenarios}
    assert set(expected.values()) == {"passed", "failed"}
    assert {name: dict(found[name].outputs)["exam_result"] for name in expected} == expected


def test_a_decision_with_a_default_has_no_gaps_and_one_without_has() -> None:
    package = load_package(ROOT / "processes/tourism/tour_guide_licence")
    path = "decisions/exam_result.dmn"
    data = package.files[path]
    output = b'<output id="out_result" label="Result" name="exam_result" typeRef="string" />'
    default = output.replace(b" />", b'><defaultOutputEntry id="e"><text>"failed"</text></defaultOutputEntry></output>')
    assert output in data
    for content, counts in ((data, True), (data.replace(output, default), False)):
        (table,) = tables_in(draft_of({**package.files, path: content}).package, path)
        assert (table.gaps_count, table.overlaps_count) == (counts, True)


def test_a_table_for_rows_is_tried_with_the_fields_of_one() -> None:
    package = load_package(ROOT / "processes/agriculture/animal_sanitary")
    (table,) = tables_in(package, "fees.dmn")
    keys = [part.key for part in questions(package, table).components()]
    assert keys[0] == "species"
    begun = beginning(package, table, TODAY)
    assert (begun.errors, begun.fees, begun.rules) == ({}, (), ())


def test_facts_of_the_case_are_asked_with_those_of_a_first_application() -> None:
    package = load_package(ROOT / "processes/industry/scale_verification")
    (table,) = tables_in(package, "fees.dmn")
    assert beginning(package, table, TODAY).values["is_renewal"] is False


def test_two_fees_of_one_table_are_both_told_and_a_line_without_words_stands_by_its_key() -> None:
    package = load_package(ROOT / "processes/tourism/restaurant_licence")
    texts = package.files["texts.yaml"].decode()
    assert "up_to_50:" in texts
    files = {**package.files, "texts.yaml": texts.replace("  up_to_50:", "  upto50:").encode()}
    unnamed = draft_of(files).package
    (table,) = tables_in(unnamed, "fees.dmn")
    (fee,) = tried(unnamed, table, Taken({"seats": "20"}, {})).fees
    assert fee.fee is not None
    assert fee.fee.lines[0].label.en == "up_to_50"


def test_a_fee_table_with_a_rule_that_cannot_be_read_is_not_tried() -> None:
    package = load_package(ROOT / "processes/tourism/restaurant_licence")
    data = package.files["fees.dmn"].replace(b"[51..100]", b"[51..")
    broken = draft_of({**package.files, "fees.dmn": data}).package
    (table,) = tables_in(broken, "fees.dmn")
    (fee,) = tried(broken, table, Taken({"seats": "20"}, {})).fees
    assert fee.fee is None
    assert fee.why is not None
    assert table.answered is None


def test_the_line_of_a_rule_names_it() -> None:
    package = load_package(ROOT / "processes/tourism/tour_guide_licence")
    tables = tables_in(package, "decisions/exam_result.dmn")
    lines = [rule.line for rule in tables[0].drawn.rules]
    assert rules_by_line(tables) == {line: ("exam_result", number) for number, line in enumerate(lines, 1)}
