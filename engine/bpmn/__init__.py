"""The BPMN core: processes in, steps out. Pure: no database, no web, no wall clock; every function may be replayed.

`parse` and `check` read files; `start`, `complete`, `fail`, `fire_timers`, `deliver` and `cancel` are steps, each
a function from a definition, a state and a moment to a `Snapshot`. `correct`, `skip` and `move` are steps that an
administrator takes by hand; `compare`, `migrate` and `replay` are about other versions of the process.
"""

from __future__ import annotations

from engine.bpmn.definition import check, parse
from engine.bpmn.errors import (
    BpmnRefusal,
    DefinitionRejected,
    MoveNotPossible,
    NobodyWaits,
    StartNotPossible,
    StateUnreadable,
    StepFailed,
    TaskNotReady,
)
from engine.bpmn.live import LiveCache
from engine.bpmn.machine import awaits, cancel, complete, deliver, fail, fire_timers, start
from engine.bpmn.migration import Migration, migrate
from engine.bpmn.model import (
    Effect,
    Element,
    Message,
    Passed,
    PendingTimer,
    Problem,
    ProcessDefinition,
    ReadyTask,
    Signal,
    Snapshot,
    StartEvent,
    Subscription,
)
from engine.bpmn.obstacles import Obstacle
from engine.bpmn.operations import Position, correct, describe, move, positions, skip, variables
from engine.bpmn.provenance import computed_from
from engine.bpmn.replay import Input, Replayed, replay
from engine.bpmn.start_timers import NotATimer, StartMoment, first_start, shortest_pause, start_after
from engine.bpmn.traffic import Thrown, thrown
from engine.bpmn.versions import Differences, compare, names

__all__ = [
    "BpmnRefusal",
    "DefinitionRejected",
    "Differences",
    "Effect",
    "Element",
    "Input",
    "LiveCache",
    "Message",
    "Migration",
    "MoveNotPossible",
    "NobodyWaits",
    "NotATimer",
    "Obstacle",
    "Passed",
    "PendingTimer",
    "Position",
    "Problem",
    "ProcessDefinition",
    "ReadyTask",
    "Replayed",
    "Signal",
    "Snapshot",
    "StartEvent",
    "StartMoment",
    "StartNotPossible",
    "StateUnreadable",
    "StepFailed",
    "Subscription",
    "TaskNotReady",
    "Thrown",
    "awaits",
    "cancel",
    "check",
    "compare",
    "complete",
    "computed_from",
    "correct",
    "deliver",
    "describe",
    "fail",
    "fire_timers",
    "first_start",
    "migrate",
    "move",
    "names",
    "parse",
    "positions",
    "replay",
    "shortest_pause",
    "skip",
    "start",
    "start_after",
    "thrown",
    "variables",
]
