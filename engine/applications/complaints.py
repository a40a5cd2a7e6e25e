"""An application that is about another one, as a complaint is: whoever worked on that one does not look into it."""

from __future__ import annotations

from sqlalchemy import select

from engine.case.handled import named_in, who_worked
from engine.case.interests import has_none
from engine.case.turn import Turn
from engine.packages.groups import COMPLAINTS
from engine.people.members import members
from storage.colleagues import DeclaredInterest
from storage.people import Person


def keep_apart(turn: Turn) -> None:
    """Members of the citizens' office who worked on the application that this one names (``about`` in
    ``service.yaml``), or for whom somebody did, do none of its tasks, as if they had declared an interest; the history
    says how many. Whoever comes to one in another way is refused then (``engine.case.handled``). Nothing for a number
    that names none. One statement where a number was written, else none."""
    application = turn.case.application
    reference = named_in(turn.case.published.package, application)
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
