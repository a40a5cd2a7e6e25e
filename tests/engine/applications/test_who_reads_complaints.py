"""Whoever worked on what a complaint is about is shown nothing of it; whoever looks into it reads what it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from runpy import run_path
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from engine.applications import submitting
from engine.applications.uploads import read_document
from engine.case.readers import may_read
from engine.errors import NotFound
from engine.errors.desk import NobodyToAsk, WorkedOnIt
from engine.house import House
from engine.packages.groups import ADMINISTRATOR, CASHIER, COMPLAINTS, FRONT_OFFICE, HEAD
from engine.people.actors import Actor, Stand
from engine.queries.admin import control_list, incidents, outbox
from engine.queries.admin.clock_list import clock_lines
from engine.queries.admin.clocks import ClockFilter
from engine.queries.admin.hands import hands_of
from engine.queries.admin.standing import standing
from engine.queries.admin.transfers import survey, transfer
from engine.queries.admin.watching import WatchFilter, watched
from engine.queries.citizen.my_application import my_application
from engine.queries.office.case_course import open_course
from engine.queries.office.case_file import case_file
from engine.queries.office.case_reading import open_case, open_task
from engine.queries.office.cashier import payment_desk
from engine.queries.office.clock_page import open_clock
from engine.queries.office.colleagues import open_beside
from engine.queries.office.inbox import inbox
from engine.queries.office.notices import may_open
from engine.queries.office.search import search
from engine.queries.office.team_tasks import Asked, team_tasks
from engine.queries.shared.history import case_history, whole_history
from engine.queries.shared.names import read_names
from engine.queries.shared.stretches import BEGINNING
from engine.results.slips import slip
from engine.tasks import questions, user_tasks
from engine.tasks.assigning import assign
from engine.tasks.team_work import take_back
from engine.versions.judging import Verdict
from storage.applications import Application, Channel, Document
from storage.clocks import Clock
from storage.complaints import KeptApart, NamedCase
from storage.migrations import VERSIONS
from storage.notices import Notice, NoticePlace
from storage.people import AccessLog
from storage.processes import UserTask
from storage.transfers import Transfer, TransferVerdict, VerdictKind
from tests import patience
from tests.cast import NOW
from tests.small.cases import Kilns
from tests.small.complaints import COMPLAINT, claim, complained, looks_into

LATER = NOW + timedelta(days=1)


def refused_and_complained(kilns: Kilns) -> tuple[submitting.Submitted, submitting.Submitted]:
    """What Chan Bopha refused, and the complaint about it, which Keo Vannak sorts."""
    refused = kilns.send()
    kilns.pay(refused)
    kilns.check(refused, "refuse")
    return refused, complained(kilns, refused.reference)


def everything(who: Actor, kilns: Kilns, *groups: str) -> Actor:
    """The officer with these groups at the office and everywhere besides."""
    more = {(group, place) for group in groups for place in (kilns.cast.battambang, None)}
    return replace(who, memberships=who.memberships | more)


def ways(session: Session, house: House, actor: Actor, sent: submitting.Submitted) -> Iterator[Callable[[], Any]]:
    """Every page that is about this case alone."""
    case = session.scalars(select(Application).where(Application.key == sent.key)).one()
    task = session.scalars(select(UserTask.key).where(UserTask.application_id == case.id)).first()
    clock = session.scalars(select(Clock.id).where(Clock.application_id == case.id)).first()
    paper = session.scalars(select(Document.key).where(Document.application_id == case.id)).one()
    assert task is not None
    assert clock is not None
    yield lambda: case_file(session, house, actor, sent.key, now=LATER)
    yield lambda: open_case(session, house, actor, sent.key, now=LATER)
    yield lambda: open_task(session, house, actor, task, now=LATER)
    yield lambda: open_course(session, house, actor, sent.key, now=LATER)
    yield lambda: open_clock(session, house, actor, sent.key, clock, now=LATER)
    yield lambda: open_beside(session, house, actor, sent.key, now=LATER)
    yield lambda: read_document(session, house, actor, paper, now=LATER)
    yield lambda: slip(session, house, actor, sent.key, now=LATER)
    yield lambda: my_application(session, house, actor, sent.key, now=LATER)
    yield lambda: case_history(session, house, actor, sent.key)
    yield lambda: whole_history(session, house, actor, sent.key)
    yield lambda: payment_desk(session, house, actor, sent.key, now=LATER)
    yield lambda: standing(session, house, actor, sent.key, now=LATER)


def with_a_paper(kilns: Kilns, sent: submitting.Submitted) -> None:
    paper = kilns.house.files.put(b"evidence")
    with kilns.house.database.transaction() as session:
        session.add(
            Document(
                key=f"paper-of-{sent.key}"[:40],
                application_id=kilns.row(sent).id,
                document_key="evidence",
                filename="evidence.pdf",
                media_type="application/pdf",
                size=8,
                sha256=paper,
                uploaded_at=NOW,
                uploaded_by_id=kilns.cast.dara.person_id,
            )
        )


def opened(kilns: Kilns, actor: Actor, sent: submitting.Submitted) -> list[bool]:
    """Which of the pages about the case open."""
    found = []
    for number in range(13):
        with kilns.house.database.transaction() as session:
            each = list(ways(session, kilns.house, actor, sent))[number]
            try:
                each()
            except NotFound:
                found.append(False)
            else:
                found.append(True)
    return found


def listed(kilns: Kilns, actor: Actor, sent: submitting.Submitted) -> set[str]:
    """The lists on which the reference of the case stands."""
    house, found = kilns.house, dict[str, str]()
    with house.database.reading() as session:
        names = read_names(session, house, now=LATER)
        watch = watched(session, names, actor, WatchFilter(), now=LATER)
        task = Asked("02", None, COMPLAINTS, BEGINNING)
        found["search"] = str(search(session, house, actor, sent.reference, 1, reason_id=1).hits)
        found["search by name"] = str(search(session, house, actor, "Sok Dara", 1, reason_id=1).hits)
        found["inbox"] = str(inbox(session, house, actor, "all", BEGINNING, now=LATER).tasks)
        found["team"] = str(team_tasks(session, house, actor, task, now=LATER).tasks)
        found["control"] = str(
            control_list.case_lines(session, names, actor, watch, control_list.CaseFilter(), page=BEGINNING)
        )
        found["clocks"] = str(clock_lines(session, names, actor, ClockFilter(), now=LATER))
        total = outbox.message_counts(session, actor)
        for state in outbox.STATES:
            lines = outbox.message_lines(session, house, actor, status=state, total=total[state])
            found["outbox"] = found.get("outbox", "") + str(lines)
        found["incidents"] = str(incidents.incident_lines(session, names, actor, status="open", page=1))
    return {name for name, shown in found.items() if sent.reference in shown}


ALL_ROLES = (FRONT_OFFICE, CASHIER, HEAD, ADMINISTRATOR, COMPLAINTS)


def test_who_worked_on_it_is_shown_the_complaint_nowhere(citizens_office: Kilns) -> None:
    """Whatever groups they have; a colleague with the same groups who did not is shown it on each of these."""
    _, sent = refused_and_complained(citizens_office)
    with_a_paper(citizens_office, sent)
    cast = citizens_office.cast
    bopha, vannak = (everything(who.actor, citizens_office, *ALL_ROLES) for who in (cast.bopha, cast.vannak))
    with citizens_office.house.database.transaction() as session:  # the counter opens the page of what it filed
        session.execute(update(Application).where(Application.key == sent.key).values(channel=Channel.COUNTER))
    assert opened(citizens_office, vannak, sent) == [True] * 13
    assert opened(citizens_office, bopha, sent) == [False] * 13
    shown = {"search", "search by name", "inbox", "team", "control", "clocks", "outbox"}
    assert listed(citizens_office, vannak, sent) == shown
    assert listed(citizens_office, bopha, sent) == set()
    with citizens_office.house.database.reading() as session:
        task = citizens_office.task(sent, "triage")
        for place, opens in ((NoticePlace.TASK, task), (NoticePlace.CASE, sent.key)):
            assert may_open(session, vannak, place, opens)
            assert not may_open(session, bopha, place, opens)


def test_who_comes_to_work_on_it_later_is_kept_apart_from_then(citizens_office: Kilns) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    waiting = kilns.send()
    kilns.pay(waiting)
    sent = complained(kilns, waiting.reference)
    with kilns.house.database.reading() as session:
        assert may_read(session, kilns.row(sent), cast.bopha.actor)
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, cast.bopha.actor, kilns.task(waiting, "check"), now=NOW)
    with kilns.house.database.reading() as session:
        assert not may_read(session, kilns.row(sent), cast.bopha.actor)
        assert may_read(session, kilns.row(sent), cast.vannak.actor)
        named, apart = session.scalars(select(NamedCase)).one(), set(session.scalars(select(KeptApart.person_id)))
    assert (named.application_id, named.about_id) == (kilns.row(sent).id, kilns.row(waiting).id)
    assert apart >= {cast.bopha.person_id, cast.sopheap.person_id}


def test_an_administrator_who_worked_on_it_is_named_the_complaint_neither_in_a_transfer_nor_in_hands(
    citizens_office: Kilns,
) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    _, sent = refused_and_complained(kilns)
    claim(kilns, sent, cast.vannak)
    complaint = kilns.row(sent)
    with kilns.house.database.transaction() as session:
        made = Transfer(definition_id=complaint.definition_id, mapping={}, reason="words", made_at=NOW)
        session.add(made)
        session.flush()
        why = [{"element_id": "triage", "fact": "removed"}]
        to = {"transfer_id": made.id, "application_id": complaint.id}
        session.add(TransferVerdict(**to, verdict=VerdictKind.BLOCKED, obstacles=why))
        number = made.id
    verdict = Verdict(complaint.id, sent.reference, 1, VerdictKind.SAFE, ())
    for who, is_named in ((cast.visal, True), (cast.bopha, False)):
        actor = everything(who.actor, kilns, ADMINISTRATOR)
        with kilns.house.database.reading() as session:
            blocked = transfer(session, kilns.house, actor, number).blocked
            tried = survey(session, kilns.house, actor, COMPLAINT, 1, verdicts=[verdict], mapping={}).verdicts
            assert [one.reference for one in tried] == [sent.reference if is_named else ""]
            hands = hands_of(
                *(session, kilns.house, actor, cast.vannak.person_id, COMPLAINTS), office_code="02", today=NOW.date()
            )
            assert hands is not None
            assert hands.claimed == 1
            assert [one.reference for one in (*blocked, *hands.tasks)] == [sent.reference] * 2 * is_named


def test_who_takes_a_task_while_the_complaint_is_sent_is_kept_apart_too(citizens_office: Kilns) -> None:
    """It waits for the step, and reads then who worked: neither sees what the other has not finished."""
    kilns, cast = citizens_office, citizens_office.cast
    waiting = kilns.send()
    kilns.pay(waiting)
    check = kilns.task(waiting, "check")
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

    def somebody_waits() -> bool:
        with kilns.house.database.reading() as session:
            return bool(session.scalar(text(asked)))

    with ThreadPoolExecutor(1) as applicant:
        with kilns.house.database.transaction() as session:
            user_tasks.claim(session, kilns.house, cast.bopha.actor, check, now=NOW)
            session.flush()
            sending = applicant.submit(complained, kilns, waiting.reference)
            if not kilns.house.database.is_sqlite:
                patience.until(somebody_waits, "an applicant who waits")
        sent = sending.result(patience.SECONDS)
    with kilns.house.database.reading() as session:
        assert not may_read(session, kilns.row(sent), cast.bopha.actor)


def test_who_stands_in_for_one_who_is_kept_apart_still_finds_it_as_themselves(citizens_office: Kilns) -> None:
    """Not in the colleague's place."""
    kilns, cast = citizens_office, citizens_office.cast
    _, sent = refused_and_complained(kilns)
    here, bopha = cast.battambang, cast.bopha
    stand = Stand(bopha.person_id, bopha.name_km, bopha.name_latin, COMPLAINTS, here, last_day=LATER.date())
    for groups, is_found in (({(COMPLAINTS, here)}, True), ({(HEAD, cast.phnom_penh)}, False)):
        deputy = replace(cast.vannak.actor, memberships=frozenset(groups), stands=(stand,))
        with kilns.house.database.reading() as session:
            tasks = inbox(session, kilns.house, deputy, "all", BEGINNING, now=NOW).tasks.items
            assert any(one.reference == sent.reference for one in tasks) is is_found
            assert may_read(session, kilns.row(sent), deputy) is is_found


