"""Everything a use case may need beside its arguments: the database, the file store, the published packages."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Final, Protocol

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.bpmn import LiveCache
from engine.catalog.examined import Examined
from engine.catalog.published import Catalog
from engine.catalog.shared_texts import SharedTexts, load_shared_texts
from engine.connectors import Bank, Connector, Messenger, OidcProvider, RecordingMessenger
from engine.documents.kept import KeptPapers
from engine.sealing import Sealing
from engine.working_time.calendars import Calendars
from storage.database import Database, open_database
from storage.files import FileStore, make_private

CALL_ATTEMPTS: Final = 8
DRAFT_DAYS: Final = 90
MOST_SPECIMENS: Final = 8 * 1024 * 1024
"""Bytes of specimens that are kept for whoever writes a template; apart from the papers, which nobody writes at."""
FILE_DAYS: Final = 7
FILE_OCTETS: Final = 500 * 1024 * 1024
MESSAGES_AN_HOUR: Final = 10
MESSAGES_AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Collecting:
    """How who has not collected a result is told again: each time so many working days later (0: nobody is), and so
    often at most."""

    days: int = 0
    times: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How messages may come to people: nothing that a telephone rings for in the quiet hours (their begin and end, in
    Cambodia), and not more than so many an hour to one person, except what is urgent; ``at_once``: so many does one
    sender get side by side. ``collecting``: how who does not collect a result is told again. ``officers_by_message``:
    what the bell of an officer rings also goes to them as a message, on the way that they chose as a person."""

    quiet_hours: tuple[time, time] | None = None
    messages_an_hour: int = MESSAGES_AN_HOUR
    at_once: int = MESSAGES_AT_ONCE
    collecting: Collecting = Collecting()
    officers_by_message: bool = False


@dataclass(frozen=True, slots=True)
class Safety:
    """What keeps strangers out: the sealing of what nobody reads who copies the database, and the groups whose members
    work with a second factor only. ``elsewhere``: a provider that may say who somebody is."""

    sealing: Sealing
    second_factor_for: frozenset[str] = frozenset()
    elsewhere: OidcProvider | None = None


@dataclass(frozen=True)
class PaymentAccount:
    """The account that a KHQR code pays into; values from the settings of the installation."""

    bakong_id: str
    merchant_name: str
    city: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long prepared files are kept, and how many octets those of one person may have together."""

    days: int = FILE_DAYS
    octets: int = FILE_OCTETS


class Bring(Protocol):
    """Brings what cases have thrown to those that wait for it, as soon as the step that threw it is kept."""

    def __call__(self, house: House, *, names: AbstractSet[str], instance_id: int, now: datetime) -> None: ...


@dataclass(frozen=True)
class House:
    """One running installation. Frozen: what changes lives in the database; what is kept here can be computed again."""

    database: Database
    files: FileStore
    processes: Path
    base_url: str
    fonts: Path
    payment_account: PaymentAccount
    texts: SharedTexts
    passwords: PasswordHash
    messengers: Mapping[str, Messenger]
    recording: RecordingMessenger
    bring: Bring
    safety: Safety
    bank: Bank | None = None
    connectors: Mapping[str, Connector] = field(default_factory=dict)
    call_attempts: int = CALL_ATTEMPTS
    drafts_kept: timedelta = timedelta(days=DRAFT_DAYS)
    pace: Pace = Pace()
    keeping: Keeping = Keeping()
    catalog: Catalog = field(default_factory=Catalog)
    calendars: Calendars = field(default_factory=Calendars)
    live: LiveCache = field(default_factory=LiveCache)
    papers: KeptPapers = field(default_factory=KeptPapers)
    specimens: KeptPapers = field(default_factory=partial(KeptPapers, MOST_SPECIMENS))
    examined: Examined = field(default_factory=Examined)


def open_house(
    *,
    database_url: str,
    data: Path,
    processes: Path,
    base_url: str,
    fonts: Path,
    payment_account: PaymentAccount,
    bring: Bring,
    safety: Safety,
    messengers: Mapping[str, Messenger] | None = None,
    passwords: PasswordHash | None = None,
    bank: Bank | None = None,
    connectors: Mapping[str, Connector] | None = None,
    call_attempts: int = CALL_ATTEMPTS,
    draft_days: int = DRAFT_DAYS,
    pace: Pace = Pace(),
    keeping: Keeping = Keeping(),
) -> House:
    """Opens the installation described by the settings; the database must have been migrated before it is used.
    ``bring`` is ``engine.flow.bringing.bring_at_once``, handed in because bringing takes steps, and steps throw.
    ``messengers`` are tried in their order; without any, messages are only recorded. Without a ``bank`` to ask about
    KHQR payments the cashier confirms them. ``connectors`` are what service tasks may ask, ``call_attempts`` times."""
    for kept in (data / "files", data / "outbox"):
        make_private(kept)
    return House(
        database=open_database(database_url),
        files=FileStore(data / "files"),
        processes=processes,
        base_url=base_url.rstrip("/"),
        fonts=fonts,
        payment_account=payment_account,
        texts=load_shared_texts(processes / "interior" / "messages.yaml"),
        passwords=passwords or PasswordHash((Argon2Hasher(),)),
        messengers=dict(messengers or {}),
        recording=RecordingMessenger(data / "outbox"),
        bring=bring,
        safety=safety,
        bank=bank,
        connectors=dict(connectors or {}),
        call_attempts=call_attempts,
        drafts_kept=timedelta(days=draft_days),
        pace=pace,
        keeping=keeping,
    )
