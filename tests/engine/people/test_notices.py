"""The bell: each officer is told of a thing once, opens it, reads all of it, and what is old goes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.errors import NotFound
from engine.house import House
from engine.khmer import LANGUAGES, Bilingual
from engine.people import notices
from engine.people.actors import MOST_UNREAD, load_actor
from engine.people.notice_words import sentence
from engine.people.notices import News, others, read_all, tell, tell_all
from engine.queries.office.notices import PAGE_SIZE, notices_of
from engine.queries.shared.stretches import BEGINNING, Wanted
from storage.notices import Notice, NoticeAtOnce, NoticeKind, NoticePlace
from tests import bell
from tests.absences import TODAY
from tests.cast import NOW, Cast
from tests.plans import measured, planned, reads_by_index
from tests.statements import counted

LATE = News(NoticeKind.LATE, "7/2026-03-02", NoticePlace.TASK, "abc", "02-26-000001-3", Bilingual("ពិនិត្យ", "Check"))


def of_number(number: int) -> News:
    return News(NoticeKind.ASKED, str(number), NoticePlace.ASKED, reference=f"02-{number}")


def test_telling_the_same_again_tells_nothing_and_all_are_told_in_one_statement(house: House, cast: Cast) -> None:
    people = cast.bopha.person_id, cast.vannak.person_id, None, cast.bopha.person_id
    for _ in range(2):
        with house.database.transaction() as session, counted(house.database) as cost:
            tell(session, LATE, people, now=NOW)
        assert cost.statements == 1
    assert [len(bell.notices(house, who)) for who in (cast.bopha, cast.vannak, cast.dara)] == [1, 1, 0]


def test_of_nobody_nothing_is_asked(house: House, cast: Cast) -> None:
    with house.database.transaction() as session, counted(house.database) as cost:
        tell(session, LATE, [None], now=NOW)
        tell(session, LATE, others(cast.bopha.actor, cast.bopha.person_id), now=NOW)
        tell_all(session, [], now=NOW)
    assert cost.statements == 0


def test_two_workers_who_tell_the_same_at_once_tell_it_once(house: House, cast: Cast) -> None:
    meeting = Barrier(2)

    def work() -> None:
        meeting.wait()
        with house.database.transaction() as session:
            tell(session, LATE, [cast.bopha.person_id], now=NOW)

    with ThreadPoolExecutor(2) as workers:
        for done in [workers.submit(work) for _ in range(2)]:
            done.result()
    assert bell.rung(house, cast.bopha) == [NoticeKind.LATE]


def test_the_bell_counts_what_is_unread_with_the_person_and_no_further_than_a_hundred(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        tell_all(session, [(of_number(one), [cast.bopha.person_id]) for one in range(MOST_UNREAD + 20)], now=NOW)
        tell(session, LATE, [cast.vannak.person_id], now=NOW)
    with house.database.reading() as session, counted(house.database) as cost:
        found = [load_actor(session, who.person_id, today=TODAY) for who in (cast.bopha, cast.vannak, cast.rithy)]
    assert [one and one.unread for one in found] == [MOST_UNREAD, 1, 0]
    assert cost.statements == 3  # no more than the people themselves


def test_what_is_unread_and_a_page_of_all_are_read_by_their_indexes(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        people = [who.person_id for who in (cast.bopha, cast.vannak)]
        tell_all(session, [(of_number(one), people) for one in range(1000)], now=NOW)
        for who in (cast.bopha, cast.vannak):
            read_all(session, who.actor, 1990, now=NOW)
    measured(house.database, "notice", "person")
    with planned(house.database) as plans, house.database.reading() as session:
        load_actor(session, cast.vannak.person_id, today=TODAY)
    assert "ix_notice_unread" in reads_by_index(plans, "notice")
    with planned(house.database) as plans, house.database.reading() as session:
        page = notices_of(session, cast.bopha.actor, BEGINNING, language="en")
        notices_of(session, cast.bopha.actor, Wanted(after=page.after, number=2), language="en")
    assert str(plans).count("ix_notice_person") >= 3  # the first of a page and how many; the few rows then by their ids


def test_pages_go_from_the_newest_and_each_notice_is_on_one(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        tell_all(session, [(of_number(one), [cast.bopha.person_id]) for one in range(PAGE_SIZE + 3)], now=NOW)
    with house.database.reading() as session:
        first = notices_of(session, cast.bopha.actor, BEGINNING, language="en")
        second = notices_of(session, cast.bopha.actor, Wanted(after=first.after, number=2), language="en")
        assert notices_of(session, cast.vannak.actor, BEGINNING, language="en").items == ()
    shown = [one.id for one in (*first.items, *second.items)]
    assert (len(first.items), len(second.items), shown) == (PAGE_SIZE, 3, sorted(shown, reverse=True))


def test_opening_a_notice_reads_it_and_somebody_elses_is_not_found(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        tell(session, LATE, [cast.bopha.person_id], now=NOW)
    (row,) = bell.notices(house, cast.bopha)
    for stranger in (cast.vannak.actor, cast.dara.actor):
        with pytest.raises(NotFound), house.database.transaction() as session:
            notices.open_notice(session, stranger, row.id, now=NOW)
    for moment in (NOW, NOW + timedelta(hours=1)):
        with house.database.transaction() as session:
            opened = notices.open_notice(session, cast.bopha.actor, row.id, now=moment)
        assert opened == (NoticePlace.TASK, "abc")
    assert bell.notices(house, cast.bopha)[0].read_at == NOW


def test_what_came_after_the_page_was_shown_stays_new(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        tell_all(session, [(of_number(one), [cast.bopha.person_id, cast.vannak.person_id]) for one in (1, 2)], now=NOW)
    shown = bell.notices(house, cast.bopha)[-1].id
    with house.database.transaction() as session:
        tell(session, of_number(3), [cast.bopha.person_id], now=NOW)
        read_all(session, cast.bopha.actor, shown, now=NOW)
    assert [one.read_at for one in bell.notices(house, cast.bopha)] == [NOW, NOW, None]
    assert [one.read_at for one in bell.notices(house, cast.vannak)] == [None, None]


def test_read_ones_go_after_a_quarter_and_all_after_a_year_and_a_month(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        tell(session, of_number(1), [cast.bopha.person_id, cast.vannak.person_id], now=NOW)
        read_all(session, cast.bopha.actor, 10**9, now=NOW)
    for days, gone in ((89, 0), (91, 1), (399, 0), (401, 1)):
        with house.database.transaction() as session:
            assert notices.clear(session, now=NOW + timedelta(days=days)) == gone
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_only_what_somebody_wants_at_once_is_marked_to_leave(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.add(NoticeAtOnce(person_id=cast.bopha.person_id, kind=NoticeKind.LATE))
        session.flush()
        tell(session, LATE, [cast.bopha.person_id, cast.vannak.person_id], now=NOW)
        tell(session, of_number(1), [cast.bopha.person_id], now=NOW)
    assert [one.goes_at for one in bell.notices(house, cast.bopha)] == [NOW, None]
    assert [one.goes_at for one in bell.notices(house, cast.vannak)] == [None]


@pytest.mark.parametrize("kind", NoticeKind)
def test_each_kind_has_a_sentence_in_both_languages_that_says_what_is_known(kind: NoticeKind) -> None:
    news = News(
        kind,
        "1",
        NoticePlace.CASE,
        "k",
        "02-26-1",
        Bilingual("កិច្ចការ", "Check"),
        Bilingual("ឈ្មោះ", "Name"),
        date(2026, 3, 2),
    )
    for language in LANGUAGES:
        full, bare = sentence(kind, news.facts(), language), sentence(kind, {}, language)
        assert bare
        assert not {"{", "}", "None"} & set(full.split())
        assert "{" not in full
    assert any("ក" <= sign <= "៿" for sign in sentence(kind, {}, "km"))
