"""What stands on a result: the facts in words of both languages, drawn by the package's own Typst template, or by the
house for documents with our stamp page and extracts of a register."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from engine import localise
from engine.documents import pdf, qr, result_papers
from engine.documents.result_papers import Attached, Fact, ResultPage
from engine.khmer import LANGUAGES, Bilingual, khmer_digits
from engine.packages import (
    APPLY,
    ENTRY,
    ON_PAPERS,
    STAMPED,
    Component,
    Form,
    Problem,
    ServicePackage,
    always_chosen,
    always_found,
    answer_text,
    entered,
    findings,
    row_list,
)

SPECIMEN: Final = "SPECIMEN"

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One result. ``verify_url`` is what its QR shows; ``answers`` are those of the application, ``row`` those of the
    row that it is for, ``found`` what was found, by the name of its variable, ``sessions`` what is said of those that
    were chosen, all in words. ``replaces`` is the number
    of the one before it; ``title`` is what it is called where that is not the title of the service."""

    number: str
    code: str
    reference: str
    verify_url: str
    holder: Bilingual
    office: Bilingual
    issued_at: datetime
    expires_at: datetime | None
    answers: Mapping[str, Bilingual] = field(default_factory=dict)
    row: Mapping[str, Bilingual] = field(default_factory=dict)
    found: Mapping[str, Bilingual] = field(default_factory=dict)
    sessions: Mapping[str, Mapping[str, Bilingual]] = field(default_factory=dict)
    replaces: str = ""
    title: Bilingual | None = None
    documents: Sequence[Attached] = ()


def draw(package: ServicePackage, facts: CertificateFacts, *, fonts: Path) -> bytes:
    """The result as PDF (PDF/A-2b but for the applicant's own document); raises
    ``engine.documents.pdf.DocumentFailed``."""
    return draw_all(package, [facts], fonts=fonts)[0]


def draw_all(package: ServicePackage, results: Sequence[CertificateFacts], *, fonts: Path) -> list[bytes]:
    """Several results of a service, each as ``draw`` gives it, in less time than one after the other."""
    if package.manifest.result == STAMPED:
        return [result_papers.stamped(_house_page(package, one), one.documents, fonts=fonts) for one in results]
    if package.manifest.result == ENTRY:
        return [result_papers.page(_house_page(package, one), fonts=fonts) for one in results]
    if package.certificate is None:
        raise pdf.DocumentFailed(f"The package has no {package.template}.")
    sheets = [
        pdf.Sheet(certificate_data(package, one), one.issued_at, {"qr.svg": qr.svg(one.verify_url)}) for one in results
    ]
    return pdf.render_all(package.certificate, sheets, fonts=fonts)


def answers_in_words(parts: Sequence[Component], answers: Mapping[str, Any]) -> dict[str, Bilingual]:
    """What was answered to these questions, in both languages; without those that were not."""
    return {
        part.key: Bilingual(answer_text(part, answers[part.key], "km"), answer_text(part, answers[part.key], "en"))
        for part in parts
        if answers.get(part.key) not in (None, "", [])
    }


def try_out(package: ServicePackage, *, fonts: Path, now: datetime) -> Problem | None:
    """Why the template cannot draw a result of its service; None when it can, or when there is none to draw.

    Drawn twice: with every question answered and every session chosen, and with only those that always are. A template
    that fails is found when it is published, not when the first licence should be handed over.
    """
    if package.template is None or package.certificate is None:
        return None
    words = Bilingual(km=SPECIMEN, en=SPECIMEN)
    validity = package.manifest.validity
    expires = now + timedelta(days=1) if validity and validity.ends else None
    form, group = package.forms[APPLY], row_list(package)
    every = {part.key: words for part in form.components()}
    row = {part.key: words for part in group.components} if group else {}
    found = {part.key: words for part in findings(package)}
    always = {key: words for key in every if key in _always_answered(form)}
    sure = {part.key: words for part in group.components if part.required and part.hide is None} if group else {}
    certain = {key: words for key in found if key in always_found(package)}
    sessions = {rule.key: dict.fromkeys(ON_PAPERS, words) for rule in package.manifest.sessions}
    chosen = {key: said for key, said in sessions.items() if key in always_chosen(package)}
    drawn = [
        CertificateFacts(*(SPECIMEN,) * 4, words, words, now, expires, *said, replaces=SPECIMEN)
        for said in ((every, row, found, sessions), (always, sure, certain, chosen))
    ]
    try:
        draw_all(package, drawn, fonts=fonts)
    except pdf.DocumentFailed as failed:
        return Problem(
            "error",
            package.template,
            "certificate",
            f"The certificate cannot be drawn: {failed}",
            f"មិនអាចគូរវិញ្ញាបនបត្របានទេ៖ {failed}",
        )
    return None


