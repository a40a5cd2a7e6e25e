"""Registering and getting back in by a code: nobody exists before it, and one code makes one account."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from threading import Barrier

import orjson
import pytest
from sqlalchemy import select

from engine.clockwork import outbox
from engine.errors import (
    AccountDisabled,
    BadAnswers,
    ContactFull,
    ContactMissing,
    NoAccountChosen,
    NotAnEmail,
    NotAPhone,
    PasswordGuessed,
    PasswordShared,
    ProofOver,
    ProofUsed,
    Refused,
    SecondPersonResets,
    WrongSignIn,
)
from engine.house import House
from engine.people import accounts, codes, door, names, sign_ins
from engine.people.actors import Place
from engine.people.contacts import MOST_OF_ONE, ContactPoint, contact_point
from engine.people.door import NewPerson, Standing
from storage.codes import CodePurpose, OneTimeCode
from storage.messages import Notification
from storage.people import IdentityStatus, Membership, Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, PASSWORD, Cast, Member
from tests.doors import code_in

TODAY = date(2026, 3, 2)
HERE = Place("203.0.113.*", "Firefox, Windows")
SOMEBODY = "012 777 900"
NEW = NewPerson("ម៉ៅ ចាន់", "Mao Chan", "three good words", "en")
ANOTHER = "another good one"


def point(typed: str) -> ContactPoint:
    found = contact_point(typed)
    assert found is not None
    return found


def shown(house: House, typed: str) -> str:
    """A token whose code was given back."""
    with house.database.transaction() as session:
        token = door.ask(session, house, door.read_contact(typed), "en", now=NOW)
        row = session.scalars(select(OneTimeCode).order_by(OneTimeCode.id.desc())).first()
        assert row is not None
        key = f"code/{row.id}"
    outbox.deliver_due(house, now=NOW)
    body = orjson.loads(house.recording.file_of(key).read_bytes())["body"]
    with house.database.transaction() as session:
        assert codes.check(session, token, code_in(body), CodePurpose.DOOR, now=NOW) == codes.Verdict.RIGHT
    return token


def register(house: House, token: str, new: NewPerson = NEW) -> accounts.SignedIn:
    with house.database.transaction() as session:
        return door.register(session, house, token, new, today=TODAY, now=NOW)


def reset(house: House, token: str, who: Member | int, new: str = ANOTHER) -> accounts.SignedIn:
    person_id = who if isinstance(who, int) else who.person_id
    with house.database.transaction() as session:
        return door.set_password(session, house, token, person_id, new, place=HERE, today=TODAY, now=NOW)


def reached(house: House, token: str) -> dict[int, Standing]:
    with house.database.reading() as session:
        return {one.person_id: one.standing for one in door.reached(session, token, today=TODAY, now=NOW)}


def share(house: House, who: Member, **facts: object) -> int:
    """Somebody more who has proved this person's telephone."""
    with house.database.transaction() as session:
        person = Person(phone=who.phone, phone_proved_at=NOW, name_km="ក", created_at=NOW, **facts)
        session.add(person)
        session.flush()
        return person.id


def change(house: House, who: Member, **facts: object) -> None:
    with house.database.transaction() as session:
        person = session.get_one(Person, who.person_id)
        for name, value in facts.items():
            setattr(person, name, value)


def told(house: House, message: str) -> list[str]:
    with house.database.reading() as session:
        rows = session.scalars(select(Notification).order_by(Notification.id))
        return [row.address for row in rows if row.subject == message]


@pytest.mark.parametrize(
    ("typed", "why"),
    [("", ContactMissing), ("  ", ContactMissing), ("12", NotAPhone), ("x" * 9_000, NotAPhone), ("who@", NotAnEmail)],
)
def test_what_is_no_contact_is_refused_by_its_kind(typed: str, why: type[Refused]) -> None:
    with pytest.raises(why):
        door.read_contact(typed)


