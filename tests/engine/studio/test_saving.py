"""Saving a draft: two people at once, one sitting, restoring, and what is no file of a service."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from engine.errors import (
    DraftClosed,
    DraftTooLarge,
    FileTooLarge,
    NotAllowed,
    NotFound,
    NotText,
    Overtaken,
    PathRefused,
    StalePage,
)
from engine.house import House
from engine.people.actors import Actor
from engine.studio import drafts, keeping, saving
from engine.studio.bounds import LARGEST_FILE
from storage.package_drafts import DraftContent, DraftSave, PackageDraft
from tests.cast import NOW, Cast

FILES = {"service.yaml": b"key: industry.kiln\n", "texts.yaml": b"stages: {}\n"}


@pytest.fixture
def draft(house: House, cast: Cast) -> str:
    """The key of a draft that Chenda began with two files."""
    with house.database.transaction() as session:
        return drafts.begin(session, cast.chenda.actor, "industry.kiln", FILES, words="Begun", now=NOW)


def save(
    house: House, actor: Actor, key: str, based_on: int, later: timedelta = timedelta(), words: str = "", **files: str
) -> int:
    """Saves files, named with ``_yaml`` for ``.yaml``."""
    changes = {name.replace("_yaml", ".yaml"): text.encode() for name, text in files.items()}
    with house.database.transaction() as session:
        return saving.save(session, actor, key, changes, based_on=based_on, words=words, now=NOW + later)


def files_of(house: House, actor: Actor, key: str, number: int | None = None) -> dict[str, bytes]:
    with house.database.reading() as session:
        return keeping.files_in(session, keeping.save_of(session, keeping.find(session, actor, key), number))


def lines(house: House) -> list[int]:
    """The numbers of the saves in the history."""
    with house.database.reading() as session:
        return list(session.scalars(select(DraftSave.number).order_by(DraftSave.number)))


def test_a_draft_begins_with_its_files_as_its_first_save(house: House, cast: Cast, draft: str) -> None:
    assert files_of(house, cast.chenda.actor, draft) == FILES
    assert lines(house) == [1]


def test_each_save_has_the_next_number_and_leaves_the_other_files(house: House, cast: Cast, draft: str) -> None:
    assert save(house, cast.chenda.actor, draft, 1, texts_yaml="stages: {a: b}\n") == 2
    assert files_of(house, cast.chenda.actor, draft) == {**FILES, "texts.yaml": b"stages: {a: b}\n"}
    assert files_of(house, cast.chenda.actor, draft, 1) == FILES


def test_saving_what_is_there_is_no_save(house: House, cast: Cast, draft: str) -> None:
    assert save(house, cast.chenda.actor, draft, 1, texts_yaml="stages: {}\n") == 1
    assert lines(house) == [1]


def test_of_two_who_change_one_file_the_later_gets_both_texts(house: House, cast: Cast, draft: str) -> None:
    save(house, cast.chenda.actor, draft, 1, texts_yaml="hers\n")
    with pytest.raises(Overtaken) as refused:
        save(house, cast.visal.actor, draft, 1, texts_yaml="his\n")
    assert (refused.value.save, refused.value.theirs, refused.value.by.en) == (2, b"hers\n", "Tep Chenda")
    assert files_of(house, cast.visal.actor, draft)["texts.yaml"] == b"hers\n"
    assert save(house, cast.visal.actor, draft, 2, texts_yaml="both\n") == 3


def test_two_who_change_different_files_do_not_notice(house: House, cast: Cast, draft: str) -> None:
    save(house, cast.chenda.actor, draft, 1, texts_yaml="hers\n")
    assert save(house, cast.visal.actor, draft, 1, service_yaml="his\n") == 3
    assert files_of(house, cast.visal.actor, draft) == {"service.yaml": b"his\n", "texts.yaml": b"hers\n"}


def test_two_who_save_the_same_text_agree(house: House, cast: Cast, draft: str) -> None:
    save(house, cast.chenda.actor, draft, 1, texts_yaml="ours\n")
    assert save(house, cast.visal.actor, draft, 1, texts_yaml="ours\n") == 2


def test_a_file_that_somebody_took_away_meanwhile_is_told(house: House, cast: Cast, draft: str) -> None:
    with house.database.transaction() as session:
        saving.save(session, cast.chenda.actor, draft, {"texts.yaml": None}, based_on=1, now=NOW)
    with pytest.raises(Overtaken) as refused:
        save(house, cast.visal.actor, draft, 1, texts_yaml="his\n")
    assert refused.value.theirs is None


def test_of_two_at_the_same_moment_one_is_overtaken(house: House, cast: Cast, draft: str) -> None:
    both, outcomes = threading.Barrier(2), list[object]()

    def one(actor: Actor, text: str) -> None:
        both.wait(timeout=30)
        try:
            outcomes.append(save(house, actor, draft, 1, texts_yaml=text))
        except Overtaken as refusal:
            outcomes.append(type(refusal))

    people = [threading.Thread(target=one, args=(who.actor, who.phone)) for who in (cast.chenda, cast.visal)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    assert sorted(outcomes, key=str) == [2, Overtaken]


def test_saves_of_one_sitting_are_one_line_and_keep_no_text_between(house: House, cast: Cast, draft: str) -> None:
    for number in range(1, 4):
        save(house, cast.chenda.actor, draft, number, timedelta(minutes=number), texts_yaml=f"{number}\n")
    assert lines(house) == [1, 4]
    save(house, cast.chenda.actor, draft, 4, timedelta(minutes=12), texts_yaml="later\n")
    assert lines(house) == [1, 4, 5]
    with house.database.reading() as session:
        kept = set(session.scalars(select(DraftContent.content)))
    assert kept == {*FILES.values(), b"3\n", b"later\n"}


@pytest.mark.parametrize("words", ["", "Now with stages"])
def test_a_save_of_somebody_else_or_with_words_is_a_line_of_its_own(
    house: House, cast: Cast, draft: str, words: str
) -> None:
    save(house, cast.chenda.actor, draft, 1, texts_yaml="one\n")
    save(house, cast.chenda.actor if words else cast.visal.actor, draft, 2, words=words, texts_yaml="two\n")
    assert lines(house) == [1, 2, 3]


def test_who_was_overtaken_in_one_sitting_of_the_other_is_told_of_them(house: House, cast: Cast, draft: str) -> None:
    save(house, cast.chenda.actor, draft, 1, texts_yaml="one\n")
    save(house, cast.chenda.actor, draft, 2, service_yaml="two\n")
    with pytest.raises(Overtaken) as refused:
        save(house, cast.visal.actor, draft, 1, texts_yaml="his\n")
    assert (refused.value.save, refused.value.by.en) == (3, "Tep Chenda")


def test_an_earlier_save_is_restored_as_a_new_one(house: House, cast: Cast, draft: str) -> None:
    save(house, cast.chenda.actor, draft, 1, words="More", texts_yaml="changed\n", law_yaml="new\n")
    with house.database.transaction() as session:
        number = saving.restore(session, cast.visal.actor, draft, 1, words="As it was", now=NOW)
    assert number == 3
    assert files_of(house, cast.visal.actor, draft) == FILES
    assert files_of(house, cast.visal.actor, draft, 2)["law.yaml"] == b"new\n"


def test_a_file_gets_another_path_unless_there_is_one(house: House, cast: Cast, draft: str) -> None:
    actor = cast.chenda.actor
    with house.database.transaction() as session:
        saving.rename(session, actor, draft, "texts.yaml", "forms/words.yaml", based_on=1, words="", now=NOW)
    assert sorted(files_of(house, actor, draft)) == ["forms/words.yaml", "service.yaml"]
    with pytest.raises(StalePage), house.database.transaction() as session:
        saving.rename(session, actor, draft, "forms/words.yaml", "service.yaml", based_on=2, words="", now=NOW)


@pytest.mark.parametrize(
    "path",
    ["../service.yaml", "/etc/passwd", ".hidden", "a/../b.yaml", "a\\b.yaml", "forms//a.json", "x" * 130 + ".yaml",
     "Forms/a.json", "a.yaml\n", "a b.yaml", "noending", "a/b/c/d/e.yaml", "ក.yaml", "forms/.git/a.yaml", ""],
)  # fmt: skip
def test_what_is_no_name_of_a_file_is_refused(house: House, cast: Cast, draft: str, path: str) -> None:
    with pytest.raises(PathRefused), house.database.transaction() as session:
        saving.save(session, cast.chenda.actor, draft, {path: b"x"}, based_on=1, now=NOW)


@pytest.mark.parametrize(
    ("content", "refusal"),
    [(b"\xff\xfe", NotText), (b"a\0b", NotText), (b"x" * (LARGEST_FILE + 1), FileTooLarge)],
)
def test_what_no_editor_can_show_is_refused(
    house: House, cast: Cast, draft: str, content: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal), house.database.transaction() as session:
        saving.save(session, cast.chenda.actor, draft, {"texts.yaml": content}, based_on=1, now=NOW)


def test_more_than_a_package_holds_is_refused_and_nothing_of_it_is_kept(house: House, cast: Cast, draft: str) -> None:
    many = {f"forms/f{number}.json": b"{}" for number in range(99)}
    large = {f"forms/f{number}.json": str(number).encode() * LARGEST_FILE for number in range(5)}
    for changes in (many, large):
        with pytest.raises(DraftTooLarge), house.database.transaction() as session:
            saving.save(session, cast.chenda.actor, draft, changes, based_on=1, now=NOW)
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DraftContent)) == len(FILES)


@pytest.mark.parametrize("based_on", [-1, 2])
def test_a_save_that_never_was_is_nothing_to_base_on(house: House, cast: Cast, draft: str, based_on: int) -> None:
    with pytest.raises(StalePage):
        save(house, cast.chenda.actor, draft, based_on, texts_yaml="new\n")


def test_a_draft_that_was_put_away_is_not_changed_until_it_is_opened(house: House, cast: Cast, draft: str) -> None:
    with house.database.transaction() as session:
        drafts.close(session, cast.chenda.actor, draft, now=NOW)
    with pytest.raises(DraftClosed):
        save(house, cast.chenda.actor, draft, 1, texts_yaml="new\n")
    with house.database.transaction() as session:
        drafts.reopen(session, cast.visal.actor, draft, now=NOW)
    assert save(house, cast.chenda.actor, draft, 1, texts_yaml="new\n") == 2


def test_nobody_else_may_draft(house: House, cast: Cast, draft: str) -> None:
    for member in (cast.kunthea, cast.dara):
        with pytest.raises(NotFound):
            save(house, member.actor, draft, 1, texts_yaml="new\n")
        with pytest.raises(NotAllowed), house.database.transaction() as session:
            drafts.begin(session, member.actor, "industry.kiln", FILES, words="", now=NOW)


def test_nothing_is_left_of_a_draft_that_is_removed(house: House, cast: Cast, draft: str) -> None:
    with house.database.transaction() as session:
        session.delete(session.scalars(select(PackageDraft)).one())
    with house.database.reading() as session:
        for table in (DraftSave, DraftContent):
            assert session.scalar(select(func.count()).select_from(table)) == 0
