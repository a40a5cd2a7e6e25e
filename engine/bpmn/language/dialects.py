"""Expressions as other tools write them, in the words of the house, where the meaning is exactly the same.

``${…}`` and ``#{…}`` (the expression language of Java, JUEL), a leading ``=`` (FEEL), and the operators ``&&``, ``||``,
``!`` anywhere. What is not certain to mean the same is refused with a sentence that says how to write it; nothing is
guessed. Analysts find the list in docs/bpmn-support.md.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, Literal

from engine.bpmn.language.expressions import LONGEST_SOURCE, Expression, ExpressionInvalid, compile_tree, parse_source
from engine.bpmn.language.feel_literals import literal_of_time
from engine.bpmn.language.reasons import because

Dialect = Literal["house", "juel", "feel"]

LANGUAGES: Final[dict[str, Dialect]] = {
    **dict.fromkeys(
        ("", "python", "text/python", "text/x-python", "application/x-python", "simpleeval", "http://www.python.org/"),
        "house",
    ),
    "juel": "juel",
    **dict.fromkeys(
        (
            "feel",
            "http://www.omg.org/spec/feel/20140401",
            "http://www.omg.org/spec/dmn/20180521/feel/",
            "https://www.omg.org/spec/dmn/20191111/feel/",
            "https://www.omg.org/spec/dmn/20211108/feel/",
        ),
        "feel",
    ),
}
"""Languages that an expression may name, in small letters."""

_WRAPPED: Final = re.compile(r"[$#]\{(.*)\}", re.DOTALL)
_LETTER: Final = r"[^\x00-\x7f“”‘’≠≤≥]"
_WORD: Final = rf"(?:[A-Za-z_]|{_LETTER})(?:[A-Za-z0-9_]|{_LETTER})*"
_PIECE: Final = re.compile(
    rf"""\s+|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|{_WORD}|&&|\|\||[=!<>]=|\.\.|//|/\*|.""",
    re.DOTALL,
)
_NAME: Final = re.compile(_WORD)
_LITERAL: Final = re.compile(r"(?:duration|date and time|date|time)\s*\(\s*(\"[^\"\\]*\")\s*\)")
_COERCED: Final = re.compile(r"\s*(?:true|false|[+-]?[0-9.]+(?:[eE][+-]?\d+)?)\s*", re.IGNORECASE)
_SHARED: Final = {"&&": " and ", "||": " or "}
_OTHER_WORDS: Final[dict[Dialect, dict[str, str]]] = {
    "house": _SHARED,
    "juel": {
        **_SHARED,
        **{"eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "div": "/"},
        "nrOfInstances": "numberOfInstances",
        "nrOfActiveInstances": "numberOfActiveInstances",
        "nrOfCompletedInstances": "numberOfCompletedInstances",
    },
    "feel": {"=": "=="},
}
_REFUSED: Final[dict[Dialect, dict[str, str]]] = {
    "house": {},
    "juel": {
        "?": "condition-form", "empty": "empty-form", "%": "remainder", "//": "remainder", "mod": "remainder",
        "{": "one-part", "}": "one-part", "execution": "other-engine", "caseExecution": "other-engine",
        "task": "other-engine", "authenticatedUserId": "other-engine", "instanceof": "other-engine",
        "loopCounter": "counter-from-zero",
    },
    "feel": {"{": "records", "..": "range", "between": "range", "//": "whole-division", "/*": "whole-division"},
}  # fmt: skip
"""Words that mean nothing here or something else, by the reason that says how to write it."""
_SPACED: Final[dict[tuple[str, ...], str]] = {
    ("string", "length"): "len",
    ("upper", "case"): "upper",
    ("lower", "case"): "lower",
    ("starts", "with"): "starts_with",
    ("ends", "with"): "ends_with",
    ("list", "contains"): "contains",
}
_OTHER_SIGNS: Final = {
    "=": "==", "===": "==", "!==": "!=", "<>": "!=", "≠": "!=", "≤": "<=", "≥": ">=", "=<": "<=", "=>": ">=",
    "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "&": "and", "|": "or", "“": "'…'", "”": "'…'", "‘": "'…'",
    "’": "'…'",
}  # fmt: skip
"""Signs of other languages, and what is written here instead; told only where the expression cannot be read."""
_OPEN: Final = ("(", "[")
_CLOSE: Final = (")", "]")
_JOINING: Final = frozenset({"in", "and", "or", "not", "if", "then", "else"})
"""Words behind which a bracket opens a list, and does not take one apart."""
_MOST_CONDITIONS: Final = 20


def compile_written(source: str, dialect: Dialect = "house") -> Expression:
    """The expression that the analyst wrote, whatever its dialect; raises ExpressionInvalid."""
    written = source.strip()
    if len(written) <= LONGEST_SOURCE:
        dialect, inner = _unwrapped(written, dialect)
        written = translated(inner, dialect)
    try:
        tree = parse_source(written, "eval").body
    except ExpressionInvalid:
        _advise(_PIECE.findall(written))
        raise
    if dialect != "house" and isinstance(tree, ast.expr):
        _check_meaning(tree, dialect)
    return compile_tree(tree, source.strip())  # type: ignore[arg-type]


def compiles(source: str) -> bool:
    """Whether it can be read as an expression of the house."""
    try:
        compile_written(source)
    except ExpressionInvalid:
        return False
    return True


def _advise(pieces: list[str]) -> None:
    """Name the first sign of another language in what cannot be read."""
    for piece, following in pairwise([*pieces, ""]):
        sign = piece + following if piece + following in _OTHER_SIGNS else piece
        if sign in _OTHER_SIGNS:
            raise ExpressionInvalid(because("other-sign", sign=sign, instead=_OTHER_SIGNS[sign]))


def _unwrapped(written: str, dialect: Dialect) -> tuple[Dialect, str]:
    wrapped = _WRAPPED.fullmatch(written)
    if wrapped:
        return "juel", wrapped[1].strip()
    if written.startswith("=") and not written.startswith("=="):
        return "feel", written[1:].strip()
    return dialect, written


def translated(inner: str, dialect: Dialect) -> str:
    """The same expression in the words of the house; raises ExpressionInvalid where that is not certain."""
    literal = _LITERAL.fullmatch(inner) if dialect == "feel" else None
    if literal:
        return literal[1]
    pieces = _PIECE.findall(inner)
    for piece in pieces:
        if piece in _REFUSED[dialect]:
            raise ExpressionInvalid(because(_REFUSED[dialect][piece], word=piece))
    if dialect == "feel":
        pieces = _conditions(_feel_calls(_spaced_names(pieces)), _MOST_CONDITIONS)
    words = _OTHER_WORDS[dialect]
    return "".join(_negations([words.get(piece, piece) for piece in pieces], dialect))


def _spaced_names(pieces: list[str]) -> list[str]:
    """Functions of FEEL whose names have blanks, by the names of the same functions here."""
    found: list[str] = []
    step = iter(range(len(pieces)))
    for place in step:
        name = _SPACED.get(tuple(pieces[place : place + 3 : 2]), "") if pieces[place + 1 : place + 2] == [" "] else ""
        if name:
            next(step)
            next(step)
        found.append(name or pieces[place])
    return found


def _feel_calls(pieces: list[str]) -> list[str]:
    """Days as texts, ``count`` as ``len``; taking a list apart counts from one in FEEL and is refused."""
    found: list[str] = []
    bare = [piece for piece in pieces if not piece.isspace()]
    for place, piece in enumerate(bare):
        before = bare[place - 1] if place else ""
        if piece == "[" and before not in _JOINING and (before in _CLOSE or _NAME.fullmatch(before)):
            raise ExpressionInvalid(because("place-from-one"))
    step = iter(range(len(pieces)))
    for place in step:
        piece, literal = pieces[place], literal_of_time(pieces, place)
        if literal:
            found.append(literal[-1] if literal[0] == "@" else literal[-2])
            for _ in literal[1:]:
                next(step)
        else:
            found.append("len" if piece == "count" and pieces[place + 1 : place + 2] == ["("] else piece)
    return found


def _conditions(pieces: list[str], most: int) -> list[str]:
    """``if a then b else c`` as ``b if a else c``."""
    begin = next((place for place, piece in enumerate(pieces) if piece == "if"), None)
    if begin is None:
        return pieces
    then, other, end = _parts(pieces, begin)
    if then is None or other is None:
        return pieces
    if not most:
        raise ExpressionInvalid(because("deep", most=_MOST_CONDITIONS))
    test, yes, no = pieces[begin + 1 : then], pieces[then + 1 : other], pieces[other + 1 : end]
    inner = [_conditions(part, most - 1) for part in (yes, test, no)]
    whole = ["((", *inner[0], ") if (", *inner[1], ") else (", *inner[2], "))"]
    return [*pieces[:begin], *whole, *_conditions(pieces[end:], most - 1)]


def _parts(pieces: list[str], begin: int) -> tuple[int | None, int | None, int]:
    """Where the ``then`` and the ``else`` of the ``if`` at ``begin`` stand, and where it ends."""
    depth = nested = 0
    then = other = None
    for place in range(begin + 1, len(pieces)):
        piece = pieces[place]
        depth += (piece in _OPEN) - (piece in _CLOSE)
        if depth < 0 or (piece == "," and depth == 0):
            return then, other, place
        if depth == 0 and piece == "if":
            nested += 1
        elif depth == 0 and piece == "then" and not nested:
            then = place
        elif depth == 0 and piece == "else":
            other = other if nested else place
            nested = max(nested - 1, 0)
    return then, other, len(pieces)


def _negations(pieces: list[str], dialect: Dialect) -> Iterator[str]:
    """``!x`` as ``(not x)``: in other languages it binds to the next value only, here to a whole comparison."""
    pairs = _brackets(pieces)
    closing: dict[int, int] = {}
    end = -1
    for place, piece in enumerate(pieces):
        if _negates(pieces, place, dialect):
            if end < 0:
                end = _end_of_value(pieces, place, pairs)
            closing[end] = closing.get(end, 0) + 1
            yield "(not "
        else:
            end = end if piece.isspace() else -1
            yield piece
        yield ")" * closing.get(place, 0)


def _negates(pieces: list[str], place: int, dialect: Dialect) -> bool:
    """True for a negation of another language: ``!``, JUEL's ``not``, and FEEL's ``not(…)``, which is a function."""
    if pieces[place] != "not":
        return pieces[place] == "!"
    following = _next(pieces, place)
    return dialect == "juel" or (dialect == "feel" and pieces[following : following + 1] == ["("])


def _end_of_value(pieces: list[str], place: int, pairs: dict[int, int]) -> int:
    """The last piece of the value behind the negations at ``place``: a name, literal or group, and what hangs on it."""
    at = _next(pieces, place)
    while at < len(pieces) and pieces[at] in ("!", "not"):
        at = _next(pieces, at)
    while at < len(pieces):
        at = pairs.get(at, at)
        following = _next(pieces, at)
        if following in pairs:
            at = following
        elif following < len(pieces) and pieces[following] == ".":
            at = _next(pieces, following)
        else:
            break
    return min(at, len(pieces) - 1)


def _brackets(pieces: list[str]) -> dict[int, int]:
    """Where each bracket that is opened is closed."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for place, piece in enumerate(pieces):
        if piece in _OPEN:
            opened.append(place)
        elif piece in _CLOSE and opened:
            pairs[opened.pop()] = place
    return pairs


def _next(pieces: list[str], place: int) -> int:
    place += 1
    while place < len(pieces) and pieces[place].isspace():
        place += 1
    return place


def _check_meaning(tree: ast.expr, dialect: Dialect) -> None:
    """Refuse what would be computed otherwise where it was written."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            if len(node.ops) > 1:
                raise ExpressionInvalid(because("compared-twice"))
            for side in (node.left, *node.comparators) if dialect == "juel" else ():
                if isinstance(side, ast.Constant) and isinstance(side.value, str) and _COERCED.fullmatch(side.value):
                    raise ExpressionInvalid(because("text-as-value", text=side.value))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            raise ExpressionInvalid(because("method", name=node.func.attr))
