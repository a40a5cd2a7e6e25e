"""Every construct that is run, in every surrounding it may stand in: the path is the one that BPMN 2.0.2 prescribes.

The state is stored between any two steps and kept in memory as well; both must agree in every detail (see ``Player``).
"""

from __future__ import annotations

import os
import random
from collections import Counter

import pytest

from engine.bpmn import Input, Step, replay
from tests.engine.bpmn.drawings.chains import random_chain
from tests.engine.bpmn.drawings.drawing import MONDAY, Player
from tests.engine.bpmn.drawings.fragments import FRAGMENTS
from tests.engine.bpmn.drawings.matrix import (
    Fragment,
    beside,
    called,
    counted,
    nested,
    recorded,
    repeated,
    some_wrappings,
    take,
    wrapped,
)

WHOLE = os.environ.get("OWSO_MATRIX") == "whole"
"""Some of the surroundings of each construct, by its name; ``OWSO_MATRIX=whole`` plays all of them."""


def play(one: Fragment) -> tuple[Player, list[Input]]:
    """Put in everything, and compare each step with what must be passed."""
    player = Player(one.source, one.variables, one.start, process_id="p")
    passed = [list(player.passed)]
    inputs = [
        Input(
            Step("start", variables=one.variables, element_id=one.start or ""), MONDAY, one.start, tuple(player.passed)
        )
    ]
    for step in one.inputs:
        passed.append(take(player, step))
        inputs.append(recorded(player, step, passed[-1]))
    if one.in_steps:
        assert [dict(counted(path)) for path in passed] == [dict(counted(path)) for path in one.paths]
    else:
        assert sum(map(counted, passed), Counter()) == counted(" ".join(one.paths))
    assert player.status == one.status
    assert player.snapshot.timers == ()
    assert player.snapshot.subscriptions == ()
    return player, inputs


def play_again(one: Fragment, player: Player, inputs: list[Input]) -> None:
    """What was put in gives the same bytes once more."""
    again = replay(player.definition, inputs)
    assert again.outcome == "same"
    assert again.snapshot is not None
    assert again.snapshot.state == player.snapshot.state
    assert {name: player.variables.get(name) for name in one.result} == one.result


@pytest.mark.parametrize("one", FRAGMENTS, ids=lambda one: one.name.replace(" ", "_"))
def test_a_construct_takes_the_path_of_the_standard_wherever_it_stands(one: Fragment) -> None:
    play_again(one, *play(one))
    for wrapping in some_wrappings(one, whole=WHOLE):
        try:
            play(wrapped(one, wrapping))
        except Exception as failure:
            failure.add_note(f"{one.name}: {[each.__name__ for each in wrapping]}")
            raise


@pytest.mark.parametrize("block", range(2))
def test_what_one_construct_leaves_behind_does_not_reach_the_next(block: int) -> None:
    chance = random.Random(block)
    for _ in range(12):
        chain = random_chain(chance)
        wrapping = chance.choice([repeated, nested, called, beside])
        try:
            play(chain)
            play(wrapping(chain))
        except Exception as failure:
            failure.add_note(f"{chain.name}: {wrapping.__name__}")
            raise
