"""``law.yaml``: what the law allows for a service, with its source, and where the service departs from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from marshmallow import fields, post_load

from engine.khmer import Bilingual
from engine.packages.amount_checks import check_cap
from engine.packages.fee_inputs import inputs_of
from engine.packages.fee_rules import MOST_RIEL, FeeRule
from engine.packages.loading import load, load_as_far
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.schema import (
    KEY,
    BilingualField,
    LengthField,
    PlainText,
    StrictSchema,
    TermField,
    made,
    one_of,
    within,
)
from engine.packages.yaml_files import read_yaml
from engine.problems import Problem
from engine.working_time.terms import CalendarLength, Term, fits_within

LAW: Final = "law.yaml"
MARKS: Final = ("R", "N", "I")
"""How sure a fact is: stated by a source (R), inferred from one (N), or illustrative (I)."""
_A_DAY: Final = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class LegalFact:
    """One thing that the law says, where, and how sure that is. One of the four is given."""

    source: Bilingual
    mark: str
    amount: int | None = None
    keys: tuple[str, ...] = ()
    term: Term | None = None
    length: CalendarLength | None = None


@dataclass(frozen=True, slots=True)
class Law:
    """The most that each fee may come to in whole riel, the documents that may be asked, the longest term, and the
    shortest validity; None for what ``law.yaml`` does not say."""

    cap: LegalFact | None = None
    documents: LegalFact | None = None
    days: LegalFact | None = None
    validity: LegalFact | None = None

    @property
    def is_illustrative(self) -> bool:
        """Whether some of it is an example only."""
        said = (self.cap, self.documents, self.days, self.validity)
        return any(fact is not None and fact.mark == "I" for fact in said)


class _FactSchema(StrictSchema):
    source = BilingualField(required=True)
    mark = PlainText(required=True, validate=one_of(*MARKS))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalFact:
        return LegalFact(**data)


class _CapSchema(_FactSchema):
    amount = fields.Integer(strict=True, required=True, validate=within(1, MOST_RIEL))


class _DocumentsSchema(_FactSchema):
    keys = fields.List(PlainText(validate=KEY), required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> LegalFact:
        return LegalFact(**{**data, "keys": tuple(data["keys"])})


class _DaysSchema(_FactSchema):
    term = TermField(required=True)


class _ValiditySchema(_FactSchema):
    length = LengthField(required=True)


class _LawSchema(StrictSchema):
    cap = fields.Nested(_CapSchema, load_default=None)
    documents = fields.Nested(_DocumentsSchema, load_default=None)
    days = fields.Nested(_DaysSchema, load_default=None)
    validity = fields.Nested(_ValiditySchema, load_default=None)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Law:
        return Law(**data)


def law_of(package: ServicePackage) -> Law | None:
    """What the package keeps of the law; None for one without ``law.yaml``. Raises PackageRejected."""
    if LAW not in package.files:
        return None
    law: Law = load(made(_LawSchema), read_yaml(LAW, package.files[LAW]))
    return law


def check_law_file(package: ServicePackage) -> Iterator[Problem]:
    """What is wrong with ``law.yaml`` as a file; whether the service keeps to it is no reason to refuse a version."""
    if LAW in package.files:
        yield from load_as_far(made(_LawSchema), LAW, package.files[LAW])[1].problems


def deviations(package: ServicePackage) -> tuple[Problem, ...]:
    """Every place where the service asks for more, takes longer or gives less than the law says; none for a package
    without ``law.yaml``. Raises PackageRejected."""
    law = law_of(package)
    if law is None:
        return ()
    return (*_fees(package, law), *_documents(package, law), *_terms(package, law), *_validity(package, law))


def _fees(package: ServicePackage, law: Law) -> Iterator[Problem]:
    if law.cap is None or law.cap.amount is None:
        return
    for rule in package.manifest.fees:
        yield from _fee(package, rule, law.cap.amount, law.cap.source)


def _fee(package: ServicePackage, rule: FeeRule, most: int, source: Bilingual) -> Iterator[Problem]:
    if rule.cap is not None and rule.cap <= most:
        return  # a fee above its own cap is refused when it is reckoned
    if rule.at_least is not None and rule.at_least > most:
        yield _departs(_FEE_LEAST, source, key=rule.key, here=str(rule.at_least), law=str(most))
    asked = {name: one.component for name, one in inputs_of(package, rule).items()}
    for found in check_cap(package.fees[rule.key], replace(rule, cap=most), asked):
        words = _filled(_FEE, source, key=rule.key, law=str(most))
        khmer, english = f"{words.km} {found.message_km}", f"{words.en} {found.message}"
        yield replace(found, rule="law", message=english, message_km=khmer)


def _documents(package: ServicePackage, law: Law) -> Iterator[Problem]:
    if law.documents is None:
        return
    for rule in package.manifest.documents:
        if rule.required is not False and rule.key not in law.documents.keys:
            yield _departs(_DOCUMENT, law.documents.source, key=rule.key, here="", law="")


def _terms(package: ServicePackage, law: Law) -> Iterator[Problem]:
    if law.days is None or law.days.term is None:
        return
    for length in package.manifest.term.lengths:
        if not fits_within(length, law.days.term):
            yield _departs(_TERM, law.days.source, key="term", here=str(length), law=str(law.days.term))


def _validity(package: ServicePackage, law: Law) -> Iterator[Problem]:
    if law.validity is None or law.validity.length is None:
        return
    validity, least = package.manifest.validity, law.validity.length
    if validity is None:
        return
    given = [validity.length, *validity.lengths.values()]
    for length in (one for one in given if one is not None):
        if length.after(_A_DAY) < least.after(_A_DAY):
            yield _departs(_SHORTER, law.validity.source, key="validity", here=str(length), law=str(least))


def _departs(sentence: Bilingual, source: Bilingual, *, key: str, here: str, law: str) -> Problem:
    return error(SERVICE, "law", _filled(sentence, source, key=key, here=here, law=law), element_id=key)


def _filled(sentence: Bilingual, source: Bilingual, **places: str) -> Bilingual:
    km = sentence.km.format(source=source.km, **places)
    return Bilingual(km, sentence.en.format(source=source.en, **places))


_FEE: Final = Bilingual(
    "ច្បាប់អនុញ្ញាតថ្លៃ “{key}” មិនលើសពី {law} រៀល ({source})។",
    "The law allows at most {law} riel for the fee “{key}” ({source}).",
)
_FEE_LEAST: Final = Bilingual(
    "ថ្លៃ “{key}” មានយ៉ាងតិច {here} រៀល តែច្បាប់អនុញ្ញាតមិនលើសពី {law} រៀល ({source})។ សូមបន្ថយ at_least។",
    "The fee “{key}” is at least {here} riel, and the law allows at most {law} riel ({source}). Lower at_least.",
)
_DOCUMENT: Final = Bilingual(
    "ឯកសារ “{key}” ត្រូវបានទាមទារ តែច្បាប់មិនទាមទារទេ ({source})។ សូមដកវាចេញ ឬសរសេរ required: false។",
    "The document “{key}” is asked, and the law does not ask for it ({source}). Remove it, or write required: false.",
)
_TERM: Final = Bilingual(
    "រយៈពេល {here} អាចវែងជាង {law} ដែលច្បាប់កំណត់ ({source})។ សូមបន្ថយ term។",
    "The term of {here} may be longer than the {law} of the law ({source}). Shorten term.",
)
_SHORTER: Final = Bilingual(
    "សុពលភាព {here} ខ្លីជាង {law} ដែលច្បាប់ផ្តល់ ({source})។ សូមពន្យារ validity។",
    "The validity of {here} is shorter than the {law} that the law gives ({source}). Lengthen validity.",
)
