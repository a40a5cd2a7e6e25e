"""Whether a service may give itself more time: only as the law allows it, and in the unit of what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.khmer import Bilingual
from engine.packages.law import LAW, readable_law
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.said import filled
from engine.problems import Problem
from engine.working_time.terms import Months, Term


def check_extension(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with ``clock.extension``; nothing where there is none."""
    rule = package.manifest.clock.extension
    if rule is None or any(package.unread.touches("service", key) for key in ("term", "norm", "clock")):
        return
    rules = [each for each in (package.manifest.term, package.manifest.norm) if each is not None]
    units = {type(length) for each in rules for length in each.lengths}
    if isinstance(rule.by, Months) or units != {type(rule.by)}:
        yield _told(package, _OTHER_UNIT, by=_words(rule.by))
    law = readable_law(package)
    if law is None and LAW in package.files:
        return
    allowed = law.extension if law is not None else None
    if allowed is None:
        yield _told(package, _NOT_ALLOWED)
    elif type(allowed.by) is not type(rule.by) or rule.by.count > allowed.by.count or rule.times > allowed.times:
        facts = {"by": _words(rule.by), "most": _words(allowed.by), "source": allowed.source}
        counts = {"times": str(rule.times), "most_times": str(allowed.times)}
        yield _told(package, _TOO_MUCH, **facts, **counts)


def _words(term: Term) -> Bilingual:
    return Bilingual(term.text("km"), term.text("en"))


def _told(package: ServicePackage, sentence: Bilingual, **facts: str | Bilingual) -> Problem:
    source = package.files[SERVICE]
    place = re.search(rb"\bextension\s*:", source)
    line = source.count(b"\n", 0, place.start()) + 1 if place else None
    return error(SERVICE, "extension", filled(sentence, **facts), line=line)


_NOT_ALLOWED: Final = Bilingual(
    "clock.extension ផ្តល់ពេលបន្ថែម ប៉ុន្តែ law.yaml មិនបញ្ជាក់ថាច្បាប់អនុញ្ញាតទេ។ "
    "សូមសរសេរ extension ក្នុង law.yaml ជាមួយប្រភព ឬដកវាចេញពី clock។",
    "clock.extension gives more time, and law.yaml does not say that the law allows any; write extension in law.yaml "
    "with its source, or leave it out of clock.",
)
_TOO_MUCH: Final = Bilingual(
    "clock.extension ផ្តល់ {by}, {times} ដង ប៉ុន្តែច្បាប់អនុញ្ញាតត្រឹម {most}, {most_times} ដង ({source})។ សូមសរសេរមិនលើសនេះ។",
    "clock.extension gives {by}, {times} times; the law allows {most}, {most_times} times ({source}). Write no more.",
)
_OTHER_UNIT: Final = Bilingual(
    "clock.extension ជា {by} ប៉ុន្តែ term និង norm មិនរាប់ដោយឯកតានោះទេ។ សូមសរសេរទាំងអស់ជាថ្ងៃធ្វើការ ឬទាំងអស់ជាម៉ោងធ្វើការ។",
    "clock.extension is {by}, and term and norm are not both counted so; write all of them in working days, or all in "
    "working hours.",
)