def _always_answered(form: Form) -> frozenset[str]:
    return frozenset(
        part.key
        for page in form.pages
        for part in page.components
        if part.required and part.hide is None and page.hide is None
    )


def certificate_data(package: ServicePackage, facts: CertificateFacts) -> dict[str, Any]:
    """What the template may print. Every text is finished in both languages; ``answers`` has what was answered, ``row``
    what the row says that it is for, ``found`` what was found, ``sessions`` when and where what was chosen is held."""
    manifest, group = package.manifest, row_list(package)
    return {
        "number": facts.number,
        "number_km": khmer_digits(facts.number),
        "reference": facts.reference,
        "code": facts.code,
        "verify_url": facts.verify_url,
        "title": _words(facts.title or manifest.title),
        "ministry": _words(package.ministry.name),
        "office": _words(facts.office),
        "holder": _words(facts.holder),
        "issued": _day(facts.issued_at),
        "expires": None if facts.expires_at is None else _day(facts.expires_at),
        "replaces": facts.replaces,
        "legal_basis": [_words(law.cite) for law in manifest.legal_basis],
        "answers": _labelled(package.forms[APPLY].components(), facts.answers),
        "row": _labelled(group.components if group else (), facts.row),
        "found": _labelled(findings(package), facts.found),
        "sessions": {
            key: {part: _words(words) for part, words in said.items()} for key, said in facts.sessions.items()
        },
    }


def _labelled(parts: Sequence[Component] | Iterator[Component], said: Mapping[str, Bilingual]) -> dict[str, Any]:
    return {
        part.key: {"label": _words(part.label), "value": _words(said[part.key])} for part in parts if part.key in said
    }


def _house_page(package: ServicePackage, facts: CertificateFacts) -> ResultPage:
    """The page that the house draws: what it is, whose, since when and until when, and what was entered."""
    manifest, group = package.manifest, row_list(package)
    rows = [
        Fact(Bilingual("លេខ", "Number"), Bilingual(facts.number, facts.number), strong=True),
        Fact(Bilingual("អ្នកកាន់", "Holder"), facts.holder),
        Fact(Bilingual("លេខពាក្យសុំ", "Application"), Bilingual(facts.reference, facts.reference)),
        Fact(Bilingual("ថ្ងៃចេញ", "Issued on"), _both_days(facts.issued_at)),
    ]
    if facts.expires_at is not None:
        rows.append(Fact(Bilingual("មានសុពលភាពដល់", "Valid until"), _both_days(facts.expires_at)))
    if facts.replaces:
        rows.append(Fact(Bilingual("ជំនួសលេខ", "Replaces"), Bilingual(facts.replaces, facts.replaces)))
    keys = entered(package) if manifest.result == ENTRY else frozenset()
    asked = [part for part in package.forms[APPLY].components() if part.key in keys]
    rows += [Fact(part.label, facts.answers[part.key]) for part in asked if part.key in facts.answers]
    by_officers = [part for part in findings(package) if part.key in keys - {one.key for one in asked}]
    rows += [Fact(part.label, facts.found[part.key]) for part in by_officers if part.key in facts.found]
    rows += [
        Fact(part.label, facts.row[part.key]) for part in (group.components if group else ()) if part.key in facts.row
    ]
    return ResultPage(
        title=facts.title or manifest.title,
        office=facts.office,
        facts=tuple(rows),
        address=facts.verify_url,
        issued_at=facts.issued_at,
        signed_by=Bilingual("ប្រធានការិយាល័យ", "Head of the office"),
    )


def _words(text: Bilingual) -> Words:
    return {"km": text.km, "en": text.en}


def _day(moment: datetime) -> Words:
    return {lang: localise.day(moment, lang, weekday=False) for lang in LANGUAGES}


def _both_days(moment: datetime) -> Bilingual:
    return Bilingual(**_day(moment))
