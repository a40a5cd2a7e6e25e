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
from engine.packages.groups import GROUPS
from engine.people.actors import Actor
from web.clock import SystemClock

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one network address may call a page (``10 per minute;60 per hour``), for these methods or all.

    ``failures`` is how often attempts may fail with the same value of the form field ``field``, from wherever they
    come: many addresses guessing at one account or one code are stopped too.
    """

    rule: str
    methods: tuple[str, ...] = ()
    field: str = ""
    failures: str = ""


SIGN_IN: Final = Limit("10 per minute;60 per hour", ("POST",), field="login", failures="30 per hour")
LOOK_UP: Final = Limit("20 per minute;200 per hour", field="code", failures="15 per hour")
"""For pages where somebody could try codes: tracking, verification."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Everybody (``public``), anybody signed in, or members of at least one of the ``groups``."""

    public: bool = False
    groups: frozenset[str] = frozenset()
    limit: Limit | None = None


def access(
    *, public: bool = False, signed_in: bool = False, groups: tuple[str, ...] = (), limit: Limit | None = None
) -> Callable[[View], View]:
    """Write the rule on a view; exactly one of ``public``, ``signed_in`` and ``groups`` must be given."""
    if [public, signed_in, bool(groups)].count(True) != 1:
        raise TypeError("Say exactly one of public=True, signed_in=True or groups=(…).")
    unknown = set(groups) - set(GROUPS)
    if unknown:
        raise TypeError(f"There is no group {', '.join(sorted(unknown))}; there are: {', '.join(GROUPS)}.")
    rule = Rule(public=public, groups=frozenset(groups), limit=limit)

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


def remember(person_id: int, epoch: int) -> None:
    """Sign this browser in. What the session held before is dropped, so that nobody can plant one."""
    language, pages = browser_session.get("lang"), browser_session.get("kept")
    browser_session.clear()
    browser_session.permanent = True
    if pages:  # addresses only; what was typed on them is asked for by the person who signs in
        browser_session["kept"] = pages
    browser_session.update(person=person_id, epoch=epoch, since=_session_seconds())
    if language:
        browser_session["lang"] = language


def forget() -> None:
    """Sign this browser out; the chosen language stays."""
    language = browser_session.get("lang")
    browser_session.clear()
    if language:
        browser_session["lang"] = language


def signed_in_as() -> tuple[int, int] | None:
    """Person id and session epoch in the signed cookie, or None. Not yet checked against the database."""
    person_id, epoch, since = (browser_session.get(name) for name in ("person", "epoch", "since"))
    if not (isinstance(person_id, int) and isinstance(epoch, int) and isinstance(since, int)):
        return None
    oldest = _session_seconds() - current_app.extensions["owso"].settings.session_max_hours * 3600
    return (person_id, epoch) if since >= oldest else None


def _session_seconds() -> int:
    """Sessions age in real time, also where the office's clock was moved for a demonstration."""
    return int(SystemClock().now().timestamp())


def check_actor(actor: Actor | None) -> Actor:
    """The loaded person, when the page's rule lets them in; raises NotSignedIn or NotAllowed."""
    if actor is None:
        forget()
        raise NotSignedIn
    rule = rule_here()
    if rule.groups and not rule.groups & actor.groups:
        raise NotAllowed
    g.actor = actor
    return actor


def rule_here() -> Rule:
    """The rule of the page that is asked for; raises NotAllowed where nobody wrote one."""
    rule = rule_of(current_app, request.endpoint) if request.endpoint else Rule(public=True)
    if rule is None:
        raise NotAllowed  # closed unless somebody decided otherwise
    return rule
