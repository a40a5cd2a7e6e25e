"""Ways in that this browser has begun: for each the token of its code, kept in the browser's session and nowhere else.

Several may be open, each in its own tab. The page of one names it by a mark that opens nothing, so that what is typed
on it goes to the code that it is about, also when another tab has asked for one since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Final

from flask import flash, redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import ProofOver, ProofUsed
from web.errors import sentence

MARK: Final = "way"
MOST: Final = 3
_LONGEST_ONWARD: Final = 400
_KEPT: Final = "ways_in"
_NAMES: Final = "names_typed"
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class WayIn:
    """A code that was asked for, to register (``is_new``) or to get back in; the page that is wanted afterwards, and
    the account that was chosen (0 for none)."""

    token: str
    is_new: bool
    onward: str
    account: int = 0

    @property
    def mark(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()[:16]


def begin(token: str, onward: str, *, is_new: bool) -> None:
    """A code was sent for this browser."""
    _keep([*_all(), WayIn(token, is_new, onward if len(onward) <= _LONGEST_ONWARD else "/")])


def here() -> WayIn | None:
    """The one that the sent page is about; the latest where a page is opened. ``None`` when there is none, or none any
    more."""
    ways, mark = _all(), request.form.get(MARK)
    return next((way for way in reversed(ways) if mark in (None, way.mark)), None)


def asked_again(way: WayIn, token: str) -> None:
    """Another code was sent to the same contact."""
    _keep([*(one for one in _all() if one.token != way.token), replace(way, token=token)])


def choose(way: WayIn, account: int) -> None:
    """The account that is to get a new password; 0 for another one."""
    _keep([*(one for one in _all() if one.token != way.token), replace(way, account=account)])


def keep_names(names: dict[str, str]) -> None:
    """What somebody is called, as typed, until they are in."""
    browser_session[_NAMES] = [[key, typed[:_LONGEST_NAME]] for key, typed in names.items()]


def names_kept() -> dict[str, str]:
    """The same again."""
    return {str(key): str(typed) for key, typed in browser_session.get(_NAMES, ())}


def lost() -> ResponseReturnValue:
    """On from a page of which nothing is known any more."""
    if not _all():
        return redirect(url_for("citizen.register"), code=303)
    flash(gettext("The page that you sent was of an earlier code. Go on here."), "warning")
    return redirect(url_for("citizen.code"), code=303)


def over(way: WayIn, refusal: ProofOver) -> ResponseReturnValue:
    """On from a page whose code shows nothing any more: to another code, or to the sign-in when all is done."""
    flash(sentence(refusal), "warning")
    if isinstance(refusal, ProofUsed):
        _keep([one for one in _all() if one.token != way.token])
        return redirect(url_for("auth.sign_in", next=way.onward if way.onward != "/" else None), code=303)
    return redirect(url_for("citizen.code"), code=303)


def _all() -> list[WayIn]:
    return [WayIn(*kept) for kept in browser_session.get(_KEPT, ())]


def _keep(ways: list[WayIn]) -> None:
    browser_session[_KEPT] = [[way.token, way.is_new, way.onward, way.account] for way in ways[-MOST:]]
