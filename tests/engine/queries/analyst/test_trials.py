"""What a trial of many cases tells: groups, money, terms, documents, flows, and the cases of each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.errors import NotAllowed
from engine.people.actors import Actor
from engine.queries.analyst import trial_drawings, trial_list
from engine.queries.analyst import trials as read
from engine.versions import publishing, trials
from storage.applications import Application
from storage.complaints import KeptApart
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns


def changed(**files: tuple[str, str]) -> dict[str, bytes]:
    found = dict(publishing.files_of(PACKAGE))
    for name, (before, after) in files.items():
        file = name.replace("_", ".")
        assert before.encode() in found[file], before
        found[file] = found[file].replace(before.encode(), after.encode(), 1)
    return found


OTHERWISE = changed(
    process_bpmn=('result == "refuse"', 'result == "never"'),
    fees_dmn=("20000", "15000"),
    service_yaml=("term: 10 working days\nnorm: 5", "term: 1 working day\nnorm: 1"),
)


def tried(kilns: Kilns, files: dict[str, bytes], who: Actor | None = None) -> str:
    with kilns.house.database.transaction() as session:
        key = trials.ask(session, kilns.house, who or kilns.cast.chenda.actor, SERVICE, files, now=NOW)
    while trials.go_on_due(kilns.house, now=NOW):
        pass
    return key


def shown(kilns: Kilns, key: str, who: Actor | None = None) -> read.TrialShown:
    with kilns.house.database.reading() as session:
        return read.trial(session, kilns.house, who or kilns.cast.chenda.actor, key, now=NOW)


def listed(kilns: Kilns, key: str, kind: str, element_id: str = "") -> list[str]:
    with kilns.house.database.reading() as session:
        page = read.cases(session, kilns.house, kilns.cast.chenda.actor, key, kind=kind, element_id=element_id, page=1)
    return [one.reference for one in page.items]


def checked(kilns: Kilns, result: str, days: int = 0) -> str:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, result, now=NOW + timedelta(days=days))
    return sent.reference


def test_a_trial_tells_groups_and_the_cases_of_each(kilns: Kilns) -> None:
    refused = [checked(kilns, "refuse") for _ in range(2)]
    granted = checked(kilns, "ok", days=3)
    key = tried(kilns, OTHERWISE)
    told = shown(kilns, key)
    groups = {(one.verdict.value, one.element.id if one.element else "", one.cases) for one in told.groups}
    assert groups == {("stuck", "refuse", 2), ("same", "", 1)}
    assert (told.money.dearer, told.money.cheaper, told.money.cheaper_by) == (0, 3, 30_000)
    assert (told.late_before, told.late, told.newly_late, told.moved_on) == (0, 1, 1, 0)
    assert (told.flows[0].taken, told.ways["f1"]) == (3, 3)
    assert sorted(listed(kilns, key, "stuck", "refuse")) == sorted(refused)
    assert listed(kilns, key, "late") == [granted]
    assert len(listed(kilns, key, "cheaper")) == 3
    for kind in ("dearer", "documents", "other", "waiting", "untried"):
        assert listed(kilns, key, kind) == []
    assert listed(kilns, key, "stuck", "check") == []


def test_a_complaint_about_what_the_analyst_worked_on_is_not_listed(kilns: Kilns) -> None:
    one, other = checked(kilns, "refuse"), checked(kilns, "refuse")
    key = tried(kilns, OTHERWISE)
    with kilns.house.database.transaction() as session:
        found = session.scalar(select(Application.id).where(Application.reference == one))
        session.add(KeptApart(person_id=kilns.cast.chenda.person_id, application_id=found))
    assert listed(kilns, key, "stuck") == [other]


def test_a_trial_is_drawn_on_what_was_tried_and_on_the_version_of_most_cases(kilns: Kilns) -> None:
    for result in ("refuse", "refuse", "return"):
        checked(kilns, result)
    kilns.draw(2, ('name="Refuse"', 'name="Say no"'))
    checked(kilns, "ok")
    key = tried(kilns, changed(process_bpmn=('result == "return"', 'result == "never"')))
    with kilns.house.database.reading() as session:
        drawn = trial_drawings.drawn(session, kilns.house, shown(kilns, key))
    assert (drawn.before, drawn.before_cases, drawn.drawings_before) == (1, 3, ("process.bpmn",))
    assert (drawn.parted, drawn.stuck, drawn.cases) == ({"approve": 1}, {}, {"approve": 1})
    assert len(listed(kilns, key, "parted", "approve")) == 1


def test_documents_that_are_asked_besides_are_counted_by_their_words(kilns: Kilns) -> None:
    reference = kilns.send().reference
    key = tried(kilns, changed(service_yaml=("documents: []", "documents: [{key: plan, required: kilns > 1}]")))
    told = shown(kilns, key)
    assert [(is_asked, label.en, number) for is_asked, label, number in told.documents] == [(True, "plan", 1)]
    assert listed(kilns, key, "documents") == [reference]


def test_the_trials_of_a_service_are_listed_for_who_may_read_them(kilns: Kilns) -> None:
    kilns.send()
    key = tried(kilns, OTHERWISE)
    there = Actor(kilns.cast.phally.person_id, memberships=frozenset({("analyst", kilns.cast.phnom_penh)}))
    with kilns.house.database.reading() as session:
        assert [one.line.key for one in trial_list.of_service(session, kilns.cast.chenda.actor, SERVICE)] == [key]
        assert trial_list.of_service(session, there, SERVICE) == ()
    with pytest.raises(NotAllowed):
        shown(kilns, key, there)
