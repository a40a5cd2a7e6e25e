"""Whose a result is: the applicant's, or that of somebody whom answers name, such as a new owner. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from engine.khmer import Bilingual
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import APPLY, Component
from engine.packages.names import nearest
from engine.packages.package import ServicePackage
from engine.packages.result_checks import about_key
from engine.packages.result_rules import AnswerPlace, HolderRule
from engine.packages.results_due import Answers, question_at
from engine.packages.said import filled
from engine.problems import Problem

_KINDS: Final = ("name_km", "name_latin", "id_number")
"""The parts of the rule; each is a question of the kind of this name."""


@dataclass(frozen=True, slots=True)
class NamedHolder:
    """Who holds a result in the place of the applicant; ``id_number`` is empty where it was not asked."""

    name_km: str
    name_latin: str
    id_number: str = ""

    @property
    def names(self) -> Bilingual:
        """Their name in both scripts."""
        return Bilingual(self.name_km, self.name_latin)


def named_holder(package: ServicePackage, answers: Answers) -> NamedHolder | None:
    """Whom the newest answers of a case name as the holder; None where they name nobody."""
    rule = package.manifest.certificate
    if rule is None or rule.holder is None:
        return None
    named = {part: str(answers.get(place.form, {}).get(place.field) or "") for part, place in _places(rule.holder)}
    return NamedHolder(**named) if named["name_km"] and named["name_latin"] else None


def naming(package: ServicePackage) -> frozenset[str]:
    """The questions of the application that name a holder, with those that decide whether they are asked: they say what
    happened once, and nothing of the next application."""
    rule = package.manifest.certificate
    if rule is None or rule.holder is None:
        return frozenset()
    found: set[str] = set()
    for _, place in _places(rule.holder):
        question = question_at(package, place)
        if question is not None and place.form == APPLY:
            page = next(page for page in package.forms[APPLY].pages if question in page.components)
            found |= {question.key}.union(*(hide.names for hide in (page.hide, question.hide) if hide))
    return frozenset(found)


def check_holder(package: ServicePackage) -> Iterator[Problem]:
    """Questions that could not name a holder: not there, of another kind, or one name without the other."""
    rule, unread = package.manifest.certificate, package.unread
    if rule is None or rule.holder is None or unread.touches("service", "certificate"):
        return
    asked: list[Component] = []
    for part, place in _places(rule.holder):
        question = question_at(package, place)
        if question is None and unread.touches("forms", place.form, place.field):
            continue
        if question is None or question.kind != FIELD_KINDS[part] or place.form == "row":
            known = nearest(str(place), _of_the_kind(package, part))
            yield about_key(package, part, filled(_NOT_OF_THE_KIND, part=part, name=str(place), known=known))
        elif not question.required:
            yield about_key(package, part, filled(_MAY_BE_EMPTY, name=str(place)))
        else:
            asked.append(question)
    if len({_shown_when(package, rule.holder, question) for question in asked}) > 1:
        yield about_key(package, "holder", _APART)


def _of_the_kind(package: ServicePackage, part: str) -> Iterator[str]:
    asked = ((form.key, one) for form in package.forms.values() for one in form.components())
    return (f"{form}.{one.key}" for form, one in asked if one.kind == FIELD_KINDS[part])


def _places(rule: HolderRule) -> Iterator[tuple[str, AnswerPlace]]:
    found = zip(_KINDS, (rule.name_km, rule.name_latin, rule.id_number), strict=True)
    yield from ((part, place) for part, place in found if place is not None)


def _shown_when(package: ServicePackage, rule: HolderRule, question: Component) -> tuple[str, ...]:
    """The form, the page's condition and the question's own, under which it is asked."""
    place = next(place for _, place in _places(rule) if question_at(package, place) is question)
    page = next(page for page in package.forms[place.form].pages if question in page.components)
    return place.form, *(hide.source if hide else "" for hide in (page.hide, question.hide))


_NOT_OF_THE_KIND: Final = Bilingual(
    "holder: {name} មិនមែនជាសំណួរប្រភេទ {part} ទេ; មាន៖ {known}។ សូមសរសេរ FORM.FIELD នៃសំណួរប្រភេទនោះ (មិនមែនក្នុងជួរ)។",
    "holder: {name} is no question of the kind {part}; there are: {known}. Write FORM.FIELD of one, which stands in no "
    "list.",
)
_MAY_BE_EMPTY: Final = Bilingual(
    "holder: {name} អាចគ្មានចម្លើយពេលដែលត្រូវបានសួរ ដូច្នេះនឹងមិនដឹងថាអ្នកណាជាម្ចាស់។ សូមកំណត់ required (អាចលាក់វាបាន)។",
    "holder: {name} may stay empty where it is asked, and then nobody knows whose the result is; make it required (it "
    "may be hidden).",
)
_APART: Final = Bilingual(
    "holder៖ ឈ្មោះជាអក្សរខ្មែរ អក្សរឡាតាំង និងលេខអត្តសញ្ញាណត្រូវសួរជាមួយគ្នា។ សូមឱ្យសំណួរទាំងនោះមានលក្ខខណ្ឌលាក់ដូចគ្នា ក្នុងទម្រង់តែមួយ។",
    "holder: the names in both scripts and the identity number are asked together or not at all; give their questions "
    "the same condition for hiding, in one form.",
)