def test_who_filed_it_at_the_counter_worked_on_it(citizens_office: Kilns) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    waiting = kilns.send()
    with kilns.house.database.transaction() as session:
        filed = update(Application).where(Application.key == waiting.key)
        session.execute(filed.values(filed_by_id=cast.vannak.person_id, channel=Channel.COUNTER))
    sent = complained(kilns, waiting.reference)
    assert not reads(kilns, cast.vannak.actor, sent)
    assert reads(kilns, cast.bopha.actor, sent)


def test_the_head_reads_the_complaint_while_a_statement_is_asked_of_them(citizens_office: Kilns) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    refused = kilns.send()
    kilns.pay(refused)
    head = cast.kunthea
    with kilns.house.database.transaction() as session:
        row = session.scalars(select(UserTask).where(UserTask.key == kilns.task(refused, "check"))).one()
        row.assignee_id, row.status = head.person_id, "claimed"
    sent = complained(kilns, refused.reference)
    assert not reads(kilns, head.actor, sent)
    claim(kilns, sent, cast.vannak)
    triage, today = kilns.task(sent, "triage"), NOW.date()
    with kilns.house.database.transaction() as session, pytest.raises(WorkedOnIt):
        user_tasks.release_claim(session, kilns.house, head.actor, triage, now=NOW)
    with kilns.house.database.transaction() as session, pytest.raises(WorkedOnIt):
        take_back(session, kilns.house, head.actor, triage, "ខ្ញុំចង់បាន", now=NOW)
    to, why = cast.bopha.person_id, "ជូនអ្នកនេះវិញ"
    with kilns.house.database.transaction() as session, pytest.raises(WorkedOnIt):
        assign(session, kilns.house, head.actor, triage, to, reason=why, today=today, now=NOW)
    sort(kilns, sent)
    assert reads(kilns, head.actor, sent)
    task = kilns.task(sent, "statement")
    with kilns.house.database.reading() as session:
        tasks = inbox(session, kilns.house, head.actor, "all", BEGINNING, now=NOW).tasks.items
        assert [one.key for one in tasks if one.reference == sent.reference] == [task]
        assert not search(session, kilns.house, head.actor, sent.reference, 1, reason_id=1).hits.items
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, head.actor, task, now=NOW)
    with kilns.house.database.transaction() as session:
        user_tasks.complete(session, kilns.house, head.actor, task, {"statement": "លិខិតរង់ចាំ"}, now=NOW)
    assert not reads(kilns, head.actor, sent)


