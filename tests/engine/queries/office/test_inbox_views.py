"""Views that are kept: whose they are, what they count, and that they show nobody more than reaches them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy import func, select, text

from engine.errors import NotAllowed, NotFound, StalePage
from engine.errors.views import TooManyViews, ViewNameMissing, ViewNameTaken
from engine.queries.office.inbox_filters import NOBODY, SHELVES, Filters, Shelf, filters_in
from engine.queries.office.inbox_views import MOST_WITH_COUNTS, SavedView, ViewCount, saved_views, view_counts
from engine.queries.shared.stretches import MOST_COUNTED
from engine.tasks import inbox_views
from engine.tasks.inbox_views import Kept
from tests.cast import NOW, Member
from tests.engine.queries.office.test_inbox_filters import FILTERS, all_lines, by_the_rule, mix
from tests.engine.queries.office.test_reach import GROWING, fill
from tests.patience import until
from tests.plans import planned, reads_by_index
from tests.small.cases import SERVICE, Kilns
from tests.small.crowds import crowd
from tests.statements import counted

FREE: Final = {"show": "free", "service": SERVICE, "sort": "newest", "cols": "due.stage"}


def kept(kilns: Kilns, who: Member, name: str, asked: dict[str, str] = FREE, *, office: str = "") -> str:
    with kilns.house.database.transaction() as session:
        return inbox_views.keep_view(session, who.actor, Kept(name, asked), office_code=office, now=NOW)


def views(kilns: Kilns, who: Member) -> tuple[SavedView, ...]:
    with kilns.house.database.reading() as session:
        return saved_views(session, who.actor)


def counts(kilns: Kilns, who: Member) -> dict[str, ViewCount]:
    with kilns.house.database.reading() as session:
        found = saved_views(session, who.actor)
        each = view_counts(session, who.actor, found, now=NOW)
    return {view.name: each[view.key] for view in found if view.key in each}


def test_a_view_is_its_owners_alone_and_says_what_the_address_said(kilns: Kilns) -> None:
    kept(kilns, kilns.cast.bopha, "  Kilns  to claim ")
    (view,) = views(kilns, kilns.cast.bopha)
    assert (view.name, view.shelf, view.filters) == ("Kilns to claim", "free", filters_in(FREE))
    assert view.filters.shown == ("due", "stage")
    assert (view.office, view.may_change, view.is_first) == (None, True, False)
    assert views(kilns, kilns.cast.vannak) == views(kilns, kilns.cast.kunthea) == ()


def test_a_head_shares_a_view_with_the_office_and_the_officers_read_it_only(kilns: Kilns) -> None:
    cast = kilns.cast
    key = kept(kilns, cast.kunthea, "This week", office="02")
    assert [one.may_change for one in views(kilns, cast.kunthea)] == [True]
    assert [(one.key, one.may_change) for one in views(kilns, cast.bopha)] == [(key, False)]
    assert views(kilns, cast.phally) == ()
    with kilns.house.database.transaction() as session:
        for refused in (
            lambda: inbox_views.change_view(session, cast.bopha.actor, key, seen=1, name="Mine", now=NOW),
            lambda: inbox_views.remove_view(session, cast.bopha.actor, key),
        ):
            with pytest.raises(NotAllowed):
                refused()
        with pytest.raises(NotFound):
            inbox_views.remove_view(session, cast.phally.actor, key)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_view_goes_while_somebody_chooses_it_as_their_first(kilns: Kilns) -> None:
    cast, key = kilns.cast, kept(kilns, kilns.cast.kunthea, "This week", office="02")
    waits = select(func.count()).select_from(text("pg_locks")).where(text("NOT granted"))

    def removes() -> None:
        with kilns.house.database.transaction() as session:
            inbox_views.remove_view(session, cast.kunthea.actor, key)

    def waiting() -> bool:
        with kilns.house.database.reading() as session:
            return bool(session.scalar(waits))

    with ThreadPoolExecutor() as workers:
        with kilns.house.database.transaction() as session:
            inbox_views.open_first(session, cast.bopha.actor, key)
            session.flush()
            removed = workers.submit(removes)
            until(waiting, "whoever removes it waits")
        removed.result()
    assert views(kilns, cast.bopha) == ()


@pytest.mark.parametrize(
    ("who", "office", "refusal"),
    [("bopha", "02", NotAllowed), ("kunthea", "12", NotAllowed), ("kunthea", "99", NotFound)],
)
def test_nobody_shares_with_an_office_that_they_neither_head_nor_administer(
    kilns: Kilns, who: str, office: str, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        kept(kilns, getattr(kilns.cast, who), "For all", office=office)
    assert views(kilns, kilns.cast.bopha) == ()


def test_a_name_stands_once_and_is_not_empty(kilns: Kilns) -> None:
    cast = kilns.cast
    kept(kilns, cast.kunthea, "Today")
    kept(kilns, cast.kunthea, "Today", office="02")
    kept(kilns, cast.bopha, "Today")
    wrong = (("Today ", "", ViewNameTaken), ("Today", "02", ViewNameTaken), (" ", "", ViewNameMissing))
    for name, office, refusal in wrong:
        with pytest.raises(refusal):
            kept(kilns, cast.kunthea, name, office=office)


def test_so_many_views_are_kept_and_no_more(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox_views, "MOST_OWN", 2)
    kept(kilns, kilns.cast.bopha, "One")
    kept(kilns, kilns.cast.bopha, "Two")
    with pytest.raises(TooManyViews):
        kept(kilns, kilns.cast.bopha, "Three")


def test_a_view_is_changed_by_who_saw_it_last(kilns: Kilns) -> None:
    actor = kilns.cast.bopha.actor
    key = kept(kilns, kilns.cast.bopha, "One")
    kept(kilns, kilns.cast.bopha, "Two")
    with kilns.house.database.transaction() as session:
        inbox_views.change_view(session, actor, key, seen=1, name="Late ones", asked={"show": "late"}, now=NOW)
    (view,) = (one for one in views(kilns, kilns.cast.bopha) if one.key == key)
    assert (view.name, view.shelf, view.revision) == ("Late ones", "late", 2)
    with kilns.house.database.transaction() as session:
        with pytest.raises(StalePage):
            inbox_views.change_view(session, actor, key, seen=1, name="Three", now=NOW)
        with pytest.raises(ViewNameTaken):
            inbox_views.change_view(session, actor, key, seen=2, name="Two", now=NOW)


def test_the_inbox_opens_with_the_view_that_was_chosen_until_it_is_taken_away(kilns: Kilns) -> None:
    cast = kilns.cast
    kept(kilns, cast.bopha, "Aaa")
    shared = kept(kilns, cast.kunthea, "Zzz", office="02")
    private = kept(kilns, cast.kunthea, "Of the head")
    with kilns.house.database.transaction() as session:
        inbox_views.open_first(session, cast.bopha.actor, shared)
        with pytest.raises(NotFound):
            inbox_views.open_first(session, cast.vannak.actor, private)
    assert [(one.name, one.is_first) for one in views(kilns, cast.bopha)] == [("Zzz", True), ("Aaa", False)]
    assert [one.is_first for one in views(kilns, cast.vannak)] == [False]
    with kilns.house.database.transaction() as session:
        inbox_views.remove_view(session, cast.kunthea.actor, shared)
    assert [(one.name, one.is_first) for one in views(kilns, cast.bopha)] == [("Aaa", False)]


def test_whoever_leaves_the_office_loses_its_views_and_keeps_their_own(kilns: Kilns) -> None:
    cast = kilns.cast
    own, shared = kept(kilns, cast.bopha, "Mine"), kept(kilns, cast.kunthea, "Ours", office="02")
    assert {one.key for one in views(kilns, cast.bopha)} == {own, shared}
    elsewhere = replace(cast.bopha, memberships=frozenset({("front_office", cast.phnom_penh)}))
    assert {one.key for one in views(kilns, elsewhere)} == {own}


def test_each_view_counts_what_the_rule_gives_its_reader(kilns: Kilns) -> None:
    mix(kilns)
    cast = kilns.cast
    asked: list[tuple[Shelf, Filters]] = [
        (shelf, filters) for shelf, filters in zip(SHELVES * 3, FILTERS, strict=False) if not filters.text
    ]
    for number, (shelf, filters) in enumerate(asked[:MOST_WITH_COUNTS]):
        kept(kilns, cast.kunthea, f"{number:02}", {"show": shelf, **filters.arguments()}, office="02")
    those = all_lines(kilns)
    for reader in (cast.kunthea, cast.bopha):
        found = counts(kilns, reader)
        for number, (shelf, filters) in enumerate(asked[:MOST_WITH_COUNTS]):
            expected = len(by_the_rule(those, reader.actor, shelf, filters))
            assert found[f"{number:02}"] == ViewCount(expected, is_more=False), (reader.name_latin, shelf, filters)


def test_counting_ends_at_a_thousand_and_stays_with_the_first_views(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    crowd(kilns, sent, MOST_COUNTED)
    for number in range(MOST_WITH_COUNTS + 2):
        kept(kilns, kilns.cast.bopha, f"{number:02}", {"who": NOBODY})
    found = counts(kilns, kilns.cast.bopha)
    assert found.keys() == {f"{number:02}" for number in range(MOST_WITH_COUNTS)}
    assert set(found.values()) == {ViewCount(MOST_COUNTED, is_more=True)}


def test_views_cost_one_statement_and_one_for_each_count_however_many_there_are(kilns: Kilns) -> None:
    actor = kilns.cast.bopha.actor
    for number in range(inbox_views.MOST_OWN):
        kept(kilns, kilns.cast.bopha, f"{number:02}", {"office": "02", "show": "mine"})
    with kilns.house.database.reading() as session, counted(kilns.house.database) as cost:
        found = saved_views(session, actor)
        view_counts(session, actor, found, now=NOW)
    assert len(found) == inbox_views.MOST_OWN
    assert cost.statements == 1 + 1 + MOST_WITH_COUNTS, cost.texts


def test_no_count_reads_all_that_is_open(kilns: Kilns) -> None:
    fill(kilns)
    week = {"due": "range", "from": "2026-03-02", "to": "2026-04-30"}
    filters = {"service": SERVICE, **week, "who": NOBODY, "office": "02"}
    for number, asked in enumerate(({"show": "late"}, filters, {"stage": "x", "sort": "newest"})):
        kept(kilns, kilns.cast.bopha, str(number), asked)
    with planned(kilns.house.database) as plans:
        counts(kilns, kilns.cast.bopha)
    by_service = set() if kilns.house.database.is_sqlite else {"ix_user_task_service"}
    assert reads_by_index(plans, *GROWING) >= {"ix_user_task_claimed", *by_service}
