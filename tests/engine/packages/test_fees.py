"""Fees from decision tables."""

from __future__ import annotations

import pytest

from engine.packages import FeeUndetermined, PackageRejected, build_package, check_files, expected
from engine.packages.fees import read_fees
from tests.engine.packages.small import FEES, FILES, changed, fee_of


def fees(before: str = "", after: str = "") -> str:
    assert before in FEES
    return FEES.replace(before, after)


def test_a_fee_line_names_quantity_price_and_citation() -> None:
    fee = fee_of(build_package(FILES), {"tables": 3})
    (line,) = fee.lines
    assert (line.key, line.quantity, line.unit_amount, line.amount, fee.total) == ("per_table", 3, 1000, 3000, 3000)
    assert (line.label.km, line.citation.en) == ("ក្នុងមួយតុ", "Illustrative")


def test_a_service_without_fee_costs_nothing() -> None:
    files = changed("service.yaml", "fee: {decision: fees, pay: on_submission}\n", "")
    assert expected(build_package(files), {"tables": 3}, {}) == ()


def test_two_matching_rules_of_a_unique_table_are_refused_and_not_chosen_from() -> None:
    files = {**FILES, "fees.dmn": fees("&gt; 4", "&gt;= 4").encode()}
    with pytest.raises(FeeUndetermined, match="few, many match at once"):
        fee_of(build_package(files), {"tables": 4})


def test_the_first_rule_wins_where_the_table_says_so() -> None:
    files = {**FILES, "fees.dmn": fees("&gt; 4", "-").replace("UNIQUE", "FIRST").encode()}
    assert fee_of(build_package(files), {"tables": 4}).total == 4000


def test_all_matching_rules_are_lines_where_the_table_collects() -> None:
    collected = fees("&gt; 4", "-").replace('"UNIQUE"', '"COLLECT" aggregation="SUM"')
    fee = fee_of(build_package({**FILES, "fees.dmn": collected.encode()}), {"tables": 4})
    assert ([line.amount for line in fee.lines], fee.total) == ([4000, 3200], 7200)


def test_an_answer_that_no_rule_covers_is_refused() -> None:
    with pytest.raises(FeeUndetermined, match="no rule matches tables = None"):
        fee_of(build_package(FILES), {})


def test_a_fee_that_is_not_whole_or_negative_is_refused() -> None:
    for amount in ("0.5", "tables - 100"):
        files = {**FILES, "fees.dmn": fees("<text>1000</text>", f"<text>{amount}</text>").encode()}
        with pytest.raises(FeeUndetermined, match="whole numbers"):
            fee_of(build_package(files), {"tables": 3})


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("UNIQUE", "ANY", "hit policy ANY is not supported"),
        ('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT" aggregation="MAX"', "aggregation MAX"),
        ('name="citation"', 'name="cites"', "outputs must be named"),
        ("<text>tables</text></inputExpression>", "<text>tables + 1</text></inputExpression>", "must be one name"),
        ("&lt;= 4", "count(x)", "Rule 1: “count"),
        ("<text>1000</text>", "<text>price(tables)</text>", "Rule 1: “price"),
        ('"per_table"', "per_table", "must be a key of texts.yaml in quotes"),
        ("<decisionTable", "<literalExpression /><decisionTable", "“literalExpression” is not used"),
    ],
)
def test_what_a_fee_table_cannot_do_is_refused_by_name(before: str, after: str, said: str) -> None:
    with pytest.raises(PackageRejected, match=said):
        read_fees("fees.dmn", fees(before, after).encode())


CITED = '<outputEntry id="f1"><text>"sample"</text></outputEntry>'
ASKED = '<inputEntry id="a1"><text>&lt;= 4</text></inputEntry>'


@pytest.mark.parametrize(
    ("before", "after", "counted"),
    [
        (CITED, CITED + '<outputEntry id="g1"><text>5</text></outputEntry>', (1, 5)),
        (CITED, "", (1, 3)),
        (ASKED, ASKED.replace("a1", "a0") + ASKED, (2, 4)),
        (ASKED, "", (0, 4)),
    ],
)
def test_a_rule_with_a_cell_too_many_or_too_few_is_refused_in_both_languages(
    before: str, after: str, counted: tuple[int, int]
) -> None:
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", fees(before, after).encode())
    (problem,) = refused.value.problems
    assert f"Rule 1 has {counted[0]} input and {counted[1]} output cells. It needs 1 and 4" in problem.message
    assert f"{counted[0]} និងក្រឡាលទ្ធផល {counted[1]}" in problem.message_km
    assert problem.element_id == "few"


@pytest.mark.parametrize("cell", ["1000", "&lt;= 4"])
def test_a_cell_of_two_texts_is_refused_and_not_read_as_one_number(cell: str) -> None:
    twice = fees(f"<text>{cell}</text>", f"<text>{cell}</text><text>0</text>")
    with pytest.raises(PackageRejected, match="Rule 1: a cell holds one text") as refused:
        read_fees("fees.dmn", twice.encode())
    assert "ក្រឡាមួយមានអត្ថបទតែមួយ" in refused.value.problems[0].message_km


def test_a_file_that_is_no_decision_table_is_refused() -> None:
    with pytest.raises(PackageRejected, match="one decision table"):
        read_fees("fees.dmn", b"<a/>")


def test_a_problem_names_the_line_of_the_rule() -> None:
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", fees("&gt; 4", "5..").encode())
    assert (refused.value.problems[0].line, refused.value.problems[0].element_id) == (12, "many")


@pytest.mark.parametrize(
    ("cell", "severity", "said"),
    [
        ("(4..4)", "error", "few: “(4..4)” is a range in which no value lies"),
        ("&lt;= 4, [5..5)", "error", "few: “<= 4, [5..5)” is a range in which no value lies"),
        ("&lt; true", "error", "few: “< true” compares with what has no order"),
        ("1, 2, 1.0", "warning", "few: “1, 2, 1.0” lists a value twice"),
    ],
)
def test_a_cell_that_nobody_means_is_told_by_the_check(cell: str, severity: str, said: str) -> None:
    found = check_files({**FILES, "fees.dmn": fees("&lt;= 4", cell).encode()})
    assert [one.severity for one in found if one.rule == "fee-cell" and said in one.message] == [severity]
    assert build_package({**FILES, "fees.dmn": fees("&lt;= 4", cell).encode()}).fees is not None
