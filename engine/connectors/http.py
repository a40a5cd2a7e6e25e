"""JSON over HTTPS to one address that an installation has set up: no proxy, no redirect, bounded in time and size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, OpenerDirector, ProxyHandler, Request, build_opener

LARGEST_ANSWER: Final = 65_536
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


class NoAnswer(Exception):
    """Nothing usable came back; the text is for administrators and holds nothing of what was asked."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back: the status, and the bytes."""

    status: int
    content: bytes


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
    asking = Request(  # noqa: S310 - the scheme was checked when the address was set up
        url,
        data=json.dumps(body).encode(),
        headers={**headers, "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with _opener().open(asking, timeout=timeout) as answer:
            return HttpAnswer(answer.status, _bounded(answer.read(LARGEST_ANSWER + 1)))
    except HTTPError as refused:
        with refused:
            return HttpAnswer(refused.code, _bounded(refused.read(LARGEST_ANSWER + 1)))
    except (HTTPException, URLError, OSError) as failure:
        raise NoAnswer(type(failure).__name__) from failure


def _bounded(content: bytes) -> bytes:
    if len(content) > LARGEST_ANSWER:
        raise NoAnswer("the answer is too long")
    return content


def _opener() -> OpenerDirector:
    return build_opener(ProxyHandler({}), _StayHere())
