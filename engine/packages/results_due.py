"""Which results a case gets when they are issued, and through which day each holds: the same for the house and for
scenarios. Pure; the answers come in by form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from engine.khmer import LANGUAGES, Bilingual
from engine.packages.answer_words import answer_text
from engine.packages.forms import APPLY, Component
from engine.packages.manifest import ServiceManifest
from engine.packages.package import ServicePackage
from engine.packages.register_rules import CHANGE, FROM_END, NEW, RENEWAL, RenewalRule
from engine.packages.result_rules import ROW, AnswerPlace, Validity
from engine.packages.said import Said, in_both
from engine.working_time.terms import CalendarLength

Answers = Mapping[str, Mapping[str, Any]]
"""The newest answers of a case, by form."""
_WORDS_ABOUT: Final = 2
"""So many answers of a row say which one it is."""


class ResultUnclear(ValueError):
    """A result cannot be issued, because what it depends on was not answered, or has passed; ``why`` names the place
    and no answer."""

    def __init__(self, why: Said) -> None:
        super().__init__(str(why))
        self.why = in_both(why)


@dataclass(frozen=True, slots=True)
class KeptEnd:
    """The last day of the certificate that is changed, None where that holds without end."""

    last_day: date | None


@dataclass(frozen=True, slots=True)
class ResultDue:
    """One result: the ``row`` it is for and where that stands in its list (None: for the case as a whole), and the last
    day on which it holds (None: without end)."""

    row_place: int | None
    row: Mapping[str, Any]
    last_day: date | None


def results_due(
    package: ServicePackage, answers: Answers, counts_from: date, kept_end: KeptEnd | None = None
) -> tuple[ResultDue, ...]:
    """What is issued: one result, or one for each row that the rule of the service chooses. Lengths count from a day,
    that of issue or a later one; with ``kept_end`` each holds as long as the one before it. Raises ResultUnclear."""
    due: list[ResultDue] = []
    for place, row in _rows(package, answers):
        given = {**answers, ROW: row}
        last_day = _last_day(package.manifest.validity, given, counts_from) if kept_end is None else kept_end.last_day
        due.append(ResultDue(place, row, last_day))
    return tuple(due)


def counted_from(
    manifest: ServiceManifest, rule: RenewalRule | None, kind: str, today: date, end: date | None
) -> tuple[date, KeptEnd | None]:
    """From which day a result of an application of this kind counts that is issued today, and the end that it keeps of
    the certificate before it, whose last day is ``end``. ``rule``: how certificates of the service are renewed."""
    keeps = kind == CHANGE or (kind != NEW and manifest.validity is not None and manifest.validity.as_parent)
    follows = kind == RENEWAL and rule is not None and rule.counts_from == FROM_END
    counts = end if follows and end is not None and end > today else today
    return counts, KeptEnd(end) if keeps else None


def row_list(package: ServicePackage) -> Component | None:
    """The repeating group with a result for each of its rows; None where a case has one result, or the group is not
    there."""
    rule = package.manifest.certificate
    if rule is None or rule.for_each is None:
        return None
    form = package.forms.get(rule.for_each.form)
    found = form.component(rule.for_each.field) if form else None
    return found if found is not None and found.kind.repeats else None


def question_at(package: ServicePackage, place: AnswerPlace) -> Component | None:
    """The question that a place names, None where there is none."""
    if place.form == ROW:
        group = row_list(package)
        return next((part for part in group.components if part.key == place.field), None) if group else None
    form = package.forms.get(place.form)
    return form.component(place.field) if form else None


def row_words(group: Component, row: Mapping[str, Any]) -> Bilingual:
    """Which row it is, in the words of its first texts, choices or numbers; nothing personal."""
    told = [part for part in group.components if part.kind.scalar in ("text", "number") and not part.personal]
    said = {
        language: [words for part in told if (words := answer_text(part, row.get(part.key), language))][:_WORDS_ABOUT]
        for language in LANGUAGES
    }
    return Bilingual(", ".join(said["km"]), ", ".join(said["en"]))


def validity_words(package: ServicePackage) -> Bilingual | None:
    """How long a result of the service holds, for pages; None where it holds without end."""
    return words_of_validity(package, package.manifest.validity)


def words_of_validity(package: ServicePackage, rule: Validity | None) -> Bilingual | None:
    """The same of any rule, such as that of the law, over the questions of the service."""
    if rule is None or rule == Validity():
        return None
    words: Bilingual = _validity(package, rule)
    once = Bilingual("ប្រើបានតែម្ដង", "for one use")
    if not rule.single_use:
        return words
    return Bilingual(f"{once.km}, {words.km}", f"{once.en}, {words.en}") if rule.ends else once


def _rows(package: ServicePackage, answers: Answers) -> Iterator[tuple[int | None, Mapping[str, Any]]]:
    rule = package.manifest.certificate
    if rule is None or rule.for_each is None:
        yield None, {}
        return
    for place, row in enumerate(answers.get(rule.for_each.form, {}).get(rule.for_each.field) or ()):
        if rule.where is None or rule.where.holds(row):
            yield place, row


def _last_day(rule: Validity | None, answers: Answers, today: date) -> date | None:
    if rule is None:
        return None
    if rule.until is not None:
        last_day = date.fromisoformat(str(_answered(rule.until, answers)))
        if last_day < today:
            raise ResultUnclear(
                Said(
                    f"validity៖ ថ្ងៃក្នុង {rule.until} បានកន្លងហើយ ដូច្នេះលទ្ធផលមិនមានសុពលភាពនៅថ្ងៃណាទេ។",
                    f"validity: the day in {rule.until} has passed, so the result would hold on no day.",
                )
            )
        return last_day
    length = rule.length
    if rule.by is not None:
        chosen = str(_answered(rule.by, answers))
        if chosen not in rule.lengths:
            raise ResultUnclear(
                Said(
                    f"validity៖ lengths គ្មានអ្វីសម្រាប់អ្វីដែលបានជ្រើសក្នុង {rule.by} ទេ។",
                    f"validity: lengths has nothing for what was chosen in {rule.by}.",
                )
            )
        length = rule.lengths[chosen]
    return None if length is None else length.after(today)


def _answered(place: AnswerPlace, answers: Answers) -> Any:
    value = answers.get(place.form, {}).get(place.field)
    if value in (None, ""):
        raise ResultUnclear(Said(f"validity៖ {place} មិនបានឆ្លើយទេ។", f"validity: {place} was not answered."))
    return value


def _validity(package: ServicePackage, rule: Validity) -> Bilingual:
    if rule.as_parent:
        return Bilingual("ដូចលិខិតមុន", "as long as the one before it")
    if rule.until is not None:
        question = question_at(package, rule.until)
        label = question.label if question else Bilingual(str(rule.until), str(rule.until))
        return Bilingual(f"រហូតដល់៖ {label.km}", f"until: {label.en}")
    if rule.by is not None:
        chosen = question_at(package, rule.by)
        labels = {value: (chosen.option_label(value) if chosen else None) for value in rule.lengths}
        said = {
            language: "; ".join(
                f"{said_so(language) if (said_so := labels[value]) else value}: {_length(length, language)}"
                for value, length in rule.lengths.items()
            )
            for language in LANGUAGES
        }
        return Bilingual(said["km"], said["en"])
    return Bilingual(_length(rule.length, "km"), _length(rule.length, "en"))


def _length(length: CalendarLength | None, language: str) -> str:
    if length is None:
        return {"km": "គ្មានកំណត់", "en": "without end"}[language]
    return length.text(language)


def forms_named(package: ServicePackage) -> frozenset[str]:
    """The forms of officers whose answers decide what is issued, or for how long."""
    rule, validity = package.manifest.certificate, package.manifest.validity
    places = [rule.for_each if rule else None, validity.until if validity else None, validity.by if validity else None]
    return frozenset(place.form for place in places if place is not None) - {APPLY, ROW}
