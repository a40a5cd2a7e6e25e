"""A form and its words are saved as one: together, for one of two, and without the words of what is gone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.errors import DraftClosed, NotFound, Overtaken, PlacesOvertaken
from engine.house import House
from engine.packages.yaml_files import read_yaml
from engine.people.actors import Actor
from engine.studio import drafts, keeping
from engine.studio.forms import FormTyped, form_as_typed, form_at, form_shown, save_form
from tests.cast import NOW, Cast

PATH = "forms/apply.json"
TEXTS = """\
forms:
  apply:
    title: {km: ពាក្យ, en: Application}
    pages:
      kiln: {km: ឡ, en: The kiln}
    fields:
      size:
        label: {km: ទំហំ, en: Size}
        options:
          small: {km: តូច, en: Small}
          large: {km: ធំ, en: Large}
      note:
        label: {km: កំណត់, en: Note}
"""
SIZE = {"type": "radio", "key": "size", "values": [{"value": "small"}, {"value": "large"}]}
NOTE = {"type": "text", "id": "note"}
LABEL = "forms/apply/fields/size/label/en"


def form(*components: Any) -> str:
    return json.dumps({"type": "default", "id": "apply", "components": [page(*components)]})


def page(*components: Any) -> dict[str, Any]:
    return {"type": "group", "id": "kiln", "components": list(components)}


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    """The key of a draft that Chenda began with a form and its words."""
    files = {PATH: form(SIZE, NOTE).encode(), "texts.yaml": TEXTS.encode()}
    with house.database.transaction() as session:
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", files, words="Begun", now=NOW)


def saved(house: House, actor: Actor, key: str, text: str | None, based_on: int = 1, **words: tuple[str, str]) -> int:
    """Saves the form; of each word what it was and what it is now, named with ``__`` for ``/`` below the form."""
    named = {f"forms/apply/{name.replace('__', '/')}": pair for name, pair in words.items()}
    sent = FormTyped(PATH, text, {n: now for n, (_, now) in named.items()}, {n: was for n, (was, _) in named.items()})
    with house.database.transaction() as session:
        return save_form(session, house, actor, key, sent, based_on=based_on, now=NOW)


def there(house: House, actor: Actor, key: str) -> tuple[str, Any]:
    """The form and its words as they were saved last."""
    with house.database.reading() as session:
        files = keeping.files_in(session, keeping.save_of(session, keeping.find(session, actor, key)))
    texts: Any = read_yaml("texts.yaml", files["texts.yaml"]).value
    return files[PATH].decode(), texts["forms"]["apply"]


def test_form_and_words_are_saved_together(house: House, cast: Cast, draft: str) -> None:
    text = form(SIZE | {"validate": {"required": True}}, NOTE)
    saved(house, cast.chenda.actor, draft, text, fields__size__label__en=("Size", "How large"))
    shown, words = there(house, cast.chenda.actor, draft)
    assert shown == text
    assert words["fields"]["size"]["label"]["en"] == "How large"


def test_words_of_a_field_a_choice_and_a_page_go_with_them(house: House, cast: Cast, draft: str) -> None:
    fewer = SIZE | {"values": [{"value": "large"}]}
    text = form(fewer).replace('"id": "kiln"', '"id": "oven"')
    saved(house, cast.chenda.actor, draft, text, pages__oven__en=("", "The oven"))
    _, words = there(house, cast.chenda.actor, draft)
    assert set(words["fields"]) == {"size"}
    assert set(words["fields"]["size"]["options"]) == {"large"}
    assert set(words["pages"]) == {"oven"}


def test_a_form_that_cannot_be_read_takes_no_words_along(house: House, cast: Cast, draft: str) -> None:
    saved(house, cast.chenda.actor, draft, "{")
    assert set(there(house, cast.chenda.actor, draft)[1]["fields"]) == {"size", "note"}


def test_the_later_of_two_saves_neither_form_nor_words(house: House, cast: Cast, draft: str) -> None:
    saved(house, cast.visal.actor, draft, form(SIZE))
    with pytest.raises(Overtaken):
        saved(house, cast.chenda.actor, draft, form(NOTE), fields__size__label__en=("Size", "Mine"))
    assert there(house, cast.chenda.actor, draft)[1]["fields"]["size"]["label"]["en"] == "Size"
    saved(house, cast.visal.actor, draft, None, fields__size__label__en=("Size", "His"))
    with pytest.raises(PlacesOvertaken) as refusal:
        saved(house, cast.chenda.actor, draft, form(NOTE), 3, fields__size__label__en=("Size", "Mine"))
    assert refusal.value.theirs == {LABEL: "His"}
    assert there(house, cast.chenda.actor, draft)[0] == form(SIZE)


def test_who_changes_words_alone_is_not_in_the_way_of_who_changes_the_form(
    house: House, cast: Cast, draft: str
) -> None:
    saved(house, cast.visal.actor, draft, form(SIZE, NOTE) + "\n")
    saved(house, cast.chenda.actor, draft, None, fields__size__label__en=("Size", "Hers"))
    shown, words = there(house, cast.chenda.actor, draft)
    assert shown == form(SIZE, NOTE) + "\n"
    assert words["fields"]["size"]["label"]["en"] == "Hers"


def test_what_is_typed_is_looked_at_and_nothing_is_kept(house: House, cast: Cast, draft: str) -> None:
    sent = FormTyped(PATH, form(SIZE), {LABEL: "Typed"}, {})
    with house.database.reading() as session:
        shown = form_as_typed(session, house, cast.chenda.actor, draft, sent).form
        kept = form_shown(session, house, cast.chenda.actor, draft, "apply").form
    assert shown is not None
    assert kept is not None
    assert [part.label.en for part in shown.components()] == ["Typed"]
    assert [part.label.en for part in kept.components()] == ["Size", "Note"]


def test_a_draft_that_is_closed_or_of_another_ministry_is_not_changed(house: House, cast: Cast, draft: str) -> None:
    with pytest.raises(NotFound):
        saved(house, cast.chenda.actor, "none", form(SIZE))
    with house.database.transaction() as session:
        drafts.close(session, cast.chenda.actor, draft, now=NOW)
    with pytest.raises(DraftClosed):
        saved(house, cast.chenda.actor, draft, form(SIZE))


@pytest.mark.parametrize("path", ["texts.yaml", "forms/a.b.json", "forms/deep/a.json", "shared/visit/forms/plan.json"])
def test_only_files_of_the_service_itself_in_the_folder_of_forms_are_forms(path: str) -> None:
    assert form_at(path) is None
    assert form_at("forms/apply.json") == "apply"
