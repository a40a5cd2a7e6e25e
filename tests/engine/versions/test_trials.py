"""Many cases tried on another package at once: which ones, what is found of each, how it goes on, stops and repeats."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.applications.submitting import Submitted
from engine.case.opening import lock_case
from engine.clockwork import schedule
from engine.errors import NoSuchVersion, NotAllowed, NotFound, OtherService, PackageRefused
from engine.people.actors import OPERATOR, Actor
from engine.versions import publishing, trials
from storage.trials import Trial, TrialCase, TrialStatus, TrialVerdict
from tests.cast import NOW
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.small.potters import PACKAGE as POTTERS

NEVER_REFUSED = ('result == "refuse"', 'result == "never"')
NEVER_RETURNED = ('result == "return"', 'result == "never"')
LATER = NOW + timedelta(days=60)


def files(**changed: tuple[str, str]) -> dict[str, bytes]:
    """The package with one text of some files replaced, ``fees_dmn=(before, after)``."""
    found = dict(publishing.files_of(PACKAGE))
    for name, (before, after) in changed.items():
        file = name.replace("_", ".")
        assert before.encode() in found[file], before
        found[file] = found[file].replace(before.encode(), after.encode(), 1)
    return found


def asked(kilns: Kilns, package: int | Mapping[str, bytes], **limits: object) -> str:
    with kilns.house.database.transaction() as session:
        actor = kilns.cast.chenda.actor
        return trials.ask(session, kilns.house, actor, SERVICE, package, **{"now": NOW, **limits})  # type: ignore[arg-type]


def worked_off(kilns: Kilns) -> None:
    while trials.go_on_due(kilns.house, now=LATER):
        pass


def rows(kilns: Kilns, key: str) -> list[TrialCase]:
    with kilns.house.database.reading() as session:
        wanted = select(TrialCase).join(Trial, Trial.id == TrialCase.trial_id).where(Trial.key == key)
        return list(session.scalars(wanted.order_by(TrialCase.place)))


def trial(kilns: Kilns, key: str) -> Trial:
    with kilns.house.database.reading() as session:
        return session.scalars(select(Trial).where(Trial.key == key)).one()


def of(kilns: Kilns, key: str, sent: Submitted) -> TrialCase:
    application_id = kilns.row(sent).id
    return next(row for row in rows(kilns, key) if row.application_id == application_id)


def checked(kilns: Kilns, result: str) -> Submitted:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.check(sent, result)
    return sent


def test_each_case_is_told_its_path(kilns: Kilns) -> None:
    refused, returned, granted = (checked(kilns, result) for result in ("refuse", "return", "ok"))
    kilns.draw(2, NEVER_REFUSED, NEVER_RETURNED)
    key = asked(kilns, 2)
    assert (trial(kilns, key).status, trial(kilns, key).total) == (TrialStatus.QUEUED, 3)
    worked_off(kilns)
    told = {one: of(kilns, key, sent) for one, sent in (("no", refused), ("back", returned), ("yes", granted))}
    assert (told["no"].verdict, told["no"].element_id, told["no"].reason) == ("stuck", "refuse", "TaskNotReady")
    assert (told["back"].verdict, told["back"].element_id) == ("other", "approve")
    assert (told["yes"].verdict, told["yes"].element_id) == ("same", "")
    done = trial(kilns, key)
    assert done.ways["f1"] == 3
    assert (done.status, done.done, done.started_at, done.finished_at) == (TrialStatus.DONE, 3, LATER, LATER)


def test_files_that_are_no_version_yet_are_tried_and_their_fees_told(kilns: Kilns) -> None:
    granted, fresh = checked(kilns, "ok"), kilns.send()
    key = asked(kilns, files(fees_dmn=("20000", "25000")))
    worked_off(kilns)
    for sent in (granted, fresh):
        row = of(kilns, key, sent)
        assert (row.verdict, row.fee_before, row.fee_after) == ("same", 40_000, 50_000)
    assert trial(kilns, key).definition_id is None


def test_a_term_that_is_shorter_makes_cases_late(kilns: Kilns) -> None:
    term = next(line for line in files()["service.yaml"].decode().splitlines() if line.startswith("term:"))
    granted = kilns.send()
    kilns.pay(granted)
    kilns.check(granted, "ok", now=NOW + timedelta(days=3))
    key = asked(kilns, files(service_yaml=(term, "term: 1 working day")))
    worked_off(kilns)
    row = of(kilns, key, granted)
    assert (row.late_before, row.late) == (False, True)


def test_documents_that_are_asked_besides_are_named(kilns: Kilns) -> None:
    sent = kilns.send()
    more = files(
        service_yaml=("documents: []", "documents: [{key: plan, required: kilns > 1}, {key: map, required: kilns > 2}]")
    )
    key = asked(kilns, more)
    worked_off(kilns)
    assert of(kilns, key, sent).documents == {"asked": ["plan"]}


def test_a_variable_that_only_the_package_has_is_taken_from_the_answers(kilns: Kilns) -> None:
    sent = checked(kilns, "ok")
    named = files(
        service_yaml=("variables: {", "variables: {ovens: apply.kilns, "),
        process_bpmn=('result == "refuse"', 'result == "refuse" and ovens == 2'),
    )
    key = asked(kilns, named)
    worked_off(kilns)
    assert of(kilns, key, sent).verdict == TrialVerdict.SAME


def test_the_cases_are_the_newest_of_the_office_and_the_period(kilns: Kilns) -> None:
    old, middle, new = (kilns.send(now=NOW + timedelta(days=day)) for day in (0, 1, 2))
    ids = [kilns.row(sent).id for sent in (old, middle, new)]
    all_of_them = [row.application_id for row in rows(kilns, asked(kilns, 1))]
    assert all_of_them == list(reversed(ids))
    newest = [row.application_id for row in rows(kilns, asked(kilns, 1, most=1))]
    assert newest == [ids[2]]
    between = asked(kilns, 1, since=NOW + timedelta(days=1), until=NOW + timedelta(days=2))
    assert [row.application_id for row in rows(kilns, between)] == [ids[1]]
    assert rows(kilns, asked(kilns, 1, office_id=kilns.cast.phnom_penh)) == []
    assert len(rows(kilns, asked(kilns, 1, office_id=kilns.cast.battambang))) == 3


def test_a_trial_without_cases_is_over_at_once(kilns: Kilns) -> None:
    key = asked(kilns, 1)
    worked_off(kilns)
    assert (trial(kilns, key).status, trial(kilns, key).total) == (TrialStatus.DONE, 0)


def test_the_same_cases_tried_again_give_the_same_rows(kilns: Kilns) -> None:
    for result in ("refuse", "return", "ok"):
        checked(kilns, result)
    kilns.draw(2, NEVER_REFUSED, NEVER_RETURNED)
    first = asked(kilns, 2)
    worked_off(kilns)
    kilns.send(now=NOW + timedelta(days=1))
    with kilns.house.database.transaction() as session:
        again = trials.repeat(session, kilns.cast.chenda.actor, first, now=LATER)
    worked_off(kilns)
    kept = [c.key for c in TrialCase.__mapper__.column_attrs if c.key not in ("id", "trial_id")]
    one, other = ([[getattr(row, name) for name in kept] for row in rows(kilns, key)] for key in (first, again))
    assert one == other
    assert len(one) == 3


def test_a_case_that_went_on_is_tried_as_it_stood(kilns: Kilns) -> None:
    sent = kilns.send()
    kilns.pay(sent)
    kilns.draw(2, NEVER_REFUSED)
    key = asked(kilns, 2)
    kilns.check(sent, "refuse")
    worked_off(kilns)
    row = of(kilns, key, sent)
    assert (row.verdict, row.moved_on, row.fee_before) == ("same", True, None)
    later = asked(kilns, 2)
    worked_off(kilns)
    assert (of(kilns, later, sent).verdict, of(kilns, later, sent).moved_on) == ("stuck", False)


def test_a_trial_goes_on_in_pieces_and_stops_when_it_is_told_to(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "PIECE", 1)
    monkeypatch.setattr(trials, "_TOGETHER", 1)
    for _ in range(3):
        kilns.send()
    key = asked(kilns, 1)
    with kilns.house.database.reading() as session:
        assert session.scalar(select(trials.next_due())) == NOW
    assert trials.go_on_due(kilns.house, now=NOW) == 1
    assert (trial(kilns, key).status, trial(kilns, key).done) == (TrialStatus.RUNNING, 1)
    with kilns.house.database.transaction() as session:
        trials.cancel(session, kilns.cast.chenda.actor, key, now=LATER)
    worked_off(kilns)
    stopped = trial(kilns, key)
    assert (stopped.status, stopped.done, stopped.finished_at) == (TrialStatus.CANCELLED, 1, LATER)
    assert [row.verdict for row in rows(kilns, key)] == ["same", "waiting", "waiting"]
    with kilns.house.database.reading() as session:
        assert session.scalar(select(trials.next_due())) is None


def test_what_is_being_tried_when_it_is_stopped_stays_stopped(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    kilns.send()
    key = asked(kilns, 1)
    tried = trials._tried

    def stopped_meanwhile(*given: object) -> object:
        with kilns.house.database.transaction() as session:
            trials.cancel(session, kilns.cast.chenda.actor, key, now=LATER)
        return tried(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(trials, "_tried", stopped_meanwhile)
    trials.go_on_due(kilns.house, now=NOW)
    assert trial(kilns, key).status == TrialStatus.CANCELLED


def test_the_sweep_works_trials_off(kilns: Kilns) -> None:
    kilns.send()
    key = asked(kilns, 1)
    assert schedule.sweep(kilns.house, now=NOW).tried == 1
    assert trial(kilns, key).status == TrialStatus.DONE


def test_a_case_that_cannot_be_tried_stops_no_other(kilns: Kilns) -> None:
    broken, _whole = kilns.send(), kilns.send()
    key = asked(kilns, 1)
    with kilns.house.database.transaction() as session:
        lost = session.scalars(select(TrialCase).where(TrialCase.application_id == kilns.row(broken).id)).one()
        lost.event_seq = 0
    worked_off(kilns)
    assert sorted(one.verdict for one in rows(kilns, key)) == ["same", "untried"]
    assert trial(kilns, key).status == TrialStatus.DONE


def test_only_who_reads_of_all_the_cases_asks_reads_and_stops(kilns: Kilns) -> None:
    kilns.send()
    key = asked(kilns, 1)
    for who in (kilns.cast.bopha, kilns.cast.dara):
        with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
            trials.ask(session, kilns.house, who.actor, SERVICE, 1, now=NOW)
        for refused in (trials.cancel, trials.repeat):
            with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
                refused(session, who.actor, key, now=NOW)  # type: ignore[operator]
    with kilns.house.database.reading() as session:
        assert trials.found(session, OPERATOR, key).total == 1
        with pytest.raises(NotFound):
            trials.found(session, OPERATOR, "nothing")


def test_an_analyst_of_one_office_tries_the_cases_of_that_one(kilns: Kilns) -> None:
    kilns.send()
    for office, number in ((kilns.cast.battambang, 1), (kilns.cast.phnom_penh, 0)):
        who = Actor(kilns.cast.phally.person_id, memberships=frozenset({("analyst", office)}))
        with kilns.house.database.transaction() as session:
            key = trials.ask(session, kilns.house, who, SERVICE, 1, now=NOW)
            assert trials.found(session, who, key).total == number
        other = kilns.cast.battambang + kilns.cast.phnom_penh - office
        with kilns.house.database.transaction() as session, pytest.raises(NotAllowed):
            trials.ask(session, kilns.house, who, SERVICE, 1, office_id=other, now=NOW)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_a_case_that_somebody_works_on_is_tried_without_waiting(kilns: Kilns) -> None:
    sent = kilns.send()
    key = asked(kilns, 1)
    with kilns.house.database.transaction() as session:
        lock_case(session, kilns.house, kilns.row(sent).id)
        worked_off(kilns)
    assert [one.verdict for one in rows(kilns, key)] == ["same"]


def test_what_is_no_package_and_no_version_cannot_be_tried(kilns: Kilns) -> None:
    with pytest.raises(NoSuchVersion):
        asked(kilns, 9)
    with pytest.raises(PackageRefused):
        asked(kilns, files(service_yaml=("term:", "terms:")))
    with pytest.raises(OtherService):
        asked(kilns, publishing.files_of(POTTERS))
