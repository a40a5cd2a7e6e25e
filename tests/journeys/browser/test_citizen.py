"""A citizen from the first look to the certificate, without JavaScript: on a phone in Khmer, at a desk in English."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine.clockwork import schedule
from engine.tasks import user_tasks
from engine.tasks.user_tasks import CorrectionAsked
from storage.applications import Certificate, CorrectionTarget, Outcome
from tests.cast import NOW
from tests.journeys.browser.conftest import Stage
from tests.journeys.browser.filling import ADDRESS, LICENCE, PHOTO, Pages, fills_in, uploads_everything
from tests.journeys.browser.walking import DESK, PHONE, SECOND_DESK, Device, Walk
from tests.journeys.guesthouse import SERVICE

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
]

PASSWORD = "three-words-together"
IDENTITY: Pages = {  # the page of the names is known from the registration
    "birth": {"sex": "female", "birth_date-day": "២៧", "birth_date-month": "៣", "birth_date-year": "១៩៨៥"},
    "papers": {"id_kind": "passport"},
    "number": {"passport_number": "N1234567"},
    "contact": {"phone": "012 345 699", **ADDRESS},
}
WORDS = {
    "km": {"promised": "ទី៥ ខែមីនា", "fee": "១៨០\xa0០០០\xa0រៀល", "ready": "ទី១១ ខែមីនា", "wrong": "ដប់ពីរ"},
    "en": {
        "promised": "5\xa0March\xa02026",
        "fee": "KHR\xa0180,000",
        "ready": "11\xa0March\xa02026",
        "wrong": "twelve",
    },
}


@pytest.mark.parametrize("device", [PHONE, SECOND_DESK], ids=["phone-khmer", "desk-english"])
def test_a_citizen_comes_from_the_first_look_to_the_certificate(stage: Stage, device: Device) -> None:
    walk = stage.walk(device, "citizen")
    registers(stage, walk)
    key = has_the_account_verified(stage, walk)
    applies(walk)
    key = sends(walk)
    pays(stage, walk, key)
    corrects(stage, walk, key)
    is_granted(stage, walk, key)
    walk.end()


def registers(stage: Stage, walk: Walk) -> None:
    walk.open("/")
    walk.examine("portal")
    walk.follow(f"/services/{SERVICE}")
    walk.examine("service")
    walk.follow("/apply")
    walk.examine("sign-in")
    walk.follow("/register")
    walk.press()
    walk.examine("register-refused")
    walk.fill({"contact": "០១២ ៣៤៥ ៦៩៩"})
    walk.press()
    walk.fill({"code": stage.doors.code()})
    walk.press()
    walk.fill({"name_km": "ស៊ុន សុភ័ក្ត្រ", "name_latin": "Sun Sopheak", "password": PASSWORD})
    walk.press()
    walk.open("/account")
    walk.examine("account-new")
    walk.follow("/account/message-ways")
    walk.examine("message-ways")
    walk.open("/account")


def has_the_account_verified(stage: Stage, walk: Walk) -> str:
    """The identity, the photo, the day; then the front office looks at it."""
    walk.follow("/account/verification")
    walk.examine("verification-office")
    walk.fill({"office": "02"})
    walk.press()
    key = fills_in(walk, IDENTITY)
    walk.examine("verification-documents")
    uploads_everything(walk, "verification")
    walk.examine("verification-check")
    walk.press()
    walk.examine("verification-sent")
    assert WORDS[walk.device.language]["promised"] in walk.text
    walk.open("/account")
    assert WORDS[walk.device.language]["promised"] in walk.text
    walk.examine("account-pending")
    stage.licence.work(key, "verify", stage.cast.bopha, {"verification_result": "verified"})
    walk.open("/account")
    walk.examine("account-verified")
    return key


def applies(walk: Walk) -> None:
    """Every page of the form and every document; one answer is wrong, is named, and stays where it was typed."""
    walk.open(f"/services/{SERVICE}/apply")
    walk.examine("office")
    walk.fill({"office": "02"})
    walk.press()
    fills_in(walk, LICENCE, wrong={"rooms": {"rooms": WORDS[walk.device.language]["wrong"]}})
    walk.examine("documents")
    uploads_everything(walk, "licence")


def sends(walk: Walk) -> str:
    words = WORDS[walk.device.language]
    walk.examine("check")
    assert words["fee"] in walk.text
    walk.press()
    walk.examine("sent")
    assert re.search(r"02-26-\d{6}-\d", walk.text)
    assert words["ready"] in walk.text
    expect(walk.page.locator("svg.ow-qr, .ow-qr svg")).to_have_count(1)
    return walk.path.split("/")[2]


def pays(stage: Stage, walk: Walk, key: str) -> None:
    walk.open(f"/applications/{key}/payment")
    walk.examine("payment")
    walk.follow("/payment/khqr")
    walk.examine("khqr")
    stage.licence.pay(key)


def corrects(stage: Stage, walk: Walk, key: str) -> None:
    """An officer sends it back with a reason for one answer and one document."""
    stage.clock.pass_time(days=1)
    returned(stage, key)
    walk.open("/account")
    walk.examine("account-returned")
    walk.open(f"/applications/{key}")
    walk.examine("application-returned")
    walk.follow("/correct")
    walk.examine("correct")
    walk.fill({"rooms": "១៤"})
    walk.attach("file-room_list", PHOTO)
    walk.press()
    walk.examine("corrected")


def returned(stage: Stage, key: str) -> None:
    reasons = {"room_list": ("document", "រូបថតមិនច្បាស់ សូមថតម្ដងទៀត"), "rooms": ("field", "បញ្ជីបន្ទប់មាន ១៤ បន្ទប់")}
    asked = tuple(CorrectionAsked(CorrectionTarget(kind), name, reason) for name, (kind, reason) in reasons.items())
    task = stage.licence.claim(key, "check", stage.cast.bopha, now=stage.clock.now())
    with stage.licence.house.database.transaction() as session:
        answers = {"check_result": "return", "remark": "សូមកែចំនួនបន្ទប់ និងផ្ញើបញ្ជីបន្ទប់ថ្មី"}
        user_tasks.complete(
            session,
            stage.licence.house,
            stage.cast.bopha.actor,
            task,
            answers,
            corrections=asked,
            now=stage.clock.now(),
        )


def is_granted(stage: Stage, walk: Walk, key: str) -> None:
    """The office works; the citizen looks by code, sees the result, and anybody verifies the certificate."""
    now = stage.clock.pass_time(days=1)
    stage.licence.check(key, now=now)
    follows_by_code(stage, walk, key)
    stage.licence.review(key, now=now)
    stage.licence.inspect(key, now=now)
    stage.licence.decide(key, now=now)
    walk.open(f"/applications/{key}")
    walk.examine("granted")
    with stage.licence.house.database.reading() as session:
        certificate = session.scalars(select(Certificate)).one()
    assert certificate.number in walk.page.content()
    walk.open("/verify")
    walk.examine("verify")
    walk.fill({"code": certificate.code.lower()})
    walk.press()
    walk.examine("verified")
    assert certificate.number in walk.text
    walk.open("/verify/ZZZZZZZZZZ", expect=404)
    walk.examine("verify-unknown")


def follows_by_code(stage: Stage, walk: Walk, key: str) -> None:
    walk.open("/track")
    walk.examine("track")
    walk.fill({"code": stage.licence.row(key).tracking_code or "", "digits": "0000"})
    walk.press()
    walk.examine("track-refused")
    walk.fill({"digits": "៥៦៩៩"})
    walk.press()
    walk.examine("tracked")
    assert "02-26-" in walk.text


def test_a_citizen_reads_why_it_was_not_granted_and_how_to_complain(stage: Stage) -> None:
    key = stage.licence.paid()
    stage.licence.check(key)
    stage.licence.review(key)
    stage.licence.inspect(key)
    stage.licence.decide(key, "reject")
    walk = stage.walk(PHONE, "rejected", stage.cast.dara)
    walk.open(f"/applications/{key}")
    walk.examine("rejected")
    assert "មិនគ្រប់លក្ខខណ្ឌ" in walk.text
    for page in ("messages", "looks", "password"):
        walk.open(f"/account/{page}")
        walk.examine(page)
    walk.end()


def test_a_citizen_takes_an_application_back(stage: Stage) -> None:
    key = stage.licence.paid(now=NOW)
    walk = stage.walk(DESK, "withdraws", stage.cast.dara)
    walk.open(f"/applications/{key}")
    walk.examine("running")
    walk.follow("/withdraw")
    walk.examine("withdraw")
    walk.press()
    walk.examine("withdrawn")
    assert stage.licence.row(key).outcome == Outcome.WITHDRAWN
    walk.end()


def test_a_late_office_says_so_and_names_the_new_day(stage: Stage) -> None:
    key = stage.licence.paid()
    stage.clock.moment = datetime(2026, 3, 12, 2, tzinfo=UTC)
    walk = stage.walk(PHONE, "late", stage.cast.dara)
    walk.open(f"/applications/{key}")
    walk.examine("day-has-passed")
    assert "ទី១១ ខែមីនា" in walk.text
    schedule.sweep(stage.licence.house, now=stage.clock.now())
    walk.open(f"/applications/{key}")
    walk.examine("new-day")
    assert "ទី១៦ ខែមីនា" in walk.text
    walk.end()
