"""Input and output sets: which data an activity must have, may have, or has instead of others (BPMN 2.0.2, 10.4.2)."""

from __future__ import annotations

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import E, Player, S, document, flows, user

OBJECTS = "".join(f'<dataObject id="{name}"/>' for name in ("paper", "photo", "stamp", "result"))


def refs(kind: str, *names: str) -> str:
    return "".join(f"<{kind}>{name}</{kind}>" for name in names)


def activity(inputs: str, outputs: str, script: str) -> str:
    """A script task with data inputs a, b and c from paper, photo and stamp, and data outputs one and two to result."""
    declared = "".join(f'<dataInput id="{name}"/>' for name in "abc")
    declared += '<dataOutput id="one"/><dataOutput id="two"/>'
    into = "".join(
        f"<dataInputAssociation><sourceRef>{source}</sourceRef><targetRef>{target}</targetRef></dataInputAssociation>"
        for source, target in (("paper", "a"), ("photo", "b"), ("stamp", "c"))
    )
    out = "".join(
        f"<dataOutputAssociation><sourceRef>{source}</sourceRef><targetRef>result</targetRef></dataOutputAssociation>"
        for source in ("one", "two")
    )
    return (
        '<scriptTask id="t" scriptFormat="text/x-python">'
        f"<ioSpecification>{declared}{inputs}{outputs}</ioSpecification>{into}{out}<script>{script}</script></scriptTask>"
    )


ALL_IN = f"<inputSet>{refs('dataInputRefs', *'abc')}</inputSet>"
OPTIONAL_IN = f"<inputSet>{refs('dataInputRefs', *'abc')}{refs('optionalInputRefs', 'b', 'c')}</inputSet>"
EITHER_IN = f"<inputSet>{refs('dataInputRefs', 'a', 'c')}</inputSet><inputSet>{refs('dataInputRefs', 'b')}</inputSet>"
ALL_OUT = f"<outputSet>{refs('dataOutputRefs', 'one', 'two')}</outputSet>"
OPTIONAL_OUT = (
    f"<outputSet>{refs('dataOutputRefs', 'one', 'two')}{refs('optionalOutputRefs', 'one', 'two')}</outputSet>"
)
EITHER_OUT = (
    f"<outputSet>{refs('dataOutputRefs', 'one')}</outputSet><outputSet>{refs('dataOutputRefs', 'two')}</outputSet>"
)


def drawn(task: str) -> bytes:
    return document(OBJECTS + S + task + E + flows("s > t > e"))


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"paper": 1}, [1, None, None]),
        ({"paper": 1, "stamp": 3}, [1, None, 3]),
        ({"paper": 1, "photo": 2, "stamp": 3}, [1, 2, 3]),
    ],
)
def test_an_optional_input_is_taken_where_it_has_a_value(given: dict[str, int], seen: list[int | None]) -> None:
    player = Player(drawn(activity(OPTIONAL_IN, ALL_OUT, "seen = [a, b, c]")), given)
    assert player.variables["seen"] == seen


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({"paper": 1, "stamp": 3}, [1, None, 3]),
        ({"paper": 1, "stamp": 3, "photo": 2}, [1, None, 3]),
        ({"paper": 1, "photo": 2}, [None, 2, None]),
        ({"photo": 2}, [None, 2, None]),
    ],
)
def test_the_first_input_set_that_is_complete_is_taken(given: dict[str, int], seen: list[int | None]) -> None:
    player = Player(drawn(activity(EITHER_IN, ALL_OUT, "seen = [a, b, c]")), given)
    assert player.variables["seen"] == seen


def test_an_activity_without_any_complete_input_set_fails() -> None:
    with pytest.raises(bpmn.StepFailed, match="none of its input sets is complete") as failure:
        Player(drawn(activity(EITHER_IN, ALL_OUT, "seen = 1")), {"paper": 1})
    assert failure.value.element_id == "t"


@pytest.mark.parametrize(
    ("outputs", "script", "result"),
    [
        (OPTIONAL_OUT, "done = true", "before"),
        (OPTIONAL_OUT, "one = 1", 1),
        (OPTIONAL_OUT, "two = 2", 2),
        (EITHER_OUT, "two = 2", 2),
        (EITHER_OUT, "one = 1\ntwo = 2", 1),
        (ALL_OUT, "one = 1\ntwo = 2", 2),
        (ALL_OUT, "done = true", None),
    ],
)
def test_what_was_not_produced_does_not_replace_what_was_there(outputs: str, script: str, result: object) -> None:
    player = Player(drawn(activity(ALL_IN, outputs, script)), {"paper": 1, "photo": 2, "stamp": 3, "result": "before"})
    assert player.variables["result"] == result


def test_an_activity_that_produced_no_output_set_fails() -> None:
    with pytest.raises(bpmn.StepFailed, match="none of its output sets"):
        Player(drawn(activity(ALL_IN, EITHER_OUT, "done = true")), {"paper": 1, "photo": 2, "stamp": 3})


def test_sets_are_looked_at_anew_in_every_round_of_a_loop() -> None:
    joints = '<exclusiveGateway id="m"/><exclusiveGateway id="x" default="flow_1_0_x"/>'
    task = activity(EITHER_IN, OPTIONAL_OUT, "seen = [a, b, c]\none = b")
    inside = f'<startEvent id="ss"/>{joints}{task}{user("u")}<endEvent id="se"/>'
    inside += flows("ss > m > t > x", "x > se", "x > u: result == null", "u > m")
    body = f'<subProcess id="sub">{inside}</subProcess>'
    process = document(OBJECTS + S + body + E + flows("s > sub > e").replace("flow_", "o_"))
    player = Player(process, {"paper": 1, "stamp": 3})
    assert player.variables["seen"] == [1, None, 3]
    player.do("u", paper=None, photo=2)
    assert (player.variables["seen"], player.variables["result"]) == ([None, 2, None], 2)
    assert player.status == "completed"


def test_a_line_that_comes_from_no_data_copies_nothing() -> None:
    """A data association need have no source (10.4.2); an input without a value is nothing, nobody waits for it."""
    specified = '<ioSpecification><dataInput id="i"/><inputSet><dataInputRefs>i</dataInputRefs></inputSet><outputSet/>'
    line = "</ioSpecification><dataInputAssociation><targetRef>i</targetRef></dataInputAssociation>"
    source = document(S + f'<userTask id="a">{specified}{line}</userTask>' + E + flows("s > a > e"))
    assert [(one.rule, one.severity) for one in bpmn.check({"f": source})] == [("data-drawn", "note")]
    assert Player(source).do("a").status == "completed"
