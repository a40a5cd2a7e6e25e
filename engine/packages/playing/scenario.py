"""A play as a scenario of ``tests.yaml``: what was done, and what came about as what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from engine.packages.forms import APPLY
from engine.packages.groups import APPLICANT
from engine.packages.package import ServicePackage
from engine.packages.playing.play import NOT_DRAWN, NOTHING_FOUND, Action, Play, written
from engine.packages.playing.walking import NO_NAME, Walk, nothing_expected
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenarios import ScenarioStep

_GATEWAYS: Final = "Gateway"


def tidied(found: Walk) -> Play:
    """The play without the waits at which nothing happened, and without answers that nobody asked for."""
    last = len(found.play.moves) if found.result.waits_at else 0
    moves = [
        move
        for place, (move, leg) in enumerate(zip(found.play.moves, found.legs[1:], strict=True), start=1)
        if move.action != Action.WAIT or leg.passed or place == last
    ]
    passed = set(found.case.path)
    return replace(
        found.play,
        moves=tuple(moves),
        connectors={name: said for name, said in found.play.connectors.items() if name in passed},
        register={name: said for name, said in found.play.register.items() if name in passed},
    )


def answers_of(package: ServicePackage, play: Play) -> dict[str, Any]:
    """The answers with which it begins, in the order of the form."""
    form = package.forms.get(APPLY)
    keys = [part.key for part in form.components()] if form and not play.begins else []
    return {key: play.answers[key] for key in (*keys, *sorted(set(play.answers) - set(keys))) if key in play.answers}


def scenario_of(package: ServicePackage, found: Walk, name: str, answers: str) -> dict[str, Any]:
    """The scenario as it is written, beginning from the answers of a name. What is as usual is left out."""
    play = tidied(found)
    scenario = play.scenario(NO_NAME, nothing_expected())
    said: dict[str, Any] = {
        "begins": scenario.begins,
        "level": scenario.level,
        "facts": {key: value for key, value in scenario.facts.items() if value},
        "held_until": scenario.held_until.isoformat() if scenario.held_until else "",
        "sessions": {key: [written(one) for one in moments] for key, moments in scenario.sessions.items()},
        "register": {key: dict(one) for key, one in scenario.register.items() if dict(one) != dict(NOTHING_FOUND)},
        "connectors": {key: dict(one) for key, one in scenario.connectors.items() if dict(one) != dict(NOT_DRAWN)},
        "steps": [_step(one) for one in scenario.steps],
    }
    first = {"name": name, "starts": written(scenario.starts), "answers": answers}
    last = {"expect": expectation_of(package, found.result, is_applied_for=not play.begins)}
    return first | {key: value for key, value in said.items() if value} | last


def expectation_of(package: ServicePackage, result: ScenarioResult, *, is_applied_for: bool) -> dict[str, Any]:
    """What came about, as far as it says something: the way without its gateways, stages, fees, and how it stands."""
    elements = package.process.elements
    path = [one for one in result.path if one not in elements or not elements[one].type.endswith(_GATEWAYS)]
    fees = package.manifest.fees
    said: dict[str, Any] = {
        "path": path,
        "stages": list(result.stages),
        "fee": result.fee if fees and is_applied_for else None,
        "fees": dict(result.fees) if len(fees) > 1 else None,
        "working_days": result.working_days,
        "outcome": result.outcome,
        "waits_at": list(result.waits_at),
        "operations": list(result.operations),
        "messages": list(result.messages),
        "issued": result.issued or None,
        "valid_until": result.valid_until,
        "holder": result.holder if result.holder != APPLICANT else None,
        "term": str(result.term) if len(package.manifest.term.lengths) > 1 else None,
        "levels": list(result.levels) if len(result.levels) > 1 else None,
    }
    return {key: value for key, value in said.items() if value not in (None, "", [], {})}


def _step(step: ScenarioStep) -> dict[str, Any]:
    done: Mapping[str, Any] = {step.action: True if step.action == Action.WAIT else step.name}
    said = {
        "at": written(step.at),
        "session": written(step.session) if step.session else None,
        "answers": dict(step.answers),
    }
    return {**done, **{key: value for key, value in said.items() if value}}
