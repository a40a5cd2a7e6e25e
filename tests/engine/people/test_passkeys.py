"""Passkeys: made, shown in place of a password and behind one; what is not quite true about an answer is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.errors import (
    ConfirmFirst,
    NotFound,
    PasskeyCopied,
    PasskeyKnown,
    PasskeyNameMissing,
    PasskeyRefused,
    PasskeysNotOffered,
    TooManyPasskeys,
)
from engine.house import House
from engine.offices.disabling import disable
from engine.people import factors, passkeys
from engine.people.accounts import SignedIn
from engine.people.sign_ins import Known
from storage.factors import Passkey, SpentChallenge
from tests.cast import NOW, Cast
from tests.devices import MADE, PRESENT, Device
from tests.engine.people.conftest import HERE, MACHINE, kinds, outcomes, told, with_passkey

Browser = Callable[..., Known]
HARMLESS: dict[str, Any] = {}
LIES: dict[str, dict[str, Any]] = {
    "another site": {"origin": "https://owso.gov.kh.example"},
    "another port": {"origin": "http://localhost:8080"},
    "another name": {"host": "gov.kh"},
    "another challenge": {"challenge": "AAAA"},
    "another ceremony": {"type": "payment.get"},
    "nobody was there": {"flags": 0},
    "nobody unlocked it": {"flags": PRESENT},
}


def asked(house: House, who: int | None = None) -> tuple[dict[str, Any], bytes]:
    """What a browser is given to show a passkey, and the challenge in it."""
    challenge = passkeys.new_challenge()
    with house.database.reading() as session:
        return passkeys.asking_to_show(session, house, challenge, who), challenge


def signed_in(house: House, text: str, challenge: bytes) -> SignedIn:
    with house.database.transaction() as session:
        return passkeys.sign_in(session, house, text, challenge, now=MACHINE)


@pytest.fixture
def device(house: House, cast: Cast, browser: Browser) -> Device:
    """Dara's telephone, with a passkey."""
    found = Device()
    with_passkey(house, browser(cast.dara), found)
    return found


def test_a_passkey_signs_its_person_in_without_a_word(house: House, cast: Cast, device: Device) -> None:
    options, challenge = asked(house)
    assert options.get("allowCredentials", []) == []  # whoever asks learns of nobody
    assert options["userVerification"] == "required"
    assert signed_in(house, device.show(options), challenge) == SignedIn(cast.dara.person_id, 1)
    with house.database.reading() as session:
        row = session.scalars(select(Passkey)).one()
        assert (row.name, row.uses, row.used_at) == ("Telephone", 1, MACHINE)
    assert kinds(house) == ["factor_added"]
    assert told(house, cast.dara) == ["បានបន្ថែមកត្តាទីពីរ"]


def test_behind_a_password_only_passkeys_of_that_person_are_asked_for_and_taken(
    house: House, cast: Cast, device: Device, browser: Browser
) -> None:
    stranger = Device()
    with_passkey(house, browser(cast.sreyneang), stranger)
    for shown, refused in ((stranger, True), (device, False)):
        options, challenge = asked(house, cast.dara.person_id)
        assert len(options["allowCredentials"]) == 1
        with house.database.transaction() as session:
            mine = {"person_id": cast.dara.person_id, "now": MACHINE}
            if refused:
                with pytest.raises(PasskeyRefused):
                    passkeys.take(session, house, shown.show(options), challenge, **mine)
            else:
                assert passkeys.take(session, house, shown.show(options), challenge, **mine).name == "Telephone"


@pytest.mark.parametrize("lie", LIES)
def test_what_is_not_quite_true_is_refused(house: House, device: Device, lie: str) -> None:
    options, challenge = asked(house)
    with pytest.raises(PasskeyRefused):
        signed_in(house, device.show(options, **LIES[lie]), challenge)
    options, challenge = asked(house)
    assert signed_in(house, device.show(options), challenge)


@pytest.mark.parametrize("lie", [lie for lie in LIES if lie != "another ceremony"])
def test_a_passkey_that_is_not_quite_made_for_us_is_not_added(
    house: House, cast: Cast, browser: Browser, lie: str
) -> None:
    challenge, seen, telephone = passkeys.new_challenge(), browser(cast.dara), Device()
    with house.database.transaction() as session:
        options = passkeys.asking_to_make(session, house, seen, challenge)
        lies = {name: value | MADE if name == "flags" else value for name, value in LIES[lie].items()}
        text, given = telephone.make(options, **lies), passkeys.Given(challenge, options["user"]["id"])
        with pytest.raises(PasskeyRefused):
            passkeys.add(session, house, seen, text, name="Telephone", given=given, now=MACHINE)


def test_another_key_another_person_and_a_changed_signature_are_refused(house: House, device: Device) -> None:
    thief = Device(credential=device.credential, handle=device.handle, uses=7)
    options, challenge = asked(house)
    whole = json.loads(device.show(options))
    whole["response"]["signature"] = "AAAA"
    for text in (thief.show(options), device.show(options, handle="AAAA"), json.dumps(whole), Device().show(options)):
        with pytest.raises(PasskeyRefused) as refused:
            signed_in(house, text, challenge)
        assert type(refused.value) is PasskeyRefused


def test_an_answer_is_taken_once_also_by_a_device_that_does_not_count(
    house: House, cast: Cast, browser: Browser
) -> None:
    silent = Device(counts=False)
    with_passkey(house, browser(cast.dara), silent)
    options, challenge = asked(house)
    text = silent.show(options)
    ended = outcomes(*[lambda: signed_in(house, text, challenge)] * 3)
    assert ended == ["PasskeyRefused"] * 2 + ["done"]
    with pytest.raises(PasskeyRefused):
        signed_in(house, text, challenge)
    options, challenge = asked(house)
    assert signed_in(house, silent.show(options), challenge)


