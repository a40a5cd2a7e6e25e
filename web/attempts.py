"""Guessing slows: by account and by place, with growing pauses, and the owner still gets in.

A page with a limit (``web.access``) is asked only when no pause runs for whoever asks; then nothing is looked at, least
of all a password, and the answer is the same whether an account exists. What failed is counted after the answer, in a
transaction of its own (``web.counts``); what succeeds writes nothing, but that it clears the count of its own place. A
browser that was right before (``web.known_browsers``) counts for itself: strangers cannot make it wait.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import wraps
from math import ceil
from typing import Any

import structlog
from flask import Flask, current_app, g, request
from flask.wrappers import Response
from flask_babel import ngettext
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import TooManyRequests

from engine import localise
from engine.outages import outage_in
from engine.people import attempts
from engine.people.pauses import Count, Pace, begins_to_wait, left_to_wait
from web import known_browsers
from web.access import Limit, rule_of, signed_in_as
from web.browsers import network, place
from web.clock import Clock, SystemClock
from web.config import Settings
from web.context import public_transaction
from web.counts import Counts, InDatabase, InMemory, WithReserve
from web.redis_counts import InRedis
from web.wording import current_lang

log = structlog.get_logger("web")


class TooManyAttempts(TooManyRequests):
    """A pause runs; ``wait`` says how long still."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__()
        self.seconds = ceil(wait.total_seconds())

    @property
    def sentence(self) -> str:
        """When to try again, in the reader's language: seconds of a short pause, begun minutes of a long one."""
        count = self.seconds if self.seconds < 60 else ceil(self.seconds / 60)
        time = localise.number(count, current_lang())
        if self.seconds < 60:
            words = ngettext("Try again in %(time)s second.", "Try again in %(time)s seconds.", count, time=time)
        else:
            words = ngettext("Try again in %(time)s minute.", "Try again in %(time)s minutes.", count, time=time)
        return str(words)


@dataclass(slots=True)
class Attempts:
    """What an application counts with: ``shared`` by all servers, ``here`` by this one alone. The clock is the
    machine's, also where the office's was moved; tests set their own."""

    shared: Counts
    here: Counts = field(default_factory=InMemory)
    clock: Clock = field(default_factory=SystemClock)


@dataclass(frozen=True, slots=True)
class Counted:
    """A count that an attempt may go into: of what (``place``, ``same``, ``everywhere``, ``known``, ``every``)."""

    of: str
    key: str
    pace: Pace
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One that is being made: what counts up when it fails, and in any case; ``about``: the fingerprint of the account
    or code that it is about."""

    limit: Limit
    about: str
    failing: Sequence[Counted]
    always: Sequence[Counted]


def install(app: Flask, settings: Settings) -> None:
    """Let every page with a limit keep it; call it after every page was registered."""
    if not settings.rate_limits:
        return
    shared = InRedis(settings.counts_url) if settings.counts_url else InDatabase()
    app.extensions["owso-attempts"] = Attempts(WithReserve(shared))
    for endpoint, view in list(app.view_functions.items()):
        rule = rule_of(app, endpoint)
        if rule and rule.limit:
            app.view_functions[endpoint] = _slowed(rule.limit, view)
    app.after_request(_settle)


def attempts_of(app: Flask) -> Attempts:
    """What the application counts with."""
    found: Attempts = app.extensions["owso-attempts"]
    return found


def _slowed(limit: Limit, view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def answered(*args: Any, **named: Any) -> Any:
        if "attempt" not in g and (not limit.methods or request.method in limit.methods):
            g.attempt = _begun(limit)
        return view(*args, **named)

    return answered


def _begun(limit: Limit) -> Attempt:
    """Raises ``TooManyAttempts`` while a pause runs."""
    # Whole, as the page looks for it: signs that nobody sees may stand in front of a telephone, any number of them.
    typed = request.form.get(limit.field, "") if limit.field else ""
    about = known_browsers.fingerprint(limit.field, typed) if typed else ""
    now, failing, always = _now(), _failing(limit, about), _always(limit)
    keys = [one.key for one in (*failing, *always)]
    found = _counts(limit).of(keys, now=now) if keys else {}
    failing, always = ([replace(one, count=found.get(one.key)) for one in each] for each in (failing, always))
    wait = max((left_to_wait(one.count, one.pace, now=now) for one in (*failing, *always)), default=timedelta())
    if wait:
        raise TooManyAttempts(wait)
    return Attempt(limit, about, failing, always)


def _failing(limit: Limit, about: str) -> list[Counted]:
    """What counts up when it fails. A browser that was right before counts for itself, and for nobody else."""
    place = _place(limit)
    if about and limit.same and known_browsers.is_known(about):
        return [_counted(limit, "known", limit.same, about, known_browsers.browser())]
    found = [_counted(limit, "place", limit.place, place)] if limit.place else []
    if about and limit.same:
        found.append(_counted(limit, "same", limit.same, about, place))
    if about and limit.everywhere:
        found.append(_counted(limit, "everywhere", limit.everywhere, about))
    return found


def _always(limit: Limit) -> list[Counted]:
    return [_counted(limit, "every", limit.every, _place(limit))] if limit.every else []


def _counted(limit: Limit, of: str, pace: Pace, *about: str) -> Counted:
    return Counted(of, known_browsers.keyed("\0".join((limit.name, of, *about))), pace)


def _counts(limit: Limit) -> Counts:
    found = attempts_of(current_app)
    return found.here if limit.here else found.shared


def _now() -> datetime:
    return attempts_of(current_app).clock.now()


def _place(limit: Limit) -> str:
    """The person who is signed in where the limit counts them apart, else the network."""
    signed_in = signed_in_as() if limit.people_apart else None
    if signed_in is not None:
        return f"person {signed_in.person_id}"
    return network()


def _settle(response: Response) -> Response:
    """Counts what failed, and gives a browser that was right a note of it. An outage is nobody's failure."""
    attempt: Attempt | None = g.pop("attempt", None)
    if attempt is None:
        return response
    up = list(attempt.always)
    if 400 <= response.status_code < 500:
        up += attempt.failing
        _tell(attempt)
    elif response.status_code < 400 and attempt.about:
        known_browsers.remember_browser(response, attempt.about)
        own = [one.key for one in attempt.failing if one.of in ("same", "known") and one.count]
        if own:
            _counts(attempt.limit).forget(own, now=_now())
    if up:
        _counts(attempt.limit).count_up({one.key: one.pace for one in up}, now=_now())
    return response


def _tell(attempt: Attempt) -> None:
    """Writes it down where passwords are guessed at so much that strangers, or a whole place, begin to wait."""
    now = _now()
    begun = {one.of for one in attempt.failing if begins_to_wait(one.count, one.pace, now=now)}
    if attempt.limit.field != "login" or not begun & {"everywhere", "place"}:
        return
    try:
        with public_transaction() as session:
            if "everywhere" in begun:
                attempts.note_guessed_at(session, request.form.get("login", ""), attempt.about, place(), now=now)
            if "place" in begun:
                attempts.note_place_slowed(session, place(), now=now)
    except (DBAPIError, OSError) as away:
        if outage_in(away) is None:
            raise
        log.error("guessing not noted", error=type(away).__name__)
