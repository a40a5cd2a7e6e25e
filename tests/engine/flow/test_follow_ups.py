"""Cases that begin without an application: with a message or a signal of another case, or by the clock."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from engine import bpmn
from engine.clockwork import schedule
from engine.flow import bringing, follow_ups, start_events
from engine.localise import PHNOM_PENH
from engine.queries.admin.health import examine
from engine.versions import rehearsing
from engine.versions.replaying import replay
from storage.applications import Application, Channel
from storage.events import CaseEvent
from storage.follow_ups import FollowUp, StartEvent
from storage.offices import OfficeService
from storage.people import Person
from storage.processes import ProcessDefinition, ProcessInstance, UserTask
from storage.releases import PilotOffice
from tests.cast import HIRED, NOW, Member
from tests.engine.flow import drawings
from tests.engine.flow.test_bringing import at, paid, waiting
from tests.small.cases import SERVICE, Kilns

WORKERS = 4


def begun(kilns: Kilns) -> Sequence[Application]:
    """The applications that nobody sent, in the order in which they began."""
    with kilns.house.database.reading() as session:
        return session.scalars(
            select(Application).where(Application.channel == Channel.FOLLOW_UP).order_by(Application.id)
        ).all()


def tasks(kilns: Kilns, application_id: int) -> list[str]:
    with kilns.house.database.reading() as session:
        return list(session.scalars(select(UserTask.element_id).where(UserTask.application_id == application_id)))


def sweep(kilns: Kilns, **later: float) -> None:
    schedule.sweep(kilns.house, now=NOW + timedelta(**later))


def test_a_message_that_nobody_waits_for_begins_a_case_for_the_same_applicant(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    sender = paid(kilns, 3)
    [case] = begun(kilns)
    row = kilns.row(sender)
    assert (case.applicant_id, case.office_id, case.status) == (row.applicant_id, row.office_id, "running")
    assert (tasks(kilns, case.id), waiting(kilns)) == (["check"], 0)
    assert case.reference not in (None, row.reference)
    with kilns.house.database.reading() as session:
        first = session.scalars(select(CaseEvent).where(CaseEvent.application_id == case.id, CaseEvent.seq == 1)).one()
        known = session.scalars(select(FollowUp)).one()
        assert (first.kind, first.data["reference"], first.actor_role) == ("begun_by_case", row.reference, "case")
        assert (known.sender_id, known.application_id, known.payload) == (row.id, case.id, {"measured": 3})
        assert replay(session, kilns.house, case.id).same


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_cases_that_begin_one_another_without_end_are_stopped(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_events, "MOST_GENERATIONS", 3)
    kilns.draw(2, *drawings.BEGINS_ITSELF)
    paid(kilns, 3)
    sweep(kilns, days=1)
    assert (len(begun(kilns)), waiting(kilns)) == (3, 1)
    with kilns.house.database.reading() as session:
        assert list(session.scalars(select(FollowUp.generation).order_by(FollowUp.id))) == [1, 2, 3]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_what_a_message_brings_is_what_the_new_case_sees(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    paid(kilns, 7)
    with kilns.house.database.reading() as session:
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.application_id == begun(kilns)[0].id)
        ).one()
        published = kilns.house.catalog.of(session, instance.definition_id)
    assert bpmn.variables(published.process, instance.state, now=NOW) == {"measured": 7}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_another_version_would_have_begun_the_same_way(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    paid(kilns)
    kilns.draw(3, *drawings.BEGINS_WITH_MESSAGE)
    with kilns.house.database.reading() as session:
        there = kilns.house.catalog.numbered(session, SERVICE, 3)
        found = rehearsing.rehearse(session, kilns.house, begun(kilns)[0].id, there)
    assert (found.outcome, found.waits) == ("same", ("check",))


def test_workers_that_bring_a_message_at_the_same_moment_begin_one_case(
    kilns: Kilns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.flow.bringing.AT_ONCE", 0)
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    paid(kilns)
    together = Barrier(WORKERS)

    def bring(_: int) -> int:
        together.wait()
        return bringing.route_due(kilns.house, now=NOW)

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(bring, range(WORKERS))) == 1
    assert (len(begun(kilns)), waiting(kilns)) == (1, 0)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_everybody_sees_a_case_that_nobody_applied_for(
    kilns: Kilns, signed_in: Callable[[Member], FlaskClient]
) -> None:
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    sender = kilns.row(paid(kilns))
    [case] = begun(kilns)
    seen = {
        kilns.cast.dara: ("/account", f"/applications/{case.key}"),
        kilns.cast.bopha: (f"/office/cases/{case.key}", f"/office/search?q={case.reference}"),
        kilns.cast.visal: (f"/admin/cases/{case.key}/history?lang=en",),
    }
    for member, pages in seen.items():
        browser = signed_in(member)
        for page in pages:
            answer = browser.get(page, follow_redirects=True)
            assert answer.status_code == 200, page
    assert f"The case was begun by the case {sender.reference}: kiln_measured." in answer.get_data(as_text=True)


def test_a_message_goes_to_the_case_that_waits_before_it_begins_one(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.WAITS)
    waits = paid(kilns, 3)
    kilns.draw(3, *drawings.SENDS_AND_BEGINS)
    paid(kilns, 3)
    assert (at(kilns, waits), begun(kilns)) == (["check"], [])
    paid(kilns, 3)
    assert len(begun(kilns)) == 1


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_message_begins_nothing_where_the_office_does_not_offer_the_service_any_more(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.SENDS_AND_BEGINS)
    sent = kilns.send(answers={"kiln_name": "ឡ", "kilns": "3"})
    with kilns.house.database.transaction() as session:
        offer = session.scalars(select(OfficeService).where(OfficeService.service_key == SERVICE)).one()
        offer.offered_to = HIRED
    kilns.pay(sent)
    sweep(kilns)
    assert (begun(kilns), waiting(kilns)) == ([], 1)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_only_the_version_in_effect_begins_cases(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.BEGINS_WITH_MESSAGE)
    kilns.draw(3, *drawings.SENDS)
    paid(kilns)
    assert (begun(kilns), waiting(kilns)) == ([], 1)


def test_a_signal_begins_one_case_of_every_service_that_listens_for_it(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.LISTENS)
    listens = paid(kilns)
    kilns.draw(3, *drawings.SIGNALS_AND_BEGINS)
    paid(kilns)
    assert (at(kilns, listens), [tasks(kilns, case.id) for case in begun(kilns)]) == (["check"], [["check"]])


def test_a_planned_case_begins_once_with_two_workers(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.flow.bringing.AT_ONCE", 0)
    kilns.draw(2, *drawings.SIGNALS_AND_BEGINS)
    paid(kilns)
    with kilns.house.database.reading() as session:
        planned = session.scalars(select(FollowUp.id)).one()
    done = []
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            done.append(follow_ups.begin_one(session, kilns.house, planned, now=NOW))
    assert (done, len(begun(kilns))) == ([True, False], 1)
    sweep(kilns)
    assert len(begun(kilns)) == 1


def test_planned_cases_that_cannot_begin_take_nobodys_place(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.flow.bringing.AT_ONCE", 0)
    kilns.draw(2, *drawings.SIGNALS_AND_BEGINS)
    for _ in range(2):
        paid(kilns)
    with kilns.house.database.transaction() as session:
        first, _ = session.scalars(select(FollowUp).order_by(FollowUp.due_at, FollowUp.id))
        first.element_id = "nowhere"
    assert follow_ups.begin_planned(kilns.house, most=1, now=NOW) == 1
    with kilns.house.database.reading() as session:
        planned = session.scalars(select(FollowUp.id).where(FollowUp.application_id.is_(None))).all()
    assert (planned, len(begun(kilns))) == ([first.id], 1)


def test_the_clock_begins_a_case_of_the_office_itself_at_every_due_moment(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeCycle", "R/P1D"))
    sweep(kilns)
    assert begun(kilns) == []
    with kilns.house.database.reading() as session:
        assert schedule.next_due(session) == NOW + timedelta(days=1)
    sweep(kilns, days=1)
    sweep(kilns, days=1)
    [case] = begun(kilns)
    assert tasks(kilns, case.id) == ["check"]
    with kilns.house.database.reading() as session:
        itself = session.get_one(Person, case.applicant_id)
        assert (itself.name_latin, itself.phone, itself.password_hash) == (
            "Battambang One Window Service Office", None, None
        )  # fmt: skip
    sweep(kilns, days=2)
    assert [each.applicant_id for each in begun(kilns)] == [case.applicant_id] * 2


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_late_sweep_begins_what_was_due_in_order_and_each_once(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeCycle", "R3/P1D"))
    for _ in range(2):
        sweep(kilns, days=9)
    with kilns.house.database.reading() as session:
        rows = session.scalars(select(FollowUp).order_by(FollowUp.application_id)).all()
        assert [row.due_at - NOW for row in rows] == [timedelta(days=number) for number in (1, 2, 3)]
        assert session.scalars(select(StartEvent.due_at)).all() == [None]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_clock_counts_months_on_the_calendar_of_the_house(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeCycle", "R4/2026-03-31T00:00:00/P1M"))
    sweep(kilns, days=45)
    sweep(kilns, days=150)
    with kilns.house.database.reading() as session:
        moments = session.scalars(select(FollowUp.due_at).order_by(FollowUp.due_at)).all()
    days = [moment.astimezone(PHNOM_PENH).isoformat()[:16] for moment in moments]
    assert days == ["2026-03-31T00:00", "2026-04-30T00:00", "2026-05-31T00:00", "2026-06-30T00:00"]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_moment_belongs_to_the_version_that_was_in_effect_then(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeCycle", "R/P2D"))
    kilns.draw(3, *drawings.begins_by_clock("timeDuration", "P3D"), now=NOW + timedelta(days=3))
    sweep(kilns, days=30)
    with kilns.house.database.reading() as session:
        rows = session.execute(select(FollowUp.definition_id, FollowUp.due_at).order_by(FollowUp.id)).all()
    assert [(version, due - NOW) for version, due in rows] == [(2, timedelta(days=2)), (3, timedelta(days=6))]


def test_an_office_of_a_pilot_gets_the_case_of_the_pilot_and_others_that_of_the_version_for_all(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeDuration", "P1D"))
    kilns.draw(3, *drawings.begins_by_clock("timeDuration", "P2D"))
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
        pilot = session.scalars(select(ProcessDefinition).where(ProcessDefinition.version == 3)).one()
        pilot.is_pilot = True
        session.add(PilotOffice(definition_id=pilot.id, office_id=kilns.cast.phnom_penh))
    sweep(kilns, days=3)
    with kilns.house.database.reading() as session:
        rows = session.execute(select(FollowUp.office_id, FollowUp.due_at).order_by(FollowUp.id)).all()
    assert [(office_id, (due - NOW).days) for office_id, due in rows] == [
        (kilns.cast.battambang, 1),
        (kilns.cast.phnom_penh, 2),
    ]


def test_a_timer_is_fired_by_one_of_two_workers(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeDate", "2026-03-05"))
    fired = []
    for _ in range(2):
        with kilns.house.database.transaction() as session:
            start = session.scalars(select(StartEvent.id)).one()
            fired.append(start_events.fire(session, kilns.house, start, now=NOW + timedelta(days=9)))
    assert fired == [True, False]
    sweep(kilns, days=9)
    assert len(begun(kilns)) == 1


def test_the_next_office_gets_its_own_case(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeDuration", "P1D"))
    with kilns.house.database.transaction() as session:
        session.add(OfficeService(office_id=kilns.cast.phnom_penh, service_key=SERVICE, offered_from=HIRED))
    sweep(kilns, days=1)
    assert sorted(case.office_id for case in begun(kilns)) == sorted([kilns.cast.battambang, kilns.cast.phnom_penh])


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_watcher_sees_that_cases_do_not_begin(kilns: Kilns) -> None:
    kilns.draw(2, *drawings.begins_by_clock("timeDuration", "P1D"))
    late = NOW + timedelta(days=1, hours=1)
    assert examine(kilns.house.database, kilns.house.files, kilns.house.fonts, now=NOW).ok
    assert (
        examine(kilns.house.database, kilns.house.files, kilns.house.fonts, now=late).oldest_due_timer_seconds == 3600
    )
    sweep(kilns, days=1)
    assert examine(kilns.house.database, kilns.house.files, kilns.house.fonts, now=late).ok
