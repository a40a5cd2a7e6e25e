"""What administrators are told of everything that reaches the outside, from the rows of what was sent and asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from engine.connectors import RecordingMessenger
from engine.errors import NotAllowed
from engine.house import House
from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.connectors import AllOutside, Standing, all_outside
from storage.calls import CallStatus, ConnectorCall
from storage.messages import MessageChannel, Notification, NotificationStatus
from storage.payments import Payment, PaymentMethod, PaymentStatus
from storage.processes import ProcessInstance
from tests.cast import NOW
from tests.small.cases import Kilns

HOUR = timedelta(hours=1)
KNOWN = ("telegram", "nomsa", "email")


def message(key: str, status: NotificationStatus, sender: str, at: datetime, **more: Any) -> Notification:
    words = {"address": "+855", "language": "km", "subject": "s", "body": "b", "channel": MessageChannel.SMS}
    return Notification(
        idempotency_key=key, status=status, sender=sender, created_at=at, next_attempt_at=at, **words, **more
    )


def seen(house: House, actor: Actor) -> AllOutside:
    with house.database.reading() as session:
        return all_outside(session, house, actor, KNOWN, now=NOW)


def test_each_sender_says_what_it_did_last_what_waits_and_whether_it_is_set_up(kilns: Kilns) -> None:
    recording = RecordingMessenger(kilns.house.recording.folder)
    house = replace(kilns.house, messengers={"nomsa": recording, "email": recording, "telegram": recording})
    with house.database.transaction() as session:
        for hours, status in ((5, NotificationStatus.SENT), (4, NotificationStatus.DELIVERED)):
            at = NOW - hours * HOUR
            session.add(message(f"n{hours}", status, "nomsa", at, left_at=at))
        session.add(message("f1", NotificationStatus.FAILED, "nomsa", NOW - 6 * HOUR, last_error="old"))
        session.add(message("f2", NotificationStatus.FAILED, "email", NOW - 3 * HOUR, last_error="gone"))
        session.add(message("w1", NotificationStatus.PENDING, "email", NOW - 2 * HOUR, last_error="HTTP status 503"))
        session.add(message("w2", NotificationStatus.SENDING, "email", NOW - HOUR))
        session.add(message("w3", NotificationStatus.PENDING, "", NOW - 7 * HOUR))
    found = seen(house, kilns.cast.visal.actor)
    nomsa, email, telegram = found.senders
    assert (nomsa.name, nomsa.standing, nomsa.succeeded_at, nomsa.failed_at, nomsa.waiting) == (
        "nomsa", Standing.WORKS, NOW - 4 * HOUR, NOW - 6 * HOUR, 0,
    )  # fmt: skip
    assert (email.standing, email.last_error, email.waiting) == (Standing.FAILS, "HTTP status 503", 2)
    assert (email.waiting_since, email.next_at) == (NOW - 2 * HOUR, NOW - 2 * HOUR)
    assert telegram.standing == Standing.UNKNOWN
    assert (found.untried, found.untried_since) == (1, NOW - 7 * HOUR)
    without = seen(replace(kilns.house, messengers={}), kilns.cast.visal.actor)
    assert {one.standing for one in without.senders} == {Standing.MISSING}


def test_web_services_and_the_bank_say_it_too(kilns: Kilns) -> None:
    sent = kilns.send()
    with kilns.house.database.transaction() as session:
        case = kilns.row(sent).id
        instance = session.query(ProcessInstance).filter_by(application_id=case).one().id

        def call(number: int, status: CallStatus, name: str, **more: Any) -> ConnectorCall:
            of = {"instance_id": instance, "application_id": case, "element_id": "ask", "parameters": {}}
            at = {"asked_at": NOW - number * HOUR, "next_attempt_at": NOW - number * HOUR}
            return ConnectorCall(
                key=f"call-{number}", task_ref=f"t{number}", connector=name, status=status, **of, **at, **more
            )

        session.add(call(3, CallStatus.ANSWERED, "register", answered_at=NOW - 2 * HOUR))
        session.add(call(4, CallStatus.PENDING, "register", last_error="HTTP status 500"))
        session.add(call(5, CallStatus.FAILED, "gone", last_error="no such name"))
        paid = {"application_id": case, "office_id": kilns.cast.battambang, "amount": 1, "method": PaymentMethod.KHQR}
        confirmed = {"status": PaymentStatus.CONFIRMED, "confirmed_at": NOW - 9 * HOUR}
        session.add(Payment(key="p1", created_at=NOW - 10 * HOUR, **paid, **confirmed))
        waits = {"status": PaymentStatus.PENDING, "ask_bank_at": NOW - HOUR}
        session.add(Payment(key="p2", created_at=NOW - 2 * HOUR, **paid, **waits))

    class Away:
        def paid(self, md5: str) -> None:
            raise NotImplementedError(md5)

    class Register:
        def call(self, key: str, parameters: object) -> None:
            raise NotImplementedError(key)

    outside: dict[str, Any] = {"bank": Away(), "connectors": {"register": Register(), "tax": Register()}}
    found = seen(replace(kilns.house, **outside), kilns.cast.visal.actor)
    register, tax, gone = found.services
    assert (register.standing, register.succeeded_at, register.waiting) == (Standing.WORKS, NOW - 2 * HOUR, 1)
    assert (tax.standing, gone.standing, gone.last_error) == (Standing.UNKNOWN, Standing.MISSING, "no such name")
    assert (found.bank.standing, found.bank.succeeded_at) == (Standing.WORKS, NOW - 9 * HOUR)
    assert (found.bank.waiting, found.bank.waiting_since) == (1, NOW - 2 * HOUR)
    assert not seen(kilns.house, kilns.cast.visal.actor).bank.is_set_up


def test_only_an_administrator_of_every_office_is_told(kilns: Kilns) -> None:
    of_one = Actor(kilns.cast.mony.person_id, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    for actor in (of_one, kilns.cast.kunthea.actor):
        with pytest.raises(NotAllowed):
            seen(kilns.house, actor)
