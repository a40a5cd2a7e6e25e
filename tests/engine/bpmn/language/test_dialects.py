"""Expressions as other products write them: the same meaning, or a sentence."""

from __future__ import annotations

from typing import Any

import pytest

from engine import bpmn
from engine.bpmn.language.dialects import Dialect, compile_written
from engine.bpmn.language.evaluating import Evaluator
from engine.bpmn.language.expressions import ExpressionInvalid
from engine.bpmn.language.functions import BUILT_IN, clock_functions
from tests.engine.bpmn.drawings.drawing import (
    MONDAY,
    E,
    Player,
    S,
    boundary,
    document,
    flows,
    message,
    rules_broken,
    timer,
    user,
)

VARIABLES = {
    "amount": 12,
    "approved": True,
    "late": False,
    "name": "Dara",
    "nothing": None,
    "lines": [3, 5],
    "person": {"age": 40, "lines": [1]},
    "day": "2026-05-01",
    "numberOfInstances": 4,
    "numberOfCompletedInstances": 2,
    "គ្រួសារ": 2,
}


def value(source: str, dialect: Dialect = "house") -> Any:
    evaluator = Evaluator({**BUILT_IN, **clock_functions(MONDAY)})
    return evaluator.value_of(compile_written(source, dialect), VARIABLES)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("${approved == true}", True),
        ("#{ amount > 10 }", True),
        ("${amount ge 12 && !late}", True),
        ("${!approved || amount lt 12}", False),
        ("${not approved or name eq 'Dara'}", True),
        ('${name == "Dara"}', True),
        ("${name ne 'Dara'}", False),
        ("${!late == approved}", True),
        ("${not late == late}", False),
        ("${!(approved && late)}", True),
        ("${!!approved}", True),
        ("${person.age + lines[1] * 2}", 50),
        ("${amount div 8}", 1.5),
        ("${nothing == null}", True),
        ("${nrOfCompletedInstances / nrOfInstances >= 0.5}", True),
        ("${amount}", 12),
        ("${'a && b || !c'}", "a && b || !c"),
        ("${គ្រួសារ == 2 && !late}", True),
        ("= amount > 10", True),
        ('=name = "Dara"', True),
        ('=name != "Dara" or amount = 12', True),
        ("=not(late) = approved", True),
        ("=not(late) and amount = 12", True),
        ('=if amount > 20 then "high" else if amount > 10 then "middle" else "low"', "middle"),
        ("=(if late then 1 else 2) + 3", 5),
        ("=max(if late then 1 else 2, 1)", 2),
        ("=count(lines) = 2", True),
        ('=string length(name) > 3 and starts with(name, "Da")', True),
        ('=list contains(lines, 3) and upper case(name) = "DARA"', True),
        ('="string length(" + name', "string length(Dara"),
        ('=day >= date("2026-04-30")', True),
        ('=day = @"2026-05-01"', True),
        ('=duration("PT8H")', "PT8H"),
        ("=[1, 2, amount]", [1, 2, 12]),
        ("=if late then [1] else [2]", [2]),
        ("=amount in [12, 13]", True),
        ("=null", None),
        ("=person.age", 40),
        ('="a = b"', "a = b"),
        ("approved && !late", True),
        ("late || !approved", False),
        ("!late == approved", True),
        ("not late == late", False),
        ("amount == 12 and not late", True),
        ("'x' if late else lines[0]", 3),
    ],
)
def test_what_means_the_same_is_run(source: str, expected: object) -> None:
    assert value(source) == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("${late ? 1 : 2}", "this if condition else that"),
        ("${empty lines}", r"len\(x\) == 0"),
        ("${amount % 5 == 0}", "remainder"),
        ("${approved} && ${late}", "one whole expression"),
        ("${name}-${amount}", "one whole expression"),
        ("GH-${amount}", "cannot be read"),
        ("${execution.getVariable('amount') > 1}", "another product"),
        ("${lines.size() > 1}", r"\.size\(\)"),
        ("${loopCounter == 1}", "counts from 0"),
        ("${approved == 'true'}", "never equal"),
        ("${amount == '12'}", "never equal"),
        ("=amount // a remark", "begins a remark"),
        ("${amount // 5}", "remainder"),
        ("${1 < amount < 20}", "join them with and"),
        ("=1 < amount < 20", "join them with and"),
        ("=lines[1]", "first"),
        ("=amount in [1..5]", "x >= low"),
        ("=amount between 1 and 5", "x >= low"),
        ("={a: 1}", "quoted names"),
        ("=for x in lines return x", "cannot be read"),
        ("=get value(person, 1)", "cannot be read"),
        ("amount = 12", "instead of = write =="),
        ("amount === 12", "instead of === write =="),
        ("amount <> 12", "instead of <> write !="),
        ("amount ≥ 12", "instead of ≥ write >="),
        ("amount => 12", "instead of => write >="),
        ("late AND approved", "instead of AND write and"),
        ("name == “Dara”", "instead of “ write '…'"),
        ("${amount = 12}", "instead of = write =="),
        ("${}", "empty"),
        ("=", "empty"),
        ("${a.__class__}", "underscore"),
        ("=__import__(1)", "underscore"),
        ("!", "cannot be read"),
        ("=" + "if a then " * 50 + "1" + " else 2" * 50, "nested deeper"),
        ("!" * 1500 + "a", "longer"),
        ("(" * 300 + "!a" + ")" * 300, "cannot be read|nested deeper"),
    ],
)
def test_what_may_mean_something_else_is_refused_with_the_way_to_write_it(source: str, words: str) -> None:
    with pytest.raises(ExpressionInvalid, match=words) as refusal:
        compile_written(source)
    assert refusal.value.reason.km != refusal.value.reason


