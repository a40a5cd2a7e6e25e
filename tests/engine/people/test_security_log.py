"""The security log: what is written down, sealed behind it, and found when somebody changed it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from engine.clockwork import schedule
from engine.errors import NotAllowed
from engine.house import House
from engine.offices.disabling import disable, enable
from engine.offices.ending import end_grant
from engine.offices.officers import NewOfficer, add_officer, grant
from engine.packages.groups import CASHIER
from engine.people import accounts, security_log, sign_ins
from engine.people.actors import OPERATOR, Actor, Place
from engine.queries.admin.security_log import PAGE_SIZE, security_page
from storage.security_log import SecurityEvent, SecurityKind, SecuritySeal
from tests.cast import NOW, PASSWORD, Cast

TODAY = NOW.date()
HERE = Place("203.0.113.*", "Firefox, Linux")


def written(house: House) -> list[SecurityEvent]:
    with house.database.reading() as session:
        return list(session.scalars(select(SecurityEvent).order_by(SecurityEvent.id)))


def noted(house: House, cast: Cast, lines: int = 1) -> None:
    with house.database.transaction() as session:
        for _ in range(lines):
            security_log.note(session, SecurityKind.EXPORTED, cast.visal.actor, data={"what": "a.csv"}, at=NOW)


def broken(house: House) -> list[str]:
    with house.database.reading() as session:
        return [f"{one.seq}: {one.reason}" for one in security_log.verify(session)]


def test_what_changes_about_accounts_and_rights_is_written_with_who_did_it(house: House, cast: Cast) -> None:
    visal, here = cast.visal.actor, {"office_code": "02", "today": TODAY, "now": NOW}
    with house.database.transaction() as session:
        made = add_officer(session, house, OPERATOR, NewOfficer("ក", "New", PASSWORD, email="n@example.org"), now=NOW)
        for _ in range(2):  # the second time changes nothing
            grant(session, house, visal, made, CASHIER, **here)
        end_grant(session, visal, made, CASHIER, **here)
        for _ in range(2):
            disable(session, visal, made, today=TODAY, now=NOW)
        for _ in range(2):
            enable(session, visal, made, now=NOW)
    lines = written(house)
    kinds = ["account_added", "group_granted", "group_ended", "account_disabled", "account_enabled"]
    assert [line.kind for line in lines] == kinds
    assert {line.person_id for line in lines} == {made}
    assert [(line.actor_id, line.actor_role) for line in lines] == [(None, "operator"), *[(visal.person_id, "")] * 4]
    where = {"group": "cashier", "office": "02", "last": None}
    assert lines[1].data == where | {"first": TODAY.isoformat()}
    assert lines[2].data == where | {"reason": ""}


def test_what_somebody_does_with_their_own_account_is_written_with_the_place(house: House, cast: Cast) -> None:
    dara = Actor(cast.dara.person_id, place=HERE)
    with house.database.transaction() as session:
        tokens = [sign_ins.begin(session, cast.dara.person_id, 1, HERE, now=NOW) for _ in range(3)]
        sign_ins.sign_out(session, tokens[0], HERE, now=NOW)
        sign_ins.sign_out(session, tokens[0], HERE, now=NOW)  # it ended before
        sign_ins.end_others(session, dara, 0, now=NOW)
        sign_ins.end_others(session, dara, 0, now=NOW)  # there is none any more
        accounts.change_password(session, house, dara, PASSWORD, "another good one", now=NOW)
    lines = written(house)
    ended = ["signed_out", "sign_ins_ended", "password_changed"]
    assert [line.kind for line in lines] == ["signed_in"] * 3 + ended
    assert {(line.person_id, line.actor_id, line.address, line.browser) for line in lines} == {
        (cast.dara.person_id, cast.dara.person_id, "203.0.113.*", "Firefox, Linux")
    }
    assert lines[4].data == {"count": 2}


def test_a_refused_sign_in_names_the_account_or_the_fingerprint_and_never_what_was_typed(
    house: House, cast: Cast
) -> None:
    with house.database.transaction() as session:
        accounts.note_failure(session, "012 345 601", "print", HERE, now=NOW)
        accounts.note_failure(session, "nobody@example.org", "print", HERE, now=NOW)
    known, unknown = written(house)
    assert (known.person_id, known.data) == (cast.dara.person_id, {})
    assert (unknown.person_id, unknown.data) == (None, {"login": "print"})
    assert (known.actor_id, unknown.actor_id) == (None, None)


def test_what_is_undone_leaves_no_line(house: House, cast: Cast) -> None:
    with house.database.reading() as session, pytest.raises(DBAPIError):
        security_log.note(session, SecurityKind.EXPORTED, cast.visal.actor, at=NOW)
    with Session(house.database.engine) as session:
        disable(session, cast.visal.actor, cast.bopha.person_id, today=TODAY, now=NOW)
        session.rollback()
    assert written(house) == []


def test_a_sweep_seals_every_line_once_and_in_a_chain(house: House, cast: Cast) -> None:
    assert broken(house) == []
    noted(house, cast, 3)
    for _ in range(2):
        schedule.sweep(house, now=NOW)
    noted(house, cast)
    assert [line.seq for line in written(house)] == [1, 2, 3, None]
    assert security_log.seal_new(house, now=NOW) == 1
    assert security_log.seal_new(house, now=NOW) == 0
    lines = written(house)
    assert [line.previous_hash for line in lines] == ["", *(line.hash for line in lines[:-1])]
    assert broken(house) == []


def test_more_than_a_piece_is_sealed_at_once(house: House, cast: Cast) -> None:
    noted(house, cast, security_log.BATCH + 1)
    assert security_log.seal_new(house, now=NOW) == security_log.BATCH + 1
    assert broken(house) == []


def _changed(session: Session) -> None:
    session.execute(update(SecurityEvent).where(SecurityEvent.seq == 2).values(data={"what": "b.csv"}))


def _of_another(session: Session) -> None:
    session.execute(update(SecurityEvent).where(SecurityEvent.seq == 2).values(actor_id=None))


def _removed(session: Session) -> None:
    session.execute(delete(SecurityEvent).where(SecurityEvent.seq == 2))


def _shortened(session: Session) -> None:
    session.execute(delete(SecurityEvent).where(SecurityEvent.seq == 3))


def _without_end(session: Session) -> None:
    session.execute(delete(SecuritySeal))


@pytest.mark.parametrize(
    ("touch", "said"),
    [
        (_changed, "2: the line was changed"),
        (_of_another, "2: the line was changed"),
        (_removed, "3: a line before this one is missing"),
        (_shortened, "3: the last lines are missing"),
        (_without_end, "4: the last lines are missing"),
    ],
)
def test_whoever_touches_a_sealed_line_is_found(
    house: House, cast: Cast, touch: Callable[[Session], None], said: str
) -> None:
    noted(house, cast, 3)
    security_log.seal_new(house, now=NOW)
    with house.database.transaction() as session:
        touch(session)
    assert broken(house) == [said]


def test_a_collector_goes_on_behind_the_last_line_that_it_has(house: House, cast: Cast) -> None:
    noted(house, cast, 3)
    security_log.seal_new(house, now=NOW)
    noted(house, cast)  # not sealed, so not told yet
    with house.database.reading() as session:
        told = security_log.sealed_after(session, 1)
        assert [line["seq"] for line in told] == [2, 3]
        assert security_log.sealed_after(session, 3) == ()
    assert told[1]["previous_hash"] == told[0]["hash"]


def test_two_who_seal_at_once_make_one_chain(house: House, cast: Cast) -> None:
    noted(house, cast)
    security_log.seal_new(house, now=NOW)
    noted(house, cast, 40)
    start = Barrier(2)

    def seal() -> None:
        start.wait()
        security_log.seal_new(house, now=NOW)

    both = [Thread(target=seal) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert [line.seq for line in written(house)] == list(range(1, 42))
    assert broken(house) == []


def test_administrators_of_every_office_read_it_newest_first_page_by_page(house: House, cast: Cast) -> None:
    noted(house, cast, PAGE_SIZE + 1)
    with house.database.transaction() as session:
        accounts.note_failure(session, cast.dara.phone, "print", HERE, now=NOW)
    with house.database.reading() as session:
        first = security_page(session, cast.visal.actor)
        rest = security_page(session, cast.visal.actor, before=first.before)
        total = session.scalar(select(func.count(SecurityEvent.id)))
        about = security_page(session, cast.visal.actor, person_id=cast.dara.person_id)
        by = security_page(session, cast.visal.actor, person_id=cast.visal.person_id, kind="exported")
        with pytest.raises(NotAllowed):
            security_page(session, cast.bopha.actor)
    assert [line.kind for line in first.lines[:2]] == ["sign_in_failed", "exported"]
    ids = [line.id for line in (*first.lines, *rest.lines)]
    assert (ids, len(ids), rest.before) == (sorted(ids, reverse=True), total, None)
    assert [(line.kind, line.person is not None, line.actor) for line in about.lines] == [
        ("sign_in_failed", True, None)
    ]
    assert {line.kind for line in by.lines} == {"exported"}
