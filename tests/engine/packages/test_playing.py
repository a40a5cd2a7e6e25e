"""A play walks as a scenario does: on every package, move by move, with what happens on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from engine.errors import ScenarioNotKept
from engine.packages import ServicePackage, build_package, load_package, run_scenario, validate_all
from engine.packages.forms import APPLY
from engine.packages.playing.case import What
from engine.packages.playing.clocks import promise_clocks
from engine.packages.playing.clockwork import after_days, next_due, whole_minute
from engine.packages.playing.examples import example_answers, made_up, scenarios_of
from engine.packages.playing.play import Action, Move, Play, local, play_from, play_of
from engine.packages.playing.scenario import tidied
from engine.packages.playing.walking import walk
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.trying import office
from engine.studio.scenario_writing import with_play
from tests.engine.packages.small import FILES

PROCESSES = Path(__file__).parents[3] / "processes"
FOLDERS = sorted(file.parent for file in PROCESSES.rglob("service.yaml") if "shapes" not in file.parts)
GUESTHOUSE = PROCESSES / "tourism" / "guesthouse_licence"
MONDAY = local("2026-11-02 09:00")
OK = {"check_result": "ok"}


@cache
def package_in(folder: Path) -> ServicePackage:
    return load_package(folder)


def guesthouse(*moves: Move) -> Play:
    answers = example_answers(package_in(GUESTHOUSE), today=MONDAY.date())
    return Play(MONDAY, answers=answers, is_sent=True, moves=moves)


def done(task: str, at: datetime, **answers: object) -> Move:
    return Move(Action.COMPLETE, at, task, answers)


def wait(at: datetime) -> Move:
    return Move(Action.WAIT, at)


def came_to(result: ScenarioResult) -> ScenarioResult:
    return replace(result, name="", differences=())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_scenario_is_a_play_that_comes_to_the_same_and_is_written_again_so_that_it_comes_true(
    folder: Path,
) -> None:
    package = package_in(folder)
    data = package.files["tests.yaml"]
    scenarios = scenarios_of(package)
    assert scenarios
    for scenario in scenarios:
        play = play_of(json.loads(json.dumps(play_from(scenario, package).kept())))
        found = walk(package, play, office())
        assert (found.fits, found.asked) == (True, None), found.why
        assert came_to(found.result) == came_to(run_scenario(package, scenario, office()))
    written = with_play(package, data, found, "Written by a play")
    lines = iter(written.splitlines())
    assert all(line in lines for line in data.splitlines())


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_form_can_be_filled_with_answers_that_are_made_up(folder: Path) -> None:
    package = package_in(folder)
    if APPLY in package.forms:
        answers = made_up(package.forms[APPLY], today=date(2026, 11, 2))
        clean, _ = validate_all(package.forms[APPLY], answers, today=date(2026, 11, 2))
        assert len([value for value in clean.values() if value is not None]) >= len(clean) // 2


def test_what_happens_while_time_passes_is_told_in_its_order() -> None:
    package = package_in(GUESTHOUSE)
    late = MONDAY + timedelta(days=60)
    found = walk(package, guesthouse(done("pay", MONDAY), wait(late)), office())
    happened = [one.what for one in found.legs[-1].happened]
    assert What.LATE in happened
    assert What.TERM_LATE in happened
    assert [one.at for one in found.legs[-1].happened if one.what in (What.LATE, What.WARNED)] == sorted(
        one.at for one in found.legs[-1].happened if one.what in (What.LATE, What.WARNED)
    )
    assert "promise_broken" in [one.key for one in found.legs[-1].told]
    assert any(clock.is_late for clock in promise_clocks(found.case))


def test_the_applicant_is_told_that_the_application_came_in_and_the_payment() -> None:
    found = walk(package_in(GUESTHOUSE), guesthouse(done("pay", MONDAY)), office())
    assert [one.key for one in found.legs[0].told] == ["application_received"]
    assert [(one.key, one.amount) for one in found.legs[1].told] == [("payment_received", 180_000)]


def test_a_clock_moved_to_what_is_due_next_stops_there() -> None:
    package = package_in(GUESTHOUSE)
    found = walk(package, guesthouse(done("pay", MONDAY)), office())
    moment = next_due(found, office())
    assert moment is not None
    after = walk(package, found.play.with_move(wait(moment)), office())
    assert len([one for one in after.legs[-1].happened if one.what != What.MESSAGE]) >= 1
    before = walk(package, found.play.with_move(wait(moment - timedelta(minutes=1))), office())
    assert [one for one in before.legs[-1].happened if one.what != What.MESSAGE] == []


def test_working_days_leave_out_holidays() -> None:
    assert after_days(local("2026-11-06 15:00"), 1, office()) == local("2026-11-10 15:00")


def test_going_back_is_leaving_out_the_last_move() -> None:
    package = package_in(GUESTHOUSE)
    first = walk(package, guesthouse(done("pay", MONDAY)), office())
    longer = walk(package, guesthouse(done("pay", MONDAY), done("check", MONDAY, **OK)), office())
    assert came_to(longer.result) != came_to(first.result)
    assert came_to(walk(package, longer.play.back_to(1), office()).result) == came_to(first.result)
    assert not longer.play.back_to(-1).is_sent


def test_moves_that_do_not_fit_stop_the_walk_before_them_and_are_kept() -> None:
    package = package_in(GUESTHOUSE)
    play = guesthouse(done("pay", MONDAY), done("decide", MONDAY, decision="approve"), wait(MONDAY))
    found = walk(package, play, office())
    assert found.stopped_at == 1
    assert found.why is not None
    assert "decide" in found.why.en
    assert found.play == play
    assert found.result.waits_at == ("check",)
    late = guesthouse(done("decide", local("2026-11-19 09:00"), decision="approve"))
    assert walk(package, late, office()).result.path == walk(package, late.back_to(0), office()).result.path
    nowhere = walk(package, replace(play, begins="nowhere"), office())
    assert nowhere.stopped_at == -1


def test_a_case_waits_for_the_answer_of_the_register_until_somebody_says_it() -> None:
    looks_up = [
        (folder, scenario)
        for folder in FOLDERS
        for scenario in scenarios_of(package_in(folder))
        if play_from(scenario, package_in(folder)).register and scenario.steps
    ]
    asked = 0
    for folder, scenario in looks_up:
        package = package_in(folder)
        opened = play_from(scenario, package)
        found = walk(package, replace(opened, register={}), office())
        if found.asked is None:
            continue
        asked += 1
        name, answers = found.asked.element_id, opened.register[found.asked.element_id]
        place = len(found.legs) - 1
        said = Move(Action.REGISTER, found.play.now, name, answers)
        moves = (*opened.moves[:place], said, *opened.moves[place:])
        again = walk(package, replace(opened, register={}, moves=moves), office())
        if again.asked is None:
            assert came_to(again.result) == came_to(run_scenario(package, scenario, office()))
    assert asked


def test_a_scenario_leaves_out_waits_at_which_nothing_happened_and_comes_to_the_same() -> None:
    package = package_in(GUESTHOUSE)
    idle, reminded = local("2026-11-03 09:00"), local("2026-11-19 09:00")
    play = guesthouse(wait(idle), wait(reminded), done("pay", reminded), wait(local("2026-11-20 09:00")))
    found = walk(package, play, office())
    assert [move.at for move in tidied(found).moves] == [reminded, reminded, local("2026-11-20 09:00")]
    again = walk(package, tidied(found), office())
    assert came_to(again.result) == came_to(found.result)


def test_moves_are_made_at_whole_minutes() -> None:
    assert whole_minute(MONDAY) == MONDAY
    assert whole_minute(MONDAY + timedelta(seconds=1)) == MONDAY + timedelta(minutes=1)


def test_a_scenario_that_would_not_come_true_is_not_written() -> None:
    package = package_in(GUESTHOUSE)
    dearer = {**package.files, "fees.dmn": package.files["fees.dmn"].replace(b"15000", b"16000")}
    assert dearer["fees.dmn"] != package.files["fees.dmn"]
    elsewhere = walk(build_package(dearer), guesthouse(done("pay", MONDAY)), office())
    with pytest.raises(ScenarioNotKept) as refused:
        with_play(package, package.files["tests.yaml"], elsewhere, "Paid more")
    assert "fee: expected 192000, but it was 180000" in str(refused.value)


def test_sessions_that_are_published_in_a_play_are_chosen_as_those_of_a_scenario() -> None:
    found = 0
    for folder in FOLDERS:
        package = package_in(folder)
        for scenario in (one for one in scenarios_of(package) if one.sessions):
            found += 1
            opened = play_from(scenario, package)
            published = [
                Move(Action.PUBLISH, opened.starts, kind, session=begins)
                for kind, moments in scenario.sessions.items()
                for begins in moments
            ]
            play = replace(opened, sessions={}, moves=(*published, *opened.moves))
            assert came_to(walk(package, play, office()).result) == came_to(run_scenario(package, scenario, office()))
    assert found


HEARD = """<intermediateCatchEvent id="heard" name="Heard"><incoming>f6</incoming><outgoing>f7</outgoing>
  <{kind}EventDefinition id="d1" {kind}Ref="r1" /></intermediateCatchEvent>
