"""Claiming at home the account that the counter made: with slip, signs of the paper, and a contact that is proved."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.applications.claim_slips import print_slip
from engine.applications.counter import take_identity
from engine.errors import BadAnswers, ContactFull, NotAllowed, ProofOver, StalePage
from engine.errors.counter import ClaimOver, SlipNotNeeded
from engine.house import House
from engine.people import accounts, claiming, codes
from engine.people.actors import Place
from engine.people.codes import CodeRequest, Verdict
from engine.people.contacts import MOST_OF_ONE, contact_point
from engine.references import ALPHABET, claim_code
from storage.claims import ClaimCode
from storage.codes import CodePurpose
from storage.people import AccessLog, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast, Member
from tests.counter import PAPERS, code_sent
from tests.properties import given, st
from tests.small.releases import released
from tests.ways import ground

SEED = "the signs of the page, made by chance"
HOME = "012 888 001"
PASSWORD = "kettle seven umbrella"


@pytest.fixture
@ground
def theirs(house: House, cast: Cast) -> int:
    """Somebody whom the counter registered without a telephone."""
    released(house, house.processes / "interior" / "account_verification")
    with house.database.transaction() as session:
        return take_identity(session, house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)


def printed(
    house: House, cast: Cast, person_id: int, seed: str = SEED, by: Member | None = None, now: datetime = NOW
) -> str:
    with house.database.transaction() as session:
        actor = (by or cast.bopha).actor
        slip = print_slip(session, house, actor, cast.battambang, person_id, seed=seed, now=now)
    assert slip.content.startswith(b"%PDF")
    return slip.code


def found(house: House, code: str, signs: str = "4050", now: datetime = NOW) -> int | None:
    with house.database.transaction() as session:
        return claiming.find(session, code, signs, now=now)


def proved(house: House, claim_id: int, contact: str = HOME) -> str:
    point = contact_point(contact)
    assert point is not None
    with house.database.transaction() as session:
        person_id = claiming.whose(session, claim_id, now=NOW)
        token = codes.ask(session, house, CodeRequest(CodePurpose.CONTACT, point, "km", person_id), now=NOW)
    with house.database.transaction() as session:
        assert codes.check(session, token, code_sent(house), CodePurpose.CONTACT, now=NOW) == Verdict.RIGHT
    return token


def claimed(house: House, claim_id: int, token: str, password: str = PASSWORD) -> accounts.SignedIn:
    with house.database.transaction() as session:
        return claiming.claim(
            session, house, claim_id, token=token, password=password, place=Place(), today=NOW.date(), now=NOW
        )


def test_the_account_is_claimed_with_slip_paper_and_telephone(house: House, cast: Cast, theirs: int) -> None:
    claim = found(house, printed(house, cast, theirs))
    assert claim is not None
    done = claimed(house, claim, proved(house, claim))
    assert done.person_id == theirs
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, HOME, PASSWORD, now=NOW) == done
        assert session.get_one(Person, theirs).identity_status == "verified"
        kinds = session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()
    told = [kind for kind in kinds if not kind.startswith(("code_", "version_published"))]
    assert told == ["counter_registered", "counter_slip", "account_claimed"]


@pytest.mark.parametrize("written", ["{0}", "{0}-{1}-{2}", " {0} {1} {2} ", "low"])
def test_the_code_is_read_however_it_is_written(house: House, cast: Cast, theirs: int, written: str) -> None:
    code = printed(house, cast, theirs)
    parts = [code] if written == "{0}" else [code[:4], code[4:8], code[8:]]
    typed = code.lower() if written == "low" else written.format(*parts)
    assert found(house, typed, "៤០៥០") is not None


@pytest.mark.parametrize(("code", "signs"), [("", "4050"), ("0" * 12, "4050"), ("x" * 5000, "4050"), ("right", "4051")])
def test_whatever_is_wrong_opens_nothing(house: House, cast: Cast, theirs: int, code: str, signs: str) -> None:
    right = printed(house, cast, theirs)
    assert found(house, right if code == "right" else code, signs) is None


def test_whoever_finds_a_slip_guesses_five_times(house: House, cast: Cast, theirs: int) -> None:
    code = printed(house, cast, theirs)
    for number in range(5):
        assert found(house, code, f"000{number}") is None
    assert found(house, code) is None
    assert found(house, printed(house, cast, theirs, "other signs of another page, by chance")) is not None


def test_a_slip_holds_thirty_days_and_works_once(house: House, cast: Cast, theirs: int) -> None:
    code = printed(house, cast, theirs)
    assert found(house, code, now=NOW + timedelta(days=30)) is None
    claim = found(house, code, now=NOW + timedelta(days=30, seconds=-1))
    assert claim is not None
    token = proved(house, claim)
    claimed(house, claim, token)
    assert found(house, code) is None
    with pytest.raises(ClaimOver):
        claimed(house, claim, token)


def test_the_same_page_prints_the_same_slip_and_another_page_ends_it(house: House, cast: Cast, theirs: int) -> None:
    first = printed(house, cast, theirs)
    assert printed(house, cast, theirs, now=NOW + timedelta(minutes=1)) == first
    second = printed(house, cast, theirs, "other signs of another page, by chance", cast.vannak)
    assert second != first
    assert found(house, first) is None
    assert found(house, second) is not None
    with pytest.raises(StalePage):
        printed(house, cast, theirs)
    with house.database.reading() as session:
        pages = session.scalars(select(AccessLog.page).where(AccessLog.page == "slip_made")).all()
    assert len(pages) == 2


@pytest.mark.parametrize("seed", ["", "short", "x" * 65])
def test_a_page_without_its_signs_prints_nothing(house: House, cast: Cast, theirs: int, seed: str) -> None:
    with pytest.raises(StalePage):
        printed(house, cast, theirs, seed)


def test_whoever_is_reached_or_signs_in_needs_no_slip(house: House, cast: Cast, theirs: int) -> None:
    with pytest.raises(SlipNotNeeded):
        printed(house, cast, cast.dara.person_id)
    code = printed(house, cast, theirs)
    with house.database.transaction() as session:
        row = session.get_one(Person, theirs)
        row.phone, row.phone_proved_at = "+85512888009", NOW
    assert found(house, code) is None
    with pytest.raises(SlipNotNeeded):
        printed(house, cast, theirs, "other signs of another page, by chance")


def test_only_the_counter_prints_one_and_nobody_for_themselves(house: House, cast: Cast, theirs: int) -> None:
    for by in (cast.phally, cast.sopheap, cast.dara):
        with pytest.raises(NotAllowed):
            printed(house, cast, theirs, by=by)
    with pytest.raises(NotAllowed):
        printed(house, cast, cast.bopha.person_id)


def test_a_claim_needs_a_contact_that_was_proved_for_it(house: House, cast: Cast, theirs: int) -> None:
    claim = found(house, printed(house, cast, theirs))
    assert claim is not None
    point = contact_point(HOME)
    assert point is not None
    with house.database.transaction() as session:
        unproved = codes.ask(session, house, CodeRequest(CodePurpose.CONTACT, point, "km", theirs), now=NOW)
        of_another = codes.ask(session, house, CodeRequest(CodePurpose.CONTACT, point, "km", None), now=NOW)
    with house.database.transaction() as session:
        codes.check(session, of_another, code_sent(house), CodePurpose.CONTACT, now=NOW)
    for token in ("", unproved, of_another):
        with pytest.raises(ProofOver):
            claimed(house, claim, token)
    with house.database.reading() as session:
        assert session.get_one(Person, theirs).password_hash is None


def test_a_short_password_and_a_full_telephone_leave_the_claim_open(house: House, cast: Cast, theirs: int) -> None:
    claim = found(house, printed(house, cast, theirs))
    assert claim is not None
    token = proved(house, claim)
    with pytest.raises(BadAnswers):
        claimed(house, claim, token, "short")
    with house.database.transaction() as session:
        session.add_all(
            Person(phone="+85512888001", phone_proved_at=NOW, created_at=NOW, name_km="ម៉ៅ") for _ in range(MOST_OF_ONE)
        )
    with pytest.raises(ContactFull):
        claimed(house, claim, token)
    assert claimed(house, claim, proved(house, claim, "012 888 002")).person_id == theirs


def test_of_two_browsers_with_one_slip_one_gets_the_account(house: House, cast: Cast, theirs: int) -> None:
    claim, both = found(house, printed(house, cast, theirs)), Barrier(2)
    assert claim is not None
    tokens, done = [proved(house, claim), proved(house, claim, "012 888 002")], []

    def go(token: str) -> None:
        both.wait()
        try:
            claimed(house, claim, token)
            done.append("claimed")
        except ClaimOver:
            done.append("over")

    threads = [Thread(target=go, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == ["claimed", "over"]


def test_neither_code_nor_seed_is_kept(house: House, cast: Cast, theirs: int) -> None:
    code = printed(house, cast, theirs)
    with house.database.reading() as session:
        row = session.scalars(select(ClaimCode)).one()
        kept = [str(getattr(row, column.key)) for column in ClaimCode.__table__.columns]
    assert not any(code in said or SEED in said for said in kept)


@given(st.text())
def test_a_code_is_twelve_signs_that_survive_being_read_out(seed: str) -> None:
    code = claim_code(seed)
    assert len(code) == 12
    assert set(code) <= set(ALPHABET)
    assert claim_code(seed) == code != claim_code(f"{seed}x")
