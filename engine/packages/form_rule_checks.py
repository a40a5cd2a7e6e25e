"""Whether rules across questions and computed answers make sense: names that are there, kinds that fit."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine.khmer import Bilingual
from engine.packages.answer_expressions import SAME, AnswerExpression, function_of, name_of
from engine.packages.form_rules import WrittenRule
from engine.packages.forms import Component, Form
from engine.packages.limits import days_beside, times_beside
from engine.packages.names import nearest
from engine.packages.package import TEXTS, ServicePackage
from engine.packages.parts import RULES
from engine.packages.problems import error
from engine.packages.said import filled
from engine.packages.texts import FormTexts
from engine.packages.unread import ALL_READ, Unread
from engine.problems import Problem

_COMPUTED: Final = ("number", "day", "boolean")
"""What can be computed."""
_WORDS: Final[Mapping[str, Bilingual]] = {
    "number": Bilingual("លេខ", "a number"),
    "text": Bilingual("អក្សរ", "a text"),
    "day": Bilingual("ថ្ងៃ", "a day"),
    "time": Bilingual("ម៉ោង", "a time of day"),
    "boolean": Bilingual("ពិត ឬមិនពិត", "true or false"),
    "list": Bilingual("បញ្ជី", "a list"),
    "parts": Bilingual("ចម្លើយច្រើនផ្នែក", "an answer of several parts"),
    "nothing": Bilingual("គ្មានអ្វី", "nothing"),
}


class _Unfit(Exception):
    """The expression cannot work; ``why`` says it."""

    def __init__(self, why: Bilingual) -> None:
        super().__init__(why.en)
        self.why = why


def check_form_rules(package: ServicePackage) -> Iterator[Problem]:
    """Rules of forms and questions that are not there, words that are missing, and expressions that mix kinds."""
    for key, rules in package.manifest.rules.items():
        form, words = package.forms.get(key), package.texts.forms.get(key)
        if form is None or words is None:
            if not package.unread.touches("forms", key) and not package.unread.touches("texts", "forms", key):
                sentence = filled(_NO_FORM, key=key, known=nearest(key, package.forms))
                yield error(rules[0].file, "rules", sentence)
        else:
            yield from unfit_rules(form, words, rules, package.unread)
    yield from _unused_words(package)
    for form in package.forms.values():
        yield from _computed(package, form)


def unfit_rules(
    form: Form, words: FormTexts, rules: Iterable[WrittenRule], unread: Unread = ALL_READ
) -> Iterator[Problem]:
    """What is wrong with the rules of one form, each in the file that has it, or that lacks its words."""
    asked = {part.key: part for part in form.components()}
    words_known, form_known = not unread.touches("texts", "forms", form.key), not unread.touches("forms", form.key)
    for rule in rules:
        if rule.message not in words.rules and words_known:
            texts = rule.file.replace(RULES, TEXTS) if rule.file.endswith(RULES) else TEXTS
            known = nearest(rule.message, words.rules)
            yield _told(texts, rule.message, filled(_NO_WORDS, form=form.key, message=rule.message, known=known))
        if not form_known:
            continue
        place = form.component(rule.at)
        if place is None or place.readonly or not place.kind.asks:
            known = nearest(rule.at, (name for name, part in asked.items() if part.kind.asks and not part.readonly))
            yield _told(rule.file, rule.at, filled(_NO_PLACE, form=form.key, at=rule.at, known=known))
        yield from _unfit(rule.file, rule.at, rule.condition, asked, "boolean")


def _unused_words(package: ServicePackage) -> Iterator[Problem]:
    for key, words in package.texts.forms.items():
        if key not in package.forms:  # said where the form is missing, or it stands for another one
            continue
        rules = package.manifest.rules
        if key not in rules and not rules.keys() <= package.forms.keys():
            continue  # rules of a form that is misspelt may say them
        said = {rule.message for rule in rules.get(key, ())}
        if package.unread.touches("service", "rules", key) or not said <= set(words.rules):
            continue  # words with another name than the rule gives them are told there
        for message in sorted(set(words.rules) - said):
            yield _told(TEXTS, message, filled(_NO_RULE, form=key, message=message))


def _computed(package: ServicePackage, form: Form) -> Iterator[Problem]:
    top = {part.key: part for part in form.components()}
    for owner in form.components():
        inside = {part.key: part for part in owner.components}
        for part, asked in ((owner, top), *((row, inside) for row in owner.components)):
            if part.computed is None or package.unread.touches("forms", form.key, part.key):
                continue
            wanted = part.kind.reads_as
            if wanted not in _COMPUTED:
                yield _told(form.file, part.key, filled(_NO_KIND, kind=part.kind.name))
                continue
            yield from _unfit(form.file, part.key, part.computed, asked, wanted)


def _unfit(
    file: str, place: str, expression: AnswerExpression, asked: Mapping[str, Component], wanted: str
) -> Iterator[Problem]:
    try:
        found = _Kinds(asked).kind(expression.tree)
        if found not in (wanted, "nothing"):
            raise _Unfit(filled(_OTHER_RESULT, found=_WORDS[found], wanted=_WORDS[wanted]))
    except _Unfit as unfit:
        said = Bilingual(f"“{expression.source}”៖ {unfit.why.km}", f"“{expression.source}”: {unfit.why.en}")
        yield _told(file, place, said)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """The kind of value that each part of an expression has; raises ``_Unfit``."""

    asked: Mapping[str, Component]

    def kind(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return _of_value(value)
            case ast.Name():
                return self.question(name_of(node)).kind.reads_as
            case ast.BoolOp(values=values):
                self.all_are("boolean", values)
                return "boolean"
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                self.all_are("boolean", [operand])
                return "boolean"
            case ast.UnaryOp(operand=operand):
                self.all_are("number", [operand])
                return "number"
            case ast.BinOp(left=left, right=right):
                self.all_are("number", [left, right])
                return "number"
            case ast.Compare(left=left, ops=[sign], comparators=[right]):
                return self.compared(type(sign) in SAME, left, right)
            case ast.Call():
                return self.called(function_of(node), node.args)
        return "nothing"

    def question(self, name: str) -> Component:
        found = self.asked.get(name)
        if found is None:
            raise _Unfit(filled(_UNKNOWN, name=name, known=nearest(name, self.asked)))
        return found

    def all_are(self, wanted: str, parts: list[ast.expr]) -> None:
        for part in parts:
            found = self.kind(part)
            if found != wanted:
                raise _Unfit(filled(_MIXED, found=_WORDS[found], wanted=_WORDS[wanted]))

    def compared(self, only_same: bool, left: ast.expr, right: ast.expr) -> str:
        one, other = self.kind(left), self.kind(right)
        if "nothing" in (one, other):
            if only_same:
                return "boolean"
            raise _Unfit(filled(_MIXED, found=_WORDS["nothing"], wanted=_WORDS[one if other == "nothing" else other]))
        if one != other or one in ("list", "parts"):
            raise _Unfit(filled(_MIXED, found=_WORDS[other], wanted=_WORDS[one]))
        if not only_same and one in ("text", "boolean"):
            raise _Unfit(filled(_NO_ORDER, found=_WORDS[one]))
        for name, value in ((left, right), (right, left)):
            self.chosen(name_of(name), value)
        return "boolean"

    def chosen(self, name: str, value: ast.expr) -> None:
        """A choice is compared with one of its values."""
        options = self.asked[name].options if name in self.asked else ()
        known = [option.value for option in options]
        if known and isinstance(value, ast.Constant) and value.value not in known:
            raise _Unfit(filled(_NO_OPTION, name=name, value=str(value.value), known=nearest(str(value.value), known)))

    def called(self, name: str, values: list[ast.expr]) -> str:
        if name == "today":
            return "day"
        if name == "count":
            self.all_are("list", values)
        elif name == "sum":
            self.summed(values[0])
        else:
            self.all_are("day" if name == "days" else "number", values)
        return "number"

    def summed(self, path: ast.expr) -> None:
        if isinstance(path, ast.Attribute):
            rows = self.question(name_of(path.value))
            key = path.attr.removeprefix("ក")
            part = next((part for part in rows.components if part.key == key), None)
            if part is None:
                known = nearest(key, (part.key for part in rows.components))
                raise _Unfit(filled(_UNKNOWN, name=f"{rows.key}.{key}", known=known))
            if part.kind.reads_as != "number":
                raise _Unfit(filled(_MIXED, found=_WORDS[part.kind.reads_as], wanted=_WORDS["number"]))


def _of_value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float, Decimal)):
        return "number"
    text = str(value)
    return "day" if days_beside(text) else "time" if times_beside(text) else "text"


def _told(file: str, place: str, sentence: Bilingual) -> Problem:
    return error(file, "rules", sentence, element_id=place)


_NO_FORM: Final = Bilingual(
    "rules៖ គ្មានទម្រង់ “{key}” (forms/{key}.json) ទេ; មាន៖ {known}។ សូមសរសេរមួយ។",
    "There is no form “{key}” (forms/{key}.json) for these rules; there are: {known}. Write one of them.",
)
_NO_WORDS: Final = Bilingual(
    "texts.yaml មិនមានពាក្យសម្រាប់ «{message}» ទេ (forms: {form}: rules); មាន៖ {known}។ សូមសរសេរមួយ ឬបន្ថែមវា។",
    "texts.yaml has no words for “{message}” (forms: {form}: rules); there are: {known}. Write one of them, or add it.",
)
_NO_RULE: Final = Bilingual(
    "គ្មានច្បាប់ណាក្នុង service.yaml (rules: {form}) ប្រើពាក្យ «{message}» ទេ។ សូមដកចេញ ឬកែឈ្មោះ។",
    "No rule of service.yaml (rules: {form}) says “{message}”; remove the words, or correct the name.",
)
_NO_PLACE: Final = Bilingual(
    "at: «{at}» មិនមែនជាសំណួរដែលមនុស្សឆ្លើយក្នុងទម្រង់ {form} ទេ; មាន៖ {known}។ សូមសរសេរសំណួរដែលត្រូវបង្ហាញសារនេះ។",
    "at: “{at}” is no question that people answer in the form {form}; there are: {known}. Name the one "
    "at which this is said.",
)
_UNKNOWN: Final = Bilingual(
    "ទម្រង់នេះមិនសួរ «{name}» ទេ; វាសួរ៖ {known}។ សូមសរសេរមួយ។",
    "the form does not ask “{name}”; it asks: {known}. Write one of them.",
)
_MIXED: Final = Bilingual(
    "ត្រូវការ{wanted} ប៉ុន្តែមាន{found}។ សូមប្រៀបធៀប ឬគណនាតែតម្លៃប្រភេទដូចគ្នា។",
    "{wanted} is needed, and there is {found}; compare and compute values of one kind only.",
)
_NO_ORDER: Final = Bilingual(
    "{found}មិនអាចប្រៀបធៀបតាមលំដាប់បានទេ។ សូមប្រើ = ឬ !=។",
    "{found} has no order; use = or !=.",
)
_NO_OPTION: Final = Bilingual(
    "«{value}» មិនមែនជាជម្រើសនៃ «{name}» ទេ។ ជម្រើសមាន៖ {known}។",
    "“{value}” is no choice of “{name}”; the choices are: {known}.",
)
_OTHER_RESULT: Final = Bilingual(
    "វាផ្តល់{found} ប៉ុន្តែត្រូវការ{wanted}នៅទីនេះ។",
    "it gives {found}, and {wanted} is needed here.",
)
_NO_KIND: Final = Bilingual(
    "ចម្លើយប្រភេទ {kind} មិនអាចគណនាបានទេ។ សូមប្រើ number, money, date ឬ checkbox។",
    "The answer to a {kind} cannot be computed; use a number, money, date or checkbox.",
)