<sequenceFlow id="f7" sourceRef="heard" targetRef="check" />"""


@pytest.mark.parametrize("kind", ["signal", "message"])
def test_a_case_hears_a_signal_or_a_message_that_is_sent_to_it_and_no_other(kind: str) -> None:
    drawn = FILES["process.bpmn"].replace(b'sourceRef="pay" targetRef="check"', b'sourceRef="pay" targetRef="heard"')
    drawn = drawn.replace(b"<incoming>f6</incoming><incoming>f4", b"<incoming>f7</incoming><incoming>f4")
    drawn = drawn.replace(b"    <endEvent", HEARD.format(kind=kind).encode() + b"    <endEvent", 1)
    drawn = drawn.replace(b"</process>", f'</process><{kind} id="r1" name="market_opens" />'.encode())
    package = build_package({**FILES, "process.bpmn": drawn, "tests.yaml": b"answers: {}\nscenarios: []\n"})
    begun = Play(MONDAY, answers={"name": "x", "tables": 3}, is_sent=True, moves=(done("pay", MONDAY),))
    sent = walk(package, begun.with_move(Move(Action.SEND, MONDAY, "market_opens")), office())
    assert (sent.fits, sent.result.waits_at) == (True, ("check",))
    too_early = replace(begun, moves=(Move(Action.SEND, MONDAY, "market_opens"),))
    refused = walk(package, too_early, office())
    assert refused.stopped_at == 0
    assert "market_opens" in (refused.why.en if refused.why else "")
