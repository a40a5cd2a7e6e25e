"""A visitor who sends what they like: no redirects, own cookies, any header, and any address of this machine."""

from __future__ import annotations

import http.client
import ipaddress
import re
import time
import urllib.parse
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.cookies import SimpleCookie
from typing import Final

TIMEOUT_SECONDS: Final = 120
_TOKEN: Final = re.compile(r'name="csrf_token"[^>]* value="([^"]+)"')

Upload = tuple[str, bytes, str]
"""The name of a file, its content, and the type that it claims."""


class NotLoopback(Exception):
    """The address is not one of this machine: nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and after how many seconds."""

    status: int
    headers: Message
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    @property
    def asks_to_sign_in(self) -> bool:
        return self.status == 303 and self.location.startswith("/sign-in")


def loopback(url: str) -> tuple[str, int]:
    """Host and port of an ``http`` address of this machine; raises ``NotLoopback`` for every other."""
    parts = urllib.parse.urlsplit(url)
    try:
        host = "127.0.0.1" if parts.hostname == "localhost" else str(parts.hostname)
        if parts.scheme != "http" or not ipaddress.ip_address(host).is_loopback:
            raise NotLoopback(url)
        return host, parts.port or 80
    except ValueError:
        raise NotLoopback(url) from None


@dataclass
class Visitor:
    """A browser at an address of this machine (``place``, one of 127.0.0.0/8)."""

    url: str
    place: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)
    says: dict[str, str] = field(default_factory=dict)
    """Headers of each request."""

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return self.send("GET", path, headers=headers)

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        files: Mapping[str, Upload] | None = None,
        via: str = "/sign-in",
    ) -> Answer:
        """Sends a form with the token that this visitor's pages carry, the page ``via`` first."""
        return self.post_raw(path, {"csrf_token": self.token(via), **fields}, files=files)

    def post_raw(
        self,
        path: str,
        fields: Mapping[str, str],
        *,
        files: Mapping[str, Upload] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Sends a form as it is given, without a token of its own."""
        body, kind = _form(fields, files)
        return self.send("POST", path, body, {"Content-Type": kind, **(headers or {})})

    def token(self, via: str = "/sign-in") -> str:
        """The token against forged forms that belongs to this visitor's session."""
        for page in (via, "/account/password"):
            found = _TOKEN.search(self.get(page).text)
            if found:
                return found[1]
        return ""

    def send(self, way: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One request as it is given, on a connection of its own; the cookies of the answer are kept."""
        host, port = loopback(self.url)
        line = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS, source_address=self._source(host))
        given = {"Accept-Language": "en", "Cookie": "; ".join(f"{name}={text}" for name, text in self.cookies.items())}
        begun = time.perf_counter()
        try:
            line.request(way, path, body or None, {**given, **self.says, **(headers or {})})
            came = line.getresponse()
            answer = Answer(came.status, came.headers, came.read(), time.perf_counter() - begun)
        finally:
            line.close()
        self._keep(answer)
        return answer

    def copy(self) -> Visitor:
        """A thief's browser with the same cookies."""
        return Visitor(self.url, self.place, dict(self.cookies))

    def _source(self, host: str) -> tuple[str, int] | None:
        return (self.place, 0) if ":" not in host and self.place != "127.0.0.1" else None

    def _keep(self, answer: Answer) -> None:
        for line in answer.headers.get_all("Set-Cookie", []):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value:
                    self.cookies[name] = morsel.coded_value
                else:
                    self.cookies.pop(name, None)


def _form(fields: Mapping[str, str], files: Mapping[str, Upload] | None) -> tuple[bytes, str]:
    if not files:
        return urllib.parse.urlencode(fields).encode(), "application/x-www-form-urlencoded"
    edge = uuid.uuid4().hex
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in fields.items()
    ]
    for name, (filename, content, kind) in files.items():
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\nContent-Type: {kind}'
        )
        parts.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
    return b"".join([*parts, f"--{edge}--\r\n".encode()]), f"multipart/form-data; boundary={edge}"