def test_a_copy_is_noticed_by_its_count_and_told(house: House, cast: Cast, device: Device) -> None:
    device.uses = 8
    options, challenge = asked(house)
    assert signed_in(house, device.show(options), challenge)
    for uses in (9, 4, 0):
        options, challenge = asked(house)
        text = device.show(options, uses=uses)
        with pytest.raises(PasskeyCopied):
            signed_in(house, text, challenge)
    with house.database.transaction() as session:
        assert passkeys.owner(session, text) == cast.dara.person_id
        factors.note_copied(session, house, cast.dara.person_id, HERE, now=MACHINE)
    assert kinds(house)[-1] == "passkey_copied"
    assert told(house, cast.dara)[-1] == "សោចូលមួយត្រូវបានបដិសេធ"


def test_a_disabled_account_is_not_opened(house: House, cast: Cast, device: Device) -> None:
    with house.database.transaction() as session:
        disable(session, cast.visal.actor, cast.dara.person_id, today=NOW.date(), now=NOW)
    options, challenge = asked(house)
    with pytest.raises(PasskeyRefused):
        signed_in(house, device.show(options), challenge)


@pytest.mark.parametrize(
    "strange",
    [
        "", "{}", "[]", "null", "7", '"x"', '{"response": 1}', "{" * 9_000, "x" * 20_000,
        '{"rawId": "A", "response": {"clientDataJSON": "A"}}', '{"rawId": 1, "response": {"clientDataJSON": "e30"}}',
    ],
)  # fmt: skip
def test_what_no_device_says_is_refused(house: House, device: Device, strange: str) -> None:
    for text in (strange, strange.replace("A", "ក")):
        with pytest.raises(PasskeyRefused):
            signed_in(house, text, passkeys.new_challenge())


def test_somebody_has_several_passkeys_with_names_and_one_device_makes_no_second(
    house: House, cast: Cast, browser: Browser, device: Device
) -> None:
    seen, key = browser(cast.dara, factor="passkey"), Device()
    with house.database.reading() as session:
        options = passkeys.asking_to_make(session, house, seen, b"c" * 32)
    assert len(options["excludeCredentials"]) == 1
    assert options["user"]["id"] == device.handle
    assert options["authenticatorSelection"]["residentKey"] == "required"
    with_passkey(house, seen, key, "Key for USB")
    with pytest.raises(PasskeyKnown):
        with_passkey(house, seen, key, "Again")
    with pytest.raises(PasskeyNameMissing):
        with_passkey(house, seen, Device(), "  ")
    with house.database.transaction() as session:
        first, second = session.scalars(select(Passkey.id).order_by(Passkey.id))
        passkeys.rename(session, seen, second, "  The key ")
        assert session.get_one(Passkey, second).name == "The key"
        with pytest.raises(PasskeyNameMissing):
            passkeys.rename(session, seen, first, "")
    for number in range(passkeys.MOST - 2):
        with_passkey(house, seen, Device(), f"Number {number}")
    with pytest.raises(TooManyPasskeys):
        with_passkey(house, seen, Device(), "One too many")


def test_a_passkey_is_removed_by_its_person_alone(house: House, cast: Cast, browser: Browser, device: Device) -> None:
    mine, theirs = browser(cast.dara, factor="passkey"), browser(cast.sreyneang)
    with house.database.transaction() as session:
        number = session.scalars(select(Passkey.id)).one()
        for act in (
            lambda: passkeys.remove(session, house, theirs, number, now=MACHINE),
            lambda: passkeys.rename(session, theirs, number, "Mine"),
            lambda: passkeys.require_own(session, theirs, number),
        ):
            with pytest.raises(NotFound):
                act()
        with pytest.raises(ConfirmFirst):
            passkeys.remove(session, house, mine, number, now=MACHINE + factors.FRESH)
        passkeys.remove(session, house, mine, number, now=MACHINE)
    options, challenge = asked(house)
    with pytest.raises(PasskeyRefused):
        signed_in(house, device.show(options), challenge)
    assert kinds(house) == ["factor_added", "factor_removed"]


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("https://owso.gov.kh", True),
        ("http://localhost:8080", True),
        ("http://owso.gov.kh", False),
        ("http://127.0.0.1:8080", False),
        ("https://203.0.113.7", False),
        ("https://[2001:db8::1]", False),
    ],
)
def test_passkeys_are_offered_where_browsers_know_them(
    house: House, cast: Cast, browser: Browser, address: str, offered: bool
) -> None:
    there = replace(house, base_url=address)
    assert passkeys.are_offered(there) is offered
    if not offered:
        with house.database.reading() as session:
            with pytest.raises(PasskeysNotOffered):
                passkeys.asking_to_show(session, there, b"c" * 32)
            with pytest.raises(PasskeysNotOffered):
                passkeys.asking_to_make(session, there, browser(cast.dara), b"c" * 32)


def test_challenges_are_forgotten_that_nobody_can_answer_any_more(house: House) -> None:
    with house.database.transaction() as session:
        for number, age in enumerate((timedelta(), timedelta(hours=23), timedelta(hours=25))):
            session.add(SpentChallenge(challenge_hash=str(number), spent_at=MACHINE - age))
        session.flush()
        passkeys.clear(session)
        assert session.scalar(select(func.count()).select_from(SpentChallenge)) == 2
