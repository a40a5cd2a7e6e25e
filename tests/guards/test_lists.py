"""Every page that shows a list offers it as a file, or stands here with the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import CodeType, FunctionType
from typing import Any, Final

from flask import Flask
from jinja2 import Environment, nodes

from tests.guards.sources import TEMPLATES
from web import exports

ANSWERS: Final = {
    exports.csv_answer, exports.list_answer, exports.paged_answer, exports.sized_answer, exports.table_answer,
}  # fmt: skip
WITHOUT: Final[dict[str, set[str]]] = {
    "what one person has, on cards that their telephone keeps": {
        "citizen/account.html", "citizen/certificates.html", "citizen/contacts.html", "citizen/documents.html",
        "citizen/helping.html", "citizen/looks.html", "citizen/messages.html", "office/files.html",
        "office/notices.html", "office/views.html",
    },
    "a form that offers or asks again what is chosen there": {
        "admin/office_close.html", "citizen/check.html", "citizen/choose_office.html", "office/absence_end.html",
        "office/together.html", "office/walk_in_check.html", "office/walk_in_form.html",
    },
    "one thing with its parts: a case, an account, a text, a transfer that was not made yet": {
        "admin/account.html", "admin/calendar_change.html", "admin/text.html", "admin/transfer_survey.html",
        "office/case.html", "office/clock.html", "office/dispute.html", "office/raised_case.html", "office/task.html",
    },
    "who was looked for by what was typed; nobody takes away whom they looked for": {
        "office/identity.html", "office/person.html", "office/search.html", "office/walk_in.html",
    },
    "numbers of which each leads to the list behind it, which has a file": {
        "admin/ages.html", "admin/control.html",
    },
    "a guess that is made when somebody asks, and kept nowhere": {"admin/what_if.html"},
    "a package, or what differs or comes true in one: it leaves as the package itself": {
        "analyst/compare.html", "analyst/drafts/against.html", "analyst/drafts/decision.html",
        "analyst/drafts/play.html", "analyst/drafts/scenarios.html", "analyst/heat.html", "analyst/rehearsal.html",
        "analyst/release.html", "analyst/release_package.html", "analyst/trial.html", "analyst/version.html",
    },
    "the days off of one calendar in a year: some dozens": {"admin/area_days.html", "admin/holidays.html"},
    "what is public, for everybody to read": {
        "citizen/service.html", "citizen/services.html", "public/office.html",
    },
}  # fmt: skip
_ENVIRONMENT: Final = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)


@cache
def parsed(name: str) -> nodes.Template:
    return _ENVIRONMENT.parse((TEMPLATES / name).read_text(encoding="utf-8"))


def pages() -> Iterator[str]:
    """Every page, without its pieces and those that no address of the house shows."""
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if not path.name.startswith("_") and not name.startswith(("components/", "layouts/", "reports/")):
            yield name


def pieces(name: str, found: dict[str, nodes.Template] | None = None) -> dict[str, nodes.Template]:
    """A page with the pieces that it is put together from."""
    found = {} if found is None else found
    if name not in found:
        found[name] = parsed(name)
        for one in found[name].find_all((nodes.Import, nodes.FromImport, nodes.Include)):
            other = one.template.value if isinstance(one.template, nodes.Const) else ""
            if other.rpartition("/")[2].startswith("_"):
                pieces(other, found)
    return found


def shows_a_list(page: str) -> bool:
    """Whether there is a table, a list with pages, or a loop that says that nothing is there."""
    return any(map(_lists, pieces(page).values()))


def _lists(template: nodes.Template) -> bool:
    calls = {
        (_name(call.node.node), call.node.attr) for call in _calls(template) if isinstance(call.node, nodes.Getattr)
    }
    written = any("<table" in text.data for text in template.find_all(nodes.TemplateData))
    tables = any(name == "table" for _, name in calls)
    paged = bool(calls & {("navigation", "pages"), ("navigation", "stretch")})
    return written or tables or paged or any(loop.else_ for loop in template.find_all(nodes.For))


def offered(page: str) -> set[str]:
    """The addresses under which a page offers its lists as files, by endpoint."""
    found = set()
    for template in pieces(page).values():
        for call in _calls(template):
            named = {one.value for one in call.args[0].find_all(nodes.Const)} if call.args else set()
            if call.args and isinstance(call.args[0], nodes.Const):
                named.add(call.args[0].value)
            said = {key.key for key in call.kwargs} | {key.key for one in _inner(call) for key in one.kwargs}
            endpoints = {one for one in named if isinstance(one, str) and "." in one}
            if _name(call.node) == "files" or "as" in said:
                found |= endpoints
            found |= {one for one in endpoints if one.endswith("_csv")}
    return found


def _calls(template: nodes.Template) -> Iterator[nodes.Call]:
    return template.find_all(nodes.Call)


def _inner(call: nodes.Call) -> Iterator[nodes.Call]:
    return call.dyn_kwargs.find_all(nodes.Call) if call.dyn_kwargs is not None else iter(())


def _name(node: nodes.Node) -> str:
    return node.name if isinstance(node, nodes.Name) else ""


def _code(code: CodeType) -> Iterator[CodeType]:
    yield code
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _code(one)


def gives_a_file(view: Any, seen: set[Any] | None = None) -> bool:
    """Whether a view comes, through functions of the pages, to one that answers with a file."""
    seen = set() if seen is None else seen
    if not isinstance(view, FunctionType) or view in seen or not view.__module__.startswith("web."):
        return False
    if view in ANSWERS:
        return True
    seen.add(view)
    names = {name for code in _code(view.__code__) for name in code.co_names}
    return any(gives_a_file(view.__globals__[name], seen) for name in names if name in view.__globals__)


def test_every_page_with_a_list_offers_a_file_or_has_a_reason_for_none() -> None:
    lists = {page for page in pages() if shows_a_list(page)}
    without = {page for page in lists if not offered(page)}
    reasons = [page for some in WITHOUT.values() for page in some]
    assert sorted(without) == sorted(reasons)


def test_every_file_that_a_page_offers_is_one_that_its_address_gives(shared_app: Flask) -> None:
    wrong = {
        (page, endpoint)
        for page in pages()
        for endpoint in offered(page)
        if not gives_a_file(shared_app.view_functions.get(endpoint))
    }
    assert wrong == set()


def test_every_list_that_can_leave_is_offered_on_a_page(shared_app: Flask) -> None:
    read = {rule.endpoint for rule in shared_app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    giving = {endpoint for endpoint in read if gives_a_file(shared_app.view_functions[endpoint])}
    named = {endpoint for page in pages() for endpoint in offered(page)}
    linked = {"public.performance_of_all", "public.decisions_of_all"}
    assert giving - named == linked, "each as what it is, beside the file of one office"
