"""What stands on a certificate: the facts in words of both languages, drawn by the package's own Typst template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from engine import localise
from engine.documents import pdf, qr
from engine.khmer import LANGUAGES, Bilingual, khmer_digits
from engine.packages import APPLY, Form, Problem, ServicePackage, answer_text

FILE: Final = "certificate.typ"
SPECIMEN: Final = "SPECIMEN"

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """One certificate. ``verify_url`` is what its QR shows; ``answers`` are those of the application, in words."""

    number: str
    code: str
    reference: str
    verify_url: str
    holder: Bilingual
    office: Bilingual
    issued_at: datetime
    expires_at: datetime | None
    answers: Mapping[str, Bilingual] = field(default_factory=dict)


def draw(package: ServicePackage, facts: CertificateFacts, *, fonts: Path) -> bytes:
    """The certificate as PDF/A-2b; raises ``engine.documents.pdf.DocumentFailed``."""
    if package.certificate is None:
        raise pdf.DocumentFailed("The package has no certificate.typ.")
    return pdf.render(
        package.certificate,
        certificate_data(package, facts),
        files={"qr.svg": qr.svg(facts.verify_url)},
        fonts=fonts,
        issued_at=facts.issued_at,
    )


def answers_in_words(package: ServicePackage, answers: Mapping[str, Any]) -> dict[str, Bilingual]:
    """What was answered in the application, in both languages; without the questions that were not."""
    return {
        part.key: Bilingual(answer_text(part, answers[part.key], "km"), answer_text(part, answers[part.key], "en"))
        for part in package.forms[APPLY].components()
        if answers.get(part.key) not in (None, "", [])
    }


def try_out(package: ServicePackage, *, fonts: Path, now: datetime) -> Problem | None:
    """Why the template cannot draw a certificate of its service; None when it can, or when there is none to draw.

    Drawn twice: with every question answered, and with only those that are always answered. A template that fails is
    found when it is published, not when the first licence should be handed over.
    """
    if package.certificate is None:
        return None
    words = Bilingual(km=SPECIMEN, en=SPECIMEN)
    expires = now + timedelta(days=1) if package.manifest.validity else None
    every = {part.key: words for part in package.forms[APPLY].components()}
    for answers in (every, {key: words for key in every if key in _always_answered(package.forms[APPLY])}):
        facts = CertificateFacts(SPECIMEN, SPECIMEN, SPECIMEN, SPECIMEN, words, words, now, expires, answers)
        try:
            draw(package, facts, fonts=fonts)
        except pdf.DocumentFailed as failed:
            return Problem("error", FILE, "certificate", f"The certificate cannot be drawn: {failed}")
    return None


def _always_answered(form: Form) -> frozenset[str]:
    return frozenset(
        part.key
        for page in form.pages
        for part in page.components
        if part.required and part.hide is None and page.hide is None
    )


def certificate_data(package: ServicePackage, facts: CertificateFacts) -> dict[str, Any]:
    """What the template may print. Every text is finished in both languages; ``answers`` has what was answered."""
    manifest = package.manifest
    return {
        "number": facts.number,
        "number_km": khmer_digits(facts.number),
        "reference": facts.reference,
        "code": facts.code,
        "verify_url": facts.verify_url,
        "title": _words(manifest.title),
        "ministry": _words(package.ministry.name),
        "office": _words(facts.office),
        "holder": _words(facts.holder),
        "issued": _day(facts.issued_at),
        "expires": None if facts.expires_at is None else _day(facts.expires_at),
        "legal_basis": [_words(law.cite) for law in manifest.legal_basis],
        "answers": {
            part.key: {"label": _words(part.label), "value": _words(facts.answers[part.key])}
            for part in package.forms[APPLY].components()
            if part.key in facts.answers
        },
    }


def _words(text: Bilingual) -> Words:
    return {"km": text.km, "en": text.en}


def _day(moment: datetime) -> Words:
    return {lang: localise.day(moment, lang, weekday=False) for lang in LANGUAGES}
