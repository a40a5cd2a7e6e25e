"""A provider that says who somebody is: OpenID Connect Core 1.0, the authorization code flow with PKCE (RFC 7636).

What comes back is believed only when everything fits: the issuer, the keys that it publishes, RS256 or ES256, whom the
token is for, that it is fresh, and that it answers this very attempt of this browser. Asked outside of transactions.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeGuard
from urllib.parse import quote, urlencode

from engine.connectors.http import NoAnswer, get_json, post_form, record_in, require_https

ALGORITHMS: Final = {"RS256": "RSA", "ES256": "EC"}
"""Which signatures are believed, each with its kind of key; never one with a secret that both sides know."""
LONGEST_TOKEN: Final = 16_384
LONGEST_SUBJECT: Final = 255
LONGEST_NAME: Final = 200
SHORTEST_KEY: Final = 2048
"""Bits of an RSA key, which is written with six of them in a sign."""
BITS: Final = 6
SKEW: Final = 60
"""Seconds by which the clocks of two machines may differ."""
DESK_HOLDS: Final = 300
"""Seconds for which it is remembered where the provider answers; its keys are asked for each time."""
FRESH: Final = 600
"""Seconds after which a token is too old for the sign-in that it answers."""


class OidcFailed(Exception):
    """The provider did not say in a way that can be believed who it is. The text is for administrators, and holds
    nothing of what came back."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser keeps while its person is at the provider; each part is made by chance and used once."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is there: never changing at this issuer, and by a ``name`` that proves nothing."""

    issuer: str
    subject: str
    name: str


@dataclass(frozen=True, slots=True)
class _Desk:
    """Where the provider answers, as it says itself."""

    authorization: str
    token: str
    keys: str
    says_issuer: bool
    secret_in_body: bool


def new_attempt() -> Attempt:
    """The beginning of a sign-in."""
    return Attempt(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


class OidcProvider:
    """The provider of an installation. ``timeout`` in seconds, for each of the three questions of a sign-in."""

    def __init__(self, issuer: str, client_id: str, client_secret: str = "", *, timeout: float = 5.0) -> None:
        require_https(issuer)
        self.issuer = issuer
        self._client_id = client_id
        self._client_secret = client_secret
        self._timeout = timeout
        self._known: tuple[float, _Desk] | None = None

    def address(self, attempt: Attempt, return_to: str) -> str:
        """Where the browser goes, to come back to ``return_to``. Raises ``OidcFailed``."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(attempt.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": return_to,
            "scope": "openid profile",
            "state": attempt.state,
            "nonce": attempt.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        desk = self._desk()
        return f"{desk.authorization}{'&' if '?' in desk.authorization else '?'}{urlencode(asked)}"

    def identity(
        self, attempt: Attempt, code: str, return_to: str, *, said_issuer: str | None, now: datetime
    ) -> Identity:
        """Who came back with this code. ``said_issuer`` came beside it (RFC 9207): one of another provider is a mix-up.
        Raises ``OidcFailed``."""
        desk = self._desk()
        if said_issuer != self.issuer and (said_issuer is not None or desk.says_issuer):
            raise OidcFailed("another issuer answered")
        token = self._token(desk, attempt, code, return_to)
        claims = self._signed(desk, token)
        self._check(claims, attempt, int(now.timestamp()))
        name = claims.get("name")
        return Identity(self.issuer, claims["sub"], name[:LONGEST_NAME] if isinstance(name, str) else "")

    def _desk(self) -> _Desk:
        """Kept for some minutes, so that nobody makes the provider work by opening our pages."""
        if self._known is None or time.monotonic() - self._known[0] > DESK_HOLDS:
            self._known = (time.monotonic(), self._asked_desk())
        return self._known[1]

    def _asked_desk(self) -> _Desk:
        said = self._record(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
        if said.get("issuer") != self.issuer:
            raise OidcFailed("the provider calls itself otherwise")
        places = [said.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        try:
            for place in places:
                require_https(place if isinstance(place, str) else "")
        except ValueError:
            raise OidcFailed("an address of the provider is missing or not https") from None
        ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        in_body = isinstance(ways, list) and "client_secret_basic" not in ways
        says = said.get("authorization_response_iss_parameter_supported") is True
        return _Desk(str(places[0]), str(places[1]), str(places[2]), says, in_body)

    def _token(self, desk: _Desk, attempt: Attempt, code: str, return_to: str) -> str:
        """The code is given for a token that says who it is; the provider takes it once."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": return_to,
            "code_verifier": attempt.verifier,
        }
        headers: dict[str, str] = {"Accept": "application/json"}
        if self._client_secret and not desk.secret_in_body:
            pair = f"{quote(self._client_id, safe='')}:{quote(self._client_secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            form |= {"client_id": self._client_id}
            form |= {"client_secret": self._client_secret} if self._client_secret else {}
        try:
            answer = post_form(desk.token, form, headers, self._timeout)
        except NoAnswer as silence:
            raise OidcFailed(f"no token: {silence}") from silence
        token = record_in(answer).get("id_token") if answer.status == 200 else None
        if not isinstance(token, str) or len(token) > LONGEST_TOKEN:
            raise OidcFailed(f"no token: answer {answer.status}")
        return token

    def _signed(self, desk: _Desk, token: str) -> Mapping[str, Any]:
        """What the token says, when one of the keys of today has signed it."""
        header = _header(token)
        kind, number = ALGORITHMS.get(str(header.get("alg"))), header.get("kid")
        keys = self._record(desk.keys).get("keys")
        fitting = [one for one in keys if _fits(one, kind, number)] if isinstance(keys, list) else []
        if kind is None or len(fitting) != 1:
            raise OidcFailed("no key of the provider fits the token")
        from joserfc import jwk, jwt  # loaded where there is a provider
        from joserfc.errors import JoseError

        try:
            key = jwk.import_key(fitting[0])
            return jwt.decode(token, key, algorithms=list(ALGORITHMS)).claims
        except (JoseError, ValueError, TypeError, KeyError, RecursionError) as wrong:
            raise OidcFailed(f"the token is not signed as it should: {type(wrong).__name__}") from None

    def _check(self, claims: Mapping[str, Any], attempt: Attempt, now: int) -> None:
        """OpenID Connect Core 1.0, section 3.1.3.7."""
        audience, subject, nonce = claims.get("aud"), claims.get("sub"), claims.get("nonce")
        audiences = audience if isinstance(audience, list) else [audience]
        party = claims.get("azp", self._client_id if len(audiences) == 1 else None)
        ends, begins, made = claims.get("exp"), claims.get("nbf", now), claims.get("iat")
        wrong = {
            "iss": claims.get("iss") != self.issuer,
            "aud": self._client_id not in audiences,
            "azp": party != self._client_id,
            "exp": not _is_number(ends) or ends <= now - SKEW,
            "nbf": not _is_number(begins) or begins > now + SKEW,
            "iat": not _is_number(made) or not now - FRESH <= made <= now + SKEW,
            "nonce": not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), attempt.nonce.encode()),
            "sub": not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isascii(),
        }
        if any(wrong.values()):
            raise OidcFailed(f"the token does not fit: {', '.join(name for name, bad in wrong.items() if bad)}")

    def _record(self, url: str) -> Mapping[str, Any]:
        try:
            answer = get_json(url, {"Accept": "application/json"}, self._timeout)
        except NoAnswer as silence:
            raise OidcFailed(f"the provider does not answer: {silence}") from silence
        if answer.status != 200:
            raise OidcFailed(f"the provider answers {answer.status}")
        return record_in(answer)


def _header(token: str) -> Mapping[str, Any]:
    part = token.partition(".")[0]
    try:
        read = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        read = None
    if not isinstance(read, dict):
        raise OidcFailed("the token cannot be read")
    return read


def _fits(key: object, kind: str | None, number: object) -> bool:
    """Whether a published key may have signed a token with this number, where it has one."""
    if not isinstance(key, dict) or key.get("kty") != kind or key.get("use", "sig") != "sig":
        return False
    is_strong = key.get("crv") == "P-256" if kind == "EC" else len(str(key.get("n"))) * BITS >= SHORTEST_KEY
    return is_strong and (number is None or key.get("kid") == number)


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)
