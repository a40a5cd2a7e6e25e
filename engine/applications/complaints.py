"""An application that is about another one, as a complaint is: whoever worked on that one does not look into it, nor
reads it."""

from __future__ import annotations

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from engine.case.handled import named_in, who_worked
from engine.case.interests import has_none
from engine.case.turn import Turn
from engine.packages.groups import COMPLAINTS
from engine.people.members import members
from storage.applications import Application
from storage.colleagues import DeclaredInterest
from storage.complaints import KeptApart, NamedCase
from storage.people import Person


def keep_apart(turn: Turn) -> None:
    """Whoever worked on the application that this one names (``about`` in ``service.yaml``), or for whom somebody did,
    is shown nothing of it (``engine.case.kept_apart``). Members of the citizens' office among them do none of its
    tasks, as if they had declared an interest; the history says how many. Whoever comes to one in another way is
    refused then (``engine.case.handled``). Nothing for a number that names none. A few statements where a number was
    written, else none."""
    application = turn.case.application
    reference = named_in(turn.case.published.package, application)
    if reference is not None or application.has_interests:
        _name(turn.session, application, reference)
    if reference is None:
        return
    today = turn.case.calendar.local_date(turn.now)
    theirs = select(Person.id).where(
        Person.id.in_(who_worked(reference)),
        Person.id.in_(members((COMPLAINTS,), application.office_id, today)),
        has_none(application),
    )
    apart = sorted(turn.session.scalars(theirs))
    if not apart:
        return
    application.has_interests = True
    turn.session.add_all(
        DeclaredInterest(application_id=application.id, person_id=each, reason=reference, at=turn.now) for each in apart
    )
    turn.record("kept_apart", data={"reference": reference, "officers": len(apart)})


def _name(session: Session, application: Application, reference: str | None) -> None:
    """Writes down which application this one is about, in place of one that was named before, and who worked on it.
    An application names no other than one that was sent, and not itself."""
    of_this = NamedCase.application_id == application.id, KeptApart.application_id == application.id
    for table, which in zip((NamedCase, KeptApart), of_this, strict=True):
        session.execute(delete(table).where(which).execution_options(synchronize_session=False))
    if reference is None:
        return
    named = select(Application.id).where(Application.reference == reference, Application.id != application.id)
    about_id = session.scalar(named)
    if about_id is None:
        return
    application.has_interests = True
    # Waits for a step of that one, and the trigger sees each from now on: whoever were read before would miss somebody.
    session.execute(insert(NamedCase).values(application_id=application.id, about_id=about_id))
    worked = sorted(session.scalars(who_worked(reference)))
    session.add_all(KeptApart(application_id=application.id, person_id=each) for each in worked)
