"""People, businesses and places are found however their names are typed, by an index, on both databases."""

from __future__ import annotations

import importlib
from collections.abc import Callable

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask.testing import FlaskClient
from sqlalchemy import select

from engine.queries.office.search import search
from engine.queries.public.catalogue import Catalogue, Wanted, catalogue
from engine.queries.shared.places import MOST_PLACES, places_called
from storage.applications import Application
from storage.finding import FindingKey, keys_of_answers
from storage.normal_form import LONGEST_KEY, words_of
from storage.people import Person
from tests.cast import NOW
from tests.small.cases import Kilns


def hits(kilns: Kilns, typed: str) -> int:
    with kilns.house.database.reading() as session:
        return search(session, kilns.house, kilns.cast.bopha.actor, typed, 1).hits.total


@pytest.mark.parametrize(
    "typed",
    [
        "Dara Sok",
        "sokdara",
        "DaraSok",
        "so\u200bk dara",
        "dára",
        "ដារ៉ា សុខ",
        "សុខដារ៉ា",
        "សុ\u200bខ ដា\u200cរ៉ា",
        "ដា\u179a\u17b6\u17c9",
        "élise",
        "ÉLISE",
        "e\u0301lise",
        "Tonle SAP",
        "Sap Elise",
        "ភ្នំធំ",
        "ភំ្នធំ",
    ],
)
def test_a_case_is_found_by_the_person_or_the_business(kilns: Kilns, typed: str) -> None:
    kilns.send(answers={"kiln_name": "Élise Tonle-Sap ភ្នំ ធំ", "kilns": "2"})
    assert hits(kilns, typed) == 1


@pytest.mark.parametrize("typed", ["Sok Bopha", "sokx", "ស្រី", "()", "—", "\u200b\u200b\u200b"])
def test_what_nobody_is_called_finds_nothing(kilns: Kilns, typed: str) -> None:
    kilns.send()
    assert hits(kilns, typed) == 0


def test_a_changed_name_is_found_and_the_old_one_no_longer(kilns: Kilns) -> None:
    kilns.send()
    with kilns.house.database.transaction() as session:
        session.get_one(Person, kilns.cast.dara.actor.person_id).name_latin = "Zoë Ünal"
    assert (hits(kilns, "zoe unal"), hits(kilns, "sok")) == (1, 0)


def test_a_draft_is_not_found_by_what_it_says(kilns: Kilns) -> None:
    with kilns.house.database.reading() as session:
        before = len(session.scalars(select(FindingKey.id).where(FindingKey.kind == "application")).all())
    assert before == 0


def test_a_case_is_found_by_its_place(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        row = session.scalars(select(Application).where(Application.key == sent.key)).one()
        row.answers = {**row.answers, "site": {"province": "02", "district": "0201", "street": "Street 5"}}
    for typed in ("Banan", "banan battambang", "បាណន់", "street 5", "Battambang"):
        assert hits(kilns, typed) == 1, typed
    assert hits(kilns, "Thma Koul") == 0


def test_places_are_called_by_both_their_names_and_not_by_all_of_them() -> None:
    assert places_called("phnompenh")[0] == "12"
    assert places_called("".join(words_of("ភ្នំពេញ")))[0] == "12"
    assert places_called("a") == ()
    assert len(places_called("an")) == MOST_PLACES


def test_services_are_found_in_any_order_of_signs(kilns: Kilns) -> None:
    def shown(typed: str) -> Catalogue:
        with kilns.house.database.reading() as session:
            return catalogue(session, kilns.house, Wanted(typed), today=NOW.date(), now=NOW)

    def found(typed: str) -> int:
        return sum(len(one.services) for one in shown(typed).ministries)

    (ministry,) = shown("").ministries
    title = ministry.services[0].title
    assert found(title.km) == found("\u200b".join(title.km)) == found(title.en.upper()) == found("permit kiln") == 1
    assert found("nothing like it") == 0


def test_answers_are_kept_for_finding_within_bounds() -> None:
    keys = keys_of_answers({str(number): f"{number} ka" for number in range(1_000)})
    assert len(keys) <= 2_000
    assert keys_of_answers({"mail": "a@b.example", "day": "2026-03-01", "number": 5, "none": None}) == set()
    assert "sokhotel" in keys_of_answers({"rows": [{"name": "Sok Hotel"}]})
    assert keys_of_answers({"a": {"b": {"c": "deep"}}}) >= {"deep"}


def test_the_migration_keeps_what_was_there_before(kilns: Kilns) -> None:
    kilns.send(answers={"kiln_name": "Old Kiln", "kilns": "2"})
    migration = importlib.import_module("storage.migrations.versions.0015_finding_keys")
    later = importlib.import_module("storage.migrations.versions.0017_what_keys_find")
    with kilns.house.database.engine.begin() as connection:
        written = set(connection.execute(select(FindingKey.kind, FindingKey.owner_id, FindingKey.text)).all())
        with Operations.context(MigrationContext.configure(connection)):
            migration.downgrade()
            migration.upgrade()
            later.upgrade()
        filled = set(connection.execute(select(FindingKey.kind, FindingKey.owner_id, FindingKey.text)).all())
    assert filled == written != set()


def test_the_page_finds_a_business(kilns: Kilns, signed_in: Callable[..., FlaskClient]) -> None:
    kilns.send(answers={"kiln_name": "Élise", "kilns": "2"})
    page = signed_in(kilns.cast.bopha).get("/office/search", query_string={"lang": "en", "q": "ELISE"})
    assert "Cases found: 1" in page.get_data(as_text=True)


def test_a_question_with_the_name_of_a_level_may_be_answered_in_words() -> None:
    words = "ភូមិដែលគ្មានលេខកូដ " * 5
    keys = keys_of_answers({"stops": [{"village": words, "commune": "020301"}]})
    assert "@020301" in keys
    assert max(map(len, keys)) <= LONGEST_KEY