@pytest.mark.parametrize("typed", ["012 777 900", "Chan@Example.org"])
def test_an_account_has_the_contact_that_was_shown_and_no_other(house: House, typed: str) -> None:
    made = register(house, shown(house, typed))
    with house.database.reading() as session:
        row = session.get_one(Person, made.person_id)
        assert {row.phone, row.email} == {point(typed).address, None}
        assert {row.phone_proved_at, row.email_proved_at} == {NOW, None}
        assert (row.identity_status, row.language) == ("unverified", "en")
        assert accounts.sign_in(session, house, typed, NEW.password, now=NOW) == made


def test_without_the_code_there_is_no_account_and_nothing_is_told_of_others(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        token = door.ask(session, house, point(cast.dara.phone), "km", now=NOW)
    attempts: tuple[Callable[[], object], ...] = (
        lambda: register(house, token),
        lambda: reset(house, token, cast.dara),
        lambda: reached(house, token),
        lambda: register(house, "no token"),
    )
    for attempt in attempts:
        with pytest.raises(ProofOver):
            attempt()


def test_what_is_wrong_with_a_new_account_is_said_and_the_code_still_holds(house: House) -> None:
    token = shown(house, SOMEBODY)
    with pytest.raises(BadAnswers) as refused:
        register(house, token, NewPerson("", "ម៉ៅ", "password123"))
    assert set(refused.value.errors) == {"name_latin", "password"}
    assert isinstance(refused.value.errors["password"], PasswordGuessed)
    assert register(house, token)


def test_one_code_makes_one_account_also_when_it_is_sent_twice_at_once(house: House) -> None:
    token, together = shown(house, SOMEBODY), Barrier(2)

    def attempt(_: int) -> str:
        together.wait()
        try:
            register(house, token)
        except ProofUsed:
            return "used"
        return "made"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, range(2))) == ["made", "used"]
    with house.database.reading() as session:
        assert len(session.scalars(select(Person).where(Person.phone == "+85512777900")).all()) == 1


def test_two_at_once_do_not_become_the_ninth(house: House, cast: Cast) -> None:
    for _ in range(MOST_OF_ONE - 2):
        share(house, cast.dara)
    tokens, together = [shown(house, cast.dara.phone), shown(house, cast.dara.phone)], Barrier(2)

    def attempt(number: int) -> str:
        together.wait()
        try:
            register(house, tokens[number], replace(NEW, password=f"three good words {number}"))
        except (ContactFull, ProofUsed) as refused:
            return type(refused).__name__
        return "made"

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(attempt, range(2)))
    assert answers[1] == "made"
    assert answers[0] != "made"


def test_the_ninth_on_one_contact_is_refused(house: House, cast: Cast) -> None:
    for _ in range(MOST_OF_ONE - 1):
        share(house, cast.dara)
    token = shown(house, cast.dara.phone)
    assert len(reached(house, token)) == MOST_OF_ONE
    with pytest.raises(ContactFull):
        register(house, token)


def test_a_forgotten_password_is_set_anew_and_everything_else_ends(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        open_elsewhere = sign_ins.begin(session, cast.dara.person_id, cast.dara.epoch, HERE, now=NOW)
    found = reset(house, shown(house, cast.dara.phone), cast.dara)
    assert (found.person_id, found.epoch) == (cast.dara.person_id, cast.dara.epoch + 1)
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, cast.dara.phone, ANOTHER, now=NOW) == found
        with pytest.raises(WrongSignIn):
            accounts.sign_in(session, house, cast.dara.phone, PASSWORD, now=NOW)
        assert sign_ins.why_ended(session, open_elsewhere) == "password"
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "password_reset")).one()
        assert (line.actor_id, line.person_id, line.address) == (found.person_id, found.person_id, HERE.address)
    assert told(house, "ពាក្យសម្ងាត់ថ្មី") == [cast.dara.phone, cast.dara.email]


def test_a_code_that_somebody_else_gave_back_before_opens_nothing_behind_a_reset(house: House, cast: Cast) -> None:
    over_the_shoulder = shown(house, cast.dara.phone)
    reset(house, shown(house, cast.dara.phone), cast.dara)
    for attempt in (lambda: reset(house, over_the_shoulder, cast.dara), lambda: register(house, over_the_shoulder)):
        with pytest.raises(ProofUsed):
            attempt()


