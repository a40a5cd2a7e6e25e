"""Words for what differs between versions, and for why a case cannot go to one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from babel.support import Translations
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from web.i18n import TRANSLATIONS, compile_catalogue

CHANGES: Final[Mapping[str, LazyString]] = {
    "added": _l("new"),
    "removed": _l("gone"),
    "changed": _l("different"),
}

FACTS: Final[Mapping[str, LazyString]] = {
    "outgoing": _l("the ways on from it and their conditions"),
    "incoming": _l("where it is reached from"),
    "triggers": _l("what the event waits for or causes"),
    "work": _l("what is done there"),
    "loop": _l("how often it runs"),
    "properties": _l("its settings"),
    "lane": _l("who does it"),
    "type": _l("the kind of element"),
    "scope": _l("where it lies"),
    "boundaries": _l("the events at its border"),
    "host": _l("the activity it is attached to"),
    "interrupting": _l("whether it interrupts"),
    "correlation": _l("which case a message is for"),
    "inputs": _l("the data that go in"),
    "outputs": _l("the data that come out"),
    "compensated_by": _l("how it is undone"),
    "inner": _l("how the sub-process runs as a whole"),
    "event_starts": _l("the events that it listens for as a whole"),
    "starts": _l("where it begins"),
    "declared": _l("the data that it declares"),
}
"""Facts of ``bpmn.Differences.what``; one without words here is shown by its name."""

KINDS: Final[Mapping[str, LazyString]] = {
    "start": _l("The process started."),
    "complete": _l("The process went on."),
    "fail": _l("The process took the way for a failed call."),
    "timers": _l("A timer of the process fired."),
    "deliver": _l("A message arrived."),
    "signal": _l("A signal was heard."),
    "cancel": _l("The process was ended."),
    "skip": _l("Skipped by hand."),
    "move": _l("Taken elsewhere by hand."),
    "correct": _l("A variable was corrected by hand."),
}

REFUSALS: Final[Mapping[str, LazyString]] = {
    "TaskNotReady": _l("Nothing waits at that element there."),
    "NobodyWaits": _l("Nothing waits for that message there."),
    "MoveNotPossible": _l("The element that it was taken to is not there, or cannot begin."),
    "StartNotPossible": _l("The version does not begin in this way."),
    "StepFailed": _l("The step fails there: %(reason)s"),
}


def _(sentence: str) -> str:
    """Marks a sentence for the catalogue; it is looked up when somebody reads it."""
    return sentence


OBSTACLES: Final[Mapping[str, str]] = {
    "removed": _("The version has no such element. Say which element takes its place, or leave the case where it is."),
    "changed": _("The case waits there or remembers it, and the version runs it differently. Say that this is meant."),
    "passed-changed": _("The case has passed it, and the version runs it differently. Say that this is meant."),
    "other-type": _("The element that takes its place is of another kind. Choose one of the same kind."),
    "other-scope": _("The element that takes its place lies in another sub-process. Choose one beside it."),
    "other-loop": _("It has begun to run several times, and the version repeats it differently. Let it finish first."),
    "flow-removed": _("A part of the case waits at this gateway on a flow that the version does not have."),
    "all-arrived": _("The gateway would wait for nothing more, and the case would never go on. Let it pass first."),
    "event-failed": _("An event that would begin to wait there cannot be computed with the data of the case."),
    "history-differs": _("The recorded steps do not lead to the stored state. Find out why before the case is moved."),
    "variable-missing": _("The version reads this variable, and the case does not have it. Correct the case first."),
    "office-missing": _("Its task would lie at an office that is not open. Open that office first."),
    "own-case": _("It is a case of one of the two administrators who look at this transfer."),
    "ended": _("The case is over, or stands on the version already."),
    "unreadable": _("The stored state of the case cannot be read."),
    "failed": _("Looking at the case failed; the log of the installation says how."),
}
"""Facts of ``bpmn.Obstacle``, ``engine.versions.judging`` and ``engine.versions.second_look``."""


def obstacle_text(fact: str) -> str:
    """Why the case stays, in the reader's language."""
    return str(gettext(OBSTACLES.get(fact, fact)))


def obstacle_in_both(fact: str) -> tuple[str, str]:
    """Why the case stays, in English and in Khmer, for the command line."""
    sentence = OBSTACLES.get(fact, fact)
    compile_catalogue()
    return sentence, str(Translations.load(str(TRANSLATIONS), ["km"]).gettext(sentence))


def fact_text(fact: str) -> str:
    """What about an element differs, in the reader's language."""
    return str(FACTS.get(fact, fact))


VERDICTS: Final[Mapping[str, LazyString]] = {
    "waiting": _l("still to be tried"),
    "same": _l("the same path"),
    "other": _l("another path"),
    "stuck": _l("stuck"),
    "untried": _l("could not be tried"),
    "parted": _l("another path, or stuck"),
    "dearer": _l("dearer"),
    "cheaper": _l("cheaper"),
    "late": _l("late only there"),
    "documents": _l("other documents"),
}
"""What was found of a case of a trial."""

TRIAL_STATUSES: Final[Mapping[str, LazyString]] = {
    "queued": _l("It waits for its turn"),
    "running": _l("It goes on"),
    "done": _l("Every case was tried"),
    "cancelled": _l("It was stopped"),
}
