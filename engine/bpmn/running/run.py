"""One step of one case at one moment: places and removes tokens, evaluates expressions, collects the outcome."""

from __future__ import annotations

from collections import ChainMap, deque
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from engine.bpmn.errors import StepFailed
from engine.bpmn.graph import Graph, Node, Scope
from engine.bpmn.language.evaluating import Evaluator, ExpressionFailed
from engine.bpmn.language.expressions import Expression
from engine.bpmn.language.functions import BUILT_IN, clock_functions, office_functions
from engine.bpmn.language.reasons import Unfit, because
from engine.bpmn.language.values import Work
from engine.bpmn.model import Effect, Passed
from engine.bpmn.spiff.tokens import (
    Holder,
    Instance,
    Live,
    ScopeRole,
    SubScope,
    TaskState,
    Token,
    element_of,
    enclosing,
    variables_seen,
)

MOST_MOVES: Final = 100_000
"""Token moves in one step. A drawing that needs more runs in a circle without anybody or anything to wait for."""
MOST_TOKENS: Final = 25_000
"""Tokens that an instance may have at once."""
LOOKS_PER_MOVE: Final = 20
"""Looking at so many tokens, for one that listens or has arrived, counts as one move, and so does an expression:
tokens that multiply must not make a step endless before they have moved often enough."""
DEEPEST_NESTING: Final = 100
"""Scopes within scopes, called processes and loops included."""
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


