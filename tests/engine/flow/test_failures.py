"""Something breaks: a disk, a gateway, a stored file. One case stops there and can go on; no other one notices."""

from __future__ import annotations

import errno
import sqlite3
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError, OperationalError

from engine.applications import submitting
from engine.applications.submitting import Submitted
from engine.case.events import verify_chains
from engine.clockwork import outbox, schedule
from engine.connectors import OutgoingMessage, Reach
from engine.errors import BadAnswers, IncidentGone
from engine.flow import operations, retrying
from engine.house import House
from engine.people.accounts import open_account
from engine.results import certificate_paper
from storage.applications import Outcome
from storage.events import CaseEvent
from storage.files import FileStore
from storage.messages import Notification, NotificationStatus
from storage.people import Person
from storage.processes import Incident, IncidentKind, IncidentStatus, ProcessDefinition, ProcessInstance
from tests.cast import NOW, Cast
from tests.journeys.guesthouse import guesthouse
from tests.small.cases import Kilns
from web.config import Settings
from web.opening import open_from


@dataclass
class Gateway:
    """A gateway that breaks over one address, in a way that nobody foresaw."""

    breaks_at: str | None
    sent: list[OutgoingMessage] = field(default_factory=list)

    reaches = Reach.TELEPHONE

    def send(self, message: OutgoingMessage) -> str:
        if message.address == self.breaks_at:
            raise RuntimeError(f"no route to {message.address}")
        self.sent.append(message)
        return ""


def test_a_message_that_breaks_its_gateway_stops_no_other_and_is_tried_again(kilns: Kilns) -> None:
    gateway = Gateway(breaks_at=kilns.cast.dara.phone)
    house = replace(kilns.house, messengers={"gateway": gateway})
    kilns.send()
    kilns.send(kilns.cast.rithy)
    assert outbox.deliver_due(house, now=NOW) > len(gateway.sent) > 0
    assert kilns.cast.rithy.phone in {message.address for message in gateway.sent}
    with house.database.reading() as session:
        stuck = session.scalars(select(Notification).where(Notification.status != NotificationStatus.SENT)).one()
        assert (stuck.status, stuck.last_error) == ("pending", "RuntimeError")
    gateway.breaks_at = None
    assert outbox.deliver_due(house, now=NOW + timedelta(minutes=2)) == 1


def test_a_sweep_goes_on_behind_a_case_whose_package_is_damaged(kilns: Kilns, settings: Settings) -> None:
    service = guesthouse(kilns.house, kilns.cast)
    licence, permit = service.row(service.paid()).id, kilns.send()
    kilns.pay(permit)
    with kilns.house.database.transaction() as session:
        damaged = session.scalars(select(ProcessDefinition.id).where(ProcessDefinition.service_key.like("tourism.%")))
        session.execute(update(ProcessDefinition).where(ProcessDefinition.id.in_(damaged)).values(archive=b"damaged"))
    fresh = open_from(settings)  # nothing is kept in memory
    swept = schedule.sweep(fresh, now=NOW + timedelta(days=60))
    assert swept.breached > 0
    with fresh.database.reading() as session:
        told = session.scalars(select(Notification.application_id).where(Notification.created_at > NOW)).all()
    fresh.database.close()
    assert kilns.row(permit).id in told
    assert licence not in told


def full_disk(house: House, folder: Path) -> House:
    """The same house with a file store that cannot write."""
    blocked = folder / "blocked"
    blocked.write_bytes(b"")
    return replace(house, files=FileStore(blocked))


def test_a_decision_whose_certificate_cannot_be_kept_is_not_accepted(kilns: Kilns, tmp_path: Path) -> None:
    sent, whole = kilns.send(), kilns.house
    kilns.pay(sent)
    before = _history(whole)
    kilns.house = full_disk(whole, tmp_path)
    with pytest.raises(OSError, match="Not a directory"):
        kilns.check(sent, "ok")
    kilns.house = whole
    assert kilns.row(sent).outcome == Outcome.NONE
    assert [kind for kind in _history(whole)[len(before) :] if kind != "task_claimed"] == []
    with whole.database.reading() as session:
        assert session.scalars(select(Incident)).all() == []
    kilns.check(sent, "ok")  # the same decision, once there is room again
    assert kilns.certificate(sent).number.endswith("-000001")
    kilns.collect(sent)
    assert _broken_chains(whole) == []


