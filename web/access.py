"""Who may call which page: one rule per page, written on the view; ``web.gate`` stands before every page.

A rule that needs a person is checked when the person is loaded, in the same transaction as the action (one statement,
no second transaction).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from flask import Flask, current_app, g, request
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed, NotSignedIn, NotWhileHelping
from engine.packages.groups import DECLARED, GROUPS, before_rules
from engine.people.actors import Actor
from engine.people.pauses import Pace

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Limit:
    """How attempts at pages slow down (``web.attempts``), for these methods or all; pages with the same ``name`` count
    together.

    ``place`` is the pace of what fails from one network address, whatever it is about: many people share one, a
    carrier's customers or an office, so it is generous, and what succeeds is not counted. Whoever is signed in counts
    for themselves where ``people_apart`` says so. ``same`` is the pace of what fails from one place about the same
    value of the form field ``field``, and ``everywhere`` from all places and browsers that are not known to it
    (``web.known_browsers``). ``every`` counts every attempt from a place, where success itself is what is limited.
    ``here``: what it spares is this server, which counts by itself.
    """

    name: str
    methods: tuple[str, ...] = ()
    place: Pace | None = None
    field: str = ""
    same: Pace | None = None
    everywhere: Pace | None = None
    every: Pace | None = None
    people_apart: bool = True
    here: bool = False

    def __post_init__(self) -> None:
        if not (self.place or self.same or self.everywhere or self.every):
            raise TypeError(f"The limit “{self.name}” has no pace: it would slow nobody.")


_MINUTE: Final = timedelta(minutes=1)
SHARED_PLACE: Final = Pace(100, cools=timedelta(seconds=20), longest=5 * _MINUTE)
"""For a place that a carrier's customers or a whole office share."""
SIGN_IN: Final = Limit(
    "sign in",
    ("POST",),
    place=SHARED_PLACE,
    field="login",
    same=Pace(5, cools=30 * _MINUTE, longest=15 * _MINUTE),
    everywhere=Pace(30, cools=10 * _MINUTE, longest=15 * _MINUTE),
    people_apart=False,  # who has an account of their own may not guess more at others
)
REGISTER: Final = Limit(
    "register",
    ("POST",),
    place=SHARED_PLACE,
    every=Pace(30, cools=timedelta(seconds=18), longest=5 * _MINUTE),
    people_apart=False,
)
PASSWORD: Final = Limit("password", ("POST",), place=Pace(10, cools=10 * _MINUTE, longest=15 * _MINUTE))
BY_CODE: Final = Limit("by code", ("POST",), place=SHARED_PLACE, people_apart=False)
"""For what follows a one-time code, which allows only few tries itself."""
LOOK_UP: Final = Limit(
    "look up",
    place=Pace(60, cools=timedelta(seconds=4), longest=5 * _MINUTE),
    field="code",
    same=Pace(8, cools=10 * _MINUTE, longest=15 * _MINUTE),
    everywhere=Pace(40, cools=10 * _MINUTE, longest=15 * _MINUTE),
)
"""For pages where somebody could try codes: tracking, verification."""
CLAIM: Final = Limit(
    "claim",
    ("POST",),
    place=Pace(60, cools=timedelta(seconds=4), longest=5 * _MINUTE),
    field="code",
    same=Pace(8, cools=10 * _MINUTE, longest=15 * _MINUTE),
    everywhere=Pace(40, cools=10 * _MINUTE, longest=15 * _MINUTE),
)
"""For the page where slips of the counter open accounts."""
PHOTOS: Final = Limit("photos", place=Pace(60, cools=timedelta(seconds=4), longest=5 * _MINUTE))
"""For the address at which a telephone sends photos to the counter, whose code somebody could guess."""
FROM_MACHINES: Final = Limit("machines", ("POST",), place=Pace(60, cools=timedelta(seconds=6), longest=_MINUTE))


@dataclass(frozen=True, slots=True)
class Rule:
    """Everybody (``public``), anybody signed in, or members of at least one of the ``groups``; ``DECLARED`` stands for
    every group that a ministry has declared. ``by_helper``: somebody who acts for another may, too. ``by_secret``: a
    machine posts here and shows a secret, so there is no token of a form. ``before_factor``: also for whoever has yet
    to show the second factor that their work demands. ``by_itself``: the browser asks for the page again and again, so
    that it was asked for does not say that somebody is there."""

    public: bool = False
    by_secret: bool = False
    before_factor: bool = False
    groups: frozenset[str] = frozenset()
    by_helper: bool = False
    limit: Limit | None = None
    by_itself: bool = False


