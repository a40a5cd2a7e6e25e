"""Recovery codes: ten, each good once, told when used, gone with new ones."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from engine.errors import ConfirmFirst, NoFactorYet, WrongRecoveryCode
from engine.house import House
from engine.people import authenticator_apps, factors, recovery_codes
from engine.people.sign_ins import Known
from storage.factors import RecoveryCode
from storage.security_log import SecurityEvent
from tests.cast import Cast
from tests.engine.people.conftest import HERE, MACHINE, kinds, outcomes, told, with_app

Browser = Callable[..., Known]


def made(house: House, seen: Known) -> tuple[str, ...]:
    with house.database.transaction() as session:
        return recovery_codes.make(session, house, seen, now=MACHINE)


def taken(house: House, who: int, typed: str) -> None:
    with house.database.transaction() as session:
        recovery_codes.take(session, house, who, typed, HERE, now=MACHINE)


@pytest.fixture
def dara(house: House, cast: Cast, browser: Browser) -> Known:
    """Dara's browser, with an app set up."""
    with_app(house, browser(cast.dara))
    return browser(cast.dara, factor="app")


def test_there_are_ten_codes_that_nobody_reads_in_the_database(house: House, cast: Cast, dara: Known) -> None:
    codes = made(house, dara)
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 24 for code in codes)
    with house.database.reading() as session:
        kept = " ".join(session.scalars(select(RecoveryCode.code_hash)))
        assert not any(code in kept or code.replace("-", "") in kept for code in codes)
        assert factors.held(session, cast.dara.person_id).codes == 10
    assert kinds(house) == ["factor_added", "recovery_codes_made"]


def test_a_code_works_once_however_it_is_typed_and_its_person_is_told(house: House, cast: Cast, dara: Known) -> None:
    codes = made(house, dara)
    typed = (codes[0], codes[1].lower(), codes[2].replace("-", " "), f" {codes[3]} ", codes[4].replace("0", "o"))
    for one in typed:
        taken(house, cast.dara.person_id, one)
        with pytest.raises(WrongRecoveryCode):
            taken(house, cast.dara.person_id, one)
    with house.database.reading() as session:
        assert factors.held(session, cast.dara.person_id).codes == 5
        last = session.scalars(select(SecurityEvent).order_by(SecurityEvent.id.desc()).limit(1)).one()
        assert (last.kind, last.data, last.person_id) == ("recovery_code_used", {"left": 5}, cast.dara.person_id)
    assert told(house, cast.dara)[2:] == ["បានប្រើលេខកូដសង្គ្រោះ"] * 5


def test_of_two_that_use_a_code_at_once_one_gets_in(house: House, cast: Cast, dara: Known) -> None:
    code = made(house, dara)[0]
    ended = outcomes(*[lambda: taken(house, cast.dara.person_id, code)] * 3)
    assert ended == ["WrongRecoveryCode"] * 2 + ["done"]


def test_a_code_is_good_for_its_person_alone(house: House, cast: Cast, dara: Known) -> None:
    code = made(house, dara)[0]
    for who, typed in (
        (cast.sreyneang, code),
        (cast.dara, "0000-0000-0000-0000"),
        (cast.dara, ""),
        (cast.dara, "ក" * 90),
    ):
        with pytest.raises(WrongRecoveryCode):
            taken(house, who.person_id, typed)
    taken(house, cast.dara.person_id, code)


def test_new_codes_end_the_old_ones(house: House, cast: Cast, dara: Known) -> None:
    old, new = made(house, dara), made(house, dara)
    with pytest.raises(WrongRecoveryCode):
        taken(house, cast.dara.person_id, old[0])
    taken(house, cast.dara.person_id, new[0])


def test_who_has_no_factor_gets_none_and_without_a_factor_they_end(
    house: House, cast: Cast, browser: Browser, dara: Known
) -> None:
    with pytest.raises(NoFactorYet):
        made(house, browser(cast.sreyneang))
    with house.database.transaction() as session, pytest.raises(ConfirmFirst):
        recovery_codes.make(session, house, dara, now=MACHINE + factors.FRESH)
    made(house, dara)
    with house.database.transaction() as session:
        authenticator_apps.remove(session, house, dara, now=MACHINE)
        assert factors.held(session, cast.dara.person_id).codes == 0
