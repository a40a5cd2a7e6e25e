"""JSON over HTTPS to one address that an installation has set up: no proxy, no redirect, bounded in time and size.

A time-out holds for the connection and each wait, and for an answer as a whole, however slowly it drips."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

LARGEST_ANSWER: Final = 65_536
PIECE: Final = 16_384
MOST_DIGITS: Final = 7
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class NoAnswer(Exception):
    """Nothing usable came back; the text is for administrators and holds nothing of what was asked. ``arrived``: the
    question may have reached them whole, so that what it asks may be done."""

    def __init__(self, text: str, *, arrived: bool = True) -> None:
        super().__init__(text)
        self.arrived = arrived


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: the status, the bytes, and in how many seconds they want to be asked again (0: not said)."""

    status: int
    content: bytes
    again_in: int = 0


class _StayHere(HTTPRedirectHandler):
    """A redirect would carry the token elsewhere, so it counts as a failure."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def require_https(url: str) -> None:
    """Raises ``ValueError`` for an address that is not https, except on this very machine."""
    address = urlsplit(url)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in LOOPBACK):
        raise ValueError("outside addresses are asked over https only")


def post_json(url: str, body: Mapping[str, Any], headers: Mapping[str, str], timeout: float) -> HttpAnswer:
    """What the address answers. Raises ``NoAnswer`` when it cannot be reached or says too much."""
    return _ask(
        Request(  # noqa: S310 - the scheme was checked when the address was set up
            url,
            data=json.dumps(body).encode(),
            headers={**headers, "Content-Type": "application/json"},
            method="POST",
        ),
        timeout,
    )


def post_form(url: str, form: Mapping[str, str], headers: Mapping[str, str], timeout: float) -> HttpAnswer:
    """The same for the fields of a form."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    question = Request(url, data=urlencode(form).encode(), headers={**headers, **kind}, method="POST")  # noqa: S310
    return _ask(question, timeout)


def get_json(url: str, headers: Mapping[str, str], timeout: float) -> HttpAnswer:
    """What stands at the address. Raises ``NoAnswer`` as ``post_json`` does."""
    return _ask(Request(url, headers=dict(headers)), timeout)  # noqa: S310 - as above


def record_in(answer: HttpAnswer) -> dict[str, Any]:
    """The JSON object of an answer; empty when it holds anything else."""
    try:
        read = json.loads(answer.content)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def _ask(question: Request, timeout: float) -> HttpAnswer:
    try:
        with _opener().open(question, timeout=timeout) as answer:
            return HttpAnswer(answer.status, _read(answer, timeout))
    except HTTPError as refused:
        with refused:
            return HttpAnswer(refused.code, _read(refused, timeout), _seconds(refused.headers.get("Retry-After")))
    except URLError as failure:  # raised while the question is written; what is read raises the others
        raise NoAnswer(type(failure.reason).__name__, arrived=False) from failure
    except (HTTPException, OSError) as failure:
        raise NoAnswer(type(failure).__name__) from failure


def _seconds(written: str | None) -> int:
    """A ``Retry-After`` in seconds; one with a date says nothing that growing pauses do not."""
    return int(written) if written and written.isascii() and written.isdigit() and len(written) < MOST_DIGITS else 0


def _read(answer: Any, timeout: float) -> bytes:
    """The whole answer, as far as it comes in time and is no longer than it may be."""
    content, until = b"", time.monotonic() + timeout
    while piece := answer.read1(PIECE):
        content += piece
        if len(content) > LARGEST_ANSWER:
            raise NoAnswer("the answer is too long")
        if time.monotonic() > until:
            raise NoAnswer("the answer takes too long")
    return content


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _StayHere())
