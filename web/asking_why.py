"""Asking why somebody looks beyond the offices they work in, before anything is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from engine.case.look_reasons import AT_COUNTER, LONGEST, Search, give_reason
from engine.errors import BadAnswers, Refused
from web.context import now, transaction
from web.errors import sentence
from web.looks import WHYS


@dataclass(frozen=True, slots=True)
class Question:
    """The form that asks: the usual reasons with their words, and what was typed and wrong in it. ``longest``: of the
    reason, in characters."""

    whys: list[tuple[str, object]]
    why: str
    words: str
    errors: Mapping[str, str]
    longest: int = LONGEST


def case_search(typed: str) -> Search:
    """Looking for cases of every office."""
    return Search("cases", typed)


def counter_search(typed: str) -> Search:
    """Looking up somebody at the counter."""
    return Search("counter", typed, AT_COUNTER)


def account_search(person_id: int) -> Search:
    """Opening the account of somebody who works in no office."""
    return Search("account", str(person_id))


def question(search: Search, errors: Mapping[str, str] | None = None) -> Question:
    """The form for the reason of this search, with what was typed in it."""
    whys: list[tuple[str, object]] = [(why.value, WHYS[why]) for why in search.usual]
    return Question(whys, request.form.get("why", ""), request.form.get("words", ""), errors or {})


def take_reason(search: Search) -> dict[str, str]:
    """Keeps the reason that was sent for this search; what is wrong with it, by field."""
    why, words = request.form.get("why", ""), request.form.get("words", "")
    try:
        with transaction() as (session, actor):
            give_reason(session, actor, search, why, words, now=now())
    except BadAnswers as refused:
        return {field: sentence(wrong) for field, wrong in refused.errors.items() if isinstance(wrong, Refused)}
    return {}
