"""The telephone is changed, an officer invited and let back in, without JavaScript: on a phone in Khmer, at a desk in
English. Codes and links are read from the gateway of the office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser

from engine.clockwork import outbox
from engine.house import House
from tests.browsers import serving
from tests.cast import PASSWORD, Cast, Member
from tests.fixtures.houses import SetClock
from tests.gateways import SmallGateway, small_gateway
from tests.journeys.browser.walking import DESK, PHONE, Device, Walk
from web.app import create_app
from web.config import Settings

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    # Pages are the same on both databases, and the HTTP tests run on both: one kind keeps the browser's share short.
    pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True),
    pytest.mark.parametrize("device", [PHONE, DESK], ids=["phone-khmer", "desk-english"]),
]

NEW_PHONE = "+85512999888"
INVITED = "+85512555001"
OWN = "three quiet buffaloes"
NOT_LINKED = "main form[action$='{}'] button"


@dataclass(frozen=True)
class Office:
    """An office that sends by a gateway, which shows what came to a telephone."""

    address: str
    house: House
    cast: Cast
    clock: SetClock
    gateway: SmallGateway
    browser: Browser

    def walk(self, device: Device, name: str, who: Member | None = None) -> Walk:
        walk = Walk.begin(self.browser, self.address, device, name)
        if who is not None:
            walk.sign_in(who.phone, who.password)
        return walk

    def came(self, phone: str, pattern: str) -> str:
        """What the newest SMS to a telephone has that looks like this."""
        outbox.deliver_due(self.house, now=self.clock.now())
        bodies = [str(one["body"]) for one in self.gateway.took if one["recipient"] == phone]
        found = [match[1] for body in bodies if (match := re.search(pattern, body))]
        assert found, bodies
        return found[-1]

    def code(self, phone: str) -> str:
        return self.came(phone, r"\b(\d{6})\b")

    def link(self, phone: str) -> str:
        return self.came(phone, r"(/i/[\w-]+)")


@pytest.fixture
def office(house: House, cast: Cast, settings: Settings, clock: SetClock, browser: Browser) -> Iterator[Office]:
    with small_gateway() as gateway:
        sending = replace(house, messengers={"nomsa": gateway.nomsa})
        with serving(create_app(settings, sending, clock)) as address:
            yield Office(address, sending, cast, clock, gateway, browser)


def test_somebody_changes_the_telephone_with_a_code_from_both_ends(office: Office, device: Device) -> None:
    dara = office.cast.dara
    walk = office.walk(device, "contacts", dara)
    walk.open("/account")
    walk.follow("/account/contacts")
    walk.examine("contacts")
    walk.follow("/account/contacts/new")
    walk.press()
    walk.examine("contact-new-refused")
    walk.fill({"contact": "០១២ ៩៩៩ ៨៨៨", "via": "sms", "password": PASSWORD})
    walk.press()
    walk.examine("contact-codes")
    walk.fill({"old_code": office.code(dara.phone), "new_code": "1"})
    walk.press()
    walk.examine("contact-code-refused")
    walk.fill({"new_code": office.code(NEW_PHONE)})
    walk.press()
    walk.examine("contact-changed")
    assert walk.path == "/account/contacts"
    assert ("012 999 888" if device.language == "en" else "០១២ ៩៩៩ ៨៨៨") in walk.text
    walk.press(NOT_LINKED.format("/remove"))
    walk.examine("contact-remove")
    walk.end()
    again = office.walk(device, "contacts-again")
    again.sign_in(NEW_PHONE, PASSWORD)
    again.open("/account")
    again.end()


def test_an_officer_is_invited_accepts_forgets_the_password_and_is_let_back_in(office: Office, device: Device) -> None:
    visal = office.walk(device, "inviting", office.cast.visal)
    visal.open("/admin/accounts")
    visal.examine("accounts")
    visal.follow("/admin/accounts/invite")
    visal.press()
    visal.examine("invite-refused")
    visal.fill({"name_km": "មាស សុខា", "name_latin": "Meas Sokha", "contact": "012 555 001"})
    visal.fill({"language": device.language, "group": "cashier", "office": "02"})
    visal.press()
    visal.examine("invited")
    account = visal.path
    invited = office.walk(device, "invited")
    accepts(office, invited)
    invited.fill({"login": INVITED, "password": OWN})
    invited.press()
    assert invited.path == "/office"
    visal.open(account)
    visal.press(NOT_LINKED.format("/groups/end"))
    visal.examine("group-end")
    visal.open(account)
    visal.press(NOT_LINKED.format("/groups"))
    visal.examine("group-give")
    visal.open(account)
    visal.press(NOT_LINKED.format("/new-password"))
    visal.examine("reset")
    visal.press("main form[action$='/new-password'] button")
    visal.examine("reset-sent")
    accepts(office, invited)
    visal.end()
    invited.end()


def accepts(office: Office, walk: Walk) -> None:
    walk.open(office.link(INVITED))
    walk.examine("invitation")
    walk.press("main form[action$='/invitation/code'] button")
    walk.examine("invitation-code")
    walk.fill({"code": office.code(INVITED)})
    walk.press()
    walk.fill({"password": "short"})
    walk.press()
    walk.examine("invitation-password")
    walk.fill({"password": f"{OWN}"})
    walk.press()
    walk.examine("invitation-accepted")
