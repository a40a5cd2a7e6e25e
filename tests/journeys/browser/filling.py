"""The pages of a service's form and its documents, as the citizen and the counter meet them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from playwright.sync_api import FilePayload, expect

from tests.journeys.browser.walking import Walk
from tests.journeys.guesthouse import PNG

Pages = Mapping[str, Mapping[str, str]]
PHOTO: FilePayload = {"name": "អត្តសញ្ញាណប័ណ្ណ.png", "mimeType": "image/png", "buffer": PNG}
ADDRESS = {"address-province": "02", "address-district": "0203", "address-commune": "020301"}
LICENCE: Pages = {
    "business": {"business_name_km": "ផ្ទះសំណាក់សង្កែ", "business_name_latin": "SANGKE GUESTHOUSE"},
    "place": {**ADDRESS, "address-street": "ផ្ទះលេខ ១២"},
    "rooms": {"rooms": "១២"},
    "opening": {"opening_date-day": "1", "opening_date-month": "4", "opening_date-year": "2026"},
    "owner": {"owner_name_km": "ស៊ុន សុភ័ក្ត្រ", "owner_name_latin": "SUN SOPHEAK", "owner_id_number": "010987654"},
    "contact": {"contact_phone": "012 345 699"},
    "declaration": {"declared_true": "yes"},
}


def fills_in(walk: Walk, pages: Pages, wrong: Pages = MappingProxyType({})) -> str:
    visited = []
    while "/pages/" in walk.path:
        page = walk.path.rsplit("/", 1)[-1]
        visited.append(page)
        walk.examine(f"page-{page}")
        if page in wrong:
            is_told_what_is_wrong(walk, page, wrong[page])
        chooses_places(walk, pages[page])
        walk.fill(pages[page])
        walk.press()
        assert not walk.path.endswith(page), walk.text
    assert visited == list(pages)
    return walk.path.split("/")[2]


def is_told_what_is_wrong(walk: Walk, page: str, answers: Mapping[str, str]) -> None:
    walk.fill(answers)
    walk.press()
    walk.examine(f"page-{page}-refused")
    for name, typed in answers.items():
        expect(walk.page.locator(f".govuk-error-summary a[href='#{name}']")).to_have_count(1)
        expect(walk.page.locator(f"[name='{name}']")).to_have_value(typed)


def chooses_places(walk: Walk, answers: Mapping[str, str]) -> None:
    """Without scripts each list of places is fetched by the button beside it."""
    for name in ("address-province", "address-district"):
        if name in answers:
            walk.fill({name: answers[name]})
            walk.press("main button[name='_choose']:visible >> nth=-1")
    if "address-province" in answers:
        walk.examine("places-chosen")


def uploads_everything(walk: Walk, called: str) -> None:
    """The page always offers the next document that is missing."""
    for number in range(10):
        if walk.path.endswith("/check"):
            return
        walk.press("main .govuk-button-group a >> nth=0")
        if walk.path.endswith("/check"):
            return
        if number == 0:
            walk.examine(f"{called}-upload")
        walk.attach("file", PHOTO)
        walk.press()
    raise AssertionError(walk.text)
