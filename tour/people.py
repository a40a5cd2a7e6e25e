"""The people of the tour in front of their browsers: what each of them does on the pages, in the order of the pages."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Mapping

from tour.browser import Browser, PageProblem
from tour.stage import OFFICERS, PASSWORD, Stage

IDENTITY = {
    "name_km": "សុខ ដារ៉ា",
    "name_latin": "SOK DARA",
    "sex": "female",
    "birth_date-day": "៣",
    "birth_date-month": "៤",
    "birth_date-year": "១៩៩០",
    "id_kind": "national_id",
    "id_number": "០១០២០៣០៤៥",
    "phone": "012 345 678",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "ផ្ទះលេខ ១២ ផ្លូវ ៣",
}
BUSINESS = {
    "business_name_km": "ផ្ទះសំណាក់សង្កែ",
    "business_name_latin": "SANGKE GUESTHOUSE",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "ផ្ទះលេខ ៨៨",
    "rooms": "១២",
    "opening_date-day": "15",
    "opening_date-month": "1",
    "opening_date-year": "2027",
    "owner_name_km": "សុខ ដារ៉ា",
    "owner_name_latin": "SOK DARA",
    "owner_id_number": "010203045",
    "contact_phone": "012 345 678",
    "contact_email": "",
    "declared_true": "yes",
}
LONGEST_FORM = 25


def picture(shade: int) -> bytes:
    """A small valid PNG, a grey square; another shade is another file."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    side = 32
    rows = b"".join(b"\0" + bytes([shade]) * side for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Citizen:
    """Somebody who applies, with a phone."""

    def __init__(self, stage: Stage, phone: str, language: str = "en") -> None:
        self.browser = Browser(stage.base_url, language)
        self.phone = phone

    def register(self, name_km: str, name_latin: str) -> None:
        """The code stands on the page, because a demonstration without senders shows what it would send."""
        self.browser.open("/register")
        self.browser.submit({"contact": self.phone}, form="contact")
        code = re.search(r"(?<![0-9])[0-9]{6}(?![0-9])", self.browser.page.text)
        if code is None:
            raise PageProblem(f"{self.browser.page.url}: no code in: {self.browser.page.text[:400]}")
        self.browser.submit({"code": code[0]}, form="code")
        self.browser.submit({"name_km": name_km, "name_latin": name_latin, "password": PASSWORD}, form="password")

    def sign_in_again(self) -> None:
        """After days away the session has ended."""
        sign_in(self.browser, self.phone)

    def begin(self, address: str) -> str:
        """Opens a service, chooses the first office and gives the address part of the new application."""
        self.browser.open(address)
        office = self.browser.page.tree.xpath("//main//input[@name='office']/@value")
        if office:
            self.browser.submit({"office": str(office[0])}, form="office")
        return self.browser.page.url.split("/applications/")[1].split("/")[0]

    def fill_in(self, answers: Mapping[str, str]) -> None:
        """Answers one page after the other until there is nothing more to fill in, and uploads what is asked for."""
        for _ in range(LONGEST_FORM):
            page = self.browser.page
            if page.url.rstrip("/").endswith(("/check", "/documents")) or not page.forms():
                return
            form = page.form()
            known = {name: answers[name] for name in form.fields if name in answers}
            files = {name: (f"{name}.png", picture(180)) for name in form.files}
            self.browser.submit(known, files=files)
        raise PageProblem(f"{self.browser.page.url}: the form does not come to an end")

    def upload(self, document_key: str, shade: int = 120) -> None:
        """Uploads one document on its own page."""
        self.browser.follow(document_key)
        name = self.browser.page.form().files[0]
        self.browser.submit(files={name: (f"{document_key}.png", picture(shade))})


class Officer:
    """An officer at a desk."""

    def __init__(self, stage: Stage, desk: str) -> None:
        self.name = OFFICERS[desk][1]
        self.phone = OFFICERS[desk][2]
        self.browser = Browser(stage.base_url, "en")

    def sign_in(self) -> None:
        sign_in(self.browser, self.phone)

    def open_task(self, reference: str) -> None:
        """Finds the task of this application in the inbox, opens it and claims it."""
        self.sign_in()
        self.browser.open("/office")
        self.browser.open(self.task_of(reference))
        self.browser.submit(form="claim")

    def task_of(self, reference: str) -> str:
        """The address of the task of this application in the inbox that is open."""
        for row in self.browser.page.tree.xpath("//main//tr | //main//li"):
            if reference in row.text_content():
                for address in row.xpath(".//a/@href"):
                    if "/office/tasks/" in address:
                        return str(address)
        raise PageProblem(f"{self.browser.page.url}: no task of {reference} in: {self.browser.page.text[:600]}")

    def has_task(self, reference: str) -> bool:
        self.sign_in()
        self.browser.open("/office")
        return reference in self.browser.page.text

    def answer(self, answers: Mapping[str, str], *, expect: int = 200) -> None:
        """Answers the open task's form."""
        form = self.browser.page.form(having=next(iter(answers)))
        self.browser.submit(answers, form=next(iter(form.fields.keys() & answers.keys())), expect=expect)


def sign_in(browser: Browser, phone: str) -> None:
    """Signs in; harmless when the session is still alive."""
    browser.open("/sign-in")
    if any("password" in form.fields for form in browser.page.forms()):
        browser.submit({"login": phone, "password": PASSWORD}, form="password")
