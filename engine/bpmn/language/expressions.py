"""The expression language of diagrams, read: Python's grammar, cut down to what a rule of an office needs.

Names, numbers, texts, lists, records, comparison, arithmetic, ``and or not``, ``a if b else c``, and calls of
registered functions by name. No methods, comprehensions, formats, lambdas or names that begin with an underscore.
Whatever is outside is refused when the file is read, so that a running case never meets it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.bpmn.language.functions import ANY_NUMBER, VALUES_TAKEN
from engine.bpmn.language.reasons import Reason, Unfit, because
from engine.bpmn.language.values import number_within

LONGEST_SOURCE: Final = 2_000
_DEEPEST: Final = 40
CONSTANTS: Final = {"true": True, "false": False, "null": None, "none": None}
"""Names that mean the same in every case; no variable can take them over."""

_LEAVES: Final = frozenset({
    ast.Constant, ast.Name, ast.Load, ast.Not, ast.USub, ast.UAdd, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv,
    ast.Mod, ast.And, ast.Or, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.Is, ast.IsNot,
})  # fmt: skip
_ALLOWED: Final = _LEAVES | {
    ast.Attribute, ast.Subscript, ast.Slice, ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call,
    ast.List, ast.Tuple, ast.Dict,
}  # fmt: skip
_WRITTEN: Final = {
    "Pow": "**", "LShift": "<<", "RShift": ">>", "BitOr": "|", "BitAnd": "&", "BitXor": "^", "Invert": "~",
    "MatMult": "@", "NamedExpr": ":=", "Starred": "*", "JoinedStr": "f'…'", "Lambda": "lambda", "Set": "{…}",
    "ListComp": "for … in", "SetComp": "for … in", "DictComp": "for … in", "GeneratorExp": "for … in",
    "Await": "await", "Yield": "yield", "YieldFrom": "yield",
}  # fmt: skip
"""What the analyst wrote where Python's grammar sees one of these."""
_REDIRECTS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that make a line read otherwise than it is computed (Unicode Technical Standard 55)."""


class ExpressionInvalid(Exception):
    """The text is not an expression of the language; ``reason`` says why, for the analyst."""

    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A compiled expression: its source, what it reads and calls, and of how many parts it is made."""

    source: str
    tree: ast.expr
    names: frozenset[str]
    functions: frozenset[str]
    size: int


