"""Whether what ``service.yaml`` says of the result can come true: its files, its rows, and how long it
holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from engine.khmer import Bilingual
from engine.packages.findings import findings, findings_are_known
from engine.packages.forms import APPLY, Component, Form
from engine.packages.house_operations import GIVES_COUNT
from engine.packages.names import nearest
from engine.packages.package import SERVICE, ServicePackage
from engine.packages.problems import error
from engine.packages.result_rules import (
    CERTIFICATE,
    ENTRY,
    NOTICE,
    ROW,
    STAMPED,
    TEMPLATES,
    AnswerPlace,
    CertificateRule,
)
from engine.packages.results_due import question_at, row_list
from engine.packages.said import filled
from engine.problems import Problem


def check_results(package: ServicePackage) -> Iterator[Problem]:
    """Everything about the result that could not come true, each with the line and what to do."""
    rule, unread = package.manifest.certificate, package.unread
    if any(unread.touches("service", key) for key in ("certificate", "result", "validity")):
        return
    yield from _files(package)
    if rule is None:
        if package.manifest.result != CERTIFICATE:
            yield about_key(package, "result", filled(_NO_SERIES, kind=package.manifest.result))
        return
    yield from _kind(package, rule)
    yield from _rows(package, rule)
    yield from _validity(package)
    yield from _entry(package, rule)


def _files(package: ServicePackage) -> Iterator[Problem]:
    """The template of the result is there, and none that nothing would draw."""
    needed = package.template
    for name in TEMPLATES.values():
        if name == needed and name not in package.files:
            yield _problem(name, None, filled(_NO_TEMPLATE, file=name, kind=package.manifest.result))
        elif name != needed and name in package.files:
            yield _problem(name, None, filled(_IDLE_TEMPLATE, file=name, kind=package.manifest.result))


def _kind(package: ServicePackage, rule: CertificateRule) -> Iterator[Problem]:
    kind = package.manifest.result
    if kind == STAMPED:
        document = package.manifest.document(rule.document or "")
        if document is None:
            known = nearest(rule.document or "", (one.key for one in package.manifest.documents))
            if not package.unread.touches("service", "documents"):
                yield about_key(package, "certificate", filled(_NO_DOCUMENT, known=known))
        elif document.required is not True:
            yield about_key(package, "certificate", filled(_OPTIONAL_DOCUMENT, key=document.key))
    elif rule.document is not None:
        yield about_key(package, "document", filled(_IDLE_KEY, key="document", kind=STAMPED))
    if rule.entry and kind != ENTRY:
        yield about_key(package, "entry", filled(_IDLE_KEY, key="entry", kind=ENTRY))
    if kind == NOTICE and package.manifest.validity is not None:
        yield about_key(package, "validity", _NOTICE_HOLDS)


def _rows(package: ServicePackage, rule: CertificateRule) -> Iterator[Problem]:
    if rule.for_each is None:
        return
    group = row_list(package)
    if group is None:
        lists = [
            f"{form.key}.{part.key}"
            for form in package.forms.values()
            for part in form.components()
            if part.kind.repeats
        ]
        if package.unread.touches("forms", rule.for_each.form, rule.for_each.field):
            return
        known = nearest(str(rule.for_each), lists)
        yield about_key(package, "for_each", filled(_NO_LIST, name=str(rule.for_each), known=known))
        return
    fields = {part.key for part in group.components}
    for name in sorted(rule.where.names - fields) if rule.where else ():
        known = nearest(name, sorted(fields))
        yield about_key(package, "where", filled(_NO_FIELD, name=name, group=str(rule.for_each), known=known))
    if package.unread.touches("process", "elements"):
        return
    if not _always_there(package.forms[rule.for_each.form], group) or (group.min_items < 1 and not group.required):
        if GIVES_COUNT not in package.process.variables_read:
            yield about_key(package, "for_each", filled(_MAY_BE_NONE, group=str(rule.for_each)))
    elif rule.where is not None and GIVES_COUNT not in package.process.variables_read:
        yield about_key(package, "where", filled(_MAY_BE_NONE, group=str(rule.for_each)))


def _validity(package: ServicePackage) -> Iterator[Problem]:
    rule = package.manifest.validity
    if rule is None:
        return
    if rule.until is not None:
        question = question_at(package, rule.until)
        if question is None and _is_lost(package, rule.until):
            return
        if question is None or not question.kind.is_day:
            yield about_key(
                package,
                "until",
                filled(
                    _NO_DAY, name=str(rule.until), known=_questions(package, rule.until, lambda one: one.kind.is_day)
                ),
            )
        elif not _is_answered(package, rule.until, question):
            yield about_key(package, "until", filled(_MAY_BE_EMPTY, name=str(rule.until)))
    if rule.by is not None:
        question = question_at(package, rule.by)
        if question is None and _is_lost(package, rule.by):
            return
        if question is None or question.kind.options != "one":
            yield about_key(
                package,
                "by",
                filled(
                    _NO_CHOICE,
                    name=str(rule.by),
                    known=_questions(package, rule.by, lambda one: one.kind.options == "one"),
                ),
            )
            return
        if not _is_answered(package, rule.by, question):
            yield about_key(package, "by", filled(_MAY_BE_EMPTY, name=str(rule.by)))
        choices = {option.value for option in question.options}
        for value in sorted(choices - set(rule.lengths)):
            yield about_key(package, "lengths", filled(_NO_LENGTH, value=value, name=str(rule.by)))
        for value in sorted(set(rule.lengths) - choices):
            known = nearest(value, sorted(choices))
            yield about_key(package, "lengths", filled(_NOT_A_CHOICE, value=value, name=str(rule.by), known=known))


def _entry(package: ServicePackage, rule: CertificateRule) -> Iterator[Problem]:
    form = package.forms.get(APPLY)
    known = [part.key for part in form.components() if part.kind.is_typed] if form else []
    known += [part.key for part in findings(package)]
    for key in rule.entry:
        is_known = findings_are_known(package) and not package.unread.touches("forms", APPLY, key)
        if key not in known and is_known:
            yield about_key(package, "entry", filled(_NO_QUESTION, key=key, known=nearest(key, known)))


def _is_lost(package: ServicePackage, place: AnswerPlace) -> bool:
    """Whether the question may be one that could not be read, or that of a list which is told already."""
    rule = package.manifest.certificate
    if place.form == ROW:
        return row_list(package) is None and rule is not None and rule.for_each is not None
    return package.unread.touches("forms", place.form, place.field)


def _questions(package: ServicePackage, place: AnswerPlace, fits: Callable[[Component], bool]) -> str:
    """The questions that fit, as they would be written."""
    rows = row_list(package)
    there = [f"{form.key}.{one.key}" for form in package.forms.values() for one in form.components() if fits(one)]
    return nearest(
        str(place), [*there, *(f"{ROW}.{one.key}" for one in (rows.components if rows else ()) if fits(one))]
    )


def _is_answered(package: ServicePackage, place: AnswerPlace, question: Component) -> bool:
    if place.form == ROW:
        return question.required and question.hide is None
    return _always_there(package.forms[place.form], question) and question.required


def _always_there(form: Form, question: Component) -> bool:
    """Whether no answer hides the question or its page."""
    page = next(page for page in form.pages if question in page.components)
    return question.hide is None and page.hide is None


def about_key(package: ServicePackage, key: str, sentence: Bilingual, *, value: str = "") -> Problem:
    """About a key of service.yaml (the first that is there of several, ``a|b``), with the line on which it stands, with
    this ``value`` where one is given."""
    source = package.files[SERVICE]
    place = re.search(rf"(?:^|[{{,\s])(?:{key})\s*:\s*{re.escape(value)}".encode(), source, re.MULTILINE)
    line = source.count(b"\n", 0, place.end()) + 1 if place else None
    return _problem(SERVICE, line, sentence)


def _problem(file: str, line: int | None, sentence: Bilingual) -> Problem:
    return error(file, "result", sentence, line=line)


_NO_SERIES = Bilingual(
    "result: {kind} ត្រូវការលេខ។ សូមសរសេរ certificate: {{series: AB}}។",
    "result: {kind} needs numbers; write certificate: {{series: AB}} beside it.",
)
_NO_TEMPLATE = Bilingual(
    "service.yaml (certificate, result: {kind}) ត្រូវការឯកសារ {file} ដែលគូរលទ្ធផល ប៉ុន្តែវាគ្មានទេ។ សូមដាក់វាក្នុងកញ្ចប់។",
    "service.yaml (certificate) and {file} go together: that file draws result: {kind}, and it is not there; add it.",
)
_IDLE_TEMPLATE = Bilingual(
    "ឯកសារ {file} មិនត្រូវបានប្រើទេ ព្រោះ service.yaml មិនចេញលទ្ធផលដែលវាគូរ (result: {kind})។ "
    "សូមដកវាចេញ ឬកែ service.yaml (certificate, result)។",
    "service.yaml (certificate) and {file} go together: nothing draws this file with result: {kind}; remove it, or "
    "mend certificate and result in service.yaml.",
)
_NO_DOCUMENT = Bilingual(
    "result: stamped_document បោះត្រាលើឯកសារមួយរបស់អ្នកដាក់ពាក្យ។ "
    "សូមសរសេរ certificate: {{series: …, document: KEY}} ដោយ KEY ជាមួយក្នុងចំណោម៖ {known}។",
    "result: stamped_document puts our stamp page before a document of the applicant; write certificate: "
    "{{series: …, document: KEY}} with one of: {known}.",
)
_OPTIONAL_DOCUMENT = Bilingual(
    "ឯកសារ “{key}” អាចមិនមាន ដូច្នេះគ្មានអ្វីត្រូវបោះត្រា។ សូមសរសេរ required: true នៅឯកសារនោះ។",
    "The document “{key}” may be left out, and then there is nothing to stamp; write required: true there.",
)
_IDLE_KEY = Bilingual(
    "“{key}” មានន័យតែសម្រាប់ result: {kind} ប៉ុណ្ណោះ។ សូមដកវាចេញ ឬសរសេរ result: {kind}។",
    "“{key}” means something for result: {kind} only; remove it, or write result: {kind}.",
)
_NOTICE_HOLDS = Bilingual(
    "លិខិតជូនដំណឹង (notice) គ្មានសុពលភាពទេ។ សូមដក validity ចេញ ឬសរសេរ result: certificate។",
    "A notice has no validity; remove validity, or write result: certificate.",
)
_NO_LIST = Bilingual(
    "for_each: “{name}” មិនមែនជាបញ្ជី (dynamiclist) នៃទម្រង់ណាទេ។ បញ្ជីដែលមាន៖ {known}។ សូមសរសេរមួយ។",
    "for_each: “{name}” is no repeating group of any form; there are: {known}. Write one of them.",
)
_NO_FIELD = Bilingual(
    "where: “{name}” មិនមែនជាសំណួរក្នុងជួរនៃ {group} ទេ។ សំណួរដែលមាន៖ {known}។",
    "where: “{name}” is no question of a row of {group}; there are: {known}.",
)
_MAY_BE_NONE = Bilingual(
    "អាចមិនមានជួរណានៃ {group} ដែលត្រូវចេញលទ្ធផល។ សូមឱ្យគំនូសតាងសម្រេចក្រោយ certificates.issue ដោយប្រើអថេរ certificate_count "
    "(ឧទាហរណ៍ certificate_count > 0) ថាត្រូវធ្វើអ្វីពេលគ្មាន។",
    "It may be that no row of {group} gets a result; let the diagram decide after certificates.issue what happens "
    "then, by the variable certificate_count (for example certificate_count > 0 at a gateway).",
)
_NO_DAY = Bilingual(
    "until: “{name}” មិនមែនជាសំណួរប្រភេទថ្ងៃខែទេ; មាន៖ {known}។ សូមសរសេរមួយ (FORM.FIELD ឬ row.FIELD ពីក្នុងជួរ)។",
    "until: “{name}” is no question for a date; there are: {known}. Write FORM.FIELD of one, or "
    "row.FIELD for one in the rows "
    "of for_each.",
)
_NO_CHOICE = Bilingual(
    "by: “{name}” មិនមែនជាសំណួរដែលជ្រើសរើសមួយ (radio, select) ទេ; មាន៖ {known}។ សូមសរសេរមួយ (FORM.FIELD)។",
    "by: “{name}” is no question with one choice (radio or select); there are: {known}. Write FORM.FIELD of one.",
)
_MAY_BE_EMPTY = Bilingual(
    "“{name}” អាចគ្មានចម្លើយ ដូច្នេះលទ្ធផលមិនអាចចេញបានទេ។ សូមកំណត់ required ហើយកុំលាក់សំណួរនោះ។",
    "“{name}” may stay without an answer, and then nothing could be issued; make it required and never hidden.",
)
_NO_LENGTH = Bilingual(
    "lengths: គ្មានរយៈពេលសម្រាប់ជម្រើស “{value}” នៃ {name}។ សូមបន្ថែម (ឧទាហរណ៍ 1 year ឬ permanent)។",
    "lengths: there is no length for the choice “{value}” of {name}; add one (such as 1 year, or permanent).",
)
_NOT_A_CHOICE = Bilingual(
    "lengths: “{value}” មិនមែនជាជម្រើសនៃ {name} ទេ។ ជម្រើស៖ {known}។",
    "lengths: “{value}” is no choice of {name}; its choices: {known}.",
)
_NO_QUESTION = Bilingual(
    "entry: “{key}” មិនមែនជាសំណួរនៃទម្រង់ apply ទេ។ សំណួរ៖ {known}។",
    "entry: “{key}” is no question of the form apply; there are: {known}.",
)
