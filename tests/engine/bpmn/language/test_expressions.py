"""The expression language: what it can, what it refuses when the file is read, and what it bounds while it runs."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import pytest

from engine.bpmn.language.dialects import compile_written
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import ExpressionInvalid
from engine.bpmn.language.functions import (
    BUILT_IN,
    CALLER_FUNCTIONS,
    BpmnErrorRaised,
    clock_functions,
    office_functions,
)
from engine.bpmn.language.scripts import compile_script, run_script
from engine.bpmn.language.values import plain

MOMENT = datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
EVALUATOR = Evaluator({**BUILT_IN, **clock_functions(MOMENT)})


def value(source: str, **variables: Any) -> Any:
    return EVALUATOR.value_of(compile_written(source), variables)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("7 // 2 + 7 % 2", 4),
        ("n > 3 and not done or False", True),
        ("1 < n <= 5", True),
        ("'a' if n == 5 else 'b'", "a"),
        ("name + ' and ' + upper(name)", "sok and SOK"),
        ("names[0]", "x"),
        ("names[1:]", ["y", "z"]),
        ("'y' in names", True),
        ("record.inner.deep", 9),
        ("record['inner']['deep'] == 9", True),
        ("record.items", "not a method"),
        ("{'a': n, 'b': [n, (1, 2)]}", {"a": 5, "b": [5, [1, 2]]}),
        ("true and not false and null is None", True),
        ("len(names) + length('abc')", 6),
        ("sum([1, 2, 3]) + max(4, 5) + min([6, 7])", 17),
        ("round(2.567, 2)", 2.57),
        ("number(' 42 ') + number('0.5')", 42.5),
        ("text(42) + text(true)", "42True"),
        ("contains(names, 'x') and contains('abc', 'b')", True),
        ("count(names, 'x')", 1),
        ("first(names) + last(names)", "xz"),
        ("first([])", None),
        ("append(names, 'w')", ["x", "y", "z", "w"]),
        ("starts_with(name, 's') and ends_with(trim(' k '), 'k')", True),
        ("today()", "2026-03-02"),
        ("now()", "2026-03-02T01:30:00+07:00"),
        ("add_days('2026-02-27', 3)", "2026-03-02"),
        ("add_days('2026-02-27T08:00:00+07:00', 3)", "2026-03-02T08:00:00+07:00"),
        ("add_hours('2026-02-27T08:00:00+07:00', 20)", "2026-02-28T04:00:00+07:00"),
        ("add_months('2026-01-31', 1)", "2026-02-28"),
        ("days_between('2026-02-27', today())", 3),
        ("year(today())", 2026),
        ("abs(-3)", 3),
        ("'ខ្មែរ' + 'x'", "ខ្មែរx"),
    ],
)
def test_what_analysts_write_has_the_value_they_expect(source: str, expected: object) -> None:
    record = {"inner": {"deep": 9}, "items": "not a method"}
    assert value(source, n=5, done=False, name="sok", names=["x", "y", "z"], record=record) == expected


ESCAPES = [
    "__import__('os')",
    "().__class__",
    "''.__class__.__mro__",
    "x.__dict__",
    "_x",
    "x._y",
    "lambda: 1",
    "(lambda x: x)(1)",
    "[x for x in y]",
    "{x for x in y}",
    "{x: x for x in y}",
    "(x for x in y)",
    "f'{x}'",
    "f'{x.__class__}'",
    "'{}'.format(x)",
    "'%s' % x if x.y() else 1",
    "x()",
    "x.y()",
    "x[0]()",
    "len.__self__",
    "print(1)",
    "eval('1')",
    "exec('1')",
    "open('x')",
    "getattr(x, 'y')",
    "type(x)",
    "dir()",
    "globals()",
    "vars(x)",
    "str(x)",
    "int('1')",
    "list(x)",
    "dict()",
    "set()",
    "range(9)",
    "2 ** 9999",
    "1 << 9999",
    "1 >> 2",
    "1 | 2",
    "1 & 2",
    "1 ^ 2",
    "~1",
    "x := 1",
    "(x := 1)",
    "*x",
    "[*x]",
    "{**x}",
    "len(*x)",
    "len(obj=x)",
    "{1, 2}",
    "...",
    "b'x'",
    "1j",
    "await x",
    "yield",
    "yield x",
    "x = 1",
    "x; y",
    "import os",
    "x if y",
    "",
    "  ",
    "#",
    "99999999999999999999999",
    "x.__init__.__globals__",
    "upper.__globals__",
    "(upper).__class__",
    "x @ y",
    "not",
    "1 +",
    "a" * 3000,
    "[" * 60 + "]" * 60,
    "-" * 500 + "1",
    "x" + "[0]" * 300,
    "1" + "+1" * 999,
    "\x00",
    "'\ud800'",
    "x eq 1",
    "rand()",
    "min()",
    "randint(9)",
    "bpmn_error.code",
    "assert x",
    "del x",
    "x\ny",
]


@pytest.mark.parametrize("source", ESCAPES)
def test_whatever_is_outside_the_language_is_refused_when_the_file_is_read(source: str) -> None:
    with pytest.raises((ExpressionInvalid, ExpressionFailed)):
        EVALUATOR.value_of(compile_written(source), {"x": {"y": 1}, "y": [1]})


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("missing", "no variable named missing"),
        ("missing.part", "no variable named missing"),
        ("n.part", "part"),
        ("1 / 0", "division by zero"),
        ("names[9]", "range"),
        ("record['no']", "no entry"),
        ("'a' + 1", ""),
        ("'a' < 1", ""),
        ("working_days(3)", "not supplied"),
        ("upper", "no variable named upper"),
        ("'x' * 1000000", "too large"),
        ("1000000 * 'x'", "too large"),
        ("[0] * 1000000", "too large"),
        ("9223372036854775807 + 1", "too large"),
        ("9223372036854775807 * 9223372036854775807 * 9223372036854775807", "too large"),
        ("1e308 * 10", "finite"),
        ("'%s' % n", "a text % a number"),
        ("'%99999999d' % n", "a text % a number"),
        ("add_days('2026-01-01', 10000000)", "at most"),
        ("add_days('today', 1)", ""),
        ("sum(['a'])", ""),
        ("text([1])", "text()"),
        ("number('9' * 100)", "not a number"),
        ("len(5)", ""),
        ("{1: 2}", "key"),
        ("round('x')", ""),
        ("names[::0]", ""),
    ],
)
def test_what_cannot_be_computed_fails_with_a_reason(source: str, reason: str) -> None:
    with pytest.raises(ExpressionFailed) as failure:
        value(source, n=5, names=["x"], record={})
    assert reason in failure.value.reason
    assert failure.value.expression == source


def test_values_that_share_parts_cannot_explode() -> None:
    lines = ["x0 = [1, 2, 3]"] + [f"x{n} = [x{n - 1}, x{n - 1}, x{n - 1}, x{n - 1}]" for n in range(1, 30)]
    variables: dict[str, Any] = {}
    with pytest.raises(ExpressionFailed, match="too large"):
        run_script(compile_script("\n".join(lines)), EVALUATOR, variables, variables.__setitem__)


def test_an_error_of_the_diagram_passes_through() -> None:
    with pytest.raises(BpmnErrorRaised) as raised:
        run_script(compile_script("bpmn_error('LATE')"), EVALUATOR, {}, lambda *_: None)
    assert raised.value.code == "LATE"


@pytest.mark.parametrize("name", CALLER_FUNCTIONS)
def test_functions_of_the_caller_are_known_when_the_file_is_read(name: str) -> None:
    compiled = compile_written(f"{name}(3)")
    assert Evaluator(office_functions({name: lambda n: f"in {n}"})).value_of(compiled, {}) == "in 3"


def test_a_function_of_the_caller_that_fails_is_a_failure_of_the_expression() -> None:
    def broken(_: int) -> str:
        raise LookupError("no calendar")

    with pytest.raises(ExpressionFailed, match="no calendar"):
        Evaluator(office_functions({"working_days": broken})).value_of(compile_written("working_days(1)"), {})


def test_a_script_sees_what_it_assigned_and_says_what_it_needs() -> None:
    script = compile_script("a = n + 1\nb = a * 2\nb += 1\nlen('x')")
    variables: dict[str, Any] = {"n": 1}
    run_script(script, EVALUATOR, variables, variables.__setitem__)
    assert variables == {"n": 1, "a": 2, "b": 5}
    assert (script.reads, script.writes) == ({"n"}, {"a", "b"})


@pytest.mark.parametrize(
    "source",
    [
        "",
        "a",
        "a.b = 1",
        "a[0] = 1",
        "a = b = 1",
        "a, b = 1, 2",
        "_a = 1",
        "import os",
        "def f(): pass",
        "for x in y: z = 1",
        "if a: b = 1",
        "while 1: a = 1",
        "a = 1; import os",
        "with a: b = 1",
        "try: a = 1\nexcept: b = 1",
        "a: int = 1",
        "a = (yield)",
        "global a",
        "raise a",
        "return 1",
        "class A: pass",
        "a **= 2",
        "a = lambda: 1",
        "a = 1\n  b = 2",
        "@a\ndef f(): pass",
    ],
)
def test_scripts_are_lines_of_assignments_and_nothing_else(source: str) -> None:
    with pytest.raises(ExpressionInvalid):
        compile_script(source)


def test_random_sources_are_refused_or_computed_in_bounds() -> None:
    chance = random.Random(3)
    pieces = [
        "n",
        "names",
        "record",
        ".x",
        "[0]",
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "'a'",
        "1",
        "99",
        "+",
        "*",
        "**",
        "-",
        "%",
        "<",
        "==",
        " and ",
        " or ",
        " not ",
        " if ",
        " else ",
        " in ",
        ",",
        ":",
        "len(",
        "upper(",
        "sum(",
        "lambda",
        "_",
        "__class__",
        "f'",
        "for x in ",
    ]
    for _ in range(3000):
        source = "".join(chance.choice(pieces) for _ in range(chance.randrange(1, 14)))
        try:
            value(source, n=5, names=["x"], record={"x": 1})
        except (ExpressionInvalid, ExpressionFailed):
            continue


@pytest.mark.parametrize(
    "wrong",
    [
        float("nan"),
        float("inf"),
        2**63,
        object(),
        {1: 2},
        {"a": {1}},
        b"x",
        "\ud800",
        {"\ud800": 1},
        "x" * 20_001,
        [0] * 20_001,
    ],
)
def test_values_that_the_state_cannot_hold_are_refused(wrong: object) -> None:
    with pytest.raises(ValueError):
        plain(wrong)


def test_a_value_that_contains_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="too large"):
        plain(endless)


@pytest.mark.parametrize(("written", "near"), [("250ms", "250ms"), ("n == 3D", "3D"), ("n > 5kg and m", "5kg and m")])
def test_what_cannot_be_read_is_told_from_the_beginning_of_its_word(written: str, near: str) -> None:
    with pytest.raises(ExpressionInvalid) as invalid:
        compile_written(written)
    assert str(invalid.value.reason) == f"it cannot be read near {near}"
