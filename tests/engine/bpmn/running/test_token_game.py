"""Random drawings of gateways and tasks: the engine is always where the token game can be."""

from __future__ import annotations

import random

import pytest

from engine import bpmn
from tests.engine.bpmn.drawings.drawing import Player
from tests.engine.bpmn.drawings.token_game import Net, chosen, played, random_net


def follow(net: Net, chance: random.Random, steps: int) -> None:
    """Do random tasks in both; what is ready must be the same in one of the markings the game allows."""
    values = {node: chance.randrange(4) for node in net.choices}
    player = Player(net.drawn(), values)
    markings = played(net, tuple(net.outgoing("s")), values)
    for _ in range(steps):
        ready = sorted(player.ready)
        markings = {one for one in markings if sorted(token for token in one if ">" not in token) == ready}
        assert markings, (net.arrows, values, ready)
        if not ready or len(ready) > 12:
            return
        task = chance.choice(ready)
        values = {node: chance.randrange(4) for node in net.choices}
        player.do(task, **values)
        left = [tuple(sorted(_without(one, task) + chosen(net, task, values))) for one in markings]
        markings = {after for one in left for after in played(net, one, values)}


def _without(marking: tuple[str, ...], task: str) -> list[str]:
    rest = list(marking)
    rest.remove(task)
    return rest


@pytest.mark.parametrize("block", range(2))
def test_random_drawings_are_where_the_token_game_can_be(block: int) -> None:
    ran = 0
    for seed in range(block * 45, block * 45 + 45):
        chance = random.Random(seed)
        net = random_net(chance)
        if any(one.severity == "error" for one in bpmn.check({"f": net.drawn()})):
            continue
        ran += 1
        follow(net, chance, 12)
    assert ran > 5, "a test of drawings that are all refused proves nothing"
