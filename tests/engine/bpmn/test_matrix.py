"""Every construct that is run, in every surrounding it may stand in: the path is the one that BPMN 2.0.2 prescribes.

The state is stored between any two steps and kept in memory as well; both must agree in every detail (see `Player`).
"""

from __future__ import annotations

from collections import Counter

import pytest

from engine.bpmn import Input, replay
from tests.engine.bpmn.drawing import MONDAY, Player
from tests.engine.bpmn.fragments import FRAGMENTS
from tests.engine.bpmn.matrix import Fragment, Wrapped, counted, plain, recorded, take, wrappings


def play(wrapped: Wrapped) -> tuple[Player, list[Input]]:
    """Put in everything, and compare each step with what must be passed."""
    player = Player(wrapped.source, wrapped.variables, wrapped.start, process_id="p")
    passed = [list(player.passed)]
    inputs = [Input("start", MONDAY, wrapped.start, None, wrapped.variables, None, tuple(player.passed))]
    for step in wrapped.inputs:
        passed.append(take(player, step))
        inputs.append(recorded(player, step, passed[-1]))
    if wrapped.grouped:
        assert [dict(counted(path)) for path in passed] == [dict(counted(path)) for path in wrapped.paths]
    else:
        assert sum(map(counted, passed), Counter()) == counted(" ".join(wrapped.paths))
    return player, inputs


@pytest.mark.parametrize("one", FRAGMENTS, ids=lambda one: one.name.replace(" ", "_"))
def test_a_construct_takes_the_path_of_the_standard_wherever_it_stands(one: Fragment) -> None:
    for wrapping in wrappings(one):
        try:
            player, inputs = play(wrapping(one))
        except Exception as failure:
            failure.add_note(f"{one.name}: {wrapping.__name__}")
            raise
        expected = one.status if wrapping is plain else "completed"
        assert player.status == expected, f"{one.name}: {wrapping.__name__}"
        assert player.snapshot.timers == ()
        assert player.snapshot.subscriptions == ()
        if wrapping is plain:
            assert {name: player.variables.get(name) for name in one.result} == one.result
            again = replay(player.definition, inputs)
            assert again.outcome == "same"
            assert again.snapshot is not None
            assert again.snapshot.state == player.snapshot.state