class Run:
    """A step. ``instance`` is the instance it works on; the step that fails is thrown away together with the case.

    ``begun`` are the tokens that the last move put down, ``agenda`` those that move after them (the next one last),
    ``announcing`` those that throw a signal when nothing else can move. ``changed``: some variable was written;
    ``condition_touched``: one that a conditional event looks at. ``conditional`` are the tokens and scopes that wait
    for a condition, once somebody has asked for them.
    """

    instance: Instance

    def __init__(self, graph: Graph, now: datetime, functions: Mapping[str, Callable[..., Any]] | None) -> None:
        self.graph = graph
        self.now = now
        self.effects: list[Effect] = []
        self.passed: list[Passed] = []
        self.reached: list[Passed] = []
        self.ways: dict[tuple[str, str], None] = {}
        self.rules: dict[tuple[str, int], None] = {}
        self.stores: dict[str, Any] = {}
        self.begun: list[Token] = []
        self.agenda: list[Token] = []
        self.announcing: deque[Token] = deque()
        self.emptied: list[Live] = []
        self.timers_armed: list[tuple[int, int, Holder, str]] = []
        self.changed = False
        self.condition_touched = False
        self.conditional: dict[Holder, None] | None = None
        self._spent = 0
        self._work = Work()
        self._functions = functions or {}
        self._evaluator: Evaluator | None = None

    def at(self, moment: datetime) -> None:
        """Let the step go on at ``moment``; the clock of expressions moves with it."""
        self.now = moment
        self._evaluator = None

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates expressions at the moment of the step."""
        if self._evaluator is None:
            known = {**BUILT_IN, **clock_functions(self.now), **office_functions(self._functions)}
            self._evaluator = Evaluator(known, self._work)
        return self._evaluator

    def supplied(self, name: str) -> Callable[..., Any] | None:
        """A function that the caller of the step supplies, if it does."""
        return self._functions.get(name)

    def new_id(self) -> str:
        """The next identifier of this case: a counter, so that the same inputs give the same state."""
        self.instance.counter += 1
        number, digits = self.instance.counter, ""
        while number:
            number, rest = divmod(number, 36)
            digits = _DIGITS[rest] + digits
        return digits

    def hold(self, node: Node, live: Live, flow: str | None = None) -> Token:
        """A new token at ``node`` that the caller deals with at once."""
        self.count_move(node)
        if len(self.instance.everything) >= MOST_TOKENS:
            raise StepFailed(node.id, None, because("tokens", most=MOST_TOKENS))
        return Token(self.new_id(), node, live, flow)

    def place(self, node: Node, live: Live, flow: str | None = None) -> Token:
        """A new token that is about to enter ``node``."""
        token = self.hold(node, live, flow)
        if flow is not None:
            self.ways[flow, node.id] = None
        self.begun.append(token)
        return token

    def count_move(self, node: Node) -> None:
        """Stop a step that would never end."""
        self.spend(LOOKS_PER_MOVE, node.id)

    def spend(self, looks: int, element_id: str) -> None:
        """Count the looking at so many tokens towards what a step may take."""
        self._spent += looks
        if self._spent > MOST_MOVES * LOOKS_PER_MOVE:
            raise StepFailed(element_id, None, because("circle", most=MOST_MOVES))

    def resume(self, token: Token) -> None:
        """What the token waited for has come: let it go on as soon as it is its turn."""
        token.caught = True
        self.begun.append(token)

    def open(self, role: ScopeRole, scope: Scope, owner: Token) -> SubScope:
        """A new scope, carried out on behalf of ``owner``."""
        if owner.workflow.depth_within >= DEEPEST_NESTING:
            raise StepFailed(owner.node.id, None, because("nesting", most=DEEPEST_NESTING))
        return SubScope(role, scope, owner)

    def remove(self, token: Token) -> None:
        """Take a token away with everything that is carried out on its behalf."""
        waiting = [token]
        while waiting:
            current = waiting.pop()
            if self.instance.everything.pop(current.id, None) is None:
                continue
            if not current.has_state(TaskState.FINISHED_MASK):
                current._set_state(TaskState.CANCELLED)
            current.parked = False
            del current.workflow.tasks[current.id]
            if not current.workflow.tasks:
                self.emptied.append(current.workflow)
            child = self.instance.subprocesses.pop(current.id, None)
            if child is not None:
                waiting.extend(child.tasks.values())

    def clear(self, live: Live, keep: Token | None = None) -> None:
        """Take all tokens of a scope away but one."""
        for token in list(live.tasks.values()):
            if token is not keep:
                self.remove(token)

    def close(self, live: SubScope) -> None:
        """Take a scope away with everything in it; its owner stays."""
        self.clear(live)
        self.instance.subprocesses.pop(live.id, None)

    def is_alive(self, holder: Holder) -> bool:
        """True while the token or scope is still part of the case."""
        if isinstance(holder, Token):
            return self.instance.everything.get(holder.id) is holder
        return holder is self.instance or self.instance.subprocesses.get(holder.id) is holder

    def pass_by(self, node: Node) -> None:
        """Record that ``node`` was passed now."""
        passed = Passed(node.id, self.now, node.properties)
        self.passed.append(passed)
        if not node.holds_others:
            self.reached.append(passed)

    def begin_within(self, node: Node) -> None:
        """Record that an activity that holds others begins now."""
        self.reached.append(Passed(node.id, self.now, node.properties))

    def evaluate(
        self,
        expression: Expression,
        holder: Holder,
        extra: Mapping[str, Any] | None = None,
        at: str | None = None,
    ) -> Any:
        """The expression's value with the variables that ``holder`` sees; raises StepFailed at its element.

        ``at`` is the element where the expression is drawn, when that is not the holder's: an event that listens for
        it.
        """
        element = at or element_of(holder)
        self.spend(LOOKS_PER_MOVE, element)
        names: Mapping[str, Any] = variables_seen(holder)
        if extra:
            names = ChainMap(dict(extra), dict(names))
        try:
            return self.evaluator.value_of(expression, names)
        except ExpressionFailed as failure:
            raise StepFailed(element, failure.expression, failure.reason, failure.used) from None

    def counted(self, value: Any, element_id: str) -> Any:
        """``value``, which the case will hold once more: in memory it is shared, in the stored state it is repeated."""
        if isinstance(value, (str, list, dict)):
            self._work.begin()
            try:
                self._work.look_through(value)
            except Unfit as unfit:
                raise StepFailed(element_id, None, unfit.reason) from None
        return value

    def assign(self, holder: Holder, name: str, value: Any) -> None:
        """Store a variable where it belongs: in the nearest scope that has or declares it, else in the process."""
        self.counted(value, element_of(holder))
        for around in enclosing(holder):
            if name in around.data:
                break
            if isinstance(around, Live) and (
                around.role in ("process", "call") or (around.role == "scope" and name in around.scope.declared)
            ):
                break
        around.data[name] = value
        if isinstance(around, Live) and around.role == "call" and name not in around.marks.setdefault("changed", []):
            around.marks["changed"].append(name)
        self.changed = True
        self.condition_touched |= name in self.graph.condition_names