def test_nobody_asks_or_tells_those_who_are_kept_apart(citizens_office: Kilns) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    _, sent = refused_and_complained(kilns)
    who, asker = questions.Asked(person_id=cast.bopha.person_id), cast.vannak.actor
    with kilns.house.database.transaction() as session, pytest.raises(NobodyToAsk):
        questions.ask(session, kilns.house, asker, sent.key, "តើមានអ្វីកើតឡើង?", of=who, now=NOW)
    with kilns.house.database.transaction() as session:
        all_of_them = questions.Asked(group=FRONT_OFFICE, office_id=cast.battambang)
        questions.ask(session, kilns.house, cast.rithy.actor, sent.key, "តើមានអ្វីកើតឡើង?", of=all_of_them, now=NOW)
    with kilns.house.database.reading() as session:
        told = set(session.scalars(select(Notice.person_id)))
    assert cast.vannak.person_id in told
    assert cast.bopha.person_id not in told


def test_whoever_looks_into_it_reads_what_it_is_about_while_they_have_it(citizens_office: Kilns) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    refused, sent = refused_and_complained(kilns)
    with_a_paper(kilns, refused)
    here = cast.battambang
    phally = replace(cast.phally.actor, memberships=frozenset({(COMPLAINTS, here)}))
    assert opened(kilns, phally, refused) == [False] * 13
    with kilns.house.database.transaction() as session:
        user_tasks.claim(session, kilns.house, phally, kilns.task(sent, "triage"), now=NOW)
    of_the_case, its_course, its_clocks = 2, 1, 1
    assert opened(kilns, phally, refused).count(True) == of_the_case + its_course + its_clocks
    with kilns.house.database.transaction() as session:
        shown = open_case(session, kilns.house, phally, refused.key, now=LATER)
        assert (shown.complaint, shown.documents, shown.beside) == (sent.reference, (), None)
        about = open_case(session, kilns.house, phally, sent.key, now=LATER).about
        assert about is not None
        assert (about.key, about.reference) == (refused.key, refused.reference)
        looks = session.scalars(select(AccessLog).where(AccessLog.application_id == kilns.row(refused).id)).all()
        mine = [one for one in looks if one.person_id == cast.phally.person_id]
        assert {(one.page, one.detail) for one in mine} == {("complained_of", sent.reference)}
    with kilns.house.database.transaction() as session:
        user_tasks.release_claim(session, kilns.house, phally, kilns.task(sent, "triage"), now=NOW)
    assert opened(kilns, phally, refused) == [False] * 13


