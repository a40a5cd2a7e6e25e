"""Telephone and e-mail of one's own account: a change needs the new one and one that the account has."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from engine.errors import (
    BadAnswers,
    ConfirmFirst,
    ContactFull,
    ContactKnown,
    ContactNeeded,
    NeitherPhoneNorEmail,
    NotFound,
    PasswordWrong,
    ProofOver,
    Refused,
    TooManyCodes,
)
from engine.house import House
from engine.people import accounts, contact_changes
from engine.people.actors import Actor
from engine.people.codes import Verdict
from engine.people.contact_changes import Change
from engine.people.sign_ins import Known
from storage.notices import NoticeAtOnce, NoticeKind
from storage.people import Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.letters import code_to, letters_to, other_than

NEW_PHONE = "+85512999888"


def asked(house: House, who: Member, typed: str = "012 999 888", via: str = "") -> Change:
    with house.database.transaction() as session:
        return contact_changes.ask_for_new(session, house, who.actor, typed, via, now=NOW)


def said(house: House, change: Change, new: str = "", old: str = "") -> tuple[Verdict | None, Verdict | None]:
    with house.database.transaction() as session:
        return contact_changes.give_back(session, change, new, old, now=NOW)


def finished(house: House, who: Member, change: Change) -> accounts.SignedIn | None:
    with house.database.transaction() as session:
        return contact_changes.finish(session, house, who.actor, change, now=NOW)


def removal(house: House, who: Member, channel: str) -> Change:
    with house.database.transaction() as session:
        return contact_changes.ask_for_removal(session, house, who.actor, channel, now=NOW)


def proving(house: House, who: Member, channel: str = "sms") -> Change:
    with house.database.transaction() as session:
        return contact_changes.ask_for_proof(session, house, who.actor, channel, now=NOW)


def row(house: House, who: Member) -> Person:
    with house.database.reading() as session:
        return session.get_one(Person, who.person_id)


def noted(house: House) -> list[str]:
    with house.database.reading() as session:
        kinds = session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id))
        return [kind for kind in kinds if not kind.startswith("code_")]


def unprove(house: House, who: Member, *, email_too: bool = False) -> None:
    with house.database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        person.phone_proved_at = None
        person.email_proved_at = None if email_too else person.email_proved_at


@pytest.mark.parametrize("order", ["new first", "old first", "together"])
def test_a_telephone_is_replaced_once_both_codes_were_given_back(house: House, cast: Cast, order: str) -> None:
    change = asked(house, cast.dara)
    new, old = code_to(house, NEW_PHONE), code_to(house, cast.dara.phone)
    if order == "together":
        assert said(house, change, new, old) == (Verdict.RIGHT, Verdict.RIGHT)
    else:
        steps = [(new, ""), ("", old)]
        for pair in steps if order == "new first" else reversed(steps):
            said(house, change, *pair)
    done = finished(house, cast.dara, change)
    person = row(house, cast.dara)
    assert done is not None
    assert (person.phone, person.phone_proved_at, person.email) == (NEW_PHONE, NOW, cast.dara.email)
    assert (done.epoch, person.session_epoch) == (cast.dara.epoch + 1,) * 2
    assert noted(house) == ["contact_changed"]
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, NEW_PHONE, PASSWORD, now=NOW) == done


def test_old_and_new_contacts_are_told_and_the_old_one_where_to_go(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.phone))
    finished(house, cast.dara, change)
    assert letters_to(house, cast.dara.phone)[-1].startswith("លេខនេះលែងជារបស់គណនីអ្នក")
    assert "សូមទៅការិយាល័យ" in letters_to(house, cast.dara.phone)[-1]
    assert cast.dara.email is not None
    for told in (NEW_PHONE, cast.dara.email):
        assert letters_to(house, told)[-1].startswith("012 999 888 ជា")
    assert "012 999 888" not in letters_to(house, cast.dara.phone)[-1]


@pytest.mark.parametrize("given", ["new", "old", "none"])
def test_one_code_of_the_two_changes_nothing(house: House, cast: Cast, given: str) -> None:
    change = asked(house, cast.dara)
    new, old = code_to(house, NEW_PHONE), code_to(house, cast.dara.phone)
    said(house, change, new if given == "new" else "", old if given == "old" else "")
    with pytest.raises(ProofOver):
        finished(house, cast.dara, change)
    assert row(house, cast.dara).phone == cast.dara.phone


def test_the_code_to_the_old_contact_is_not_left_out_by_whoever_has_the_browser(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE))
    with pytest.raises(Refused, match="A code must come from"):
        finished(house, cast.dara, Change(new=change.new))
    assert row(house, cast.dara).phone == cast.dara.phone


def test_codes_of_another_person_change_nothing(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.phone))
    mine = asked(house, cast.bopha, "bopha@example.org")
    said(house, mine, code_to(house, "bopha@example.org"), code_to(house, cast.bopha.phone))
    for mixed in (change, Change(change.new, mine.old), Change(mine.new, change.old)):
        with pytest.raises(ProofOver):
            finished(house, cast.bopha, mixed)
    assert row(house, cast.bopha).email is None


def test_a_change_is_done_once(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.phone))
    finished(house, cast.dara, change)
    with pytest.raises(ProofOver):
        finished(house, cast.dara, change)
    assert noted(house) == ["contact_changed"]


def test_of_two_at_once_one_is_done(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.phone))
    gate, outcomes = Barrier(2), []

    def go() -> None:
        gate.wait()
        try:
            outcomes.append(finished(house, cast.dara, change) is not None)
        except ProofOver:
            outcomes.append(False)

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, True]
    assert row(house, cast.dara).session_epoch == cast.dara.epoch + 1


def test_a_code_from_a_contact_that_was_replaced_meanwhile_confirms_nothing(house: House, cast: Cast) -> None:
    first, second = asked(house, cast.dara), asked(house, cast.dara, "012 999 889")
    said(house, second, code_to(house, "+85512999889"), code_to(house, cast.dara.phone))
    with house.database.transaction() as session:
        person = session.get_one(Person, cast.dara.person_id)
        person.phone = "+85512999777"
    with pytest.raises(ProofOver):
        finished(house, cast.dara, second)
    assert first != second


def test_who_has_lost_the_telephone_confirms_by_e_mail(house: House, cast: Cast) -> None:
    assert cast.dara.email is not None
    change = asked(house, cast.dara, via="email")
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.email))
    finished(house, cast.dara, change)
    assert row(house, cast.dara).phone == NEW_PHONE


def test_an_officer_adds_an_e_mail_confirmed_by_the_telephone(house: House, cast: Cast) -> None:
    change = asked(house, cast.bopha, "Bopha@Example.org", via="portal")
    said(house, change, code_to(house, "bopha@example.org"), code_to(house, cast.bopha.phone))
    finished(house, cast.bopha, change)
    person = row(house, cast.bopha)
    assert (person.phone, person.email, person.email_proved_at) == (cast.bopha.phone, "bopha@example.org", NOW)
    assert len(letters_to(house, cast.bopha.phone)) == 2


def test_what_the_counter_wrote_down_is_proved_by_one_code_and_ends_no_sign_in(house: House, cast: Cast) -> None:
    unprove(house, cast.dara, email_too=True)
    change = proving(house, cast.dara)
    assert change.old == ""
    said(house, change, code_to(house, cast.dara.phone))
    assert finished(house, cast.dara, change) is None
    person = row(house, cast.dara)
    assert (person.phone_proved_at, person.session_epoch) == (NOW, cast.dara.epoch)
    assert noted(house) == ["contact_proved"]


@pytest.mark.parametrize("channel", ["email", "sms", "portal", "fax", ""])
def test_there_is_nothing_to_prove_where_all_is_proved(house: House, cast: Cast, channel: str) -> None:
    with pytest.raises(NotFound):
        proving(house, cast.bopha, channel)


def test_an_account_without_a_proved_contact_takes_a_new_one_by_its_code_alone(house: House, cast: Cast) -> None:
    unprove(house, cast.dara, email_too=True)
    change = asked(house, cast.dara)
    assert change.old == ""
    said(house, change, code_to(house, NEW_PHONE))
    finished(house, cast.dara, change)
    assert row(house, cast.dara).phone == NEW_PHONE


def test_a_contact_is_removed_by_a_code_to_the_one_that_stays(house: House, cast: Cast) -> None:
    assert cast.dara.email is not None
    change = removal(house, cast.dara, "sms")
    said(house, change, "", code_to(house, cast.dara.email))
    done = finished(house, cast.dara, change)
    person = row(house, cast.dara)
    assert done is not None
    assert (person.phone, person.phone_proved_at, person.session_epoch) == (None, None, done.epoch)
    assert "លែងជា" in letters_to(house, cast.dara.phone)[-1]
    assert noted(house) == ["contact_removed"]


def test_the_last_proved_contact_stays(house: House, cast: Cast) -> None:
    with pytest.raises(ContactNeeded):
        removal(house, cast.bopha, "sms")
    unprove(house, cast.dara)
    with pytest.raises(ContactNeeded):
        removal(house, cast.dara, "email")
    with pytest.raises(NotFound):
        removal(house, cast.bopha, "email")


def test_two_removals_at_a_time_leave_one_contact(house: House, cast: Cast) -> None:
    assert cast.dara.email is not None
    first, second = removal(house, cast.dara, "sms"), removal(house, cast.dara, "email")
    said(house, first, "", code_to(house, cast.dara.email))
    said(house, second, "", code_to(house, cast.dara.phone))
    finished(house, cast.dara, first)
    with pytest.raises((ProofOver, ContactNeeded)):
        finished(house, cast.dara, second)
    assert row(house, cast.dara).email == cast.dara.email


@pytest.mark.parametrize("typed", ["", "nobody", "012", "x" * 10_000, "@", "012 999 888 a@b.example"])
def test_what_is_no_contact_is_refused_and_no_code_leaves(house: House, cast: Cast, typed: str) -> None:
    with pytest.raises(BadAnswers) as refused:
        asked(house, cast.dara, typed)
    assert isinstance(refused.value.errors["contact"], NeitherPhoneNorEmail)
    assert letters_to(house, cast.dara.phone) == []


def test_ones_own_contact_is_not_new(house: House, cast: Cast) -> None:
    with pytest.raises(BadAnswers) as refused:
        asked(house, cast.dara, cast.dara.phone)
    assert isinstance(refused.value.errors["contact"], ContactKnown)


def test_a_family_shares_a_telephone_until_it_is_full_which_only_its_holder_learns(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        for name in ("vannak", "sopheap", "rithy", "mony", "kunthea", "phally", "visal"):
            session.get_one(Person, getattr(cast, name).person_id).phone = NEW_PHONE
    change = asked(house, cast.dara)
    said(house, change, code_to(house, NEW_PHONE), code_to(house, cast.dara.phone))
    finished(house, cast.dara, change)  # the eighth
    ninth = asked(house, cast.bopha)
    said(house, ninth, code_to(house, NEW_PHONE), code_to(house, cast.bopha.phone))
    with pytest.raises(ContactFull):
        finished(house, cast.bopha, ninth)
    assert row(house, cast.bopha).phone == cast.bopha.phone


def test_wrong_codes_are_counted_and_end_the_change(house: House, cast: Cast) -> None:
    change = asked(house, cast.dara)
    new = code_to(house, NEW_PHONE)
    wrong = [said(house, change, other_than(new))[0] for _ in range(5)]
    assert wrong == [Verdict.WRONG] * 4 + [Verdict.OVER]
    assert said(house, change, new)[0] == Verdict.OVER


def test_pauses_hold_here_too_and_nothing_leaves_when_one_of_the_two_may_not(house: House, cast: Cast) -> None:
    for _ in range(3):
        asked(house, cast.dara)
    with pytest.raises(TooManyCodes):
        asked(house, cast.dara, "012 999 889")
    assert letters_to(house, "+85512999889") == []


def known(cast: Cast, minutes: int = 0) -> Known:
    return Known(cast.dara.actor, 1, is_due=False, factor_at=None, confirmed_at=NOW - timedelta(minutes=minutes))


def by_own_hand(house: House, who: Known, password: str) -> None:
    with house.database.reading() as session:
        contact_changes.require_own_hand(session, house, who, password, machine_now=NOW)


def test_the_password_is_asked_before_a_change(house: House, cast: Cast) -> None:
    by_own_hand(house, known(cast), PASSWORD)
    for wrong in ("", "wrong", "x" * 10_000):
        with pytest.raises(BadAnswers) as refused:
            by_own_hand(house, known(cast), wrong)
        assert isinstance(refused.value.errors["password"], PasswordWrong)


def test_an_account_without_a_password_shows_just_before_that_it_is_them(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.get_one(Person, cast.dara.person_id).password_hash = None
    by_own_hand(house, known(cast, minutes=9), "")
    with pytest.raises(ConfirmFirst):
        by_own_hand(house, known(cast, minutes=10), "")


def test_nobody_has_no_contacts(house: House, cast: Cast) -> None:
    for who in (Actor(999_999),):
        with house.database.transaction() as session, pytest.raises(NotFound):
            contact_changes.ask_for_new(session, house, who, "012 999 888", "", now=NOW)


def test_an_officer_who_proves_an_email_hears_by_it_at_once_of_what_is_late(house: House, cast: Cast) -> None:
    change = asked(house, cast.bopha, "bopha@example.kh")
    said(house, change, code_to(house, "bopha@example.kh"), code_to(house, cast.bopha.phone))
    finished(house, cast.bopha, change)
    with house.database.reading() as session:
        found = session.scalars(select(NoticeAtOnce.kind).where(NoticeAtOnce.person_id == cast.bopha.person_id))
        assert NoticeKind.LATE in set(found)
