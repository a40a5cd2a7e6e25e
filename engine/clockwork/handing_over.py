"""Handing messages to their senders: several at once, as many as a sender takes, and each person's one after the
other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass

import structlog

from engine.clockwork.ways import sender_of
from engine.connectors import DeliveryFailed, OutgoingMessage, SenderAway
from engine.house import House
from storage.messages import MessageChannel, Notification

log = structlog.get_logger("owso.outbox")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of a message: the number that its sender gave it, or why it did not leave."""

    claimed: Notification
    reference: str = ""
    failure: DeliveryFailed | None = None


def hand_over(house: House, claimed: Sequence[Notification]) -> Iterator[list[HandedOver]]:
    """Hands them over and tells what came of them, some at a time, as soon as it is known."""
    queues: dict[str, dict[int | str, list[Notification]]] = defaultdict(lambda: defaultdict(list))
    for row in claimed:
        queues[row.sender][row.person_id or row.address].append(row)
    silent: dict[str, str] = {}
    going: set[Future[list[HandedOver]]] = set()
    with ExitStack() as at_work:
        for of_sender in queues.values():
            several = ThreadPoolExecutor(min(len(of_sender), house.pace.at_once))
            at_work.enter_context(several)
            going |= {several.submit(_in_order, house, queue, silent) for queue in of_sender.values()}
        while going:
            done, going = wait(going, return_when=FIRST_COMPLETED)
            yield [each for future in done for each in future.result()]


def _in_order(house: House, queue: Sequence[Notification], silent: dict[str, str]) -> list[HandedOver]:
    return [_hand_over(house, row, silent) for row in queue]


def _hand_over(house: House, claimed: Notification, silent: dict[str, str]) -> HandedOver:
    """A sender that is away is not asked again in this sweep: the messages behind would only wait for the same silence.
    Of a failure that nobody foresaw only the kind is kept: its words may name the person."""
    if claimed.sender in silent:
        return HandedOver(claimed, failure=SenderAway(silent[claimed.sender]))
    short = claimed.short_body if claimed.channel == MessageChannel.SMS else ""
    message = OutgoingMessage(
        claimed.idempotency_key, claimed.channel, claimed.address, claimed.subject, short or claimed.body,
        claimed.id, claimed.sendings,
    )  # fmt: skip
    try:
        return HandedOver(claimed, sender_of(house, claimed.sender).send(message))
    except DeliveryFailed as failure:
        if isinstance(failure, SenderAway):
            silent[claimed.sender] = str(failure)
        return HandedOver(claimed, failure=failure)
    except Exception as failure:  # one message that breaks its sender holds up no other
        log.error("delivery_broke", sender=claimed.sender, failure=type(failure).__name__)
        return HandedOver(claimed, failure=DeliveryFailed(type(failure).__name__))
