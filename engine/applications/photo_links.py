"""Photos from a telephone: an officer of the counter shows an address, and whoever stands there sends what they hold.

Nobody signs in for it. The code stands for one draft, some minutes, and so many files; it shows nothing of the draft.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.applications.filing import Filing
from engine.applications.papers import lay
from engine.applications.uploads import Upload
from engine.applications.whole_form import open_at_counter
from engine.case.access_log import note_access
from engine.errors.counter import PhotoLinkFull, PhotoLinkOver
from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name
from engine.packages.groups import FRONT_OFFICE
from engine.people import sign_ins
from engine.people.actors import Actor, load_actor
from engine.references import claim_code, new_seed
from engine.typed.codes import normal_code
from storage.applications import Application, ApplicationStatus
from storage.offices import Office
from storage.photo_links import PhotoLink

HOLDS: Final = timedelta(minutes=15)
MOST_FILES: Final = 10
MOST_OCTETS: Final = 60 * 1024 * 1024
"""Of all files that come through one link."""


_IS_HELD: Final = PhotoLink.made_in_id.is_(None) | sign_ins.stands(PhotoLink.made_in_id)
"""The officer is still signed in where they made it; links of the version before do not say where that was."""


@dataclass(frozen=True, slots=True)
class LinkShown:
    """What a telephone is shown: at which office it is, how many files came, how many more may, and until when."""

    office: Bilingual
    files: int
    left: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class _Opened:
    """A link that holds, its draft locked, and the officer who made it."""

    link: PhotoLink
    application: Application
    office: Office
    officer: Actor


def open_link(
    session: Session, house: House, actor: Actor, key: str, *, sign_in_id: int | None = None, now: datetime
) -> str:
    """The code for a draft of the actor's counter; the one before ends, and this one with the sign-in in which it was
    made. The applicant reads that it was made. ``NotFound``, ``AlreadySubmitted``."""
    application = open_at_counter(session, house, actor, key, lock=True, now=now).application
    _end(session, application.id, now)
    code = claim_code(new_seed())
    link = PhotoLink(
        application_id=application.id,
        code_hash=_hash(code),
        made_by_id=actor.person_id,
        made_at=now,
        made_in_id=sign_in_id,
        ends_at=now + HOLDS,
    )
    session.add(link)
    note_access(session, actor, application.id, "photo_link", now=now)
    return code


def end_link(session: Session, house: House, actor: Actor, key: str, *, now: datetime) -> None:
    """The code opens nothing any more; twice is harmless. ``NotFound``, ``AlreadySubmitted``."""
    application = open_at_counter(session, house, actor, key, lock=True, now=now).application
    _end(session, application.id, now)


def link_shown(session: Session, house: House, code: str, *, now: datetime) -> LinkShown:
    """What whoever has the code may know; ``PhotoLinkOver`` for every code that does not hold, whatever the reason."""
    opened = _opened(session, house, code, now=now)
    return _shown(opened.link, opened.office)


def take_photo(session: Session, house: House, code: str, upload: Upload, *, now: datetime) -> LinkShown:
    """Lays a file into the tray of the draft. ``PhotoLinkOver``, ``PhotoLinkFull``, and what a file is refused for
    (``uploads.add_document``)."""
    opened = _opened(session, house, code, lock=True, now=now)
    link = opened.link
    if link.files >= MOST_FILES or link.octets + len(upload.content) > MOST_OCTETS:
        raise PhotoLinkFull(files=MOST_FILES, megabytes=MOST_OCTETS // 1024 // 1024)
    laid = lay(session, house, opened.officer, opened.application, upload=upload, now=now)
    if laid.is_new:
        link.files, link.octets = link.files + 1, link.octets + len(upload.content)
    return _shown(link, opened.office)


def link_of(session: Session, filing: Filing, *, now: datetime) -> LinkShown | None:
    """What may come into a draft by a telephone now; one statement."""
    here = PhotoLink.application_id == filing.application.id, PhotoLink.ended_at.is_(None), PhotoLink.ends_at > now
    link = session.scalar(select(PhotoLink).where(*here, _IS_HELD).limit(1))
    return _shown(link, filing.office) if link else None


def _opened(session: Session, house: House, code: str, *, lock: bool = False, now: datetime) -> _Opened:
    """The draft is locked before its link, as by whoever makes and ends links."""
    by_code = select(PhotoLink).where(PhotoLink.code_hash == _hash(normal_code(code)), _IS_HELD)
    link = session.scalar(by_code)
    if link is None:
        raise PhotoLinkOver
    application = session.get(Application, link.application_id, with_for_update=lock, populate_existing=lock)
    if application is None:  # removed since, and the link with it
        raise PhotoLinkOver
    if lock:
        session.refresh(link, with_for_update=True)
    if link.ended_at is not None or link.ends_at <= now:
        raise PhotoLinkOver
    office = session.get_one(Office, application.office_id)
    officer = load_actor(session, link.made_by_id, today=house.calendars.of(session, office).local_date(now))
    if application.status != ApplicationStatus.DRAFT or officer is None:
        raise PhotoLinkOver
    if not officer.acts_for(FRONT_OFFICE, office.id):
        raise PhotoLinkOver
    return _Opened(link, application, office, officer)


def _shown(link: PhotoLink, office: Office) -> LinkShown:
    return LinkShown(office_name(office), link.files, MOST_FILES - link.files, link.ends_at)


def _end(session: Session, application_id: int, now: datetime) -> None:
    open_ones = PhotoLink.application_id == application_id, PhotoLink.ended_at.is_(None)
    session.execute(update(PhotoLink).where(*open_ones).values(ended_at=now))


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
