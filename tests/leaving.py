"""A page as a browser without JavaScript sees it: its forms, and pressing their buttons."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import html

Typed = list[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """One form: where it goes, the names of its fields, how they are filled in, and its words."""

    action: str
    names: tuple[str, ...]
    fields: Typed
    words: str

    def data(self, **changed: str) -> dict[str, list[str]]:
        """What pressing its button sends, with some fields typed anew."""
        sent: dict[str, list[str]] = {}
        for name, text in self.fields:
            sent.setdefault(name, []).append(text)
        return sent | {name: [text] for name, text in changed.items()}


def sheet_with(page: str, address: str, name: str) -> Sheet:
    """The first form on the page with a field of this name; ``address`` is where the page was found."""
    return next(one for one in _sheets(page, address) if name in one.names)


def sheet_to(page: str, address: str, part: str) -> Sheet:
    """The first form that goes to an address with this in it."""
    return next(one for one in _sheets(page, address) if part in one.action)


def _sheets(page: str, address: str) -> list[Sheet]:
    whole = html.fromstring(page.removeprefix("<!doctype html>"))
    sheets = []
    for form in whole.forms:
        if form.get("method") == "post":
            elsewhere = _beside(whole, form.get("id"))
            names = *(name for name in form.fields if name), *(name for name, _ in elsewhere)
            fields = [(name, text or "") for name, text in form.form_values()] + elsewhere
            sheets.append(Sheet(form.get("action") or address, names, fields, " ".join(form.text_content().split())))
    return sheets


def _beside(whole: html.HtmlElement, form: str | None) -> Typed:
    """What is written in the fields that belong to the form with this id and stand elsewhere on the page."""
    areas = whole.xpath("//textarea[@form=$form]", form=form) if form else []
    return [(area.get("name"), area.value or "") for area in areas]
