"""Pages of something that goes on: the browser loads them again by itself."""

from __future__ import annotations

from flask import Response

from web.access import rule_here


def load_again(answer: Response, seconds: int) -> None:
    """With or without JavaScript. Only for views with ``@access(by_itself=True)``: else a page that is left open would
    keep its reader signed in for as long as what it shows goes on."""
    if not rule_here().by_itself:
        raise TypeError("A page that is loaded again by itself says so: @access(…, by_itself=True).")
    answer.headers["Refresh"] = str(seconds)