def test_only_an_account_that_is_reached_there_gets_a_password(house: House, cast: Cast) -> None:
    token = shown(house, cast.dara.phone)
    for other in (cast.sreyneang, cast.bopha, 10**6, 0, -1):
        with pytest.raises(NoAccountChosen):
            reset(house, token, other)
    change(house, cast.dara, phone_proved_at=None)
    assert reached(house, token) == {}
    with pytest.raises(NoAccountChosen):
        reset(house, token, cast.dara)


@pytest.mark.parametrize(("from_day", "to_day"), [(-9, None), (-9, 0), (30, None)])
def test_an_officer_of_today_or_later_needs_a_second_person(
    house: House, cast: Cast, from_day: int, to_day: int | None
) -> None:
    days = {
        "from_day": TODAY + timedelta(days=from_day),
        "to_day": None if to_day is None else TODAY + timedelta(days=to_day),
    }
    with house.database.transaction() as session:
        session.add(Membership(person_id=cast.dara.person_id, office_id=cast.battambang, group="cashier", **days))
    token = shown(house, cast.dara.phone)
    assert reached(house, token) == {cast.dara.person_id: Standing.OFFICER}
    with pytest.raises(SecondPersonResets):
        reset(house, token, cast.dara)
    assert register(house, token, replace(NEW, password=PASSWORD))  # what an officer's password is, is not told


def test_whoever_was_an_officer_once_is_an_applicant(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.add(
            Membership(
                person_id=cast.dara.person_id, group="cashier", from_day=date(2025, 1, 1), to_day=TODAY - timedelta(1)
            )
        )
    assert reached(house, shown(house, cast.dara.phone)) == {cast.dara.person_id: Standing.OPEN}


def test_a_disabled_account_stays_shut(house: House, cast: Cast) -> None:
    change(house, cast.dara, disabled_at=NOW)
    token = shown(house, cast.dara.phone)
    assert reached(house, token) == {cast.dara.person_id: Standing.DISABLED}
    with pytest.raises(AccountDisabled):
        reset(house, token, cast.dara)


def test_an_account_made_at_a_counter_is_claimed_once_and_its_person_is_told(house: House, cast: Cast) -> None:
    made = share(house, cast.dara, identity_status=IdentityStatus.VERIFIED, email="m@example.org", email_proved_at=NOW)
    token = shown(house, cast.dara.phone)
    assert reached(house, token)[made] == Standing.UNCLAIMED
    assert reset(house, token, made).person_id == made
    with house.database.reading() as session:
        assert accounts.sign_in(session, house, cast.dara.phone, ANOTHER, now=NOW).person_id == made
        assert session.scalars(
            select(SecurityEvent.person_id).where(SecurityEvent.kind == "account_claimed")
        ).all() == [made]
    assert told(house, "គណនីរបស់អ្នកបើកបានហើយ") == [cast.dara.phone, "m@example.org"]
    assert reached(house, shown(house, cast.dara.phone))[made] == Standing.OPEN


def test_two_of_a_family_cannot_have_one_password(house: House, cast: Cast) -> None:
    made = share(house, cast.dara)
    token = shown(house, cast.dara.phone)
    for attempt in (
        lambda: reset(house, token, made, PASSWORD),
        lambda: register(house, token, replace(NEW, password=PASSWORD)),
    ):
        with pytest.raises(BadAnswers) as refused:
            attempt()
        assert [type(fault) for fault in refused.value.errors.values()] == [PasswordShared]
    assert reset(house, token, cast.dara, PASSWORD).person_id == cast.dara.person_id  # one's own may stay


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("Sok Dara", "So… Da…"),
        ("Li A", "Li… A…"),
        ("សុខ ដារ៉ា", "សុ… ដា…"),
        ("គង់ ស្រីនាង", "គ… ស្រី…"),
        ("", ""),
    ],
)
def test_a_name_is_shortened_to_what_those_who_know_it_recognise(name: str, seen: str) -> None:
    assert names.shortened(name) == seen
