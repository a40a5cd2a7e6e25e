"""Acting for somebody: begun by their code, ended by either, and never more than what is theirs."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from engine.applications import drafts, submitting
from engine.errors import (
    ActsAlready,
    BadAnswers,
    HelperNotVerified,
    NotFound,
    NotYourself,
    OwnCase,
    ProofOver,
    Refused,
    TooManyHelped,
    TooManyHelpers,
)
from engine.house import House
from engine.people import codes, mandates
from engine.people.actors import Actor, load_actor
from engine.people.codes import Verdict
from engine.tasks import user_tasks
from storage.applications import Application
from storage.codes import CodePurpose, OneTimeCode
from storage.events import CaseEvent
from storage.mandates import Mandate
from storage.messages import Notification
from storage.people import Person
from storage.security_log import SecurityEvent
from tests.cast import NOW, Cast, Member
from tests.codes import last_code, last_message
from tests.small.cases import ANSWERS, PAGE, SERVICE, Kilns

TODAY = date(2026, 3, 2)


def proved(house: House, helper: Actor, to: str) -> str:
    """A token of a code that the other has read out; those before were asked for days ago, so that no pause
    is needed."""
    with house.database.transaction() as session:
        session.execute(update(OneTimeCode).values(asked_at=NOW - timedelta(days=2)))
    with house.database.transaction() as session:
        token = mandates.ask(session, house, helper, to, today=TODAY, now=NOW)
    with house.database.transaction() as session:
        assert codes.check(session, token, last_code(house, to), CodePurpose.HELP, now=NOW) == Verdict.RIGHT
    return token


def make(house: House, helper: Actor, token: str, person_id: int, *, days: int = 90) -> None:
    with house.database.transaction() as session:
        mandates.make(
            session, house, helper, token, person_id=person_id, kind="family", days=days, today=TODAY, now=NOW
        )


def helping(house: House, helper: Member, person: Member) -> int:
    """The mandate of one member of the cast for another."""
    make(house, helper.actor, proved(house, helper.actor, person.phone), person.person_id)
    with house.database.reading() as session:
        return session.scalars(select(Mandate.id).order_by(Mandate.id.desc())).first() or 0


def acting(house: House, helper: Member, mandate_id: int, today: date = TODAY) -> Actor | None:
    with house.database.reading() as session:
        return mandates.acting(session, helper.actor, mandate_id, today=today)


def rows(house: House) -> int:
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Mandate)) or 0


def test_the_helper_acts_as_the_person_and_is_named(house: House, cast: Cast) -> None:
    found = acting(house, cast.dara, helping(house, cast.dara, cast.sreyneang))
    assert found is not None
    assert (found.person_id, found.doer_id, found.role) == (cast.sreyneang.person_id, cast.dara.person_id, "helper")


def test_an_officer_who_helps_brings_no_rights_along(house: House, cast: Cast) -> None:
    found = acting(house, cast.visal, helping(house, cast.visal, cast.sreyneang))
    assert found is not None
    assert (found.memberships, found.is_officer) == (frozenset(), False)


def test_both_are_told_and_the_log_has_it(house: House, cast: Cast) -> None:
    helping(house, cast.dara, cast.sreyneang)
    assert (
        "Sok Dara" in last_message(house, cast.sreyneang.phone)["subject"]
        or "សុខ" in (last_message(house, cast.sreyneang.phone)["subject"])
    )
    assert "គង់ ស្រីនាង" in last_message(house, cast.dara.phone)["subject"]
    with house.database.reading() as session:
        line = session.scalars(select(SecurityEvent).where(SecurityEvent.kind == "mandate_made")).one()
        assert (line.kind, line.actor_id, line.person_id) == (
            "mandate_made", cast.dara.person_id, cast.sreyneang.person_id,
        )  # fmt: skip


@pytest.mark.parametrize("who", ["dara", "sreyneang"])
def test_either_of_the_two_ends_it_at_once(house: House, cast: Cast, who: str) -> None:
    mandate_id = helping(house, cast.dara, cast.sreyneang)
    for _ in range(2):
        with house.database.transaction() as session:
            mandates.end(session, house, getattr(cast, who).actor, mandate_id, now=NOW)
    assert acting(house, cast.dara, mandate_id) is None


def test_nobody_else_ends_it_or_uses_it(house: House, cast: Cast) -> None:
    mandate_id = helping(house, cast.dara, cast.sreyneang)
    with pytest.raises(NotFound), house.database.transaction() as session:
        mandates.end(session, house, cast.rithy.actor, mandate_id, now=NOW)
    assert acting(house, cast.rithy, mandate_id) is None
    assert acting(house, cast.sreyneang, mandate_id) is None


def test_it_holds_through_its_last_day(house: House, cast: Cast) -> None:
    mandate_id = helping(house, cast.dara, cast.sreyneang)
    last = TODAY + timedelta(days=90)
    assert acting(house, cast.dara, mandate_id, last) is not None
    assert acting(house, cast.dara, mandate_id, last + timedelta(days=1)) is None


@pytest.mark.parametrize(("asked", "given"), [(-5, 1), (0, 1), (10**9, 366)])
def test_it_lasts_a_day_at_least_and_a_year_at_most(house: House, cast: Cast, asked: int, given: int) -> None:
    make(
        house,
        cast.dara.actor,
        proved(house, cast.dara.actor, cast.sreyneang.phone),
        cast.sreyneang.person_id,
        days=asked,
    )
    with house.database.reading() as session:
        assert session.scalars(select(Mandate.last_day)).one() == TODAY + timedelta(days=given)


@pytest.mark.parametrize("which", ["helper", "person"])
def test_a_disabled_account_neither_helps_nor_is_helped(house: House, cast: Cast, which: str) -> None:
    mandate_id = helping(house, cast.dara, cast.sreyneang)
    gone = cast.dara if which == "helper" else cast.sreyneang
    with house.database.transaction() as session:
        session.get_one(Person, gone.person_id).disabled_at = NOW
    with house.database.reading() as session:
        known = load_actor(session, cast.dara.person_id, today=TODAY)
        found = None if known is None else mandates.acting(session, known, mandate_id, today=TODAY)
    assert found is None


def test_only_verified_people_help(house: House, cast: Cast) -> None:
    with pytest.raises(HelperNotVerified), house.database.transaction() as session:
        mandates.ask(session, house, cast.sreyneang.actor, cast.dara.phone, today=TODAY, now=NOW)


def test_a_code_is_sent_whether_there_is_an_account_or_not(house: House, cast: Cast) -> None:
    token = proved(house, cast.dara.actor, "+85512777666")
    with house.database.reading() as session:
        assert mandates.reached(session, cast.dara.actor, token, now=NOW) == ()
    with pytest.raises(NotFound):
        make(house, cast.dara.actor, token, cast.sreyneang.person_id)
    assert rows(house) == 0


@pytest.mark.parametrize("typed", ["", "grandmother", "12", "a@", "x" * 5000])
def test_what_reaches_nobody_is_refused_beside_its_field(house: House, cast: Cast, typed: str) -> None:
    with pytest.raises(BadAnswers) as refused, house.database.transaction() as session:
        mandates.ask(session, house, cast.dara.actor, typed, today=TODAY, now=NOW)
    assert set(refused.value.errors) == {"contact"}


def test_the_code_of_another_helper_opens_nothing(house: House, cast: Cast) -> None:
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    with pytest.raises(NotFound):
        make(house, cast.rithy.actor, token, cast.sreyneang.person_id)


def test_a_code_makes_one_mandate(house: House, cast: Cast) -> None:
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    make(house, cast.dara.actor, token, cast.sreyneang.person_id)
    with pytest.raises(ProofOver):
        make(house, cast.dara.actor, token, cast.sreyneang.person_id)


def test_a_second_mandate_between_the_two_is_refused_while_one_stands(house: House, cast: Cast) -> None:
    helping(house, cast.dara, cast.sreyneang)
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    with pytest.raises(ActsAlready):
        make(house, cast.dara.actor, token, cast.sreyneang.person_id)


def test_one_that_ran_out_is_followed_by_a_new_one(house: House, cast: Cast) -> None:
    helping(house, cast.dara, cast.sreyneang)
    with house.database.transaction() as session:
        session.scalars(select(Mandate)).one().last_day = TODAY - timedelta(days=1)
    assert acting(house, cast.dara, helping(house, cast.dara, cast.sreyneang)) is not None


def test_two_browsers_at_once_make_one(house: House, cast: Cast) -> None:
    tokens = [proved(house, cast.dara.actor, to) for to in (cast.sreyneang.phone, str(cast.sreyneang.email))]

    def attempt(token: str) -> type[Refused] | None:
        try:
            make(house, cast.dara.actor, token, cast.sreyneang.person_id)
        except Refused as refusal:
            return type(refusal)
        return None

    with ThreadPoolExecutor(2) as pool:
        told: Sequence[type[Refused] | None] = list(pool.map(attempt, tokens))
    assert sorted(map(str, told)) == sorted(map(str, (None, ActsAlready)))
    assert rows(house) == 1


def test_nobody_helps_themselves(house: House, cast: Cast) -> None:
    token = proved(house, cast.dara.actor, cast.dara.phone)
    with pytest.raises(NotYourself):
        make(house, cast.dara.actor, token, cast.dara.person_id)


def test_of_a_family_with_one_telephone_the_helper_chooses(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        rithy = session.get_one(Person, cast.rithy.person_id)
        rithy.phone, rithy.phone_proved_at = cast.sreyneang.phone, NOW
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    with house.database.reading() as session:
        found = mandates.reached(session, cast.dara.actor, token, now=NOW)
    assert {one.person_id for one in found} == {cast.sreyneang.person_id, cast.rithy.person_id}
    assert {one.name.en for one in found} == {"Ko… Sr…", "He… Ri…"}


def test_there_are_at_most_so_many_helpers_and_helped(house: House, cast: Cast) -> None:
    people = [cast.bopha, cast.vannak, cast.sopheap, cast.rithy, cast.mony]
    for helper in people:
        helping(house, helper, cast.sreyneang)
    token = proved(house, cast.dara.actor, cast.sreyneang.phone)
    with pytest.raises(TooManyHelpers):
        make(house, cast.dara.actor, token, cast.sreyneang.person_id)
    with house.database.transaction() as session:
        for number in range(mandates.MOST_HELPED):
            other = Person(name_latin=f"P {number}", created_at=NOW)
            session.add(other)
            session.flush()
            session.add(
                Mandate(
                    helper_id=cast.dara.person_id, person_id=other.id, mandate_kind="other", made_at=NOW, last_day=TODAY
                )
            )
    with pytest.raises(TooManyHelped), house.database.transaction() as session:
        mandates.ask(session, house, cast.dara.actor, cast.visal.phone, today=TODAY, now=NOW)


def test_a_helper_helps_nobody_on_behalf_of_somebody(house: House, cast: Cast) -> None:
    found = acting(house, cast.dara, helping(house, cast.dara, cast.visal))
    assert found is not None
    with pytest.raises(NotFound), house.database.transaction() as session:
        mandates.ask(session, house, found, cast.sreyneang.phone, today=TODAY, now=NOW)


def test_an_officer_decides_nothing_about_somebody_whom_they_help(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    sent = kilns.send()
    kilns.pay(sent)
    task = kilns.task(sent, "check")
    helping(house, cast.bopha, cast.dara)
    with house.database.reading() as session:
        bopha = load_actor(session, cast.bopha.person_id, today=TODAY)
    assert bopha is not None
    assert bopha.helps
    with pytest.raises(OwnCase), house.database.transaction() as session:
        user_tasks.claim(session, house, bopha, task, now=NOW)
    with house.database.transaction() as session:
        user_tasks.claim(session, house, cast.vannak.actor, task, now=NOW)


def test_the_history_names_who_acted(kilns: Kilns) -> None:
    house, cast = kilns.house, kilns.cast
    found = acting(house, cast.rithy, helping(house, cast.rithy, cast.dara))
    assert found is not None
    with house.database.transaction() as session:
        key = drafts.start_draft(session, house, found, SERVICE, cast.battambang, now=NOW)
        drafts.save_page(session, house, found, key, PAGE, raw=dict(ANSWERS), now=NOW)
        submitting.submit(session, house, found, key, now=NOW)
    with house.database.reading() as session:
        assert session.scalars(select(Application.applicant_id)).one() == cast.dara.person_id
        said = select(CaseEvent.actor_id, CaseEvent.actor_role).where(CaseEvent.kind == "submitted")
        assert session.execute(said).all() == [(cast.rithy.person_id, "helper")]


def test_no_message_names_more_than_it_must(house: House, cast: Cast) -> None:
    helping(house, cast.dara, cast.sreyneang)
    with house.database.reading() as session:
        bodies = session.scalars(select(Notification.body)).all()
    assert not any(cast.dara.phone in body or cast.sreyneang.phone in body for body in bodies)
