"""A small provider of sign-ins on this machine that speaks OpenID Connect as a real one does, over real HTTP."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from engine.connectors import OidcProvider
from tests import patience

CLIENT = "one-window"
SECRET = "a secret: of/the office"
Change = Callable[[dict[str, Any]], object]


def new_key(number: str, kind: str = "RS256") -> RSAKey | ECKey:
    """A new key of the provider, under this number."""
    if kind == "ES256":
        return ECKey.generate_key("P-256", {"kid": number, "use": "sig"})
    return RSAKey.generate_key(2048, {"kid": number, "use": "sig"})


THE_KEY = new_key("first")


@dataclass
class SmallProvider:
    """Signs in whoever it calls ``subject``. ``algorithm``, ``signs_with`` and ``publishes`` are its keys; what it says
    is changed on the way out (``claims``, ``desk``, ``header``), or stands in ``says`` by path. It is silent at the
    paths in ``slow`` until it is ``released``, and sends what it says at those in ``drips`` piece by piece."""

    issuer: str
    subject: str = "8a1f-citizen"
    name: str = "SOK DARA"
    algorithm: str = "RS256"
    signs_with: RSAKey | ECKey = field(default_factory=lambda: THE_KEY)
    publishes: list[RSAKey | ECKey] = field(default_factory=lambda: [THE_KEY])
    claims: Change = lambda _: None
    desk: Change = lambda _: None
    header: Change = lambda _: None
    token: Callable[[str], str] = lambda token: token
    says: dict[str, bytes] = field(default_factory=dict)
    status: dict[str, int] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    drips: set[str] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    given: list[dict[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def ours(self, *, timeout: float = patience.SECONDS, secret: str = SECRET) -> OidcProvider:
        """The provider as the installation knows it."""
        return OidcProvider(self.issuer, CLIENT, secret, timeout=timeout)

    def visited(self, address: str) -> str:
        """Where the browser is sent back to by whoever signs in at this address."""
        parts = urlsplit(address)
        connection = HTTPConnection(str(parts.hostname), parts.port or 80, timeout=patience.SECONDS)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        assert answer.status == 303, answer.read()
        return answer.headers["Location"]

    def configuration(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        self.desk(told)
        return told

    def authorize(self, asked: dict[str, str]) -> str:
        """Gives a code for somebody who has signed in here."""
        assert (asked["client_id"], asked["response_type"], asked["code_challenge_method"]) == (CLIENT, "code", "S256")
        assert "openid" in asked["scope"].split()
        code = f"code {len(self.codes)}"
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def give(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A token for a code, once, to whoever began with it."""
        self.given.append(form | {"authorization": authorization})
        began = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            began is None
            or began["code_challenge"] != base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            or began["redirect_uri"] != form.get("redirect_uri")
        ):
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer, "sub": self.subject, "aud": CLIENT, "exp": now + 300, "iat": now,
            "nonce": began["nonce"], "name": self.name, "email": "dara@example.org", "email_verified": True,
        }  # fmt: skip
        self.claims(claims)
        header = {"alg": self.algorithm, "kid": self.signs_with.kid}
        self.header(header)
        signed = jwt.encode(header, claims, self.signs_with, algorithms=[self.algorithm])
        return 200, {"access_token": "an access token", "token_type": "Bearer", "id_token": self.token(signed)}


@contextmanager
def small_provider() -> Iterator[SmallProvider]:
    """The provider at a free port of 127.0.0.1, until the block ends."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.send_response(303)
                self.send_header("Location", provider.authorize(asked))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            keys = {"keys": [key.as_dict(private=False) for key in provider.publishes]}
            self.answer(200, keys if parts.path == "/keys" else provider.configuration())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer(*provider.give(form, self.headers.get("Authorization", "")))

        def answer(self, status: int, told: dict[str, Any]) -> None:
            path = urlsplit(self.path).path
            provider.asked.append(path)
            if path in provider.slow:
                provider.released.wait(patience.SECONDS)
            content = provider.says.get(path) or json.dumps(told).encode()
            self.send_response(provider.status.get(path, status))
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            pieces = [content[at : at + 1] for at in range(len(content))] if path in provider.drips else [content]
            for piece in pieces:
                self.wfile.write(piece)
                if path in provider.drips and provider.released.wait(0.05):
                    return

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    provider = SmallProvider(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        provider.released.set()
        server.shutdown()
        server.server_close()
        thread.join()
