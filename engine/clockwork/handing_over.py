"""Handing messages to their senders: several at once, as many as a sender takes, and each person's one after the
other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from typing import Final

import structlog

from engine.claiming import LEASE
from engine.clockwork.ways import sender_of
from engine.connectors import DeliveryFailed, OutgoingMessage, SenderAway
from engine.house import House
from storage.messages import MessageChannel, Notification

BEFORE_THE_END: Final = timedelta(minutes=1)
"""So long before its lease ends no message is handed over any more: a sender takes its time, and when the lease is over
another worker has the message."""
log = structlog.get_logger("owso.outbox")


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What came of a message: the number that its sender gave it, or why it did not leave; ``is_left`` where there was
    no time to hand it over."""

    claimed: Notification
    reference: str = ""
    failure: DeliveryFailed | None = None
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class _Round:
    """What one handing over knows: until when it may begin with a message, and which senders are away."""

    house: House
    until: float
    silent: dict[str, str]


def hand_over(house: House, claimed: Sequence[Notification], *, since: float) -> Iterator[list[HandedOver]]:
    """Hands them over and tells what came of them, some at a time, as soon as it is known. ``since``: when the claim
    began, by the machine's own clock. Once nobody listens any more, nothing more is begun."""
    queues: dict[str, dict[int | str, list[Notification]]] = defaultdict(lambda: defaultdict(list))
    for row in claimed:
        queues[row.sender][row.person_id or row.address].append(row)
    this = _Round(house, since + (LEASE - BEFORE_THE_END).total_seconds(), {})
    going: set[Future[list[HandedOver]]] = set()
    with ExitStack() as at_work:
        for of_sender in queues.values():
            several = ThreadPoolExecutor(min(len(of_sender), house.pace.at_once))
            at_work.callback(several.shutdown, cancel_futures=True)
            going |= {several.submit(_in_order, this, queue) for queue in of_sender.values()}
        while going:
            done, going = wait(going, return_when=FIRST_COMPLETED)
            yield [each for future in done for each in future.result()]


def _in_order(this: _Round, queue: Sequence[Notification]) -> list[HandedOver]:
    return [_hand_over(this, row) if monotonic() < this.until else HandedOver(row, is_left=True) for row in queue]


def _hand_over(this: _Round, claimed: Notification) -> HandedOver:
    """A sender that is away is not asked again in this sweep: the messages behind would only wait for the same silence.
    Of a failure that nobody foresaw only the kind is kept: its words may name the person."""
    if claimed.sender in this.silent:
        return HandedOver(claimed, failure=SenderAway(this.silent[claimed.sender]))
    short = claimed.short_body if claimed.channel == MessageChannel.SMS else ""
    message = OutgoingMessage(
        claimed.idempotency_key, claimed.channel, claimed.address, claimed.subject, short or claimed.body,
        claimed.id, claimed.sendings,
    )  # fmt: skip
    try:
        return HandedOver(claimed, sender_of(this.house, claimed.sender).send(message))
    except DeliveryFailed as failure:
        if isinstance(failure, SenderAway):
            this.silent[claimed.sender] = str(failure)
        return HandedOver(claimed, failure=failure)
    except Exception as failure:  # one message that breaks its sender holds up no other
        log.error("delivery_broke", sender=claimed.sender, failure=type(failure).__name__)
        return HandedOver(claimed, failure=DeliveryFailed(type(failure).__name__))
