"""A walk-in at the counter, by keyboard alone from the page of the person on, with photos from a telephone: in English
and in Khmer on a desk. The pages that the officer sees are counted."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import FilePayload
from sqlalchemy import select

from storage.applications import Application, Channel
from tests.browsers import arriving
from tests.counter import PAPERS
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.walking import DESK_WITH_SCRIPTS, PHONE, Device, Walk
from tests.journeys.guesthouse import ANSWERS, DOCUMENTS, PNG, SERVICE

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)]
KHMER_DESK = replace(DESK_WITH_SCRIPTS, language="km", axe=False)
MOST = 8
PLAIN = ("business", "rooms", "owner", "contact", "declaration")
PRESS = "main form button.govuk-button[type=submit]:not(.govuk-button--secondary):visible"


def picture() -> bytes:
    """A photo as a telephone takes it: larger than it has to be."""
    out = BytesIO()
    Image.effect_noise((2600, 1800), 90).convert("RGB").save(out, "JPEG", quality=92)
    return out.getvalue()


@pytest.mark.parametrize("desk", [DESK_WITH_SCRIPTS, KHMER_DESK], ids=["English", "Khmer"])
def test_somebody_walks_in_and_leaves_with_the_slip(stage: Stage, desk: Device) -> None:
    walk = stage.walk(desk, "walk-in", stage.cast.bopha)
    seen: list[str] = []
    walk.page.on("framenavigated", lambda frame: seen.append(frame.url))
    walk.open("/office/walk-in")
    walk.examine("find")
    walk.page.locator("[name=q]").fill(PAPERS["id_number"])
    with arriving(walk.page):
        walk.page.keyboard.press("Enter")
    assert walk.path == "/office/walk-in/new"
    for place in ("province", "district", "commune"):
        choice = PAPERS[f"address-{place}"]
        walk.page.locator(f"[name=address-{place}] option[value='{choice}']").wait_for(state="attached")
        walk.page.locator(f"[name=address-{place}]").select_option(choice)
    walk.fill({name: typed for name, typed in PAPERS.items() if not name.startswith("address-") and typed})
    walk.examine("register")
    walk.press(PRESS)
    walk.examine("person")
    walk.page.locator(f"[name=service][value='{SERVICE}']").focus()
    walk.page.keyboard.press("Space")
    with arriving(walk.page):
        walk.page.keyboard.press("Enter")
    form = walk.path
    _fill_in(walk)
    walk.examine("form")
    pages = len(seen)
    with arriving(walk.page):
        walk.page.locator("button[name=_link]").press("Enter")
    walk.examine("form-with-code")
    _sent_from_a_telephone(stage, re.findall(r"/photos/[0-9A-Z]+", walk.text)[0])
    walk.page.locator("select[name^=kind-]").first.wait_for(timeout=30_000)
    walk.page.locator("select[name^=kind-]").first.select_option("portrait")
    walk.examine("tray")
    del seen[pages:]
    for kind in DOCUMENTS:
        if kind != "portrait":
            walk.attach(kind, FilePayload(name=f"{kind}.png", mimeType="image/png", buffer=PNG))
    with arriving(walk.page):
        walk.page.locator("[name=business_name_latin]").press("Enter")
    assert walk.path == f"{form}/check", walk.text
    walk.examine("check")
    walk.press(PRESS)
    assert walk.path == form.replace("/drafts/", "/filed/")
    walk.examine("filed")
    with arriving(walk.page):
        walk.page.go_back()
    assert walk.path == form.replace("/drafts/", "/filed/") or walk.path == f"{form}/check"
    assert len([url for url in seen if "/office" in url]) <= MOST, seen
    with stage.licence.house.database.reading() as session:
        assert session.scalars(select(Application.channel)).all() == [Channel.COUNTER]
    walk.end()


def _fill_in(walk: Walk) -> None:
    for place, code in ANSWERS["place"]["address"].items():
        if place == "street":
            walk.page.locator("[name=address-street]").fill(code)
            continue
        walk.page.locator(f"[name=address-{place}] option[value='{code}']").wait_for(state="attached")
        walk.page.locator(f"[name=address-{place}]").select_option(code)
    plain = {name: typed for page in PLAIN for name, typed in ANSWERS[page].items()}
    day = {"opening_date-day": "1", "opening_date-month": "4", "opening_date-year": "2026"}
    walk.fill({name: typed for name, typed in (plain | day).items() if typed})


def _sent_from_a_telephone(stage: Stage, address: str) -> None:
    """Without scripts, then with those that make photos smaller."""
    for device in (PHONE, replace(PHONE, scripts=True, axe=False)):
        telephone = stage.walk(device, "telephone")
        telephone.open(address)
        telephone.examine("photos")
        if device.scripts:
            telephone.attach("photos", FilePayload(name="large.jpg", mimeType="image/jpeg", buffer=picture()))
            with arriving(telephone.page):
                telephone.page.locator("main form button[type=submit]").click()
            telephone.examine("sent")
        telephone.end()
