"""The browsers in which somebody is signed in: recognised while they hold, listed, ended, forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, insert, select, text

from engine.errors import NotFound
from engine.house import House
from engine.offices.disabling import disable
from engine.people import sign_ins
from engine.people.actors import Place
from engine.people.sign_ins import KEPT_FOR, Known, Limits
from storage.people import Person
from storage.sign_ins import EndReason, SignIn
from tests.cast import NOW, Cast, Member
from tests.plans import planned, reads_by_index

TODAY = NOW.date()
BEGUN = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
CITIZENS, OFFICERS = Limits(timedelta(hours=1), timedelta(hours=12)), Limits(timedelta(minutes=30), timedelta(hours=10))
MINUTE = timedelta(minutes=1)
HERE = Place("203.0.113.*", "Firefox, Linux")


def begun(house: House, who: Member, epoch: int = 1, *, now: datetime = BEGUN) -> str:
    with house.database.transaction() as session:
        return sign_ins.begin(session, who.person_id, epoch, HERE, now=now)


def known(house: House, token: str, *, now: datetime = BEGUN) -> Known | None:
    with house.database.reading() as session:
        return sign_ins.recognise(session, token, citizens=CITIZENS, officers=OFFICERS, today=TODAY, now=now)


def why(house: House, token: str) -> EndReason | None:
    with house.database.reading() as session:
        return sign_ins.why_ended(session, token)


def this(house: House, token: str) -> int:
    found = known(house, token)
    assert found is not None
    return found.sign_in_id


def test_a_browser_is_found_by_its_token_however_many_there_are(house: House, cast: Cast) -> None:
    others = [
        {"person_id": cast.dara.person_id, "token_hash": f"{number}", "epoch": 1, "begun_at": BEGUN, "seen_at": BEGUN}
        for number in range(5_000)
    ]
    with house.database.transaction() as session:
        session.execute(insert(SignIn), others)
    with house.database.transaction() as session:
        session.execute(text("ANALYZE sign_in"))
    token = begun(house, cast.bopha)
    with planned(house.database) as plans:
        assert known(house, token) is not None
    found = reads_by_index(plans, "sign_in")
    assert house.database.is_sqlite or "uq_sign_in_token_hash" in found


def test_a_browser_is_known_by_its_token_with_what_its_person_may_do_today(house: House, cast: Cast) -> None:
    found = known(house, begun(house, cast.bopha))
    assert found is not None
    assert (found.actor, found.is_due) == (cast.bopha.actor, False)
    assert known(house, "another token") is None


def test_the_table_does_not_hold_what_a_browser_carries(house: House, cast: Cast) -> None:
    token = begun(house, cast.dara)
    with house.database.reading() as session:
        row = session.scalars(select(SignIn)).one()
        assert token not in {str(getattr(row, column.key)) for column in SignIn.__table__.columns}
    assert known(house, row.token_hash) is None


@pytest.mark.parametrize(("who", "idle", "longest"), [("dara", 60, 12), ("bopha", 30, 10)])
def test_a_sign_in_ends_when_it_is_silent_or_too_old(
    house: House, cast: Cast, who: str, idle: int, longest: int
) -> None:
    token = begun(house, getattr(cast, who))
    assert known(house, token, now=BEGUN + idle * MINUTE - MINUTE) is not None
    assert known(house, token, now=BEGUN + idle * MINUTE) is None
    late = BEGUN + timedelta(hours=longest)
    with house.database.transaction() as session:
        sign_ins.note_seen(session, this(house, token), "198.51.100.*", now=late - MINUTE)
    assert known(house, token, now=late - MINUTE) is not None
    assert known(house, token, now=late) is None


def test_it_is_due_to_be_written_again_after_three_minutes(house: House, cast: Cast) -> None:
    token = begun(house, cast.dara)
    due = [found.is_due for minute in (2, 3, 4) if (found := known(house, token, now=BEGUN + minute * MINUTE))]
    assert due == [False, True, True]


def test_a_sign_in_that_began_in_an_epoch_that_is_over_is_worth_nothing(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        sign_ins.end_all(session, session.get_one(Person, cast.dara.person_id), EndReason.PASSWORD)
    assert known(house, begun(house, cast.dara, epoch=1)) is None
    assert known(house, begun(house, cast.dara, epoch=2)) is not None


def test_signing_out_ends_this_browser_and_no_other(house: House, cast: Cast) -> None:
    here, there = begun(house, cast.dara), begun(house, cast.dara)
    with house.database.transaction() as session:
        sign_ins.sign_out(session, here, HERE, now=BEGUN)
        sign_ins.sign_out(session, "another token", HERE, now=BEGUN)
    assert known(house, here) is None
    assert known(house, there) is not None
    assert (why(house, here), why(house, there)) == (EndReason.SIGNED_OUT, None)


def test_somebody_reads_where_they_are_signed_in_and_nobody_else_does(house: House, cast: Cast) -> None:
    begun(house, cast.dara, now=BEGUN - timedelta(hours=2))  # silent for too long
    gone, other, here = begun(house, cast.dara), begun(house, cast.dara, now=BEGUN + MINUTE), begun(house, cast.dara)
    begun(house, cast.bopha)
    with house.database.transaction() as session:
        sign_ins.sign_out(session, gone, HERE, now=BEGUN)
    with house.database.reading() as session:
        read = sign_ins.lines(session, cast.dara.actor, this(house, here), CITIZENS, now=BEGUN + MINUTE)
    assert [(one.id, one.is_this) for one in read] == [(this(house, here), True), (this(house, other), False)]
    assert (read[1].seen_at, read[1].address, read[1].browser) == (BEGUN + MINUTE, "203.0.113.*", "Firefox, Linux")


def test_one_of_ones_own_is_ended_and_nobody_elses(house: House, cast: Cast) -> None:
    mine, theirs = begun(house, cast.dara), begun(house, cast.bopha)
    mine_id = this(house, mine)
    for _ in range(2):
        with house.database.transaction() as session:
            sign_ins.end_one(session, cast.dara.actor, mine_id, now=BEGUN)
    for foreign in (this(house, theirs), 999):
        with house.database.transaction() as session, pytest.raises(NotFound):
            sign_ins.end_one(session, cast.dara.actor, foreign, now=BEGUN)
    assert (known(house, mine), why(house, mine)) == (None, EndReason.ELSEWHERE)
    assert known(house, theirs) is not None


def test_all_others_are_ended_and_this_one_stays(house: House, cast: Cast) -> None:
    here, others, theirs = begun(house, cast.dara), [begun(house, cast.dara) for _ in range(2)], begun(house, cast.mony)
    with house.database.transaction() as session:
        sign_ins.end_others(session, cast.dara.actor, this(house, here), now=BEGUN)
    assert [why(house, token) for token in others] == [EndReason.ELSEWHERE] * 2
    assert known(house, here) is not None
    assert known(house, theirs) is not None


def test_a_disabled_account_is_known_nowhere_and_the_browser_is_told_why(house: House, cast: Cast) -> None:
    token = begun(house, cast.bopha)
    with house.database.transaction() as session:
        disable(session, cast.visal.actor, cast.bopha.person_id, today=TODAY, now=NOW)
    assert (known(house, token), why(house, token)) == (None, EndReason.DISABLED)
    assert known(house, begun(house, cast.bopha, epoch=2)) is None


def test_what_is_long_over_is_forgotten_by_the_newest_sign_of_life(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        sign_ins.clear(session)  # nobody was ever signed in
    old, young = begun(house, cast.dara), begun(house, cast.dara, now=BEGUN + MINUTE)
    begun(house, cast.mony, now=BEGUN + MINUTE + KEPT_FOR)
    with house.database.transaction() as session:
        sign_ins.clear(session)
        assert session.scalar(select(func.count(SignIn.id))) == 2
    assert known(house, old) is None
    assert known(house, young, now=BEGUN + MINUTE) is not None
