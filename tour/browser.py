"""A browser without a screen: opens pages, follows links, fills in forms as they stand in the page, keeps cookies."""

from __future__ import annotations

import http.cookiejar
import mimetypes
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import html

Fields = dict[str, list[str]]
Upload = tuple[str, bytes]


class PageProblem(AssertionError):
    """A page is not what the story expected; the message says which page and what it showed instead."""


@dataclass
class Form:
    """A form of a page with the values that stand in it."""

    action: str
    method: str
    fields: Fields
    buttons: list[tuple[str, str]]
    files: list[str]
    multipart: bool


@dataclass
class Page:
    """An answer: its address, status and content, and what a person can do on it."""

    url: str
    status: int
    content: bytes
    media_type: str
    tree: html.HtmlElement = field(init=False)

    def __post_init__(self) -> None:
        self.tree = (
            html.fromstring(self.content or b"<html></html>") if "html" in self.media_type else html.Element("html")
        )

    @property
    def text(self) -> str:
        """The words of the main part, on one line."""
        mains = self.tree.xpath("//main") or [self.tree]
        return " ".join(mains[0].text_content().split())

    @property
    def title(self) -> str:
        found = self.tree.xpath("//h1")
        return " ".join(found[0].text_content().split()) if found else ""

    def link(self, containing: str) -> str:
        """The address of the first link whose words or address contain the text."""
        for anchor in self.tree.xpath("//a[@href]"):
            if containing in " ".join(anchor.text_content().split()) or containing in anchor.get("href"):
                return str(urllib.parse.urljoin(self.url, anchor.get("href")))
        raise PageProblem(f"{self.url}: no link with “{containing}” in: {self.text[:400]}")

    def has_link(self, containing: str) -> bool:
        try:
            self.link(containing)
        except PageProblem:
            return False
        return True

    def forms(self) -> list[Form]:
        """The forms of the main part of the page, in order."""
        return [_form(self.url, element) for element in self.tree.xpath("//main//form")]

    def form(self, having: str = "") -> Form:
        """The first form with a field or an address that contains ``having``."""
        for form in self.forms():
            names = [*form.fields, *form.files, *(name for name, _ in form.buttons)]
            if not having or having in form.action or any(having in name for name in names):
                return form
        raise PageProblem(f"{self.url}: no form with “{having}” in: {self.text[:400]}")


def _form(base: str, element: html.HtmlElement) -> Form:
    fields: Fields = {}
    within = ".//input[@name] | .//select[@name] | .//textarea[@name]"
    elsewhere = "//*[self::input or self::select or self::textarea][@name and @form=$id]"
    for control in (*element.xpath(within), *element.xpath(elsewhere, id=element.get("id") or " ")):
        name, kind = control.get("name"), (control.get("type") or "").lower()
        if kind in ("submit", "button", "file"):
            continue
        if kind in ("radio", "checkbox"):
            fields.setdefault(name, [])
            if control.get("checked") is not None:
                fields[name].append(control.get("value") or "on")
        elif control.tag == "select":
            fields.setdefault(name, []).extend(
                option.get("value", option.text or "") for option in control.xpath(".//option[@selected]")
            )
        else:
            fields.setdefault(name, []).append(control.get("value") or control.text or "")
    buttons = [(button.get("name"), button.get("value") or "") for button in element.xpath(".//button[@name]")]
    action = urllib.parse.urljoin(base, element.get("action") or base)
    files = [str(name) for name in element.xpath(".//input[@type='file']/@name")]
    multipart = "multipart" in (element.get("enctype") or "")
    return Form(action, (element.get("method") or "get").lower(), fields, buttons, files, multipart)


class Browser:
    """One person's browser. Redirects are followed; the language is asked for once and kept by the site."""

    def __init__(self, base_url: str, language: str = "km") -> None:
        self.base_url = base_url.rstrip("/")
        self.page = Page(base_url, 0, b"", "")
        self._jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar))
        self.open(f"/?lang={language}")

    @property
    def cookies(self) -> str:
        """What it sends along with each request."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._jar)

    def open(self, address: str, *, expect: int = 200) -> Page:
        """Opens an address of the site."""
        return self._load(urllib.request.Request(urllib.parse.urljoin(self.base_url + "/", address)), expect)

    def follow(self, containing: str, *, expect: int = 200) -> Page:
        """Follows the link with these words."""
        return self.open(self.page.link(containing), expect=expect)

    def submit(
        self,
        values: Mapping[str, str | list[str]] | None = None,
        *,
        form: str = "",
        press: tuple[str, str] | None = None,
        files: Mapping[str, Upload] | None = None,
        expect: int = 200,
    ) -> Page:
        """Fills in a form of the page and sends it. Unknown field names are refused, so a typo cannot pass."""
        chosen = self.page.form(form)
        fields = {name: list(held) for name, held in chosen.fields.items()}
        for name, value in (values or {}).items():
            if name not in fields:
                raise PageProblem(f"{self.page.url}: no field “{name}”; there are {sorted(fields)}")
            fields[name] = [value] if isinstance(value, str) else list(value)
        if press is not None:
            fields[press[0]] = [press[1]]
        pairs = [(name, value) for name, held in fields.items() for value in held]
        if chosen.method == "get":
            return self.open(f"{chosen.action.partition('?')[0]}?{urllib.parse.urlencode(pairs)}", expect=expect)
        body, kind = (
            _multipart(pairs, files or {}) if chosen.multipart else (urllib.parse.urlencode(pairs).encode(), None)
        )
        request = urllib.request.Request(chosen.action, data=body, method="POST")
        request.add_header("Content-Type", kind or "application/x-www-form-urlencoded")
        request.add_header("Referer", self.page.url)
        return self._load(request, expect)

    def _load(self, request: urllib.request.Request, expect: int) -> Page:
        try:
            with self._opener.open(request, timeout=600) as answer:
                page = Page(answer.url, answer.status, answer.read(), answer.headers.get_content_type())
        except urllib.error.HTTPError as error:
            page = Page(error.url or request.full_url, error.code, error.read(), error.headers.get_content_type())
        self.page = page
        if page.status != expect:
            raise PageProblem(
                f"{request.get_method()} {request.full_url}: {page.status}, expected {expect}: {page.text[:600]}"
            )
        return page


def _multipart(pairs: list[tuple[str, str]], files: Mapping[str, Upload]) -> tuple[bytes, str]:
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in pairs
    ]
    for name, (filename, content) in files.items():
        kind = mimetypes.guess_type(filename)[0] or "application/octet-stream"
        head = f'Content-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(f"--{boundary}\r\n{head}".encode() + content + b"\r\n")
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={boundary}"