def test_a_colleague_of_the_citizens_office_who_does_not_have_the_complaint_reads_nothing_of_it(
    citizens_office: Kilns,
) -> None:
    kilns, cast = citizens_office, citizens_office.cast
    refused, sent = refused_and_complained(kilns)
    claim(kilns, sent, cast.vannak)
    phally = replace(cast.phally.actor, memberships=frozenset({(COMPLAINTS, cast.battambang)}))
    assert not reads(kilns, phally, refused)
    elsewhere = replace(cast.phally.actor, memberships=frozenset({(COMPLAINTS, cast.phnom_penh)}))
    assert not reads(kilns, elsewhere, refused)


def reads(kilns: Kilns, actor: Actor, sent: submitting.Submitted) -> bool:
    with kilns.house.database.reading() as session:
        try:
            case_file(session, kilns.house, actor, sent.key, now=NOW)
        except NotFound:
            return False
    return True


def sort(kilns: Kilns, sent: submitting.Submitted) -> None:
    """Keo Vannak, who has it, finds that it is one for the citizens' office."""
    vannak = looks_into(kilns, kilns.cast.vannak)
    with kilns.house.database.transaction() as session:
        said: dict[str, Any] = {"triage_result": "here"}
        user_tasks.complete(session, kilns.house, vannak, kilns.task(sent, "triage"), said, now=NOW)


