"""Front office, cashier, specialist, inspector and head at their desks; the pages of all officers on a phone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import FilePayload, expect
from sqlalchemy import select

from engine.khmer import Bilingual
from engine.packages.groups import CASHIER, FRONT_OFFICE, HEAD
from engine.people.notices import News, tell
from storage.applications import Handover
from storage.notices import NoticeKind, NoticePlace
from storage.people import Membership
from tests.bell import notices
from tests.cast import HIRED, NOW, Member
from tests.counter import PAPERS
from tests.drawings import png
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.filling import LICENCE, PHOTO, chooses_places
from tests.journeys.browser.walking import DESK, DESK_WITH_SCRIPTS, PHONE, Device, Walk
from tests.journeys.guesthouse import DOCUMENTS, SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]

ON = "main form button.govuk-button[type=submit]:not(.govuk-button--secondary):visible"
"""The button that goes on."""
SLIP: FilePayload = {"name": "slip.png", "mimeType": "image/png", "buffer": png(line=True)}
FOUND = {
    "inspected_on-day": "2",
    "inspected_on-month": "3",
    "inspected_on-year": "2026",
    "rooms_counted": "12",
    "found_in_order": "hygiene",
    "inspection_result": "ok",
    "findings": "បន្ទប់ ១២ ច្រកចេញ ២",
}


def also(stage: Stage, who: Member, group: str) -> Member:
    """The officer with a second group in Battambang."""
    office = stage.cast.battambang
    with stage.licence.house.database.transaction() as session:
        session.add(Membership(person_id=who.person_id, office_id=office, group=group, from_day=HIRED))
    return replace(who, memberships=who.memberships | {(group, office)})


def claims(walk: Walk, name: str) -> None:
    """Opens the first task of the inbox and takes it."""
    walk.open("/office")
    walk.follow("/office/tasks/")
    walk.press()
    walk.examine(name)


def test_a_licence_goes_from_desk_to_desk(stage: Stage) -> None:
    kunthea = also(stage, stage.cast.kunthea, FRONT_OFFICE)
    also(stage, stage.cast.vannak, HEAD)
    key = stage.licence.sent()
    takes_the_fee(stage, key)
    sends_it_back(stage)
    stage.licence.correct(key)
    stage.licence.work(key, "check", kunthea, {"check_result": "ok"})
    reviews(stage)
    inspects(stage)
    decides(stage)
    hands_over_with_a_drawn_signature(stage)
    assert stage.licence.row(key).stage == "collected"


def takes_the_fee(stage: Stage, key: str) -> None:
    walk = stage.walk(DESK, "cashier", stage.cast.sopheap)
    walk.open("/office/cashier")
    walk.examine("due")
    walk.follow(f"/office/cashier/{key}")
    walk.examine("payment")
    walk.fill({"handed": "150000"})
    walk.press()
    walk.examine("payment-refused")
    walk.fill({"handed": "២០០ ០០០"})
    walk.press()
    walk.examine("payment-check")
    walk.press()
    walk.examine("receipt")
    assert "R-02-26-000001" in walk.text
    walk.end()


def sends_it_back(stage: Stage) -> None:
    """The list of rooms is not readable: the reason is written beside it."""
    walk = stage.walk(DESK, "front", stage.cast.bopha)
    walk.examine("inbox")
    walk.follow("/office/tasks/")
    walk.examine("task-unclaimed")
    walk.press()
    walk.examine("task")
    walk.press()
    walk.examine("task-refused")
    reason = walk.page.locator("details", has=walk.page.locator("[name='fix-document-room_list']"))
    reason.locator("summary").click()
    walk.fill({"fix-document-room_list": "រូបថតមិនច្បាស់", "check_result": "return", "remark": "សូមផ្ញើម្ដងទៀត"})
    walk.press()
    assert walk.path == "/office"
    walk.examine("inbox-empty")
    walk.open("/office/search?q=02-26-000001")
    walk.examine("search")
    walk.follow("/office/cases/")
    walk.examine("case")
    walk.end()


def reviews(stage: Stage) -> None:
    walk = stage.walk(DESK, "specialist", stage.cast.rithy)
    claims(walk, "review")
    walk.fill({"review_result": "ok", "review_opinion": "គាំទ្រ"})
    walk.press()
    walk.end()


def inspects(stage: Stage) -> None:
    """On the spot, with a phone."""
    walk = stage.walk(PHONE, "inspector", stage.cast.mony)
    walk.examine("inbox")
    claims(walk, "inspection")
    walk.fill(FOUND)
    walk.press()
    walk.end()


def decides(stage: Stage) -> None:
    """Who checked the documents is told why somebody else must decide; a colleague does."""
    walk = stage.walk(DESK, "head", stage.cast.kunthea)
    walk.follow("/office/tasks/")
    walk.examine("four-eyes")
    assert "Another person must do this task" in walk.text
    walk.end()
    walk = stage.walk(DESK, "other-head", stage.cast.vannak)
    claims(walk, "decision")
    walk.fill({"decision": "approve"})
    walk.press()
    walk.end()


def hands_over_with_a_drawn_signature(stage: Stage) -> None:
    walk = stage.walk(DESK_WITH_SCRIPTS, "handover", stage.cast.bopha)
    walk.open("/office/handover")
    walk.examine("ready")
    walk.follow("/office/handover/")
    walk.examine("handover")
    walk.fill({"identity_note": "អត្តសញ្ញាណប័ណ្ណ មុខត្រូវ"})
    walk.press()
    walk.examine("handover-refused")
    signs(walk)
    walk.press()
    walk.examine("handed-over")
    walk.end()


def signs(walk: Walk) -> None:
    """A stroke with the mouse across the field."""
    canvas = walk.page.locator("canvas")
    canvas.scroll_into_view_if_needed()
    pad = canvas.bounding_box()
    assert pad is not None
    walk.page.mouse.move(pad["x"] + 60, pad["y"] + 120)
    walk.page.mouse.down()
    walk.page.mouse.move(pad["x"] + 300, pad["y"] + 60, steps=6)
    walk.page.mouse.up()
    expect(walk.page.locator("[name=signature]")).not_to_have_value("")


def test_without_scripts_a_signed_slip_is_uploaded(stage: Stage) -> None:
    stage.licence.approved()
    walk = stage.walk(PHONE, "slip", stage.cast.bopha)
    walk.open("/office/handover")
    walk.examine("ready")
    walk.follow("/office/handover/")
    walk.fill({"identity_note": "អត្តសញ្ញាណប័ណ្ណ"})
    walk.attach("signature_slip", SLIP)
    walk.examine("handover")
    walk.press()
    with stage.licence.house.database.reading() as session:
        assert session.scalars(select(Handover)).one().received_by
    walk.end()


def test_somebody_walks_in_and_leaves_with_a_receipt(stage: Stage) -> None:
    also(stage, stage.cast.bopha, CASHIER)
    walk = stage.walk(DESK, "walk-in", stage.cast.bopha)
    walk.open("/office/walk-in")
    walk.fill({"q": "020304050"})
    walk.press()
    walk.examine("nobody")
    walk.follow("/office/walk-in/new")
    walk.press()
    walk.examine("identity-refused")
    for name in ("address-province", "address-district"):
        walk.fill({name: PAPERS[name]})
        walk.press("main button[name='_choose']")
    walk.fill(PAPERS)
    walk.press()
    walk.examine("person")
    walk.fill({"service": SERVICE})
    walk.press(ON)
    key = walk.path.rsplit("/", 1)[-1]
    for answers in LICENCE.values():
        chooses_places(walk, answers)
    for answers in LICENCE.values():
        walk.fill(answers)
    walk.press(ON)
    walk.examine("documents-refused")
    for document in DOCUMENTS:
        walk.attach(document, PHOTO)
    walk.press(ON)
    walk.examine("check")
    walk.press(ON)
    walk.examine("filed")
    assert "02-26-" in walk.text
    assert walk.page.request.get(f"{walk.address}/applications/{key}/slip.pdf").body().startswith(b"%PDF")
    walk.follow(f"/office/cashier/{key}")
    walk.fill({"handed": "180000"})
    walk.press()
    walk.press()
    walk.examine("receipt")
    assert walk.page.request.get(f"{walk.address}/receipts/R-02-26-000001.pdf").body().startswith(b"%PDF")
    walk.end()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=lambda device: str(device.called))
def test_an_officer_opens_what_is_new_and_chooses_how_to_hear_of_it(stage: Stage, device: Device) -> None:
    bopha, house = stage.cast.bopha, stage.licence.house
    with house.database.transaction() as session:
        for number, kind in enumerate(NoticeKind):
            words = Bilingual("ពិនិត្យឯកសារដែលបានភ្ជាប់មកជាមួយពាក្យសុំ", "Check the documents that came with the application")
            about = News(kind, str(number), NoticePlace.ABSENCES, "", "02-26-000001-3", words, words, NOW.date())
            tell(session, about, [bopha.person_id], now=NOW)
    walk = stage.walk(device, "bell", bopha)
    walk.follow("/office/notices")
    walk.examine("notices")
    walk.press(f"main a[href='/office/notices/{notices(house, bopha)[0].id}']")
    assert walk.path == "/office/absences"
    walk.open("/office/notices/settings")
    walk.examine("notice-settings")
    walk.fill({"way": "email", "quiet_from": "21"})
    walk.press()
    walk.examine("notice-settings-refused")
    walk.open("/office/notices")
    walk.press("main form button")
    assert not any(one.read_at is None for one in notices(house, bopha))
    walk.end()


@pytest.mark.parametrize(
    ("who", "addresses"),
    [
        (
            "bopha",
            (
                "/office",
                "/office/views?view=show%3Dlate",
                "/office/search?q=SANGKE",
                "/office/walk-in",
                "/office/walk-in/new",
            ),
        ),
        ("sopheap", ("/office/cashier", "/office/receipts/R-02-26-000001")),
        (
            "visal",
            (
                "/admin/clocks",
                "/admin/clocks/list",
                "/admin/reports",
                "/admin/offices",
                "/admin/offices/02",
                "/office/rules/02/front_office",
                "/admin/holidays",
                "/admin/incidents",
                "/admin/outbox",
            ),
        ),
        ("chenda", ("/analyst", f"/analyst/{SERVICE}", f"/analyst/{SERVICE}/1")),
    ],
)
def test_the_pages_of_officers_fit_a_phone_in_khmer(stage: Stage, who: str, addresses: tuple[str, ...]) -> None:
    stage.licence.paid()
    walk = stage.walk(PHONE, f"phone-{who}", getattr(stage.cast, who))
    for address in addresses:
        walk.open(address)
        walk.examine(address.partition("?")[0].strip("/").replace("/", "-"))
    walk.end()


@pytest.mark.parametrize("device", [DESK, PHONE], ids=lambda device: str(device.called))
def test_two_people_make_a_wrong_receipt_void(stage: Stage, device: Device) -> None:
    key = stage.licence.sent()
    cashier = stage.walk(device, "cashier", stage.cast.sopheap)
    cashier.open(f"/office/cashier/{key}")
    cashier.fill({"handed": "180000"})
    cashier.press()
    cashier.examine("void-payment-check")
    cashier.press()
    cashier.fill({"reason": "សំណុំរឿងផ្សេង"})
    cashier.press("form[action$='/void'] button")
    cashier.examine("void-asked")
    head = stage.walk(device, "head", stage.cast.kunthea)
    head.open("/office/receipts/R-02-26-000001")
    head.examine("void-to-agree")
    head.press("form[action$='/void/agree'] button")
    head.examine("void-receipt")
    head.end()
    for address in ("/office/cashier", f"/office/cashier/{key}"):
        cashier.open(address)
        cashier.examine(f"void-{address.count('/')}")
        assert "R-02-26-000001" in cashier.text
    cashier.end()
