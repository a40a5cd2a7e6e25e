"""The replay of the gate: the newest cases tried on the very package of a release, and what its approver reads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select, update

from engine.clockwork import schedule
from engine.errors import GateClosed, NotAllowed, NotFound, ReleaseClosed, StalePage
from engine.packages.groups import APPROVER
from engine.queries.analyst.release_page import release_page
from engine.queries.analyst.trials import TrialShown
from engine.queries.analyst.trials import trial as trial_page
from engine.releases import deciding, replaying
from engine.versions import trials
from storage.releases import GateResult, GateStep, GateVerdict
from storage.trials import Trial, TrialCase, TrialStatus, TrialVerdict
from tests.cast import NOW, Member
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import SERVICE, Kilns


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def ask(agreeing: Agreeing, key: str, member: Member | None = None) -> str:
    with agreeing.house.database.transaction() as session:
        actor = (member or agreeing.cast.chenda).actor
        return replaying.ask(session, agreeing.house, actor, key, SERVICE, now=NOW)


def trials_there(agreeing: Agreeing) -> list[Trial]:
    with agreeing.house.database.reading() as session:
        return list(session.scalars(select(Trial).order_by(Trial.id)))


def step(agreeing: Agreeing) -> GateResult:
    with agreeing.house.database.reading() as session:
        return session.scalars(select(GateResult).where(GateResult.step == GateStep.REPLAYED)).one()


def read(agreeing: Agreeing, trial: str, actor: object) -> TrialShown:
    with agreeing.house.database.reading() as session:
        return trial_page(session, agreeing.house, actor, trial, now=NOW)  # type: ignore[arg-type]


def swapped() -> dict[str, bytes]:
    """The kilns with two of their ways exchanged: a case that was refused gets stuck."""
    drawn = kiln_files()["process.bpmn"]
    for before, after in ((b"refuse", b"between"), (b"return", b"refuse"), (b"between", b"return")):
        drawn = drawn.replace(b'result == "' + before + b'"', b'result == "' + after + b'"')
    return {**kiln_files(), "process.bpmn": drawn}


def waiting(agreeing: Agreeing, files: dict[str, bytes] | None = None) -> str:
    """A release that was submitted while there is a case to try."""
    sent = agreeing.kilns.send()
    agreeing.kilns.pay(sent)
    agreeing.kilns.check(sent, "refuse")
    key = agreeing.begin()
    agreeing.put_in(key, files)
    agreeing.submit(key)
    return key


def test_submitting_has_the_newest_cases_tried_and_holds_the_release_up_until_they_are(agreeing: Agreeing) -> None:
    key = waiting(agreeing)
    (trial,) = trials_there(agreeing)
    assert (trial.status, trial.total, trial.most) == (TrialStatus.QUEUED, 1, trials.USUAL)
    assert (trial.digest, trial.office_id, trial.since) == (kiln_digest(agreeing, key), None, None)
    assert (step(agreeing).verdict, step(agreeing).findings[0]["trial"]) == (GateVerdict.NOT_DONE, trial.key)
    with pytest.raises(GateClosed) as refused:
        agreeing.approve(key)
    assert "replayed" in str(refused.value)
    schedule.sweep(agreeing.house, now=NOW + timedelta(minutes=1))
    assert (step(agreeing).verdict, step(agreeing).at) == (GateVerdict.PASSED, NOW + timedelta(minutes=1))
    assert agreeing.history()[-2:] == ["submitted", "replayed"]
    agreeing.let_all_through(key)
    assert agreeing.approve(key) == 1


def kiln_digest(agreeing: Agreeing, key: str) -> str:
    with agreeing.house.database.reading() as session:
        return release_page(session, agreeing.house, agreeing.analyst, key, now=NOW).changed[0].digest


def test_a_case_that_would_get_stuck_holds_the_release_up(agreeing: Agreeing) -> None:
    key = waiting(agreeing, swapped())
    agreeing.replayed()
    found = step(agreeing)
    assert found.verdict == GateVerdict.FAILED
    assert [(one["place"], one["en"], one["holds"]) for one in found.findings] == [
        ("refuse", "Cases that would get stuck here: 1.", True),
        ("", found.findings[1]["en"], False),
    ]
    with pytest.raises(GateClosed):
        agreeing.approve(key)


def test_when_no_case_could_be_tried_the_release_is_held_up(agreeing: Agreeing) -> None:
    waiting(agreeing)
    with agreeing.house.database.transaction() as session:
        session.execute(update(TrialCase).values(verdict=TrialVerdict.UNTRIED))
        session.execute(update(Trial).values(status=TrialStatus.DONE, done=1))
    replaying.settle_due(agreeing.house, now=NOW)
    found = step(agreeing)
    assert (found.verdict, found.findings[0]["en"]) == (GateVerdict.FAILED, "None of the 1 cases could be tried.")


def test_where_there_is_no_case_nothing_is_waited_for(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    assert step(agreeing).verdict == GateVerdict.PASSED


def test_what_was_tried_while_the_release_was_made_counts_when_it_is_submitted(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    trial = ask(agreeing, key)
    assert ask(agreeing, key) == trial
    agreeing.replayed()
    agreeing.submit(key)
    assert (step(agreeing).verdict, len(trials_there(agreeing))) == (GateVerdict.PASSED, 1)


def test_a_trial_of_other_files_does_not_count(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    ask(agreeing, key)
    agreeing.replayed()
    agreeing.put_in(key, kiln_files("Mended."))
    with agreeing.house.database.reading() as session:
        shown = release_page(session, agreeing.house, agreeing.analyst, key, now=NOW)
    assert shown.changed[0].trial is None
    agreeing.submit(key)
    first, second = trials_there(agreeing)
    assert (first.digest != second.digest, second.status) == (True, TrialStatus.QUEUED)
    assert step(agreeing).verdict == GateVerdict.NOT_DONE


def test_a_trial_that_the_analyst_asked_elsewhere_does_not_count(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    with agreeing.house.database.transaction() as session:
        trials.ask(session, agreeing.house, agreeing.analyst, SERVICE, kiln_files(), most=1, now=NOW)
    agreeing.replayed()
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    assert step(agreeing).verdict == GateVerdict.NOT_DONE


def test_what_was_let_through_before_it_was_tried_is_decided_again(agreeing: Agreeing) -> None:
    key = waiting(agreeing, swapped())
    agreeing.let_all_through(key)
    agreeing.replayed()
    found = step(agreeing)
    assert (found.verdict, found.reason, found.overridden_at) == (GateVerdict.FAILED, "", None)
    with pytest.raises(GateClosed):
        agreeing.approve(key)


def test_what_was_approved_before_it_was_tried_stays_as_it_was_decided(agreeing: Agreeing) -> None:
    key = waiting(agreeing, swapped())
    agreeing.let_all_through(key)
    agreeing.approve(key)
    agreeing.replayed()
    assert (step(agreeing).verdict, step(agreeing).reason) == (GateVerdict.NOT_DONE, "Looked at by hand.")


def test_a_trial_that_was_stopped_is_begun_again_by_its_makers(agreeing: Agreeing) -> None:
    key = waiting(agreeing)
    (stopped,) = trials_there(agreeing)
    with agreeing.house.database.transaction() as session:
        trials.cancel(session, agreeing.analyst, stopped.key, now=NOW)
    agreeing.replayed()
    assert step(agreeing).verdict == GateVerdict.NOT_DONE
    again = ask(agreeing, key)
    assert again != stopped.key
    agreeing.replayed()
    assert step(agreeing).verdict == GateVerdict.PASSED


def test_a_package_whose_check_fails_is_not_tried_on_cases(agreeing: Agreeing) -> None:
    waiting(agreeing, {**kiln_files(), "certificate.typ": b"#data.nobody"})
    assert trials_there(agreeing) == []
    assert (step(agreeing).verdict, step(agreeing).findings[0]["en"]) == (
        GateVerdict.NOT_DONE,
        "Not tried on any case yet.",
    )


def test_only_analysts_begin_it_and_only_of_what_the_release_changes(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    with pytest.raises(NotFound):
        ask(agreeing, key)
    agreeing.put_in(key)
    for member in (agreeing.cast.sothea, agreeing.cast.visal):
        with pytest.raises(NotAllowed):
            ask(agreeing, key, member)
    agreeing.withdraw(key)
    with pytest.raises(ReleaseClosed):
        ask(agreeing, key)


def test_the_approver_reads_the_trial_of_a_release_that_waits_for_them_and_changes_nothing(agreeing: Agreeing) -> None:
    approver = agreeing.belongs(agreeing.cast.vannak, APPROVER, MINISTRY)
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    trial = ask(agreeing, key)
    with agreeing.house.database.transaction() as session:
        other = trials.ask(session, agreeing.house, agreeing.analyst, SERVICE, 1, now=NOW)
    with pytest.raises(NotAllowed):  # it is still being made
        read(agreeing, trial, approver)
    agreeing.submit(key)
    shown = read(agreeing, trial, approver)
    assert (shown.release, shown.may_change, shown.line.total) == ((key, "Clearer words"), False, 1)
    for act in (trials.cancel, trials.repeat):
        with pytest.raises(NotAllowed), agreeing.house.database.transaction() as session:
            act(session, approver, trial, now=NOW)
    with pytest.raises(NotAllowed):
        read(agreeing, other, approver)


def test_an_approver_of_another_ministry_does_not_read_it(agreeing: Agreeing) -> None:
    approver = agreeing.belongs(agreeing.cast.vannak, APPROVER, "tourism")
    waiting(agreeing)
    with pytest.raises(NotAllowed):
        read(agreeing, trials_there(agreeing)[0].key, approver)


def test_two_who_begin_it_at_once_begin_one(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    together = Barrier(2)

    def begun() -> str:
        together.wait()
        return ask(agreeing, key)

    with ThreadPoolExecutor(2) as pool:
        found = {each.result() for each in [pool.submit(begun) for _ in range(2)]}
    assert found == {one.key for one in trials_there(agreeing)}
    assert len(found) == 1


def test_who_decides_from_a_page_without_the_result_is_told(agreeing: Agreeing) -> None:
    key = waiting(agreeing)
    seen = agreeing.row(key).revision
    agreeing.replayed()
    with pytest.raises(StalePage), agreeing.house.database.transaction() as session:
        deciding.let_through(session, agreeing.approver, key, GateStep.REPLAYED, "Fine.", seen=seen, now=NOW)
