"""What is written about the product is true: settings, commands, the Khmer catalogue."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from tests.guards.sources import ROOT
from web import catalogue
from web.cli import COMMANDS
from web.config import Settings, variable_of

KHMER = re.compile(r"[\u1780-\u17d3]")
PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]")

RECIPES = {
    "A connector", "A field type", "A house operation", "A message", "A migration", "A page", "A permission"
}  # fmt: skip


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(OWSO_[A-Z_]+)` \|", text, re.M)
    assert sorted(documented) == sorted(variable_of(item.name) for item in fields(Settings))


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    known = {variable_of(item.name) for item in fields(Settings)} | {"OWSO_TEST_DATABASE_URL"}
    assert set(re.findall(r"OWSO_[A-Z_]+[A-Z]", text)) <= known


def test_every_command_in_the_readme_exists() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    assert set(re.findall(r"(?:^|[`\s])make ([a-z]+)\b", text)) <= set(targets)
    assert set(re.findall(r"(?:^|[`\s/])owso ([a-z]+(?:-[a-z]+)*)\b", text)) <= set(COMMANDS)


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_file_that_is_named_exists(page: str) -> None:
    words = re.findall(r"`([\w./-]+)`", (ROOT / page).read_text(encoding="utf-8"))
    named = {word for word in words if re.search(r"^(?!var/)\w+/|\.(?:md|cfg|txt)$", word)}
    assert len(named) > 3
    assert sorted(name for name in named if not (ROOT / name).exists() and not (ROOT / "docs" / name).exists()) == []


def test_contributors_are_told_how_to_add_what_is_added_most_often() -> None:
    recipes = re.findall(r"^### (.*)\n((?:.|\n)*?)(?=^###|\Z)", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.M)
    assert {name for name, _ in recipes} == RECIPES
    assert [name for name, recipe in recipes if "\nGuards: `tests/" not in recipe] == []


def test_make_says_what_each_of_its_targets_does() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.M)
    assert phony is not None
    assert set(phony[1].split()) == set(re.findall(r"^([a-z-]+):.*## ", text, re.M))


@pytest.fixture(scope="module")
def khmer() -> catalogue.Catalog:
    return catalogue.current()


def test_every_sentence_has_khmer_words(khmer: catalogue.Catalog) -> None:
    assert catalogue.untranslated(khmer) == []


def test_the_catalogue_on_disk_is_the_one_that_the_sources_need(khmer: catalogue.Catalog) -> None:
    assert {message.id for message in catalogue.read()} == {message.id for message in khmer}


def test_khmer_words_fill_the_same_places_and_are_khmer(khmer: catalogue.Catalog) -> None:
    for message in khmer:
        if not message.id or not catalogue.has_words(message):
            continue
        many, words = catalogue.english(message)[-1], catalogue.khmer(message)[0]
        assert set(PLACES.findall(many)) == set(PLACES.findall(words)), many
        assert KHMER.search(words) or not re.search(r"[a-z]{4}", many), many


def test_a_khmer_word_is_spelt_in_one_way(khmer: catalogue.Catalog) -> None:
    other_ways = {"ទូរសព្ទ": "ទូរស័ព្ទ", "ប្ដូរ": "ប្តូរ", "បណ្ដាញ": "បណ្តាញ"}
    for message in khmer:
        words = " ".join(catalogue.khmer(message)) if message.id and catalogue.has_words(message) else ""
        assert not [f"{other}: write {ours}" for other, ours in other_ways.items() if other in words], message.id
