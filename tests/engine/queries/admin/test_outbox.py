"""The outbox of a nation is read page by page from an index, counted to a thousand."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Integer, insert, literal, select

from engine.packages.groups import ADMINISTRATOR
from engine.people.actors import Actor
from engine.queries.admin.outbox import STATES, MessageLine, message_counts, message_lines
from engine.queries.shared.pages import PAGE_SIZE
from engine.queries.shared.stretches import BEGINNING, MOST_COUNTED, Stretch, Wanted
from storage.messages import MessageChannel, Notification, NotificationStatus
from tests.cast import NOW
from tests.plans import measured, planned, reads_by_index
from tests.small.cases import Kilns
from tests.small.crowds import crowd

EACH = PAGE_SIZE + 15


def told(kilns: Kilns) -> None:
    """Messages of each status, older and newer, about a case of Battambang and about none."""
    application_id = kilns.row(kilns.send()).id
    with kilns.house.database.transaction() as session:
        for number in range(EACH):
            for place, status in enumerate(NotificationStatus):
                moment = NOW + timedelta(minutes=number * 7 % 50)
                session.add(
                    Notification(
                        idempotency_key=f"{status}/{number}", application_id=application_id if number % 2 else None,
                        channel=MessageChannel.SMS, address="+85512345678", language="km", subject=f"{place}/{number}",
                        body="", status=status, next_attempt_at=moment, created_at=moment,
                    )
                )  # fmt: skip


def page(kilns: Kilns, actor: Actor, status: str, wanted: Wanted = BEGINNING) -> Stretch[MessageLine]:
    with kilns.house.database.reading() as session:
        total = message_counts(session, actor)[status]
        return message_lines(session, kilns.house, actor, status=status, wanted=wanted, total=total)


def expected(kilns: Kilns, status: str, *, about_cases: bool) -> list[int]:
    """The ids in this state, in order, as the rows say it."""
    of_it = ("pending", "sending") if status == "pending" else (status,)
    with kilns.house.database.reading() as session:
        rows = [row for row in session.scalars(select(Notification)) if row.status in of_it]
    rows = [row for row in rows if row.application_id or not about_cases]
    if status == "pending":
        return [row.id for row in sorted(rows, key=lambda row: (row.next_attempt_at, row.id))]
    return [row.id for row in sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)]


def test_each_state_is_read_in_its_order_there_and_back(kilns: Kilns) -> None:
    told(kilns)
    of_the_office = Actor(None, memberships=frozenset({(ADMINISTRATOR, kilns.cast.battambang)}))
    for actor, about_cases in ((kilns.cast.visal.actor, False), (of_the_office, True)):
        for status in STATES:
            wanted = expected(kilns, status, about_cases=about_cases)
            first = page(kilns, actor, status)
            found, last = [line.id for line in first.items], first
            while last.after:
                last = page(kilns, actor, status, Wanted(after=last.after, number=last.number + 1))
                found += [line.id for line in last.items]
            assert found == wanted, (status, about_cases)
            if last.before:
                back = page(kilns, actor, status, Wanted(before=last.before, number=last.number - 1))
                assert [line.id for line in back.items] == wanted[-len(last.items) - PAGE_SIZE : -len(last.items)]


def test_what_names_no_message_is_the_first_page(kilns: Kilns) -> None:
    told(kilns)
    first = page(kilns, kilns.cast.visal.actor, "sent")
    for typed in ("x", "-1", "١", "9" * 40, "999999"):
        assert page(kilns, kilns.cast.visal.actor, "sent", Wanted(after=typed)) == first


def test_messages_are_counted_to_a_thousand_and_read_by_an_index(kilns: Kilns) -> None:
    sent, visal = kilns.send(), kilns.cast.visal.actor
    database = kilns.house.database
    many = MOST_COUNTED + 500 if database.is_sqlite else 20_000
    crowd(kilns, sent, 1)
    number = select(literal(1, Integer).label("n")).cte("numbers", recursive=True)
    number = number.union_all(select(number.c.n + 1).where(number.c.n < many))
    values = {
        "id": number.c.n + 5_000_000, "idempotency_key": literal("k") + number.c.n.cast(Notification.address.type),
        "channel": literal("sms"), "address": literal(""), "language": literal("km"), "subject": literal(""),
        "body": literal(""), "status": literal("sent"), "passed": literal([], Notification.passed.type),
        "next_attempt_at": literal(NOW, Notification.created_at.type),
        "created_at": literal(NOW, Notification.created_at.type),
    }  # fmt: skip
    with database.transaction() as session:
        session.execute(insert(Notification).from_select(list(values), select(*values.values())))
    if not database.is_sqlite:
        measured(database, "notification")
    with planned(database) as plans:
        first = page(kilns, visal, "sent")
        second = page(kilns, visal, "sent", Wanted(after=first.after, number=2))
    assert (len(first.items), first.pages, second.number) == (PAGE_SIZE, None, 2)
    assert "ix_notification_left" in reads_by_index(plans, "notification")