@pytest.mark.parametrize("written", ["{}", " № {} ", "no dashes"])
def test_what_was_sent_before_is_kept_apart_by_the_migration(citizens_office: Kilns, written: str) -> None:
    """As when it is sent now; what names itself, or nothing that was sent, stays as it was."""
    refused, sent = refused_and_complained(citizens_office)
    other, itself = complained(citizens_office, "02-26-999999-9"), complained(citizens_office, "")
    number = refused.reference.replace("-", "") if written == "no dashes" else written.format(refused.reference)
    now_kept = kept(citizens_office)
    assert {one for one, _ in now_kept[0]} == {citizens_office.row(sent).id}
    with citizens_office.house.database.transaction() as session:
        for table in (KeptApart, NamedCase):
            session.execute(delete(table))
        session.execute(update(Application).values(has_interests=False))
        for one, says in ((sent, number), (itself, itself.reference)):
            case = session.get_one(Application, citizens_office.row(one).id)
            case.answers = case.answers | {"case_number": says}
    with citizens_office.house.database.transaction() as session:
        run_path(str(VERSIONS / "0095_who_reads_of_a_complaint.py"))["fill"](session.connection())
    assert kept(citizens_office) == now_kept
    assert [citizens_office.row(one).has_interests for one in (sent, other, itself)] == [True, False, False]


def kept(kilns: Kilns) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    with kilns.house.database.transaction() as session:
        named = session.execute(select(NamedCase.application_id, NamedCase.about_id).order_by(NamedCase.application_id))
        apart = session.execute(select(KeptApart.application_id, KeptApart.person_id).order_by(KeptApart.person_id))
        return [tuple(row) for row in named], [tuple(row) for row in apart]
