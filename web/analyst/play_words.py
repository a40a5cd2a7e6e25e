"""The words of plays: what was done at each move and what happened then, as sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.localise import moment
from engine.packages.playing.case import What
from engine.packages.playing.clocks import NORM, TERM
from engine.packages.playing.play import Action
from engine.packages.register_rules import CHANGE, NEW, RENEWAL
from engine.queries.analyst.play_page import HappeningShown, MoveShown
from engine.working_time.clocks import WAITS_AT_THE_COUNTER, WAITS_FOR_APPLICANT, WAITS_FOR_SESSION
from web.event_words import OUTCOMES
from web.labels import level_label
from web.list_words import PROMISES
from web.wording import current_lang, in_language

KIND_WORDS: Final[Mapping[str, LazyString]] = {
    NEW: _l("Something new"),
    RENEWAL: _l("The renewal of a certificate"),
    CHANGE: _l("The change of a certificate"),
}
CLOCKS: Final[Mapping[str, LazyString]] = {NORM: PROMISES["norm"], TERM: PROMISES["term"]}
STATES: Final[Mapping[str, LazyString]] = {
    "to_come": _l("has not begun"),
    "running": _l("runs"),
    "standing": _l("stands still"),
    "over": _l("is over"),
}
REASONS: Final[Mapping[str, LazyString]] = {
    WAITS_FOR_APPLICANT: _l("Only the applicant can go on."),
    WAITS_AT_THE_COUNTER: _l("It waits for the payment or the collection."),
    WAITS_FOR_SESSION: _l("It waits for the day that was chosen."),
}
"""Why a clock stands still."""
_MOVES: Final[Mapping[str, LazyString]] = {
    "": _l("The case begins"),
    Action.COMPLETE: _l("Completed: %(name)s"),
    Action.SEND: _l("Message sent to the case: %(name)s"),
    Action.CHANGE: _l("Another day was chosen: %(name)s, %(session)s"),
    Action.WAIT: _l("The clock was moved"),
    Action.CONNECTOR: _l("Answered from outside: %(name)s"),
    Action.REGISTER: _l("Answered by the register: %(name)s"),
    Action.PUBLISH: _l("Session published: %(name)s, %(session)s"),
}
_HAPPENED: Final[Mapping[str, LazyString]] = {
    What.STAGE: _l("Stage reached: %(name)s"),
    What.TIMER: _l("The timer fired: %(name)s"),
    What.MESSAGE: _l("Message: %(name)s"),
    What.OPERATION: _l("The house did: %(name)s"),
    What.LEVEL: _l("The work goes to the office %(name)s"),
    What.REMINDED: _l("The applicant is reminded: %(name)s"),
    What.WARNED: _l("Due soon, the office is warned: %(name)s"),
    What.LATE: _l("Late: %(name)s"),
    What.TERM_LATE: _l("Late: the legal term has ended"),
    What.NORM_LATE: _l("Late: the promise of the office is broken"),
    What.OVER: _l("The case is over: %(name)s"),
}
_COMING: Final[Mapping[str, LazyString]] = {
    What.TIMER: _l("Timer: %(name)s"),
    What.REMINDED: _l("Reminder: %(name)s"),
    What.WARNED: _l("Warning: %(name)s"),
    What.LATE: _l("Due: %(name)s"),
    What.TERM_LATE: _l("The legal term ends"),
    What.NORM_LATE: _l("The promise ends"),
}


def move_text(move: MoveShown) -> str:
    """What was done, without its answers."""
    session = moment(move.session, current_lang()) if move.session else ""
    return str(_MOVES[move.action]) % {"name": in_language(move.name), "session": session}


def happened_text(one: HappeningShown) -> str:
    """What happened, as a sentence."""
    return str(_HAPPENED[one.what]) % {"name": _name(one)}


def coming_text(one: HappeningShown) -> str:
    """What is still to come by itself."""
    return str(_COMING[one.what]) % {"name": _name(one)}


def _name(one: HappeningShown) -> str:
    if one.what == What.LEVEL:
        return level_label(one.name.en)
    if one.what == What.OVER:
        return str(OUTCOMES.get(one.name.en, one.name.en or "–"))
    return in_language(one.name)
