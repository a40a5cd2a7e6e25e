"""People with second factors."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.errors import Refused
from engine.house import House
from engine.people import authenticator_apps, passkeys, sign_ins, totp
from engine.people.actors import Place
from engine.people.sign_ins import Known, Limits
from storage.messages import Notification
from storage.security_log import SecurityEvent, SecurityKind
from tests.cast import NOW, Member
from tests.devices import Device

MACHINE = datetime(2026, 11, 30, 1, 0, tzinfo=UTC)
HERE = Place("203.0.113.*", "Firefox, Linux")
LIMITS = Limits(timedelta(hours=1), timedelta(hours=12))


@pytest.fixture
def browser(house: House) -> Callable[..., Known]:
    """A browser in which this person has just signed in; ``browser(cast.dara)``."""

    def signed_in(who: Member, *, factor: str = "", at: datetime = MACHINE) -> Known:
        with house.database.transaction() as session:
            token = sign_ins.begin(session, who.person_id, who.epoch, HERE, factor=factor, now=at)
        return known(house, token, at)

    return signed_in


def known(house: House, token: str, at: datetime = MACHINE) -> Known:
    with house.database.reading() as session:
        found = sign_ins.recognise(session, token, citizens=LIMITS, officers=LIMITS, today=NOW.date(), now=at)
    assert found is not None
    return found


def with_app(house: House, seen: Known, *, at: datetime = MACHINE) -> str:
    """The person sets up an app; its secret."""
    with house.database.transaction() as session:
        made = authenticator_apps.offer(session, house, seen.actor, now=at)
        code = totp.code_of(made.secret, totp.half_minute(at))
        authenticator_apps.add(session, house, seen, made, code, now=at)
    return made.secret


def with_passkey(house: House, seen: Known, device: Device, name: str = "Telephone", *, at: datetime = MACHINE) -> None:
    """The person makes a passkey on this device."""
    challenge = passkeys.new_challenge()
    with house.database.transaction() as session:
        options = passkeys.asking_to_make(session, house, seen, challenge)
        given = passkeys.Given(challenge, options["user"]["id"])
        passkeys.add(session, house, seen, device.make(options), name=name, given=given, now=at)


def outcomes(*acts: Callable[[], object]) -> list[str]:
    """How these things end that are done at the same moment: ``done``, or the refusal by its name; sorted."""
    ready = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        ready.wait()
        try:
            act()
        except Refused as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(one, acts))


def kinds(house: House) -> list[str]:
    """The security log but the beginnings of sign-ins, in the order in which it was written."""
    with house.database.reading() as session:
        wanted = select(SecurityEvent.kind).where(SecurityEvent.kind != SecurityKind.SIGNED_IN)
        return list(session.scalars(wanted.order_by(SecurityEvent.id)))


def told(house: House, who: Member) -> list[str]:
    """The titles of what somebody was told, in English or Khmer, in its order; all of it may go at night."""
    with house.database.reading() as session:
        wanted = select(Notification).where(Notification.person_id == who.person_id).order_by(Notification.id)
        messages = session.scalars(wanted).all()
    assert all(message.is_urgent for message in messages)
    return [message.subject for message in messages]