def test_the_words_of_the_analyst_are_kept_for_messages() -> None:
    assert compile_written(" ${amount > 10} ").source == "${amount > 10}"


CHOICE = (
    S
    + '<exclusiveGateway id="x" default="flow_1_0_x"/>'
    + user("small", "large")
    + E
    + flows("s > x", "x > small > e", "x > large: {}", "large > e")
)


@pytest.mark.parametrize("written", ["${amount > 10}", "#{amount gt 10 && true}", "= amount > 10", "amount > 10"])
def test_conditions_of_other_products_choose_the_way(written: str) -> None:
    body = document(CHOICE.format(written))
    assert Player(body, {"amount": 11}).ready == ["large"]
    assert Player(body, {"amount": 10}).ready == ["small"]


@pytest.mark.parametrize(
    ("language", "written"),
    [("juel", "amount gt 10"), ("feel", "amount > 10 and amount = amount"), ("FEEL", "not(amount &lt;= 10)")],
)
def test_the_language_that_an_expression_names_is_believed(language: str, written: str) -> None:
    drawn = CHOICE.format("?").replace("<![CDATA[?]]>", written)
    drawn = drawn.replace(
        "<conditionExpression>", f'<conditionExpression xsi:type="tFormalExpression" language="{language}">'
    )
    assert Player(document(drawn), {"amount": 11}).ready == ["large"]
    assert Player(document(drawn), {"amount": 10}).ready == ["small"]


def test_a_language_that_is_not_run_is_refused_even_where_its_text_could_be_read() -> None:
    drawn = CHOICE.format("amount > 10").replace(
        "<conditionExpression>",
        '<conditionExpression xsi:type="tFormalExpression" language="http://www.java.com/java">',
    )
    assert "expression-language" in rules_broken(document(drawn))


def test_the_language_of_a_file_holds_for_its_expressions() -> None:
    drawn = document(CHOICE.format("amount = 11")).replace(
        b'id="definitions"', b'id="definitions" expressionLanguage="https://www.omg.org/spec/DMN/20191111/FEEL/"'
    )
    assert Player(drawn, {"amount": 11}).ready == ["large"]
    assert not bpmn.check({"f.bpmn": drawn})


@pytest.mark.parametrize("name", ["answer-${number}", "#{name}", '= "answer" + number'])
def test_names_that_another_product_would_compute_are_refused(name: str) -> None:
    body = S + f'<intermediateCatchEvent id="c">{message("m")}</intermediateCatchEvent>' + E + flows("s > c > e")
    root = f"<message id='m' name='{name}'/>"
    assert rules_broken(document(body, root)) == {"name-computed"}


SEVERAL = (
    '<userTask id="t"><multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality>'
    "<completionCondition>{}</completionCondition></multiInstanceLoopCharacteristics></userTask>"
)


@pytest.mark.parametrize(
    ("number", "enough"),
    [
        ("${amount - 9}", "${nrOfCompletedInstances == 2}"),
        ("=amount - 9", "= numberOfCompletedInstances = 2"),
        ("3", "numberOfCompletedInstances == 2 &amp;&amp; !late"),
    ],
)
def test_counts_and_conditions_of_several_instances_may_be_written_so_too(number: str, enough: str) -> None:
    inside = '<startEvent id="is"/>' + SEVERAL.format(number, enough) + '<endEvent id="ie"/>'
    body = f'<subProcess id="sub">{inside}{flows("is > t > ie")}</subProcess>' + user("after")
    player = Player(document(S + body + flows("s > sub > after").replace("flow_", "o_")), {"amount": 12, "late": False})
    assert player.ready == ["t"] * 3
    assert player.do("t").do("t").ready == ["after"]


@pytest.mark.parametrize("written", ['=duration("PT2H")', "${pause}", "=pause", "PT2H"])
def test_timers_may_be_written_so_too(written: str) -> None:
    body = S + f'<intermediateCatchEvent id="c">{timer("Duration", written)}</intermediateCatchEvent>' + user("a")
    player = Player(document(body + flows("s > c > a")), {"pause": "PT2H"})
    assert player.wait(hours=1).ready == []
    assert player.wait(hours=1).ready == ["a"]


@pytest.mark.parametrize("written", ["${amount > 20}", "=amount > 20", "!(amount &lt;= 20)"])
def test_conditional_events_may_be_written_so_too(written: str) -> None:
    condition = f"<conditionalEventDefinition><condition>{written}</condition></conditionalEventDefinition>"
    body = S + user("a", "b") + boundary("high", "a", condition, interrupting=False) + user("more")
    body += '<parallelGateway id="g"/>' + flows("s > g > a", "g > b", "high > more")
    player = Player(document(body), {"amount": 12})
    assert player.do("b", amount=21).ready == ["a", "more"]