def access(
    *,
    public: bool = False,
    signed_in: bool = False,
    groups: tuple[str, ...] = (),
    by_helper: bool = False,
    by_secret: bool = False,
    before_factor: bool = False,
    by_itself: bool = False,
    limit: Limit | None = None,
) -> Callable[[View], View]:
    """Write the rule on a view; exactly one of ``public``, ``signed_in`` and ``groups`` must be given."""
    if [public, signed_in, bool(groups)].count(True) != 1:
        raise TypeError("Say exactly one of public=True, signed_in=True or groups=(…).")
    unknown = set(groups) - {*GROUPS, DECLARED}
    if unknown:
        raise TypeError(f"There is no group {', '.join(sorted(unknown))}; there are: {', '.join(GROUPS)}.")
    if by_secret and not public:
        raise TypeError("A machine that shows a secret is not signed in: by_secret=True needs public=True.")
    if by_helper and not signed_in:
        raise TypeError("Somebody who acts for another belongs to no group: by_helper=True needs signed_in=True.")
    rule = Rule(public, by_secret, before_factor, frozenset(groups), by_helper, limit, by_itself)

    def mark(view: View) -> View:
        view.access_rule = rule  # type: ignore[attr-defined]
        return view

    return mark


def rule_of(app: Flask, endpoint: str) -> Rule | None:
    """The rule of an endpoint, or None when nobody wrote one (a guard test and the gate refuse that)."""
    if endpoint == "static" or endpoint.endswith(".static"):
        return Rule(public=True)
    rule: Rule | None = getattr(app.view_functions[endpoint], "access_rule", None)
    return rule


@dataclass(frozen=True, slots=True)
class Carried:
    """What a browser carries of its sign-in, signed by us: whose it is, and the token that the database knows."""

    person_id: int
    token: str


def remember(person_id: int, token: str) -> None:
    """Sign this browser in."""
    begin_anew()
    browser_session.permanent = True
    browser_session.update(person=person_id, token=token)


def go_on_with(token: str) -> None:
    """This browser stays signed in with another token."""
    browser_session["token"] = token


def begin_anew() -> None:
    """What the session held before is dropped, so that nobody can plant one; the chosen language stays."""
    language, pages = browser_session.get("lang"), browser_session.get("kept")
    browser_session.clear()
    if pages:  # addresses only; what was typed on them is asked for by the person who signs in
        browser_session["kept"] = pages
    if language:
        browser_session["lang"] = language


@dataclass(frozen=True, slots=True)
class Acting:
    """For whom the person of this browser acts, by which mandate; the names are those of the page's frame."""

    mandate_id: int
    name_km: str
    name_latin: str


def act_for(acting: Acting) -> None:
    """From the next page on this browser acts for somebody else."""
    browser_session["acting"] = [acting.mandate_id, acting.name_km, acting.name_latin]


def stop_acting() -> None:
    """From the next page on the person of this browser acts for themselves again."""
    browser_session.pop("acting", None)


def acting_for() -> Acting | None:
    """For whom this browser acts, or None. Not yet checked against the database."""
    match browser_session.get("acting"):
        case [int(mandate_id), str(name_km), str(name_latin)] if signed_in_as() is not None:
            return Acting(mandate_id, name_km, name_latin)
        case _:
            return None


def forget() -> None:
    """Sign this browser out; the chosen language stays."""
    language = browser_session.get("lang")
    browser_session.clear()
    if language:
        browser_session["lang"] = language


def signed_in_as() -> Carried | None:
    """What this browser carries of a sign-in, or None. Not yet checked against the database."""
    person_id, token = browser_session.get("person"), browser_session.get("token")
    return Carried(person_id, token) if isinstance(person_id, int) and isinstance(token, str) else None


def check_actor(actor: Actor | None) -> Actor:
    """The loaded person, when the page's rule lets them in; raises NotSignedIn or NotAllowed."""
    if actor is None:
        forget()
        raise NotSignedIn
    rule = rule_here()
    if actor.helper is not None and not (rule.public or rule.by_helper):
        raise NotWhileHelping
    if rule.groups and not rule.groups & before_rules(actor.groups):
        raise NotAllowed
    g.actor = actor
    return actor


def rule_here() -> Rule:
    """The rule of the page that is asked for; raises NotAllowed where nobody wrote one."""
    rule = rule_of(current_app, request.endpoint) if request.endpoint else Rule(public=True)
    if rule is None:
        raise NotAllowed  # closed unless somebody decided otherwise
    return rule
