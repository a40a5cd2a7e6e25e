"""A release from its beginning to its effect: made by one, approved by another, and what is refused on the way."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from engine.errors import (
    BuiltUpon,
    GateClosed,
    NotAllowed,
    NotFound,
    NothingChanged,
    OwnRelease,
    PackageOfAnotherMinistry,
    PackageRefused,
    PlannedInThePast,
    ReasonMissing,
    Refused,
    ReleaseClosed,
    ReleaseHasCases,
    ReleaseInEffect,
    ReleaseNotSubmitted,
    ReleaseOvertaken,
    StalePage,
    TitleMissing,
    VersionWithdrawn,
)
from engine.packages.groups import ANALYST, APPROVER
from engine.queries.analyst.releases import release_list
from engine.releases import deciding, gate, making, submitting
from engine.versions import transfers
from storage.offices import Ministry
from storage.processes import ProcessDefinition, ProcessInstance
from storage.releases import GateResult, GateStep, GateVerdict, Release, ReleaseItem, ReleaseStatus
from tests.cast import NOW
from tests.small.agreeing import MINISTRY, Agreeing, kiln_files
from tests.small.cases import PACKAGE, SERVICE, Kilns
from tests.statements import counted

MIDNIGHT = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)
"""When the first of April begins in Phnom Penh."""


@pytest.fixture
def agreeing(kilns: Kilns) -> Agreeing:
    return Agreeing(kilns)


def items(agreeing: Agreeing, key: str) -> list[ReleaseItem]:
    with agreeing.house.database.reading() as session:
        return list(session.scalars(select(ReleaseItem).where(ReleaseItem.release_id == agreeing.row(key).id)))


def test_a_new_release_pins_every_service_of_its_ministry_at_its_newest_version(agreeing: Agreeing) -> None:
    key = agreeing.begin(" Clearer words ")
    (item,) = items(agreeing, key)
    assert (item.service_key, item.archive, item.definition_id) == (SERVICE, None, item.base_id)
    row = agreeing.row(key)
    assert (row.title, row.status, row.number, row.made_by_id) == (
        "Clearer words",
        ReleaseStatus.DRAFT,
        None,
        agreeing.cast.chenda.person_id,
    )


def test_an_approved_release_makes_the_next_version_of_what_it_changes(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    assert agreeing.versions() == [1]
    assert agreeing.approve(key) == 1
    assert agreeing.version_at(agreeing.cast.battambang) == 2
    (item,) = items(agreeing, key)
    with agreeing.house.database.reading() as session:
        made = session.get_one(ProcessDefinition, item.definition_id)
        assert (made.version, made.digest, made.published_by_id) == (2, item.digest, agreeing.cast.sothea.person_id)
    assert agreeing.row(key).effective_from == NOW
    assert agreeing.history() == ["begun", "put_in", "submitted", "let_through", "approved", "published"]


def test_numbers_count_for_each_ministry(agreeing: Agreeing) -> None:
    assert [agreeing.approve(agreeing.submitted(words)) for words in ("One.", "Two.")] == [1, 2]


def test_the_gate_says_what_it_found_and_holds_up_what_no_scenario_tries(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.begin()
    agreeing.put_in(key)
    agreeing.submit(key)
    agreeing.replayed()
    with agreeing.house.database.reading() as session:
        found = {one.step: one for one in session.scalars(select(GateResult))}
    passed = {step for step, one in found.items() if one.verdict == GateVerdict.PASSED}
    assert passed == set(GateStep) - {GateStep.COVERED}
    assert all(
        one["en"].startswith("Not tried by any scenario") for one in found[GateStep.COVERED].findings if one["holds"]
    )
    assert [(one["place"], one["en"]) for one in found[GateStep.COMPARED].findings] == [
        ("texts.yaml", "summary › en: For tests. → For the release.")
    ]
    assert found[GateStep.REPLAYED].findings[-1]["en"] == (
        "Cases: 1. The same path: 1. Another path: 0. Could not be tried: 0. Dearer: 0. Cheaper: 0. "
        "Late by the new term only: 0. Other documents: 0."
    )
    with pytest.raises(GateClosed) as refused:
        agreeing.approve(key)
    assert "covered" in str(refused.value)
    agreeing.let_all_through(key)
    assert agreeing.approve(key) == 1


@pytest.mark.parametrize(
    ("file", "content", "verdicts"),
    [
        ("tests.yaml", (PACKAGE / "tests.yaml").read_bytes().replace(b"fee: 40000", b"fee: 10"), "passed failed"),
        ("certificate.typ", b"#data.nobody", "failed not_done"),
    ],
)
def test_a_package_with_a_mistake_is_held_up_and_not_tried_when_its_check_fails(
    agreeing: Agreeing, file: str, content: bytes, verdicts: str
) -> None:
    key = agreeing.begin()
    agreeing.put_in(key, {**kiln_files(), file: content})
    agreeing.submit(key)
    with agreeing.house.database.reading() as session:
        found = dict(session.execute(select(GateResult.step, GateResult.verdict)).all())
    assert f"{found[GateStep.CHECKED]} {found[GateStep.TESTED]}" == verdicts
    with pytest.raises(GateClosed):
        agreeing.approve(key)


def test_nobody_approves_what_they_made_a_part_of(agreeing: Agreeing) -> None:
    both = agreeing.belongs(agreeing.cast.bopha, APPROVER, MINISTRY)
    author = agreeing.belongs(agreeing.cast.bopha, ANALYST, MINISTRY)
    key = agreeing.begin()
    with agreeing.house.database.transaction() as session:
        making.put_in(session, agreeing.house, author, key, kiln_files(), now=NOW)
    agreeing.submit(key)
    agreeing.let_all_through(key)
    for act in (
        lambda: agreeing.approve(key, actor=both),
        lambda: _let_through(agreeing, key, both),
    ):
        with pytest.raises(OwnRelease):
            act()
    assert agreeing.versions() == [1]
    assert agreeing.approve(key) == 1


def _let_through(agreeing: Agreeing, key: str, actor: object) -> None:
    with agreeing.house.database.transaction() as session:
        deciding.let_through(session, actor, key, GateStep.COVERED, "Fine.", now=NOW)  # type: ignore[arg-type]


@pytest.mark.parametrize("who", ["bopha", "visal", "chenda", "dara"])
def test_only_an_approver_approves(agreeing: Agreeing, who: str) -> None:
    key = agreeing.submitted()
    with pytest.raises((NotAllowed, NotFound)):
        agreeing.approve(key, actor=getattr(agreeing.cast, who).actor)
    assert agreeing.versions() == [1]


def test_who_belongs_to_another_ministry_neither_makes_nor_finds_nor_decides(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    analyst = agreeing.belongs(agreeing.cast.bopha, ANALYST, "tourism")
    approver = agreeing.belongs(agreeing.cast.vannak, APPROVER, "tourism")
    with pytest.raises(NotAllowed), agreeing.house.database.transaction() as session:
        making.begin(session, analyst, MINISTRY, "Mine", now=NOW)
    with pytest.raises(NotFound), agreeing.house.database.transaction() as session:
        making.put_in(session, agreeing.house, analyst, key, kiln_files(), now=NOW)
    with pytest.raises(NotFound):
        agreeing.approve(key, actor=approver)
    with pytest.raises(NotFound), agreeing.house.database.transaction() as session:
        deciding.withdraw(session, agreeing.house, approver, key, "No.", now=NOW)


def test_who_belongs_to_the_ministry_does(agreeing: Agreeing) -> None:
    analyst = agreeing.belongs(agreeing.cast.bopha, ANALYST, MINISTRY)
    approver = agreeing.belongs(agreeing.cast.vannak, APPROVER, MINISTRY)
    with agreeing.house.database.transaction() as session:
        key = making.begin(session, analyst, MINISTRY, "Ours", now=NOW)
        making.put_in(session, agreeing.house, analyst, key, kiln_files(), now=NOW)
    submitting.submit(agreeing.house, analyst, key, now=NOW)
    agreeing.let_all_through(key)
    assert agreeing.approve(key, actor=approver) == 1


def test_a_double_click_approves_once(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    seen = agreeing.row(key).revision
    assert agreeing.approve(key, seen=seen) == 1
    with pytest.raises(StalePage):
        agreeing.approve(key, seen=seen)
    with pytest.raises(ReleaseNotSubmitted):
        agreeing.approve(key)
    assert agreeing.versions() == [1, 2]


def test_who_decides_from_a_stale_page_is_told(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    seen = agreeing.row(key).revision
    agreeing.put_in(key)
    with pytest.raises(StalePage), agreeing.house.database.transaction() as session:
        making.take_out(session, agreeing.analyst, key, SERVICE, seen=seen, now=NOW)
    with pytest.raises(StalePage):
        submitting.submit(agreeing.house, agreeing.analyst, key, seen=seen, now=NOW)


def test_what_was_changed_while_the_gate_looked_is_not_submitted(
    agreeing: Agreeing, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    look = gate.go_through

    def slowly(*given: object, **named: object) -> object:
        found = look(*given, **named)  # type: ignore[arg-type]
        meanwhile = threading.Thread(target=agreeing.put_in, args=(key, kiln_files("Meanwhile.")))
        meanwhile.start()
        meanwhile.join()
        return found

    monkeypatch.setattr(gate, "go_through", slowly)
    with pytest.raises(StalePage):
        agreeing.submit(key)
    assert agreeing.row(key).status == ReleaseStatus.DRAFT


def test_a_submission_that_is_killed_leaves_the_release_as_it_was(
    agreeing: Agreeing, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    before = agreeing.row(key).revision

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(submitting, "_write_down", killed)
    with pytest.raises(KeyboardInterrupt):
        agreeing.submit(key)
    assert (agreeing.row(key).status, agreeing.row(key).revision) == (ReleaseStatus.DRAFT, before)
    monkeypatch.undo()
    agreeing.submit(key)
    assert agreeing.row(key).status == ReleaseStatus.SUBMITTED


def test_an_approval_that_is_killed_publishes_nothing(agreeing: Agreeing, monkeypatch: pytest.MonkeyPatch) -> None:
    key = agreeing.submitted()
    add = deciding.add_version

    def killed(*given: object, **named: object) -> None:
        add(*given, **named)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding, "add_version", killed)
    with pytest.raises(KeyboardInterrupt):
        agreeing.approve(key)
    assert (agreeing.row(key).status, agreeing.versions()) == (ReleaseStatus.SUBMITTED, [1])
    monkeypatch.undo()
    assert (agreeing.approve(key), agreeing.versions()) == (1, [1, 2])


def test_a_release_takes_effect_at_midnight_in_phnom_penh(agreeing: Agreeing) -> None:
    agreeing.approve(agreeing.submitted(planned_for=MIDNIGHT))
    moments = (NOW, MIDNIGHT - timedelta(seconds=1), MIDNIGHT)
    assert [agreeing.version_at(agreeing.cast.battambang, moment) for moment in moments] == [1, 1, 2]


def test_a_moment_that_passed_before_the_approval_is_that_of_the_approval(agreeing: Agreeing) -> None:
    key = agreeing.submitted(planned_for=MIDNIGHT)
    late = MIDNIGHT + timedelta(days=2)
    agreeing.approve(key, now=late)
    assert agreeing.row(key).effective_from == late


def test_pilot_offices_get_it_and_others_do_not(agreeing: Agreeing) -> None:
    agreeing.approve(agreeing.submitted(offices=("02",)))
    there = agreeing.cast.battambang, agreeing.cast.phnom_penh, None
    assert [agreeing.version_at(office) for office in there] == [2, 1, 1]


def test_what_a_pilot_has_can_be_given_to_all(agreeing: Agreeing) -> None:
    agreeing.approve(agreeing.submitted(offices=("02",)))
    key = agreeing.begin()
    assert agreeing.put_in(key).is_changed
    agreeing.submit(key)
    agreeing.let_all_through(key)
    agreeing.approve(key)
    there = agreeing.cast.battambang, agreeing.cast.phnom_penh, None
    assert [agreeing.version_at(office) for office in there] == [3, 3, 3]


def test_a_running_case_stays_and_a_new_one_takes_the_release(agreeing: Agreeing) -> None:
    before = agreeing.kilns.send()
    agreeing.approve(agreeing.submitted())
    after = agreeing.kilns.send(agreeing.cast.bopha)
    with agreeing.house.database.reading() as session:
        on = dict(session.execute(select(ProcessInstance.application_id, ProcessDefinition.version)
            .join(ProcessDefinition, ProcessDefinition.id == ProcessInstance.definition_id)).all())  # fmt: skip
    assert on == {agreeing.kilns.row(before).id: 1, agreeing.kilns.row(after).id: 2}


def test_a_release_is_withdrawn_before_it_is_in_effect_and_never_is(agreeing: Agreeing) -> None:
    key = agreeing.submitted(planned_for=MIDNIGHT)
    agreeing.approve(key)
    agreeing.withdraw(key)
    assert agreeing.version_at(agreeing.cast.battambang, MIDNIGHT) == 1
    with pytest.raises(VersionWithdrawn), agreeing.house.database.transaction() as session:
        transfers.begin(
            session, agreeing.house, agreeing.cast.visal.actor, SERVICE, 2, mapping={}, reason="Try.", now=NOW
        )
    with pytest.raises(ReleaseClosed):
        agreeing.withdraw(key)
    assert agreeing.approve(agreeing.submitted("Better words.")) == 2


def test_a_release_in_effect_is_not_withdrawn(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    agreeing.approve(key)
    with pytest.raises(ReleaseInEffect):
        agreeing.withdraw(key)
    assert agreeing.version_at(None) == 2


def test_a_release_that_another_was_built_on_is_withdrawn_after_that_one(agreeing: Agreeing) -> None:
    first = agreeing.submitted(planned_for=MIDNIGHT)
    agreeing.approve(first)
    second = agreeing.submitted("Again.", planned_for=MIDNIGHT + timedelta(days=1))
    agreeing.approve(second)
    with pytest.raises(BuiltUpon, match="Release 2"):
        agreeing.withdraw(first)
    agreeing.withdraw(second)
    agreeing.withdraw(first)
    assert agreeing.version_at(None, MIDNIGHT + timedelta(days=9)) == 1


def test_a_release_to_which_cases_were_taken_is_not_withdrawn(agreeing: Agreeing) -> None:
    agreeing.kilns.send()
    key = agreeing.submitted(planned_for=MIDNIGHT)
    agreeing.approve(key)
    transfers.transfer(agreeing.house, agreeing.cast.visal.actor, SERVICE, 2, mapping={}, reason="First ones.", now=NOW)
    with pytest.raises(ReleaseHasCases, match="version 2"):
        agreeing.withdraw(key)


def test_what_is_sent_back_says_why_and_can_be_mended(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    with pytest.raises(ReasonMissing), agreeing.house.database.transaction() as session:
        deciding.send_back(session, agreeing.house, agreeing.approver, key, " ", now=NOW)
    with agreeing.house.database.transaction() as session:
        deciding.send_back(session, agreeing.house, agreeing.approver, key, "The fee is missing.", now=NOW)
    assert agreeing.row(key).status == ReleaseStatus.DRAFT
    agreeing.put_in(key, kiln_files("Mended."))
    agreeing.submit(key)
    agreeing.let_all_through(key)
    assert agreeing.approve(key) == 1


def test_of_two_releases_made_at_once_the_later_is_told_what_changed_and_loses_nothing(agreeing: Agreeing) -> None:
    mine, other = agreeing.submitted("Mine."), agreeing.submitted("Theirs.")
    agreeing.approve(other)
    with pytest.raises(ReleaseOvertaken) as refused:
        agreeing.approve(mine)
    assert f"{SERVICE} version 2 by Ek Sothea" in str(refused.value)
    with agreeing.house.database.transaction() as session:
        (change,) = making.rebase(session, agreeing.analyst, mine, now=NOW)
    assert (change.service_key, change.newest and change.newest.version, change.was_changed) == (SERVICE, 2, True)
    agreeing.submit(mine)
    agreeing.let_all_through(mine)
    assert (agreeing.approve(mine), agreeing.versions()) == (2, [1, 2, 3])


def test_the_same_words_in_both_releases_change_nothing_any_more(agreeing: Agreeing) -> None:
    mine, other = agreeing.submitted("The same."), agreeing.submitted("The same.")
    agreeing.approve(other)
    with agreeing.house.database.transaction() as session:
        making.rebase(session, agreeing.analyst, mine, now=NOW)
    with pytest.raises(NothingChanged):
        agreeing.submit(mine)


def test_what_the_operator_published_meanwhile_is_told_too(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    agreeing.kilns.publish(texts_yaml=kiln_files("By hand.")["texts.yaml"])
    with pytest.raises(ReleaseOvertaken, match="by the operator"):
        agreeing.approve(key)


def test_two_who_approve_two_releases_at_the_same_moment_do_not_both_win(agreeing: Agreeing) -> None:
    keys = [agreeing.submitted(words) for words in ("Mine.", "Theirs.")]
    told: list[object] = []
    together = threading.Barrier(2)

    def decide(key: str) -> None:
        together.wait()
        try:
            told.append(agreeing.approve(key))
        except Refused as refused:
            told.append(type(refused))

    threads = [threading.Thread(target=decide, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [1, ReleaseOvertaken]
    assert agreeing.versions() == [1, 2]


def test_two_who_approve_the_same_release_at_the_same_moment_publish_it_once(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    told: list[object] = []
    together = threading.Barrier(2)

    def decide() -> None:
        together.wait()
        try:
            told.append(agreeing.approve(key))
        except Refused as refused:
            told.append(type(refused))

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told, key=str) == [1, ReleaseNotSubmitted]
    assert agreeing.versions() == [1, 2]


def test_a_package_put_in_unchanged_changes_nothing(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    assert not agreeing.put_in(key, kiln_files("For tests.")).is_changed
    with pytest.raises(NothingChanged):
        agreeing.submit(key)


def test_what_was_put_in_can_be_taken_out(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    with agreeing.house.database.transaction() as session:
        making.take_out(session, agreeing.analyst, key, SERVICE, now=NOW)
        with pytest.raises(NotFound):
            making.take_out(session, agreeing.analyst, key, SERVICE, now=NOW)
    (item,) = items(agreeing, key)
    assert (item.archive, item.definition_id) == (None, item.base_id)


def test_what_cannot_be_read_or_belongs_elsewhere_is_not_put_in(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    with pytest.raises(PackageRefused):
        agreeing.put_in(key, {**kiln_files(), "process.bpmn": b"<not-xml"})
    culture = {name: content.replace(b"industry", b"culture") for name, content in kiln_files().items()}
    with pytest.raises(PackageOfAnotherMinistry):
        agreeing.put_in(key, culture)
    assert agreeing.history() == ["begun"]


def test_a_submitted_release_is_frozen(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    for act in (
        lambda: agreeing.put_in(key),
        lambda: agreeing.plan(key),
        lambda: agreeing.submit(key),
    ):
        with pytest.raises(ReleaseClosed):
            act()


def test_a_plan_that_makes_no_sense_is_refused(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    with pytest.raises(PlannedInThePast):
        agreeing.plan(key, planned_for=NOW)
    with pytest.raises(Refused, match="99"):
        agreeing.plan(key, offices=("99",))
    with pytest.raises(TitleMissing):
        agreeing.begin("  ")


def test_a_release_that_was_not_submitted_is_not_decided(agreeing: Agreeing) -> None:
    key = agreeing.begin()
    agreeing.put_in(key)
    with pytest.raises(ReleaseNotSubmitted):
        agreeing.approve(key)
    with pytest.raises(ReleaseNotSubmitted), agreeing.house.database.transaction() as session:
        deciding.send_back(session, agreeing.house, agreeing.approver, key, "No.", now=NOW)


def test_a_step_that_holds_nothing_up_is_not_let_through(agreeing: Agreeing) -> None:
    key = agreeing.submitted()
    with pytest.raises(NotFound), agreeing.house.database.transaction() as session:
        deciding.let_through(session, agreeing.approver, key, GateStep.CHECKED, "Fine.", now=NOW)


def test_a_release_of_other_packages_does_not_change_what_stays(agreeing: Agreeing) -> None:
    new = {
        **kiln_files(),
        "service.yaml": (PACKAGE / "service.yaml").read_bytes().replace(b"kiln_permit", b"kiln_sale"),
    }
    key = agreeing.begin()
    assert agreeing.put_in(key, new).is_changed
    agreeing.submit(key)
    agreeing.let_all_through(key)
    agreeing.approve(key)
    assert agreeing.versions() == [1]
    assert sorted(item.service_key for item in items(agreeing, key)) == [SERVICE, "industry.kiln_sale"]
    with agreeing.house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessDefinition)) == 2


def test_the_number_of_a_release_is_held_by_the_database(agreeing: Agreeing) -> None:
    first, second = agreeing.submitted("One."), agreeing.begin()
    agreeing.approve(first)
    with pytest.raises(Exception, match=r"(?i)unique"), agreeing.house.database.transaction() as session:
        session.execute(update(Release).where(Release.key == second).values(number=1))


def test_a_list_of_many_releases_and_ministries_costs_no_statement_more(agreeing: Agreeing) -> None:
    def statements() -> int:
        with agreeing.house.database.reading() as session, counted(agreeing.house.database) as told:
            release_list(session, agreeing.cast.visal.actor, now=NOW)
        return told.statements

    agreeing.begin()
    before = statements()
    for number in range(5):
        agreeing.begin(f"Release {number}")
        with agreeing.house.database.transaction() as session:
            session.add(Ministry(key=f"m{number}", name_km="ក", name_en="M"))
    assert statements() == before <= 7
