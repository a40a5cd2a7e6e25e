"""What the law says of a service, line by line, as analysts read it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from engine.khmer import Bilingual
from engine.packages import (
    LegalDocuments,
    LegalFact,
    LegalFee,
    LegalTerm,
    LegalValidity,
    ServicePackage,
    readable_law,
    words_of_validity,
)

_WITHOUT_END = Bilingual("គ្មានកំណត់", "without end")
_NOTHING = Bilingual("គ្មាន", "none")


@dataclass(frozen=True, slots=True)
class LawLine:
    """One thing that the law says of a part (fee, documents, term, validity): in words, of which cases as it is
    written in the package, with its source and mark (R, N, I), and whether the service departs from that part."""

    part: str
    said: Bilingual
    when: str
    source: Bilingual
    mark: str
    departs: bool


def law_lines(package: ServicePackage, departing: Collection[str]) -> tuple[LawLine, ...]:
    """Every line of ``law.yaml``; none for a package without, or with one that cannot be read today."""
    law = readable_law(package)
    return tuple(
        LawLine(part, said, when, fact.source, fact.mark, part in departing)
        for part, facts in (law.facts if law else {}).items()
        for fact in facts
        for said, when in _told(package, fact)
    )


def _told(package: ServicePackage, fact: LegalFact) -> Iterator[tuple[Bilingual, str]]:
    if isinstance(fact, LegalFee):
        each = f"for_each {fact.for_each}" if fact.for_each else ""
        said = "; ".join(part for part in (fact.fee, each, fact.when.source if fact.when else "") if part)
        yield Bilingual(f"≤ {fact.amount.source} រៀល", f"≤ {fact.amount.source} riel"), said
    elif isinstance(fact, LegalDocuments):
        yield _documents(package, fact), ""
    elif isinstance(fact, LegalTerm):
        for case in fact.term.cases:
            words = Bilingual(f"≤ {case.length.text('km')}", f"≤ {case.length.text('en')}")
            yield words, case.when.source if case.when else ""
    elif isinstance(fact, LegalValidity):
        yield words_of_validity(package, fact.holds) or _WITHOUT_END, ""


def _documents(package: ServicePackage, fact: LegalDocuments) -> Bilingual:
    """The documents in the words of the service; one that it does not ask, by its key."""
    known = package.texts.documents
    labels = {key: known[key].label if key in known else Bilingual(key, key) for key in fact.keys}
    copies = {key: f" ×{fact.copies[key]}" if key in fact.copies else "" for key in fact.keys}
    if not labels:
        return _NOTHING
    km, en = (", ".join(f"{label(one)}{copies[key]}" for key, label in labels.items()) for one in ("km", "en"))
    return Bilingual(km, en)