def parse_source(source: str, mode: str) -> ast.Expression | ast.Module:
    """Python's own syntax tree of a bounded source."""
    written = source.strip()
    if not written:
        raise ExpressionInvalid(because("empty"))
    if len(written) > LONGEST_SOURCE:
        raise ExpressionInvalid(because("long", most=LONGEST_SOURCE))
    if _REDIRECTS.search(written):
        raise ExpressionInvalid(because("direction"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(written, mode=mode)
    except SyntaxError as mistake:
        raise ExpressionInvalid(_unreadable(written, mistake)) from None
    except (ValueError, RecursionError, MemoryError, OverflowError):
        raise ExpressionInvalid(because("unreadable")) from None
    if not isinstance(tree, (ast.Expression, ast.Module)):
        raise ExpressionInvalid(because("unreadable"))
    return tree


def _unreadable(written: str, mistake: SyntaxError) -> Reason:
    lines = written.splitlines()
    if not mistake.lineno or not mistake.offset or mistake.lineno > len(lines):
        return because("unreadable")
    line, at = lines[mistake.lineno - 1], max(mistake.offset - 1, 0)
    while at and line[at - 1 : at + 1].isalnum():  # the whole word: 250ms, not the 0ms that follows what could be read
        at -= 1
    near = line[at:][:20].strip()
    return because("unreadable-near", near=near) if near else because("unreadable")


def compile_exact(source: str, functions: Mapping[str, tuple[int, int]] = VALUES_TAKEN) -> Expression:
    """An expression whose fractions are decimals, digit by digit as written; raises ExpressionInvalid. ``functions``
    are those that it may name, with how many values each takes: at least, at most."""
    written = source.strip()
    tree: ast.expr = parse_source(written, "eval").body  # type: ignore[assignment]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            node.value = Decimal(ast.get_source_segment(written, node) or "")  # type: ignore[assignment]
    return compile_tree(tree, written, functions)


def compile_tree(
    tree: ast.expr, source: str, known: Mapping[str, tuple[int, int]] = VALUES_TAKEN, *, in_script: bool = False
) -> Expression:
    """The expression of a syntax tree, ready to be evaluated any number of times; raises ExpressionInvalid.

    Only scripts may raise errors of the diagram: nothing could catch one at a gateway, a timer or a message.
    """
    names: set[str] = set()
    functions: set[str] = set()
    called: set[ast.AST] = set()
    level: list[ast.AST] = [tree]
    depth = size = 0
    while level:
        depth += 1
        size += len(level)
        if depth > _DEEPEST:
            raise ExpressionInvalid(because("deep", most=_DEEPEST))
        for node in level:
            _check(node, names, functions, called)
            if isinstance(node, ast.Call):
                _check_values(node, known)
        level = [child for node in level if type(node) not in _LEAVES for child in ast.iter_child_nodes(node)]
    if "bpmn_error" in functions and not in_script:
        raise ExpressionInvalid(because("error-outside"))
    return Expression(source, tree, frozenset(names - CONSTANTS.keys()), frozenset(functions), size)


def _check(node: ast.AST, names: set[str], functions: set[str], called: set[ast.AST]) -> None:
    if type(node) not in _ALLOWED:
        raise ExpressionInvalid(because("part", part=_WRITTEN.get(type(node).__name__, type(node).__name__)))
    if isinstance(node, ast.Call):
        functions.add(_called(node))
        called.add(node.func)
    elif isinstance(node, ast.Name):
        _check_name(node.id)
        if node not in called:
            names.add(node.id)
    elif isinstance(node, ast.Attribute):
        _check_name(node.attr)
    elif isinstance(node, ast.Dict) and None in node.keys:
        raise ExpressionInvalid(because("part", part="**"))
    elif isinstance(node, ast.Compare):
        _check_identity(node)
    elif isinstance(node, ast.Constant):
        _check_constant(node.value)


def _called(node: ast.Call) -> str:
    if not isinstance(node.func, ast.Name):
        raise ExpressionInvalid(because("call-name"))
    if node.keywords:
        raise ExpressionInvalid(because("call-order"))
    name = node.func.id
    _check_name(name)
    return name


def _check_values(node: ast.Call, known: Mapping[str, tuple[int, int]]) -> None:
    name = _called(node)
    if name not in known:
        raise ExpressionInvalid(because("function-unknown", name=name))
    least, most = known[name]
    if any(isinstance(value, ast.Starred) for value in node.args):
        raise ExpressionInvalid(because("part", part="*"))
    if not least <= len(node.args) <= most:
        number = least if least == most else f"{least}…" if most == ANY_NUMBER else f"{least}–{most}"
        raise ExpressionInvalid(because("function-values", name=name, number=number, given=len(node.args)))


def _check_name(name: str) -> None:
    if name.startswith("_"):
        raise ExpressionInvalid(because("underscore", name=name))


def _check_identity(node: ast.Compare) -> None:
    """Whether two equal texts or numbers are the same object depends on where they came from: storage or memory."""
    operands = [node.left, *node.comparators]
    for operator, left, right in zip(node.ops, operands, node.comparators, strict=False):
        if isinstance(operator, (ast.Is, ast.IsNot)) and not (_is_constant(left) or _is_constant(right)):
            raise ExpressionInvalid(because("is"))


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return node.id in CONSTANTS
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _check_constant(value: object) -> None:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        try:
            number_within(value)
        except Unfit as unfit:
            raise ExpressionInvalid(unfit.reason) from None
    elif not isinstance(value, (str, bool, type(None))):
        raise ExpressionInvalid(because("part", part="…" if value is ... else type(value).__name__))
