"""Looking an account up shows nothing: whoever stands at the counter shows that it is theirs by a code or a paper."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select

from engine.applications.counter import show_paper, take_identity
from engine.applications.presence import ask_code, show_account, show_code
from engine.errors import NotAllowed, NotFound, ProofOver, TooManyCodes, WrongSignIn
from engine.errors.counter import OfficersAccount, PaperDiffers
from engine.house import House
from engine.people import accounts, codes, message_ways, sign_ins
from engine.people.actors import Place
from engine.people.codes import Verdict
from engine.people.sign_ins import Limits
from engine.queries.office.counter import find_people
from storage.codes import CodePurpose
from storage.messages import Notification, TelegramLink
from storage.people import AccessLog, Membership, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, PASSWORD, PASSWORD_HASH, Cast, Member
from tests.counter import PAPERS, code_sent, shown
from tests.small.releases import released

LIMITS = Limits(timedelta(hours=8), timedelta(hours=8))
ON_THE_PAPER = {name: said for name, said in PAPERS.items() if not name.startswith("address")}


@pytest.fixture(autouse=True)
def verification(house: House, cast: Cast) -> None:
    released(house, house.processes / "interior" / "account_verification")


def person(house: House, person_id: int) -> Person:
    with house.database.reading() as session:
        return session.get_one(Person, person_id)


def handed(house: House, cast: Cast, person_id: int, token: str, by: Member | None = None) -> int:
    with house.database.transaction() as session:
        actor = (by or cast.bopha).actor
        return take_identity(session, house, actor, cast.battambang, PAPERS, person_id=person_id, token=token, now=NOW)


def registered(house: House, cast: Cast) -> int:
    with house.database.transaction() as session:
        return take_identity(session, house, cast.bopha.actor, cast.battambang, PAPERS, now=NOW)


def pages(house: House, person_id: int) -> list[str]:
    with house.database.reading() as session:
        return list(
            session.scalars(select(AccessLog.page).where(AccessLog.subject_id == person_id).order_by(AccessLog.id))
        )


def test_an_account_is_handed_over_only_with_its_code(house: House, cast: Cast) -> None:
    stranger = cast.sreyneang.person_id
    of_another = shown(house, cast, cast.dara.person_id)
    for token in ("", "no token", of_another):
        with pytest.raises(ProofOver):
            handed(house, cast, stranger, token)
    assert person(house, stranger).identity_status == "unverified"
    assert handed(house, cast, stranger, shown(house, cast, stranger)) == stranger
    assert person(house, stranger).identity_status == "verified"


def test_whatever_opened_the_account_before_opens_it_no_more(house: House, cast: Cast) -> None:
    theirs, phone = cast.sreyneang.person_id, cast.sreyneang.phone
    with house.database.transaction() as session:
        signed_in = sign_ins.begin(session, theirs, cast.sreyneang.epoch, Place(), now=NOW)
        session.add(TelegramLink(person_id=theirs, chat="77"))
        message_ways.prefer(session, cast.sreyneang.actor, "telegram")
    handed(house, cast, theirs, shown(house, cast, theirs))
    row = person(house, theirs)
    assert (row.password_hash, row.phone, row.phone_proved_at, row.email_proved_at) == (None, phone, NOW, None)
    with house.database.reading() as session:
        assert session.scalars(select(TelegramLink)).all() == []
        known = sign_ins.recognise(session, signed_in, citizens=LIMITS, officers=LIMITS, today=NOW.date(), now=NOW)
        assert known is None
        for login in (phone, cast.sreyneang.email or ""):
            with pytest.raises(WrongSignIn):
                accounts.sign_in(session, house, login, PASSWORD, now=NOW)
        told = session.execute(select(Notification.address, Notification.body)).all()
    ended = [address for address, body in told if "លែងនាំទៅគណនី" in body]
    assert ended == [cast.sreyneang.email]
    assert any(address == phone and "ពាក្យសម្ងាត់ចាស់" in body for address, body in told)


def test_a_code_to_a_contact_that_was_replaced_meanwhile_shows_no_account(house: House, cast: Cast) -> None:
    theirs, bopha = cast.sreyneang.person_id, cast.bopha.actor
    with house.database.transaction() as session:
        token = ask_code(session, house, bopha, cast.battambang, theirs, channel="sms", now=NOW)
    typed = code_sent(house)
    with house.database.transaction() as session:
        session.get_one(Person, theirs).phone = "+85512777111"
    with house.database.transaction() as session:
        verdict = show_account(session, bopha, cast.battambang, theirs, token=token, typed=typed, now=NOW)
    assert verdict == Verdict.OVER


def test_it_is_written_who_handed_it_over_where_and_with_which_paper(house: House, cast: Cast) -> None:
    handed(house, cast, cast.sreyneang.person_id, shown(house, cast, cast.sreyneang.person_id))
    assert pages(house, cast.sreyneang.person_id) == ["code_shown", "verified"]
    with house.database.reading() as session:
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "counter_handed_back")).one()
    assert (line.actor_id, line.person_id) == (cast.bopha.person_id, cast.sreyneang.person_id)
    assert line.data == {"office": "02", "paper": "national_id"}


def test_a_second_click_and_a_colleague_find_it_done(house: House, cast: Cast) -> None:
    theirs = cast.sreyneang.person_id
    token = shown(house, cast, theirs)
    for by in (cast.bopha, cast.bopha, cast.vannak):
        assert handed(house, cast, theirs, token, by) == theirs
    with house.database.reading() as session:
        done = select(SecurityEvent).where(SecurityEvent.kind == "counter_handed_back")
        assert len(session.scalars(done).all()) == 1
    other = PAPERS | {"id_number": "020304051"}
    with pytest.raises(PaperDiffers), house.database.transaction() as session:
        take_identity(session, house, cast.bopha.actor, cast.battambang, other, person_id=theirs, now=NOW)


def test_two_officers_at_the_same_moment_hand_it_over_once(house: House, cast: Cast) -> None:
    theirs, both = cast.sreyneang.person_id, Barrier(2)
    tokens = {by.person_id: shown(house, cast, theirs, by) for by in (cast.bopha, cast.vannak)}
    done: list[object] = []

    def hand(by: Member) -> None:
        both.wait()
        try:
            done.append(handed(house, cast, theirs, tokens[by.person_id], by))
        except Exception as failure:
            done.append(failure)

    threads = [Thread(target=hand, args=(by,)) for by in (cast.bopha, cast.vannak)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == [theirs, theirs]
    with house.database.reading() as session:
        lines = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "counter_handed_back")).all()
    assert len(lines) == 1


def test_a_code_is_sent_to_what_was_proved_and_nowhere_else(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).phone_proved_at = None
    with pytest.raises(NotFound), house.database.transaction() as session:
        ask_code(session, house, cast.bopha.actor, cast.battambang, cast.sreyneang.person_id, channel="sms", now=NOW)
    with house.database.transaction() as session:
        ask_code(session, house, cast.bopha.actor, cast.battambang, cast.sreyneang.person_id, channel="email", now=NOW)
    assert code_sent(house, cast.sreyneang.email or "")


def test_the_message_says_for_whom_the_code_is(house: House, cast: Cast) -> None:
    shown(house, cast, cast.dara.person_id)
    with house.database.reading() as session:
        assert "មន្ត្រីនៅបញ្ជរ ការិយាល័យច្រកចេញចូលតែមួយ ខេត្តបាត់ដំបង" in session.scalars(select(Notification.body)).one()


def test_wrong_codes_are_counted_and_another_purpose_opens_nothing(house: House, cast: Cast) -> None:
    actor, theirs = cast.bopha.actor, cast.dara.person_id
    with house.database.transaction() as session:
        token = ask_code(session, house, actor, cast.battambang, theirs, channel="sms", now=NOW)
    wrong = f"{(int(code_sent(house)) + 1) % 10**6:06}"

    def said(typed: str) -> Verdict:
        with house.database.transaction() as session:
            return show_code(session, actor, cast.battambang, theirs, token=token, typed=typed, now=NOW)

    with house.database.transaction() as session:
        assert codes.check(session, token, code_sent(house), CodePurpose.DOOR, now=NOW) == Verdict.OVER
    assert [said(wrong) for _ in range(5)] == [Verdict.WRONG] * 4 + [Verdict.OVER]
    assert said(code_sent(house)) == Verdict.OVER


def test_a_family_on_one_telephone_is_asked_for_each_account_apart(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).phone = cast.dara.phone
    token = shown(house, cast, cast.dara.person_id)
    with house.database.transaction() as session:
        verdict = show_code(
            session,
            cast.bopha.actor,
            cast.battambang,
            cast.sreyneang.person_id,
            token=token,
            typed=code_sent(house),
            now=NOW,
        )
    assert verdict == Verdict.OVER


def test_nobody_is_sent_code_after_code(house: House, cast: Cast) -> None:
    for _ in range(3):
        shown(house, cast, cast.dara.person_id)
    with pytest.raises(TooManyCodes):
        shown(house, cast, cast.dara.person_id)


@pytest.mark.parametrize(
    ("changed", "agrees"),
    [
        ({}, True),
        ({"name_latin": "  mao   sarun ", "name_km": ""}, True),
        ({"name_latin": "Somebody Else"}, True),
        ({"name_latin": "Somebody Else", "name_km": ""}, False),
        ({"name_latin": "", "name_km": ""}, False),
        ({"id_number": "០២០៣០៤០៥០"}, True),
        ({"id_number": "020304051"}, False),
        ({"id_kind": "passport", "passport_number": "020304050"}, False),
        ({"birth_date-year": "1955"}, False),
    ],
)
def test_a_paper_agrees_with_the_account_or_does_not(
    house: House, cast: Cast, changed: dict[str, Any], agrees: bool
) -> None:
    theirs = registered(house, cast)
    with house.database.transaction() as session:
        raw = ON_THE_PAPER | changed
        found = show_paper(session, house, cast.vannak.actor, cast.battambang, theirs, raw=raw, now=NOW)
    assert found == agrees
    assert pages(house, theirs)[-1] == ("paper_agrees" if agrees else "paper_differs")


def test_a_date_of_birth_that_the_account_does_not_know_is_not_compared(house: House, cast: Cast) -> None:
    theirs = registered(house, cast)
    for born_on, agrees in ((None, True), (date(1954, 2, 10), False)):
        with house.database.transaction() as session:
            session.get_one(Person, theirs).born_on = born_on
            here = cast.battambang
            found = show_paper(session, house, cast.bopha.actor, here, theirs, raw=ON_THE_PAPER, now=NOW)
        assert found == agrees


def test_no_paper_shows_an_account_that_was_verified_with_none(house: House, cast: Cast) -> None:
    here = cast.battambang
    for who in (cast.sreyneang, cast.dara):
        with pytest.raises(NotAllowed), house.database.transaction() as session:
            show_paper(session, house, cast.bopha.actor, here, who.person_id, raw=ON_THE_PAPER, now=NOW)


@pytest.mark.parametrize("who", ["own", "disabled", "sopheap", "phally"])
def test_nobody_for_themselves_for_a_disabled_account_or_at_another_counter(house: House, cast: Cast, who: str) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.sreyneang.person_id).disabled_at = NOW if who == "disabled" else None
    by = cast.bopha if who in ("own", "disabled") else getattr(cast, who)
    theirs = cast.bopha.person_id if who == "own" else cast.sreyneang.person_id
    here = cast.battambang
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        ask_code(session, house, by.actor, here, theirs, channel="sms", now=NOW)
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        show_code(session, by.actor, here, theirs, token="", typed="", now=NOW)
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        show_paper(session, house, by.actor, here, theirs, raw=ON_THE_PAPER, now=NOW)
    with pytest.raises(NotAllowed), house.database.transaction() as session:
        take_identity(session, house, by.actor, here, PAPERS, person_id=theirs, token="", now=NOW)


def test_the_account_of_an_officer_is_not_handed_over_at_a_counter(house: House, cast: Cast) -> None:
    hired = NOW.date() + timedelta(days=3)
    with house.database.transaction() as session:
        theirs = cast.sreyneang.person_id
        session.add(Membership(person_id=theirs, office_id=cast.phnom_penh, group="cashier", from_day=hired))
    with pytest.raises(OfficersAccount):
        handed(house, cast, theirs, shown(house, cast, theirs))


def test_who_is_looked_up_is_shown_with_little(house: House, cast: Cast) -> None:
    with house.database.reading() as session:
        found = find_people(session, cast.bopha.actor, cast.sreyneang.phone, reason_id=1).people
    assert [(one.name.km, one.name.en) for one in found] == [("គ… ស្រី…", "Ko… Sr…")]
    assert [way.ending for way in found[0].ways] == ["… 602", "s…@example.org"]
    assert cast.sreyneang.phone not in str(found)


def test_the_new_account_is_not_touched_by_who_was_there_before(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        attacker = session.get_one(Person, cast.sreyneang.person_id)
        attacker.id_kind, attacker.id_number, attacker.password_hash = "national_id", "020304050", PASSWORD_HASH
    victim = registered(house, cast)
    assert victim != cast.sreyneang.person_id
    assert person(house, victim).identity_status == "verified"
    assert person(house, cast.sreyneang.person_id).identity_status == "unverified"
