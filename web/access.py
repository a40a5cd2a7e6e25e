"""Who may call which page: one rule per page, written on the view; ``web.gate`` stands before every page.

A rule that needs a person is checked when the person is loaded, in the same transaction as the action (one statement,
no second transaction).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from flask import Flask, current_app, g, request
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from engine.errors import NotAllowed, NotSignedIn
from engine.packages.groups import DECLARED, GROUPS, before_rules
from engine.people.actors import Actor

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Limit:
    """How often somebody may try (``10 per minute;60 per hour``), for these methods or all.

    ``failing`` is how often attempts may fail from one network address, whatever they are about: many people share one,
    a carrier's customers or an office, so it is generous, and what succeeds is not counted. Who is signed in counts for
    themselves. ``same`` is how often they may fail from one address about the same value of the form field ``field``,
    and ``everywhere`` about the same value from all addresses and browsers that are not known to it
    (``web.known_browsers``). ``every`` counts every attempt from an address, where success itself is what is limited.
    """

    failing: str
    methods: tuple[str, ...] = ()
    field: str = ""
    same: str = ""
    everywhere: str = ""
    every: str = ""


SIGN_IN: Final = Limit(
    "60 per minute;600 per hour", ("POST",), "login", same="10 per minute;30 per hour", everywhere="100 per hour"
)
REGISTER: Final = Limit("60 per minute;600 per hour", ("POST",), every="30 per minute;200 per hour")
PASSWORD: Final = Limit("10 per minute;30 per hour", ("POST",))
LOOK_UP: Final = Limit("60 per minute;1000 per hour", field="code", same="15 per hour", everywhere="100 per hour")
"""For pages where somebody could try codes: tracking, verification."""
CLAIM: Final = Limit("60 per minute;1000 per hour", ("POST",), "code", same="15 per hour", everywhere="100 per hour")
"""For the page where slips of the counter open accounts."""
FROM_MACHINES: Final = Limit("60 per minute;600 per hour", ("POST",))


@dataclass(frozen=True, slots=True)
class Rule:
    """Everybody (``public``), anybody signed in, or members of at least one of the ``groups``; ``DECLARED`` stands for
    every group that a ministry has declared. ``by_secret``: a machine posts here and shows a secret, so there is no
    token of a form."""

    public: bool = False
    by_secret: bool = False
    groups: frozenset[str] = frozenset()
    limit: Limit | None = None


def access(
    *,
    public: bool = False,
    signed_in: bool = False,
    groups: tuple[str, ...] = (),
    by_secret: bool = False,
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
    rule = Rule(public=public, by_secret=by_secret, groups=frozenset(groups), limit=limit)

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
    """Sign this browser in. What the session held before is dropped, so that nobody can plant one."""
    language, pages = browser_session.get("lang"), browser_session.get("kept")
    browser_session.clear()
    browser_session.permanent = True
    if pages:  # addresses only; what was typed on them is asked for by the person who signs in
        browser_session["kept"] = pages
    browser_session.update(person=person_id, token=token)
    if language:
        browser_session["lang"] = language


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
