"""The BPMN core: processes in, steps out. Pure: no database, no web, no wall clock; every function may be replayed.

``parse``, ``check`` and ``look`` read files; ``start``, ``complete``, ``fail``, ``fire_timers``, ``deliver`` and
``cancel`` are steps, each a function from a definition, a state and a moment to a ``Snapshot``. ``correct``, ``skip``
and ``move`` are steps that an administrator takes by hand; ``compare``, ``migrate`` and ``replay`` are about other
versions of the process; ``ask`` asks a decision by itself. ``read_xml`` and what belongs to it read the other files of
a package (decision and fee tables) as carefully as processes are read. Packages read and compute what they write
themselves (fees, conditions of forms) in the language of the diagrams: ``compile_exact``, ``read_cell``.

Inside: ``reading`` makes a ``graph`` of files, ``rules`` says what it breaks and ``problems`` words that; ``running``
moves the tokens, ``spiff`` is all contact with SpiffWorkflow, ``language`` computes what is written at elements,
``versions`` is about other versions of the same process. Nothing outside imports anything but this front door.
"""

from __future__ import annotations

from engine.bpmn.asking import Asked, ask, decisions_in
from engine.bpmn.avoiding import reached_without
from engine.bpmn.boundaries import Deadline, deadlines
from engine.bpmn.choices import Ways
from engine.bpmn.definition import Looked, check, look, nothing_drawn, parse
from engine.bpmn.drawn_flows import DrawnFlow, drawn_flows
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
from engine.bpmn.language.cells import Cell, flaws_of, literal_of, read_cell
from engine.bpmn.language.compared import compared_in
from engine.bpmn.language.comparing import same
from engine.bpmn.language.decisions import Decision
from engine.bpmn.language.evaluating import OF_ANSWERS, Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import Expression, ExpressionInvalid, compile_exact
from engine.bpmn.language.functions import VALUES_TAKEN
from engine.bpmn.language.provenance import computed_from
from engine.bpmn.language.reasons import Reason
from engine.bpmn.longest import LongWay, longest_way
from engine.bpmn.main_way import main_way
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
from engine.bpmn.passing import ahead_of, behind, comes_again, passed_by_hand
from engine.bpmn.reading.extensions import PARAMETER, asked_of, decision_of, properties_of, property_entries
from engine.bpmn.reading.imports import imports_of
from engine.bpmn.reading.xml import BPMN as BPMN_NAMESPACE
from engine.bpmn.reading.xml import SPIFF as SPIFF_NAMESPACE
from engine.bpmn.reading.xml import XmlRefused, local_name, read_xml, text_of
from engine.bpmn.running.by_hand import Position, correct, describe, move, positions, skip, variables
from engine.bpmn.running.codec import are_same
from engine.bpmn.running.live import LiveCache
from engine.bpmn.running.machine import awaits, cancel, complete, deliver, fail, fire_timers, start
from engine.bpmn.start_timers import NotATimer, StartMoment, first_start, shortest_pause, start_after
from engine.bpmn.steps import Step, step_from
from engine.bpmn.traffic import Thrown, heard, taken, thrown
from engine.bpmn.variables import Need, compared, ordered, read_at, timed_by, writers
from engine.bpmn.versions.differences import Differences, compare, names
from engine.bpmn.versions.migration import Migration, migrate
from engine.bpmn.versions.obstacles import Obstacle
from engine.bpmn.versions.replay import Input, Replayed, replay

__all__ = [
    "BPMN_NAMESPACE",
    "OF_ANSWERS",
    "PARAMETER",
    "SPIFF_NAMESPACE",
    "VALUES_TAKEN",
    "Asked",
    "BpmnRefusal",
    "Cell",
    "Deadline",
    "Decision",
    "DefinitionRejected",
    "Differences",
    "DrawnFlow",
    "Effect",
    "Element",
    "Evaluator",
    "Expression",
    "ExpressionFailed",
    "ExpressionInvalid",
    "Input",
    "LiveCache",
    "LongWay",
    "Looked",
    "Message",
    "Migration",
    "MoveNotPossible",
    "Need",
    "NobodyWaits",
    "NotATimer",
    "Obstacle",
    "Passed",
    "PendingTimer",
    "Position",
    "Problem",
    "ProcessDefinition",
    "ReadyTask",
    "Reason",
    "Replayed",
    "Signal",
    "Snapshot",
    "StartEvent",
    "StartMoment",
    "StartNotPossible",
    "StateUnreadable",
    "Step",
    "StepFailed",
    "Subscription",
    "TaskNotReady",
    "Thrown",
    "Ways",
    "XmlRefused",
    "ahead_of",
    "are_same",
    "ask",
    "asked_of",
    "awaits",
    "behind",
    "cancel",
    "check",
    "comes_again",
    "compare",
    "compared",
    "compared_in",
    "compile_exact",
    "complete",
    "computed_from",
    "correct",
    "deadlines",
    "decision_of",
    "decisions_in",
    "deliver",
    "describe",
    "drawn_flows",
    "fail",
    "fire_timers",
    "first_start",
    "flaws_of",
    "heard",
    "imports_of",
    "literal_of",
    "local_name",
    "longest_way",
    "look",
    "main_way",
    "migrate",
    "move",
    "names",
    "nothing_drawn",
    "ordered",
    "parse",
    "passed_by_hand",
    "positions",
    "properties_of",
    "property_entries",
    "reached_without",
    "read_at",
    "read_cell",
    "read_xml",
    "replay",
    "same",
    "shortest_pause",
    "skip",
    "start",
    "start_after",
    "step_from",
    "taken",
    "text_of",
    "thrown",
    "timed_by",
    "variables",
    "writers",
]
