"""What the expressions of a diagram may ask about working time, answered, remembered and answered alike again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from engine.working_time.calendar import WorkingTime
from engine.working_time.terms import WorkingHours

Functions = Mapping[str, Callable[..., Any]]


def calendar_functions(calendar: WorkingTime, now: datetime) -> Functions:
    """What the expressions of a diagram may ask about the working time of the case's office."""

    def working_days(count: int) -> str:
        return calendar.add_working_days(now, count).isoformat()

    def working_hours(count: int) -> str:
        return calendar.add_working_hours(now, WorkingHours(count)).isoformat()

    return {"working_days": working_days, "working_hours": working_hours}


def remembering(functions: Functions, heard: dict[str, Any]) -> Functions:
    """The same functions; every answer is also put into ``heard``, so that the history holds what the calendar said."""

    def asked(name: str) -> Callable[..., Any]:
        def answer(*arguments: Any, **named: Any) -> Any:
            said = functions[name](*arguments, **named)
            heard[_question(name, arguments, named)] = said
            return said

        return answer

    return {name: asked(name) for name in functions}


def repeating(heard: Mapping[str, Any], otherwise: Functions) -> Functions:
    """Functions that answer as they did when ``heard`` was recorded, and like ``otherwise`` when asked anything new."""

    def asked(name: str) -> Callable[..., Any]:
        def answer(*arguments: Any, **named: Any) -> Any:
            question = _question(name, arguments, named)
            return heard[question] if question in heard else otherwise[name](*arguments, **named)

        return answer

    return {name: asked(name) for name in otherwise}


def _question(name: str, arguments: tuple[Any, ...], named: Mapping[str, Any]) -> str:
    return f"{name}({', '.join([*map(str, arguments), *(f'{key}={value}' for key, value in sorted(named.items()))])})"
