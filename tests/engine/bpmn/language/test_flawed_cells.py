"""Cells of decisions that could be computed, but that nobody means as they stand: the check names row and cell."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import MONDAY
from tests.engine.bpmn.language.test_decisions import table


def told(cell: str, others: tuple[str, ...] = ()) -> dict[str, str]:
    """The severity of what the check says about that cell, by rule."""
    rules = [(one, "1") for one in (*others, cell)]
    return {one.rule: one.severity for one in bpmn.check(table(rules, "FIRST")) if one.severity != "note"}


@pytest.mark.parametrize(
    "cell",
    [
        "[5..1]",
        "(5..5)",
        "[5..5)",
        "(5..5]",
        "]5..5[",
        "[-1..-5]",
        "[0.2..0.1]",
        "['b'..'a']",
        "['2026-03-02'..'2026-03-01']",
        '[date("2026-03-02")..date("2026-03-01")]',
        "['2026-03-02T00:00:00+07:00'..'2026-03-01T16:00:00Z']",
        "['2026-03-02'..'2026-03-01T16:59:59Z']",
        "['P7D'..'P1D']",
        "1, [5..1]",
        "not([5..1])",
        "? > 5 and ? < 1",
        "? >= 5 and ? < 5",
    ],
)
def test_a_range_without_a_value_is_refused(cell: str) -> None:
    assert told(cell) == {"cell-empty": "error"}


@pytest.mark.parametrize(
    "cell", ["< true", "[false..true]", "[1..'a']", "[1..true]", ">= null", "[null..5]", "['x'..'2026-03-02T08:00']"]
)
def test_a_comparison_without_an_order_is_refused(cell: str) -> None:
    assert told(cell) == {"cell-order": "error"}


@pytest.mark.parametrize(
    "cell",
    [
        "1, 1",
        "1, 1.0",
        "'a', \"a\"",
        "true, true",
        "null, 1, null",
        "< 5, < 5",
        "[1..2], [1..2]",
        "not(1, 1)",
        "'2026-03-02T08:00:00+07:00', '2026-03-02T01:00:00Z'",
    ],
)
def test_a_value_that_is_listed_twice_is_told(cell: str) -> None:
    assert told(cell) == {"cell-twice": "warning"}


@pytest.mark.parametrize(
    "cell",
    [
        "not()",
        "not( )",
        "1,",
        ",1",
        "1,,2",
        "[..]",
        "[1..]",
        "[..5]",
        "[1..5",
        "<",
        ">= ",
        "[ .. 5]",
        "(1.. ]",
        "[ .. ]",
        "!=",
    ],
)
def test_a_test_of_nothing_is_refused(cell: str) -> None:
    assert "expression-invalid" in told(cell)


@pytest.mark.parametrize(
    "cell",
    [
        "[5..5]",
        "(4..5)",
        "[1..base]",
        "1, true",
        "1, '1'",
        "< 5, <= 5",
        "[1..2], [2..3]",
        "!= true",
        "true, false",
        "['a'..'b']",
        "'P1M', 'P30D'",
        "-",
        "",
    ],
)
def test_other_cells_are_left_alone(cell: str) -> None:
    assert told(cell) == {}


def test_the_sentence_names_the_row_and_the_cell() -> None:
    found = [one for one in bpmn.check(table([("1", "1"), ("[5..1]", "2")])) if one.rule == "cell-empty"]
    assert [(one.file, one.element_id) for one in found] == [("fees.dmn", "fee")]
    assert "the cell [5..1] of rule 2" in found[0].message
    assert "[5..1]" in found[0].message_km


def test_a_version_that_was_published_with_such_a_cell_still_runs() -> None:
    files = table([("[5..1]", "1"), ("-", "2")], "FIRST")
    with pytest.raises(bpmn.DefinitionRejected):
        bpmn.parse(files)
    definition = bpmn.parse(files, was_published=True)
    assert bpmn.start(definition, {"rooms": 3}, now=MONDAY).variables["fee"] == 2


IN, OUT = b"<inputEntry><text>5</text></inputEntry>", b"<outputEntry><text>1</text></outputEntry>"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (IN, IN + IN),
        (IN, b""),
        (OUT, OUT + OUT),
        (OUT, b""),
        (OUT, OUT.replace(b"</text>", b"</text><text>0</text>")),
        (IN, IN.replace(b"</text>", b"</text><text>&gt; 7</text>")),
    ],
)
def test_a_rule_with_a_cell_or_a_text_too_many_or_too_few_is_refused_in_both_languages(
    before: bytes, after: bytes
) -> None:
    files = table([("5", "1")])
    assert files["fees.dmn"].count(before) == 1
    files["fees.dmn"] = files["fees.dmn"].replace(before, after)
    (problem,) = [one for one in bpmn.check(files) if one.rule == "decision-cells"]
    assert (problem.severity, problem.file, problem.element_id) == ("error", "fees.dmn", "fee")
    assert "remove what is too many" in problem.message
    assert "ឬដកអ្វីដែលលើសចេញ" in problem.message_km
