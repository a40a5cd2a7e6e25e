"""Which questions decide what a service costs and which documents it needs: the few that are asked of somebody who only
wants to know, as a form of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.khmer import Bilingual
from engine.packages.case_facts import CERTIFICATES_HELD, FACTS, IS_CHANGE, IS_RENEWAL
from engine.packages.fee_inputs import givers, inputs_of, rows_of
from engine.packages.feel import Condition
from engine.packages.forms import APPLY, Component, Form, Page
from engine.packages.package import ServicePackage

FACTS_PAGE: Final = "facts:"
FOUND_PAGE: Final = "found:"
"""Keys of the pages that are no page of the application's form, whose keys have no colon."""
_FOUND: Final = Bilingual("អ្វីដែលការិយាល័យនឹងរកឃើញ", "What the office will find")


def determinants(package: ServicePackage) -> Form:
    """The questions of the application that its fee tables and the conditions of its documents look at, with those
    that make them appear; the facts of the case that only the applicant knows; and last, none of them required, what
    officers will find, each under ``found:`` and its name. Personal data is never asked."""
    apply = package.forms[APPLY]
    wanted = _wanted(package, apply)
    pages = [Page(FACTS_PAGE, apply.title, tuple(_facts(package)))]
    for page in apply.pages:
        asked = tuple(_simply(package, part, wanted) for part in page.components if part.key in wanted)
        pages.append(replace(page, components=asked))
    pages.append(Page(FOUND_PAGE, _FOUND, tuple(_findings(package))))
    rules = tuple(rule for rule in apply.rules if rule.condition.names <= wanted)
    return Form(APPLY, apply.title, tuple(page for page in pages if page.components), apply.file, rules)


def found(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What officers will find, as far as it was answered, under the names that fee tables use."""
    given = {name.removeprefix(FOUND_PAGE): value for name, value in answers.items() if name.startswith(FOUND_PAGE)}
    return {name: value for name, value in given.items() if value is not None}


def names_looked_at(package: ServicePackage) -> frozenset[str]:
    """Every name that a fee table or the condition of a document looks at."""
    conditions = [rule.required for rule in package.documents_to_send if isinstance(rule.required, Condition)]
    tables = [package.fees[rule.key].names() for rule in package.manifest.fees]
    return frozenset().union(*tables, *(condition.names for condition in conditions))


def _wanted(package: ServicePackage, apply: Form) -> frozenset[str]:
    """The keys of the questions of the application, with those that they follow from or are hidden by."""
    looked_at = names_looked_at(package)
    fields = {rule.name: rule.field for rule in package.manifest.variables if rule.form == APPLY}
    keys = {fields.get(name, name) for name in looked_at}
    keys |= {rule.for_each[1] for rule in package.manifest.fees if rule.for_each and rule.for_each[0] == APPLY}
    parts = {part.key: part for part in apply.components() if _may_be_asked(part)}
    hidden = {part.key: page.hide.names for page in apply.pages if page.hide for part in page.components}
    return _closed(keys, parts, hidden)


def _closed(
    keys: Iterable[str], parts: Mapping[str, Component], hidden: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    closed: set[str] = set()
    to_see = [key for key in keys if key in parts]
    while to_see:
        key = to_see.pop()
        if key not in closed:
            closed.add(key)
            part = parts[key]
            names = hidden.get(key, frozenset()) | (part.hide.names if part.hide else frozenset())
            names |= part.computed.names if part.computed else frozenset()
            to_see.extend(name for name in names if name in parts)
    return frozenset(closed)


def _simply(package: ServicePackage, part: Component, asked: Collection[str]) -> Component:
    """The question as somebody without an account answers it: nothing is filled in, and what would follow from personal
    data is asked itself."""
    computed = part.computed if part.computed is not None and part.computed.names <= frozenset(asked) else None
    simple = replace(part, computed=computed, readonly=computed is not None, prefill=None)
    if not part.kind.repeats:
        return simple
    inside = {one.key: one for one in part.components if _may_be_asked(one)}
    looked_at = _in_rows(package, part.key)
    needed = _closed(looked_at & inside.keys(), inside, {}) or frozenset(inside)
    rows = tuple(_simply(package, one, needed) for one in part.components if one.key in needed)
    return replace(simple, components=rows)


def _in_rows(package: ServicePackage, key: str) -> frozenset[str]:
    """What fees look at in the rows of a list; nothing where a question is worked out from the list, which needs it
    whole."""
    if any(part.computed and key in part.computed.names for part in package.forms[APPLY].components()):
        return frozenset()
    rules = [rule for rule in package.manifest.fees if rule.for_each == (APPLY, key)]
    return frozenset().union(*(package.fees[rule.key].names() for rule in rules))


def _facts(package: ServicePackage) -> Iterator[Component]:
    looked_at, kinds = names_looked_at(package), package.manifest.kinds
    for name, kind in ((IS_RENEWAL, "renewal"), (IS_CHANGE, "change")):
        if name in looked_at and kind in kinds and len(kinds) > 1:
            yield replace(FACTS[name], required=False)
    if CERTIFICATES_HELD in looked_at:
        yield replace(FACTS[CERTIFICATES_HELD], required=False)


def _findings(package: ServicePackage) -> Iterator[Component]:
    """What officers will find, as far as one answer says it; rows that they will find are not asked."""
    asked: dict[str, Component] = {}
    for rule in package.manifest.fees:
        rows = rows_of(package, rule) if rule.for_each and rule.for_each[0] != APPLY else None
        if rows is None:
            inputs = inputs_of(package, rule)
            asked |= {name: inputs[name].component for name in givers(package, rule) if name in inputs}
    for name, part in sorted(asked.items()):
        if _may_be_asked(part):
            key = f"{FOUND_PAGE}{name}"
            yield replace(part, key=key, required=False, hide=None, computed=None, readonly=False, prefill=None)


def _may_be_asked(part: Component) -> bool:
    return part.kind.is_typed and not part.personal
