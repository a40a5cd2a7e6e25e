"""Whether the template of the certificate asks only for what its data has.

A template that asks in vain for a fact fails when it is drawn; one that asks for an answer with ``at(…, default: …)``
prints nothing, for ever. Both are found in the text of the template, where keys are written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.khmer import Bilingual
from engine.packages.findings import findings, findings_are_known
from engine.packages.forms import APPLY
from engine.packages.names import nearest
from engine.packages.package import CERTIFICATE, ServicePackage
from engine.packages.problems import error
from engine.packages.results_due import row_list
from engine.packages.said import filled
from engine.packages.session_rules import ON_PAPERS, SESSIONS
from engine.problems import Problem

CERTIFICATE_DATA: Final[Mapping[str, str]] = {
    **dict.fromkeys(("number", "number_km", "reference", "code", "verify_url", "replaces"), "text"),
    **dict.fromkeys(("title", "ministry", "office", "holder", "issued", "expires"), "words"),
    "legal_basis": "list",
    "answers": "answers",
    "row": "answers",
    "found": "answers",
    SESSIONS: SESSIONS,
}
"""What a certificate is drawn from, and of which shape it is: ``words`` are in both languages."""
_WORDS: Final = ("km", "en")
_BELOW: Final = {"answers": ("label", "value"), SESSIONS: ON_PAPERS}
"""What stands below a key of the data that has others below it, and in both languages below that."""
_OF_DICTIONARIES: Final = frozenset({"at", "keys", "values", "pairs", "len", "insert", "remove", "filter", "map"})
_COMMENT: Final = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
_DATA: Final = re.compile(r"\blet\s+([\w-]+)\s*=\s*json\s*\(\s*bytes\s*\(\s*sys\.inputs\.data\s*\)\s*\)")
_FUNCTION: Final = re.compile(r"\blet\s+([\w-]+)\(\s*([\w-]+)\s*\)\s*=")
_ALONE: Final = r"(?<![\w-])(?<![\w)\]]\.)"
"""Before a name that is no part of another, nor a field; it may be spread (``..name``)."""
_KEY: Final = r'\s*\(\s*"([^"]*)"'


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of the answers of the application, of those of the row that a result is for, of what was found, and of
    the sessions that are chosen; None where these are not known."""

    answers: tuple[str, ...] | None
    row: tuple[str, ...] | None
    found: tuple[str, ...] | None
    sessions: tuple[str, ...] | None

    def below(self, first: str) -> tuple[str, ...] | None:
        """Those under a key of the data that holds answers."""
        known: tuple[str, ...] | None = getattr(self, first)
        return known


def check_certificate(package: ServicePackage) -> Iterator[Problem]:
    """Keys in the template that no data provides, each with its line."""
    if package.certificate is None:
        return
    source = _COMMENT.sub(_blank, package.certificate.decode("utf-8", "replace"))
    form, group = package.forms.get(APPLY), row_list(package)
    rule, unread = package.manifest.certificate, package.unread
    lost = unread.touches("service", "certificate") or (rule is not None and rule.for_each is not None and not group)
    answers = _Keys(
        tuple(one.key for one in form.components()) if form and not unread.touches("forms", APPLY) else None,
        tuple(one.key for one in group.components) if group else None if lost else (),
        tuple(one.key for one in findings(package)) if findings_are_known(package) else None,
        None if unread.touches("service", SESSIONS) else tuple(rule.key for rule in package.manifest.sessions),
    )
    told: set[tuple[int, str]] = set()
    for place, key, known in sorted(_unknown(source, answers), key=lambda found: found[0]):
        line = source.count("\n", 0, place) + 1
        if (line, key) not in told:
            told.add((line, key))
            sentence = filled(_NOT_THERE, key=key, known=nearest(key, known, most=len(known)))
            yield error(package.template or CERTIFICATE, "certificate", sentence, line=line)


def _unknown(source: str, answers: _Keys) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Where a key stands that is not there, the key, and those that are."""
    for data in dict.fromkeys(_DATA.findall(source)):
        for path in re.finditer(rf"{_ALONE}{re.escape(data)}((?:\s*\.\s*[\w-]+)+)", source):
            keys = re.findall(r"[\w-]+", path[1])
            yield from ((path.start(), key, known) for key, known in _wrong(keys, answers))
        yield from _asked_by_text(source, rf"{_ALONE}{re.escape(data)}\.at", tuple(CERTIFICATE_DATA))
        for below in (key for key, shape in CERTIFICATE_DATA.items() if shape in _BELOW):
            known = answers.below(below)
            if known is None:
                continue
            yield from _asked_by_text(source, rf"{_ALONE}{re.escape(data)}\.{below}\.at", known)
            for function in _askers(source, rf"{_ALONE}{re.escape(data)}\.{below}\.at"):
                yield from _asked_by_text(source, rf"{_ALONE}{re.escape(function)}", known)


def _wrong(keys: list[str], answers: _Keys) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The first key of a path that is not there; behind a method nothing is known any more."""
    first, *rest = keys
    if first in _OF_DICTIONARIES:
        return
    if first not in CERTIFICATE_DATA:
        yield first, tuple(CERTIFICATE_DATA)
        return
    shape, below = CERTIFICATE_DATA[first], answers.below(first) if CERTIFICATE_DATA[first] in _BELOW else None
    levels: list[tuple[str, ...]] = [_WORDS] if shape == "words" else []
    if below is not None:
        levels = [below, _BELOW[shape], _WORDS]
    for key, known in zip(rest, levels, strict=False):
        if key in known:
            continue
        if key not in _OF_DICTIONARIES:
            yield key, known
        return


def _asked_by_text(source: str, asker: str, known: tuple[str, ...]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    yield from ((call.start(), call[1], known) for call in re.finditer(asker + _KEY, source) if call[1] not in known)


def _askers(source: str, asker: str) -> Iterator[str]:
    """The functions of the template that take the key of an answer, as theirs or to hand it to another that does."""
    functions = list(_FUNCTION.finditer(source))
    bodies = [source[one.end() :].partition("\n#")[0] for one in functions]
    found: list[str] = []
    while True:
        askers = "|".join([asker, *(rf"{_ALONE}{re.escape(name)}" for name in found)])
        more = [
            one[1]
            for one, body in zip(functions, bodies, strict=True)
            if one[1] not in found and re.search(rf"(?:{askers})\s*\(\s*{re.escape(one[2])}\s*[,)]", body)
        ]
        if not more:
            break
        found += dict.fromkeys(more)
    yield from found


def _blank(comment: re.Match[str]) -> str:
    """Nothing but the lines of a comment, so that what follows stays on its line."""
    return "\n" * comment[0].count("\n")


_NOT_THERE = Bilingual(
    "ទិន្នន័យរបស់វិញ្ញាបនបត្រមិនមាន “{key}” នៅទីនេះទេ។ សូមសរសេរពាក្យគន្លឹះមួយក្នុងចំណោម៖ {known}។",
    "The data of the certificate has no “{key}” here; write one of: {known}.",
)
