"""Guessing slows: by account and by place, with growing pauses, and the owner still gets in.

A page with a limit (``web.access``) is asked only when no pause runs for whoever asks; then nothing is looked at, least
of all a password, and the answer is the same whether an account exists. What failed is counted after the answer, in a
transaction of its own (``web.counts``); what succeeds writes nothing, but that it clears the count of its own place. A
browser that was right before (``web.known_browsers``) counts for itself: strangers cannot make it wait.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from math import ceil
from typing import Any, Final

from flask import Flask, current_app, g, request
from flask.wrappers import Response
from flask_babel import ngettext
from werkzeug.exceptions import TooManyRequests

from engine import localise
from engine.people.pauses import Pace, left_to_wait
from web import known_browsers
from web.access import Limit, rule_of, signed_in_as
from web.clock import Clock, SystemClock
from web.config import Settings
from web.counts import Counts, InDatabase, InMemory, WithReserve
from web.redis_counts import InRedis
from web.wording import current_lang

LONGEST_TYPED: Final = 400
"""Signs of what was typed that say whom it is about; no telephone, address or code has more."""


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
class Attempt:
    """One that is being made: what counts up when it fails, and in any case; ``about``: the fingerprint of the account
    or code that it is about; ``own``: the count that is cleared when it succeeds, where anything stands in it."""

    counts: Counts
    failing: Mapping[str, Pace]
    always: Mapping[str, Pace]
    about: str = ""
    own: str = ""


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
    all_counts = attempts_of(current_app)
    counts, now = all_counts.here if limit.here else all_counts.shared, all_counts.clock.now()
    about = _about(limit)
    failing, always, own = _counted(limit, about)
    paces = {**failing, **always}
    found = counts.of(tuple(paces), now=now) if paces else {}
    wait = max((left_to_wait(found.get(key), pace, now=now) for key, pace in paces.items()), default=timedelta())
    if wait:
        raise TooManyAttempts(wait)
    return Attempt(counts, failing, always, about, own if own in found else "")


def _about(limit: Limit) -> str:
    typed = request.form.get(limit.field, "")[:LONGEST_TYPED] if limit.field else ""
    return known_browsers.fingerprint(limit.field, typed) if typed else ""


def _counted(limit: Limit, about: str) -> tuple[dict[str, Pace], dict[str, Pace], str]:
    """What counts up when it fails, and in any case; and the key that is cleared when it succeeds."""
    place = _place(limit)
    always = {_key(limit, "every", place): limit.every} if limit.every else {}
    if about and limit.same and known_browsers.is_known(about):
        own = _key(limit, "known", about, known_browsers.browser())
        return {own: limit.same}, always, own
    failing = {_key(limit, "place", place): limit.place} if limit.place else {}
    if not about or not limit.same or not limit.everywhere:
        return failing, always, ""
    own = _key(limit, "same", about, place)
    return failing | {own: limit.same, _key(limit, "everywhere", about): limit.everywhere}, always, own


def _key(limit: Limit, *parts: str) -> str:
    return known_browsers.keyed("\0".join((limit.name, *parts)))


def _place(limit: Limit) -> str:
    """The person who is signed in where the limit counts them apart, else the network address: of a longer one the
    first half, which is what one household or one machine has."""
    signed_in = signed_in_as() if limit.people_apart else None
    if signed_in is not None:
        return f"person {signed_in.person_id}"
    try:
        read = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return ""
    if isinstance(read, ipaddress.IPv6Address) and read.ipv4_mapped is None:
        return str(ipaddress.IPv6Network((read, 64), strict=False))
    return str(read.ipv4_mapped or read) if isinstance(read, ipaddress.IPv6Address) else str(read)


def _settle(response: Response) -> Response:
    """Counts what failed, and gives a browser that was right a note of it. An outage is nobody's failure."""
    attempt: Attempt | None = g.pop("attempt", None)
    if attempt is None:
        return response
    now = attempts_of(current_app).clock.now()
    up = dict(attempt.always)
    if 400 <= response.status_code < 500:
        up |= attempt.failing
    elif response.status_code < 400 and attempt.about:
        known_browsers.remember_browser(response, attempt.about)
        if attempt.own:
            attempt.counts.forget((attempt.own,), now=now)
    if up:
        attempt.counts.count_up(up, now=now)
    return response
