"""Plays of a draft: begun, played, taken back, kept as scenarios; and what is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from engine.errors import (
    BadAnswers,
    DraftClosed,
    ErrorsBeforePlay,
    MovesDoNotFit,
    NotFound,
    PlayMomentUnclear,
    PlayMoveRefused,
    PlayTooLong,
    ScenarioNameMissing,
    ScenarioNameTaken,
    StalePage,
    TooManyPlays,
)
from engine.packages.playing.play import Action, Move, local
from engine.packages.playing.walking import Walk
from engine.people.actors import Actor
from engine.studio import drafts, play_scenarios, playing, plays, saving
from engine.studio.keeping import file_in, find, save_of
from tests.cast import NOW
from tests.small.cases import ANSWERS, PACKAGE, SERVICE, Kilns

MONDAY = local("2026-03-02 09:00")
HOW = plays.Beginning(MONDAY, name="A kiln")
TESTS = (PACKAGE / "tests.yaml").read_bytes()


@dataclass
class Desk:
    """An analyst at a draft, one transaction for each thing they do."""

    kilns: Kilns
    key: str

    @property
    def actor(self) -> Actor:
        return self.kilns.cast.chenda.actor

    def do(self, use_case: Any, *given: Any, **named: Any) -> Any:
        with self.kilns.house.database.transaction() as session:
            return use_case(session, self.kilns.house, self.actor, self.key, *given, **named)

    def begin(self, how: plays.Beginning = HOW) -> str:
        return str(self.do(plays.begin, how, now=NOW))

    def sent(self) -> str:
        play = self.begin()
        self.do(playing.fill_with_example, play, seen=self.revision(play), now=NOW)
        self.do(playing.send, play, seen=self.revision(play), now=NOW)
        return play

    def revision(self, play: str) -> int:
        with self.kilns.house.database.reading() as session:
            return plays.find_play(session, self.actor, self.key, play).revision

    def walk(self, play: str) -> Walk:
        with self.kilns.house.database.reading() as session:
            return plays.walked(session, self.kilns.house, self.actor, self.key, play)[1]

    def move(self, play: str, action: Action, name: str = "", at: str = "", **more: Any) -> None:
        moment = local(at) if at else self.walk(play).play.now
        self.do(plays.make_move, play, move=Move(action, moment, name, **more), seen=self.revision(play), now=NOW)

    def complete(self, play: str, task: str, **raw: Any) -> None:
        self.do(playing.complete, play, element_id=task, raw=raw, seen=self.revision(play), now=NOW)

    def back(self, play: str, count: int) -> None:
        with self.kilns.house.database.transaction() as session:
            plays.go_back(session, self.actor, self.key, play, count, seen=self.revision(play), now=NOW)

    def save(self, path: str, content: bytes) -> None:
        with self.kilns.house.database.transaction() as session:
            saved = find(session, self.actor, self.key).revision
            saving.save(session, self.actor, self.key, {path: content}, based_on=saved, now=NOW)

    def file(self, path: str) -> bytes:
        with self.kilns.house.database.reading() as session:
            return file_in(session, save_of(session, find(session, self.actor, self.key)), path)


@pytest.fixture
def desk(kilns: Kilns) -> Desk:
    with kilns.house.database.transaction() as session:
        key = drafts.begin_from_version(session, kilns.house, kilns.cast.chenda.actor, SERVICE, words="", now=NOW)
    return Desk(kilns, key)


def test_a_case_is_played_from_the_form_to_the_handover_and_taken_back(desk: Desk) -> None:
    play = desk.begin()
    page = {"raw": ANSWERS, "shown": list(ANSWERS), "now": NOW}
    typed = desk.do(playing.save_page, play, page_key="kiln", seen=1, **page)
    assert (typed.errors, typed.next_page) == ({}, None)
    desk.do(playing.send, play, seen=desk.revision(play), now=NOW)
    assert desk.walk(play).result.waits_at == ("pay",)
    desk.complete(play, "pay")
    desk.complete(play, "check", result="ok")
    assert desk.walk(play).result.fee == 40_000
    desk.complete(play, "hand_over")
    assert desk.walk(play).result.outcome == "approved"
    desk.back(play, 1)
    assert desk.walk(play).result.waits_at == ("check",)
    desk.back(play, -1)
    assert not desk.walk(play).play.is_sent
    assert desk.walk(play).play.answers["kilns"] == 2


def test_a_correction_keeps_what_was_mended_and_no_more(desk: Desk) -> None:
    play = desk.sent()
    desk.complete(play, "pay")
    desk.complete(play, "check", result="return")
    desk.complete(play, "correct", kiln_name="ឡចាស់", kilns="2")
    assert desk.walk(play).play.moves[-1].answers == {"kiln_name": "ឡចាស់"}
    assert desk.walk(play).case.answers["apply"]["kiln_name"] == "ឡចាស់"


def test_answers_that_cannot_be_are_refused_by_their_fields(desk: Desk) -> None:
    play = desk.begin()
    typed = desk.do(playing.save_page, play, page_key="kiln", raw={"kilns": "many"}, shown=None, seen=1, now=NOW)
    assert set(typed.errors) == {"kiln_name", "kilns"}
    with pytest.raises(BadAnswers):
        desk.do(playing.send, play, seen=desk.revision(play), now=NOW)
    play = desk.sent()
    desk.complete(play, "pay")
    with pytest.raises(BadAnswers):
        desk.complete(play, "check", result="maybe")
    with pytest.raises(NotFound):
        desk.complete(play, "hand_over")


def test_a_move_that_the_case_does_not_allow_is_refused_in_words_and_not_kept(desk: Desk) -> None:
    play = desk.sent()
    with pytest.raises(PlayMoveRefused) as refused:
        desk.move(play, Action.SEND, "nothing")
    assert "nothing" in refused.value.facts["why"].en  # type: ignore[attr-defined]
    with pytest.raises(PlayMoveRefused):
        desk.move(play, Action.WAIT, at="2026-03-01 09:00")
    with pytest.raises(PlayTooLong):
        desk.move(play, Action.WAIT, at="2040-03-01 09:00")
    assert desk.walk(play).play.moves == ()


def test_two_pages_of_one_play_do_not_move_it_both(desk: Desk) -> None:
    play = desk.sent()
    seen = desk.revision(play)
    desk.complete(play, "pay")
    with pytest.raises(StalePage):
        desk.do(playing.complete, play, element_id="check", raw={"result": "ok"}, seen=seen, now=NOW)


def test_a_play_says_from_where_it_no_longer_fits_a_draft_that_was_changed_and_loses_nothing(desk: Desk) -> None:
    play = desk.sent()
    desk.complete(play, "pay")
    desk.complete(play, "check", result="ok")
    form, texts = desk.file("forms/check.json"), desk.file("texts.yaml")
    desk.save("forms/check.json", form.replace(b'"ok"', b'"fine"'))
    with pytest.raises(ErrorsBeforePlay):
        desk.walk(play)
    desk.save("texts.yaml", texts.replace(b"ok: {", b"fine: {"))
    bpmn = desk.file("process.bpmn")
    desk.save("process.bpmn", bpmn.replace(b'result = "ok"', b'result = "fine"'))
    desk.save("tests.yaml", TESTS.replace(b"result: ok", b"result: fine"))
    found = desk.walk(play)
    assert (found.stopped_at, len(found.play.moves)) == (1, 2)
    assert found.result.waits_at == ("check",)
    with pytest.raises(MovesDoNotFit):
        desk.move(play, Action.WAIT)
    with pytest.raises(MovesDoNotFit):
        desk.do(play_scenarios.keep_as_scenario, play, name="Stopped", seen=desk.revision(play), now=NOW)
    desk.back(play, 1)
    desk.complete(play, "check", result="fine")
    assert desk.walk(play).fits


def test_a_play_is_kept_as_a_scenario_that_comes_true_and_the_file_stays_as_it_was(desk: Desk) -> None:
    play = desk.sent()
    desk.complete(play, "pay")
    desk.move(play, Action.WAIT, at="2026-03-03 09:00")
    desk.complete(play, "check", result="ok")
    remark = b"# A remark of its author.\n" + TESTS
    desk.save("tests.yaml", remark)
    desk.do(play_scenarios.keep_as_scenario, play, name="Granted as played", seen=desk.revision(play), now=NOW)
    written = desk.file("tests.yaml")
    assert written.startswith(remark)
    assert b"Granted as played" in written
    with pytest.raises(ScenarioNameTaken):
        desk.do(play_scenarios.keep_as_scenario, play, name="Granted as played", seen=desk.revision(play), now=NOW)
    with pytest.raises(ScenarioNameMissing):
        desk.do(play_scenarios.keep_as_scenario, play, name=" ", seen=desk.revision(play), now=NOW)
    again = desk.do(plays.open_scenario, "Granted as played", now=NOW)
    assert desk.walk(again).result.waits_at == ("hand_over",)
    with pytest.raises(NotFound):
        desk.do(plays.open_scenario, "Another one", now=NOW)


def test_a_play_that_is_not_sent_is_no_scenario(desk: Desk) -> None:
    play = desk.begin()
    with pytest.raises(StalePage):
        desk.do(play_scenarios.keep_as_scenario, play, name="Not sent", seen=1, now=NOW)
    with pytest.raises(StalePage):
        desk.do(plays.make_move, play, move=Move(Action.WAIT, MONDAY), seen=1, now=NOW)


def test_a_draft_has_so_many_plays_and_forgets_those_that_nobody_touches(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plays, "MOST_PLAYS", 2)
    first = desk.begin()
    desk.begin()
    with pytest.raises(TooManyPlays):
        desk.begin()
    desk.do(plays.begin, HOW, now=NOW + plays.KEPT_FOR + timedelta(days=1))
    with pytest.raises(NotFound):
        desk.walk(first)


def test_a_play_begins_only_as_the_draft_allows(desk: Desk) -> None:
    for how in (
        replace(HOW, begins="nowhere"),
        replace(HOW, level="district"),
        replace(HOW, kind="change"),
    ):
        with pytest.raises(NotFound):
            desk.begin(how)
    with pytest.raises(PlayMomentUnclear):
        desk.begin(replace(HOW, starts=local("1950-01-01 09:00")))


def test_a_closed_draft_keeps_its_plays_and_changes_none(desk: Desk) -> None:
    play = desk.sent()
    with desk.kilns.house.database.transaction() as session:
        drafts.close(session, desk.actor, desk.key, now=NOW)
    assert desk.walk(play).result.waits_at == ("pay",)
    with pytest.raises(DraftClosed):
        desk.complete(play, "pay")
    with pytest.raises(DraftClosed):
        desk.begin()


def test_a_play_is_no_business_of_who_may_not_draft_and_is_deleted(desk: Desk) -> None:
    play = desk.sent()
    with desk.kilns.house.database.transaction() as session:
        with pytest.raises(NotFound):
            plays.find_play(session, desk.kilns.cast.dara.actor, desk.key, play)
        with pytest.raises(StalePage):
            plays.remove(session, desk.actor, desk.key, play, seen=0)
        plays.remove(session, desk.actor, desk.key, play, seen=3)
    with pytest.raises(NotFound):
        desk.walk(play)