@pytest.mark.parametrize(
    "failure",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EROFS, "Read-only file system"),
        OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full")),
        OperationalError("INSERT", None, sqlite3.OperationalError("disk I/O error")),
        OperationalError("INSERT", None, psycopg.errors.DiskFull()),
        OperationalError("INSERT", None, psycopg.errors.AdminShutdown()),
        OperationalError("INSERT", None, psycopg.OperationalError("the server closed the connection")),
    ],
    ids=lambda failure: str(getattr(failure, "orig", failure) or type(failure.orig).__name__),
)
def test_a_full_disk_and_a_lost_database_inside_an_operation_refuse_the_action(
    kilns: Kilns, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = kilns.send()
    kilns.pay(sent)

    def fails(_call: object) -> dict[str, object]:
        raise failure

    monkeypatch.setitem(operations.PERFORMERS, "certificates.issue", fails)  # type: ignore[arg-type]
    with pytest.raises(type(failure)):
        kilns.check(sent, "ok")
    monkeypatch.undo()
    assert kilns.row(sent).outcome == Outcome.NONE
    kilns.check(sent, "ok")
    assert kilns.certificate(sent)


def test_a_certificate_that_cannot_be_drawn_waits_for_a_retry(kilns: Kilns, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the template is none of the disk: the decision stands, and somebody repairs the package."""
    sent, neighbour, house = kilns.send(), kilns.send(), kilns.house
    for one in (sent, neighbour):
        kilns.pay(one)
    monkeypatch.setattr(certificate_paper.pdf, "render_all", _cannot_be_drawn)
    kilns.check(sent, "ok")
    monkeypatch.undo()
    incident = _open_incident(kilns, sent)
    assert (incident.element_id, incident.reason) == ("issue", "certificates.issue: DocumentFailed: unknown variable")
    kilns.check(neighbour, "ok")
    assert kilns.certificate(neighbour).number.endswith("-000001")  # the number that failed was not used up
    with house.database.transaction() as session:
        assert retrying.retry(session, house, kilns.cast.visal.actor, incident.id, "Repaired.", now=NOW)
    assert kilns.certificate(sent).number.endswith("-000002")
    with pytest.raises(IncidentGone), house.database.transaction() as session:
        retrying.retry(session, house, kilns.cast.visal.actor, incident.id, "Repaired.", now=NOW)
    kilns.collect(sent)
    assert _broken_chains(house) == []


def _cannot_be_drawn(*_given: object, **_named: object) -> bytes:
    raise certificate_paper.pdf.DocumentFailed("unknown variable")


def _history(house: House) -> list[str]:
    with house.database.reading() as session:
        return list(session.scalars(select(CaseEvent.kind).order_by(CaseEvent.application_id, CaseEvent.seq)))


def test_an_incident_of_a_case_that_has_ended_asks_nobody_for_a_retry(house: House, cast: Cast) -> None:
    service = guesthouse(house, cast)
    key = service.paid()
    number = _raise(house, service.instance(key))
    with house.database.transaction() as session:
        submitting.withdraw(session, house, cast.dara.actor, key, now=NOW)
    with house.database.reading() as session:
        assert session.get_one(Incident, number).status == IncidentStatus.RESOLVED
    with pytest.raises(IncidentGone), house.database.transaction() as session:
        retrying.retry(session, house, cast.visal.actor, number, "Repaired.", now=NOW)


def test_a_retry_of_a_step_that_nothing_waits_for_any_more_closes_the_incident(house: House, cast: Cast) -> None:
    service = guesthouse(house, cast)
    key = service.paid()
    number = _raise(house, service.instance(key))
    with house.database.transaction() as session:
        retrying.retry(session, house, cast.visal.actor, number, "Repaired.", now=NOW)
    with house.database.reading() as session:
        assert session.get_one(Incident, number).status == IncidentStatus.RESOLVED
        told = session.scalars(select(Notification.idempotency_key)).all()
        assert not [one for one in told if "ask_correction" in one]
    assert service.open_tasks(key) == ["check"]
    assert _broken_chains(house) == []


def _raise(house: House, instance: ProcessInstance) -> int:
    """An incident of a service task that the case has left since."""
    step = {
        "operation": "perform", "task_ref": "gone", "name": "messages.send", "element_id": "ask_correction",
        "variables": {"message": "correction_needed"},
    }  # fmt: skip
    with house.database.transaction() as session:
        found = Incident(
            instance_id=instance.id, application_id=instance.application_id, element_id="ask_correction",
            kind=IncidentKind.PERFORM, reason="a reason", input=step, raised_at=NOW,
        )  # fmt: skip
        session.add(found)
        session.flush()
        return found.id


def _open_incident(kilns: Kilns, sent: Submitted) -> Incident:
    application = kilns.row(sent)
    with kilns.house.database.reading() as session:
        wanted = select(Incident).where(
            Incident.application_id == application.id, Incident.status == IncidentStatus.OPEN
        )
        return session.scalars(wanted).one()


def _broken_chains(house: House) -> list[object]:
    with house.database.reading() as session:
        return list(verify_chains(session))


@pytest.mark.parametrize(
    "email", ['"@example.org', "a,b@example.org", "<a@example.org", "a;b@example.org", "ដ@example.org"]
)
def test_an_address_that_would_change_the_headers_of_a_message_is_no_address(house: House, email: str) -> None:
    with pytest.raises(BadAnswers) as refused, house.database.transaction() as session:
        open_account(session, house, phone="", email=email, password="a long password", name_latin="A", now=NOW)
    assert list(refused.value.errors) == ["email"]


def test_a_name_is_one_line(house: House) -> None:
    with house.database.transaction() as session:
        made = open_account(
            session, house, phone="012345678", email="", password="a long password",
            name_km="សុខ\r\nតារា", name_latin="Sok\u2028\u0000\tDara", now=NOW,
        )  # fmt: skip
    with house.database.reading() as session:
        person = session.get_one(Person, made.person_id)
        assert (person.name_km, person.name_latin) == ("សុខ តារា", "Sok Dara")


def test_a_name_that_would_address_others_is_refused(house: House) -> None:
    with pytest.raises(BadAnswers) as refused, house.database.transaction() as session:
        open_account(
            session, house, phone="012345678", email="", password="a long password",
            name_km="សុខ\r\nBcc: all@example.org", name_latin="Sok Dara", now=NOW,
        )  # fmt: skip
    assert set(refused.value.errors) == {"name_km"}


def test_what_a_failed_statement_was_given_stays_out_of_its_message(house: House, cast: Cast) -> None:
    twice = Person(id=cast.dara.person_id, name_latin="Somebody Else", password_hash="a secret", created_at=NOW)
    with pytest.raises(IntegrityError) as failure, house.database.transaction() as session:
        session.add(twice)
    assert "Somebody Else" not in str(failure.value)
    assert "a secret" not in str(failure.value)
