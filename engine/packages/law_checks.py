"""What is wrong with ``law.yaml``: it cannot be read, or it speaks of what the service has not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from engine.khmer import Bilingual
from engine.packages.choice_checks import never_true
from engine.packages.fee_inputs import inputs_of
from engine.packages.fee_rules import FeeRule
from engine.packages.feel import Condition
from engine.packages.forms import APPLY, Component
from engine.packages.law import LAW, LegalFee, LegalTerm, law_of
from engine.packages.package import ServicePackage
from engine.packages.problems import PackageRejected, told
from engine.problems import Problem

_MOST_NAMES: Final = 12


def check_law_file(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with ``law.yaml`` as a file; whether the service keeps to it is no reason to refuse a version."""
    try:
        law = law_of(package)
    except PackageRejected as rejected:
        yield from rejected.problems
        return
    if law is None:
        return
    for line in law.cap:
        yield from _fee(package, line)
    if law.days is not None:
        yield from _term(package, law.days)


def _fee(package: ServicePackage, line: LegalFee) -> Iterator[Problem]:
    rules = package.manifest.fees
    if line.fee is not None and line.fee not in {rule.key for rule in rules}:
        yield _wrong(package, line.fee, _NO_FEE, name=line.fee, known=", ".join(rule.key for rule in rules) or "–")
        return
    for rule in (rule for rule in rules if line.fee in (None, rule.key)):
        yield from _of_fee(package, line, rule)


def _of_fee(package: ServicePackage, line: LegalFee, rule: FeeRule) -> Iterator[Problem]:
    if line.for_each is not None and line.for_each != (rule.for_each or ("", ""))[1]:
        yield _wrong(package, line.for_each, _NOT_FOR_EACH, name=line.for_each, known=rule.key)
        return
    known = {name: one.component for name, one in inputs_of(package, rule).items()}
    used = line.amount.names | (line.when.names if line.when else frozenset())
    yield from _unknown(package, used, known, _NOT_KNOWN)
    yield from _choices(package, line.when, known)


def _term(package: ServicePackage, fact: LegalTerm) -> Iterator[Problem]:
    form = package.forms.get(APPLY)
    asked = {component.key: component for component in form.components()} if form else {}
    for case in fact.term.cases:
        yield from _unknown(package, case.when.names if case.when else (), asked, _NOT_ASKED)
        yield from _choices(package, case.when, asked)


def _unknown(
    package: ServicePackage, used: Iterable[str], known: Mapping[str, Component], sentence: Bilingual
) -> Iterator[Problem]:
    names = sorted(known)
    listed = ", ".join([*names[:_MOST_NAMES], *(["…"] if len(names) > _MOST_NAMES else [])])
    for name in sorted(set(used) - known.keys()):
        yield _wrong(package, name, sentence, name=name, known=listed)


def _choices(package: ServicePackage, when: Condition | None, known: Mapping[str, Component]) -> Iterator[Problem]:
    asked = {name: (component,) for name, component in known.items()}
    for name, value in dict.fromkeys(when.compared if when else ()):
        yield from never_true(LAW, name, value, asked, line=_line(package, when.source if when else name))


def _wrong(package: ServicePackage, named: str, sentence: Bilingual, **facts: str) -> Problem:
    found = told(LAW, "law-file", Bilingual(sentence.km.format(**facts), sentence.en.format(**facts)))
    return replace(found, line=_line(package, named))


def _line(package: ServicePackage, named: str) -> int | None:
    """The first line on which it stands."""
    lines = package.files[LAW].decode(errors="replace").splitlines()
    return next((number for number, line in enumerate(lines, 1) if named in line), None)


_NO_FEE: Final = Bilingual(
    "“{name}” មិនមែនជាថ្លៃណាមួយនៃសេវានេះទេ។ ថ្លៃមាន៖ {known}។ សូមសរសេរថ្លៃមួយក្នុងចំណោមនោះ ឬដក fee ចេញ។",
    "“{name}” is no fee of this service; there are: {known}. Write one of them, or leave fee out.",
)
_NOT_FOR_EACH: Final = Bilingual(
    "ថ្លៃ “{known}” មិនគិតតាមជួរនៃ “{name}” ទេ (for_each ក្នុង service.yaml)។ សូមសរសេរ for_each ដូចគ្នា ឬដកវាចេញ។",
    "The fee “{known}” is not counted for each row of “{name}” (for_each in service.yaml); write the same for_each, "
    "or leave it out.",
)
_NOT_KNOWN: Final = Bilingual(
    "“{name}” មិនមែនជាអ្វីដែលតារាងថ្លៃអាចមើលឃើញទេ។ មាន៖ {known}។ "
    "សូមដាក់វាក្នុង variables នៃ service.yaml ឬសរសេរឈ្មោះមួយក្នុងចំណោមនោះ។",
    "“{name}” is nothing that a fee table may look at; there are: {known}. Put it under variables of service.yaml, or "
    "write one of these.",
)
_NOT_ASKED: Final = Bilingual(
    "រយៈពេលអាស្រ័យលើ “{name}” ដែលទម្រង់ apply មិនសួរ។ មាន៖ {known}។",
    "The term depends on “{name}”, which the form apply does not ask; it asks: {known}.",
)
