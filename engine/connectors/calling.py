"""What a connector for service tasks promises, and the one that asks a web service."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, Protocol

from engine.connectors.http import NoAnswer, post_json, require_https

TIMEOUT_SECONDS: Final = 10
LONGEST_CODE: Final = 100


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """What a connector answered: values, or only the code of an error that the diagram may catch."""

    values: Mapping[str, Any]
    error_code: str = ""


class CallFailed(Exception):
    """No answer this time; the call is made again later. The text goes to administrators and names no value."""


class Connector(Protocol):
    """Answers a call or raises ``CallFailed``. ``key`` is the same for every attempt, so that a receiver that knows it
    does the work once."""

    def call(self, key: str, parameters: Mapping[str, Any]) -> CallAnswer: ...


@dataclass(frozen=True)
class WebConnector:
    """Asks a web service: the parameters as a JSON object, a JSON object back.

    Status 200 is an answer. Status 422 with ``{"error": "CODE"}`` is an error of that code. Everything else is a
    failure of the moment. ``url`` must be https, except on this very machine.
    """

    url: str
    token: str = field(default="", repr=False)
    timeout: float = TIMEOUT_SECONDS

    def __post_init__(self) -> None:
        require_https(self.url)

    def call(self, key: str, parameters: Mapping[str, Any]) -> CallAnswer:
        headers = {"Idempotency-Key": key} | ({"Authorization": f"Bearer {self.token}"} if self.token else {})
        try:
            answer = post_json(self.url, parameters, headers, self.timeout)
        except NoAnswer as failure:
            raise CallFailed(str(failure)) from failure
        if answer.status == HTTPStatus.OK:
            return CallAnswer(_record(answer.content))
        if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
            code = _record(answer.content).get("error")
            if isinstance(code, str) and 0 < len(code) <= LONGEST_CODE:
                return CallAnswer({}, code)
        raise CallFailed(f"HTTP status {answer.status}")


def _record(content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        raise CallFailed("the answer is no JSON") from None
    if not isinstance(answer, dict):
        raise CallFailed("the answer is no JSON object")
    return answer
