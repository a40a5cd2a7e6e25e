"""Words for the parts of a draft, and addresses that several of its pages show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import current_app, request, url_for
from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.localise import number
from engine.packages import Problem
from engine.packages.groups import ADMINISTRATOR, ANALYST
from engine.packages.package import SCENARIOS, SERVICE, TEXTS, is_drawing
from engine.packages.parts import LIBRARY
from engine.queries.analyst.package_drafts import Part
from engine.studio.forms import form_at
from web.wording import current_lang

DRAFTERS: Final = (ANALYST, ADMINISTRATOR)
DRAWING: Final = "analyst.draft_process"
PARTS: Final[Mapping[Part, LazyString]] = {
    "process": _l("Process"),
    "forms": _l("Forms"),
    "decisions": _l("Fees and decisions"),
    "facts": _l("Facts"),
    "texts": _l("Texts"),
    "certificate": _l("Certificate"),
    "scenarios": _l("Scenarios"),
    "law": _l("Law"),
    "ministry": _l("Ministry"),
    "shared": _l("Shared processes"),
    "other": _l("Other files"),
}


def words_of(problem: Problem) -> str:
    """What a problem says, in the reader's language."""
    return problem.message_km if current_lang() == "km" and problem.message_km else problem.message


def counted(problems: Sequence[Problem]) -> str:
    """How many errors and other remarks there are, in words."""
    errors = sum(problem.severity == "error" for problem in problems)
    remarks = len(problems) - errors
    if not problems:
        return str(gettext("There is none."))
    said = (
        ngettext("%(number)s error", "%(number)s errors", errors, number=number(errors, current_lang())),
        ngettext("%(number)s remark", "%(number)s remarks", remarks, number=number(remarks, current_lang())),
    )
    return ", ".join(said)


def place_of(key: str, problem: Problem) -> str:
    """The address of the place of a problem: the file, at its line."""
    return url_for("analyst.draft_file", key=key, path=problem.file, line=problem.line)


def page_of(key: str, path: str) -> tuple[str, str] | None:
    """The page on which a file is changed without its text, and what leads there is called; None where none is."""
    if path in _PAGES:
        endpoint, words = _PAGES[path]
        return url_for(endpoint, key=key), str(words)
    if path.startswith(f"{LIBRARY}/"):
        return None
    if is_drawing(path):
        return (url_for(DRAWING, key=key, path=path), gettext("Draw")) if can_draw() else None
    if path.endswith(".dmn"):
        return url_for("analyst.draft_decision", key=key, path=path), gettext("Table")
    return (url_for("analyst.draft_form", key=key, path=path), gettext("Build")) if form_at(path) else None


_PAGES: Final[Mapping[str, tuple[str, LazyString]]] = {
    SERVICE: ("analyst.draft_facts", _l("Facts as a form")),
    TEXTS: ("analyst.draft_texts", _l("All texts, side by side")),
    SCENARIOS: ("analyst.play", _l("Play")),
}


def typed(name: str, default: str = "") -> str:
    """A field as it was sent, when the page is shown again; else what it holds."""
    return request.form.get(name, default)


def can_draw() -> bool:
    """Whether this installation has the page that draws processes."""
    return DRAWING in current_app.view_functions


PLACES: Final[Mapping[str, LazyString]] = {
    "": _l("To be written"),
    "summary": _l("Summary"),
    "stages": _l("Stages"),
    "elements": _l("Names in the diagram"),
    "documents": _l("Documents"),
    "fees": _l("Lines of fees"),
    "fee_titles": _l("Fees"),
    "citations": _l("Citations"),
    "messages": _l("Messages"),
    "forms": _l("Forms"),
}
"""The parts of ``texts.yaml``; what lacks a language comes first."""
FACTS: Final[Mapping[str, LazyString]] = {
    "key": _l("Ministry and service: the key never changes."),
    "title": _l("The name of the service in both languages."),
    "purpose": _l("What it is for; nothing chosen is an application."),
    "office_levels": _l("Which offices may offer it."),
    "legal_basis": _l("The laws that it stands on, each with a key and its citation."),
    "term": _l(
        "The limit of the law: 10 working days, 1 month. Of several rows the first whose condition holds counts."
    ),
    "norm": _l("The promise of the office, shorter than the term or as long."),
    "clock": _l("When the term begins to count, and after which part of it the office is warned (80 %)."),
    "fee": _l("The one fee: its table, when it is paid, whether it is paid back. Several are written under fees."),
    "fees": _l("Several fees, each with a key of its own."),
    "validity": _l(
        "How long the result holds: 1 year, permanent, single use, as parent; or until a day that was answered."
    ),
    "renews": _l("The service whose certificates this one renews or changes."),
    "renewal": _l("When a certificate may be renewed, such as 60 days before its end."),
    "kinds": _l("Which applications it takes."),
    "requires": _l("Certificates that the applicant must hold before an application is sent."),
    "about": _l("The question that names another application, of which this one complains."),
    "result": _l("What comes out of it; nothing chosen is a certificate."),
    "certificate": _l("The capital letters with which numbers of the result begin, such as GH."),
    "documents": _l("The papers that are asked for. A condition is written over the answers: rooms > 10."),
    "sessions": _l("What applicants come to on a day that the office publishes, by key."),
    "variables": _l("Which answers the diagram may see, and under which name."),
    "rules": _l("What must hold across the questions of a form, by form."),
    "stages": _l("What the applicant sees, in order; the first is reached when the application is sent."),
    "provenance": _l("Where each fact comes from; illustrative marks what the office must still settle."),
}
"""Help for every key of ``service.yaml``."""
