"""The fields of a form as a browser would send them back."""

from __future__ import annotations

from html.parser import HTMLParser

from werkzeug.datastructures import MultiDict


class _Fields(HTMLParser):
    def __init__(self, form: str) -> None:
        super().__init__()
        self.wanted, self.inside = form, False
        self.found: list[tuple[str, str]] = []
        self.area: str | None = None
        self.select: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.inside = self.wanted in said.get("class", "").split()
        if not self.inside or ("name" not in said and tag != "option"):
            return
        if tag == "input" and (said.get("type") != "checkbox" or "checked" in said):
            self.found.append((said["name"], said.get("value", "")))
        elif tag == "textarea":
            self.area = said["name"]
            self.found.append((said["name"], ""))
        elif tag == "select":
            self.select = said["name"]
        elif tag == "option" and self.select and "selected" in said:
            self.found.append((self.select, said["value"]))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.found[-1] = (self.area, data.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.inside = False


def filled(html: str, form: str) -> MultiDict[str, str]:
    """What the form with this class holds: texts, hidden fields, what is chosen and ticked."""
    reader = _Fields(form)
    reader.feed(html)
    return MultiDict(reader.found)
