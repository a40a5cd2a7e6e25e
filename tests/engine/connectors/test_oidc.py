"""What a provider of sign-ins says is believed when everything fits, and else not at all."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.errors import SecurityWarning
from joserfc.jwk import RSAKey

from engine.connectors import Attempt, Identity, OidcFailed, OidcProvider, new_attempt
from engine.connectors.http import LARGEST_ANSWER
from tests.provider import CLIENT, SECRET, THE_KEY, SmallProvider, new_key, small_provider

BACK = "https://owso.example/sign-in/other/back"


@pytest.fixture
def provider() -> Iterator[SmallProvider]:
    with small_provider() as small:
        yield small


def brought(
    provider: SmallProvider,
    ours: OidcProvider | None = None,
    *,
    attempt: Attempt | None = None,
    said_issuer: str | None = "",
    **other: str,
) -> Identity:
    """Goes there and comes back, as a browser does; ``other`` parts of what it brings are as somebody changed them."""
    ours, began = ours or provider.ours(), new_attempt()
    back = parse_qs(urlsplit(provider.visited(ours.address(began, BACK))).query)
    assert back["state"] == [began.state]
    issuer = back["iss"][0] if said_issuer == "" else said_issuer
    code = other.get("code", back["code"][0])
    return ours.identity(
        attempt or began, code, other.get("return_to", BACK), said_issuer=issuer, now=datetime.now(UTC)
    )


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_whoever_signed_in_there_is_known_by_issuer_and_subject(provider: SmallProvider, algorithm: str) -> None:
    provider.algorithm = algorithm
    provider.signs_with = new_key("its own", algorithm)
    provider.publishes = [THE_KEY, provider.signs_with, new_key("another", "ES256")]
    assert brought(provider) == Identity(provider.issuer, "8a1f-citizen", "SOK DARA")
    (given,) = provider.given
    pair = base64.b64decode(given["authorization"].removeprefix("Basic ")).decode()
    assert pair == f"{CLIENT}:a%20secret%3A%20of%2Fthe%20office"
    assert "client_secret" not in given


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(provider: SmallProvider) -> None:
    provider.desk = lambda told: told.update(token_endpoint_auth_methods_supported=["client_secret_post"])
    brought(provider)
    brought(provider, provider.ours(secret=""))
    with_secret, without = provider.given
    assert (with_secret["authorization"], with_secret["client_id"], with_secret["client_secret"]) == (
        "",
        CLIENT,
        SECRET,
    )
    assert (without["client_id"], without.get("client_secret")) == (CLIENT, None)


NONSENSE = (b"<html>", b"[]", b"{}", b"{" * 5_000, b'{"keys": 7}', b" " * (LARGEST_ANSWER + 1))


def now() -> int:
    return int(time.time())


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "another issuer": lambda claims: claims.update(iss="https://evil.example"),
    "no issuer": lambda claims: claims.pop("iss"),
    "another audience": lambda claims: claims.update(aud="another office"),
    "no audience": lambda claims: claims.pop("aud"),
    "an audience that begins like ours": lambda claims: claims.update(aud=f"{CLIENT}-test"),
    "several audiences and nobody named": lambda claims: claims.update(aud=[CLIENT, "another"]),
    "several audiences, for another": lambda claims: claims.update(aud=[CLIENT, "another"], azp="another"),
    "for another party": lambda claims: claims.update(azp="another"),
    "expired": lambda claims: claims.update(exp=now() - 61),
    "never ends": lambda claims: claims.pop("exp"),
    "ends in words": lambda claims: claims.update(exp="tomorrow"),
    "ends with yes": lambda claims: claims.update(exp=True),
    "begins in words": lambda claims: claims.update(nbf="today"),
    "not yet": lambda claims: claims.update(nbf=now() + 120),
    "made in the future": lambda claims: claims.update(iat=now() + 120),
    "made long ago": lambda claims: claims.update(iat=now() - 700, exp=now() + 9_000),
    "never made": lambda claims: claims.pop("iat"),
    "another nonce": lambda claims: claims.update(nonce="of another attempt"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "a nonce that is none": lambda claims: claims.update(nonce=1),
    "nobody": lambda claims: claims.pop("sub"),
    "an empty subject": lambda claims: claims.update(sub=""),
    "a number": lambda claims: claims.update(sub=42),
    "a subject too long": lambda claims: claims.update(sub="a" * 256),
    "a subject of other signs": lambda claims: claims.update(sub="សុខ"),
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG.keys())
def test_a_token_that_says_something_else_is_not_believed(
    provider: SmallProvider, claims: Callable[[dict[str, Any]], object]
) -> None:
    provider.claims = claims
    with pytest.raises(OidcFailed, match="the token does not fit"):
        brought(provider)


@pytest.mark.parametrize(
    "claims",
    [
        lambda claims: claims.update(aud=[CLIENT]),
        lambda claims: claims.update(aud=[CLIENT, "another"], azp=CLIENT),
        lambda claims: claims.update(exp=now() - 30),
        lambda claims: claims.update(iat=now() + 30),
        lambda claims: claims.pop("name"),
        lambda claims: claims.update(name=["no", "text"]),
    ],
)
def test_what_the_standard_leaves_open_is_taken(
    provider: SmallProvider, claims: Callable[[dict[str, Any]], object]
) -> None:
    provider.claims = claims
    assert brought(provider).subject == "8a1f-citizen"


def _unsigned(token: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}."


def _by_shared_secret(token: str) -> str:
    head = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "first"}).encode()).rstrip(b"=").decode()
    return f"{head}.{token.split('.')[1]}.{token.split('.')[2]}"


def _otherwise(token: str) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    changed = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "somebody else"}).encode()).rstrip(b"=").decode()
    return f"{head}.{changed}.{signature}"


@pytest.mark.parametrize(
    "token",
    [
        _unsigned,
        _by_shared_secret,
        _otherwise,
        lambda token: token[:-4] + "AAAA",
        lambda token: token.rpartition(".")[0] + ".",
        lambda _: "",
        lambda _: "no token",
        lambda _: "[" * 5_000,
        lambda token: token + "a" * 20_000,
    ],
)
def test_a_token_that_was_not_signed_so_is_not_believed(provider: SmallProvider, token: Callable[[str], str]) -> None:
    provider.token = token
    with pytest.raises(OidcFailed):
        brought(provider)


def test_a_key_that_is_not_published_is_not_believed_and_a_new_one_is_from_its_first_token_on(
    provider: SmallProvider,
) -> None:
    ours = provider.ours()
    brought(provider, ours)
    provider.signs_with = new_key("second")
    with pytest.raises(OidcFailed, match="no key"):
        brought(provider, ours)
    provider.publishes = [provider.signs_with]
    brought(provider, ours)
    provider.signs_with = THE_KEY
    with pytest.raises(OidcFailed, match="no key"):
        brought(provider, ours)
    provider.signs_with = new_key("second")  # the number of another key
    with pytest.raises(OidcFailed, match="not signed"):
        brought(provider, ours)


def test_a_token_without_a_number_is_believed_where_there_is_one_key_only(provider: SmallProvider) -> None:
    provider.header = lambda header: header.pop("kid")
    brought(provider)
    provider.publishes = [new_key("another"), THE_KEY]
    with pytest.raises(OidcFailed, match="no key"):
        brought(provider)


def test_a_short_key_is_not_believed(provider: SmallProvider) -> None:
    with pytest.warns(SecurityWarning):
        provider.signs_with = RSAKey.generate_key(1024, {"kid": "short"})
    provider.publishes = [provider.signs_with]
    with pytest.raises(OidcFailed, match="no key"):
        brought(provider)


def test_another_provider_that_answers_is_a_mix_up(provider: SmallProvider) -> None:
    for issuer in ("https://evil.example", provider.issuer + "/", None):
        with pytest.raises(OidcFailed, match="another issuer"):
            brought(provider, said_issuer=issuer)
    provider.desk = lambda told: told.pop("authorization_response_iss_parameter_supported")
    brought(provider, said_issuer=None)
    with pytest.raises(OidcFailed, match="another issuer"):
        brought(provider, said_issuer="https://evil.example")


def test_a_code_is_worth_nothing_to_another_browser_nor_twice(provider: SmallProvider) -> None:
    with pytest.raises(OidcFailed, match="answer 400"):
        brought(provider, attempt=new_attempt())
    with pytest.raises(OidcFailed, match="answer 400"):
        brought(provider, return_to="https://evil.example/back")
    ours, began = provider.ours(), new_attempt()
    code = parse_qs(urlsplit(provider.visited(ours.address(began, BACK))).query)["code"][0]
    taken = {"said_issuer": provider.issuer, "now": datetime.now(UTC)}
    ours.identity(began, code, BACK, **taken)
    with pytest.raises(OidcFailed, match="answer 400"):
        ours.identity(began, code, BACK, **taken)


@pytest.mark.parametrize(
    "desk",
    [
        lambda told: told.update(issuer="https://evil.example"),
        lambda told: told.pop("issuer"),
        lambda told: told.update(token_endpoint="http://evil.example/token"),
        lambda told: told.update(jwks_uri="file:///etc/passwd"),
        lambda told: told.pop("authorization_endpoint"),
        lambda told: told.update(authorization_endpoint=["https://evil.example"]),
    ],
)
def test_a_provider_that_describes_itself_otherwise_is_not_asked(
    provider: SmallProvider, desk: Callable[[dict[str, Any]], object]
) -> None:
    provider.desk = desk
    with pytest.raises(OidcFailed):
        provider.ours().address(new_attempt(), BACK)
    assert set(provider.asked) == {"/.well-known/openid-configuration"}


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
@pytest.mark.parametrize(
    "content", [b"<html>", b"[]", b"{}", b"{" * 5_000, b'{"keys": 7}', b" " * (LARGEST_ANSWER + 1)]
)
def test_an_answer_that_is_none_or_too_long_ends_the_sign_in(
    provider: SmallProvider, path: str, content: bytes
) -> None:
    provider.says[path] = content
    with pytest.raises(OidcFailed):
        brought(provider)


@pytest.mark.parametrize("status", [302, 404, 500])
def test_another_status_ends_the_sign_in(provider: SmallProvider, status: int) -> None:
    provider.status["/keys"] = status
    with pytest.raises(OidcFailed, match=str(status)):
        brought(provider)


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/token", "/keys"])
def test_a_provider_that_is_silent_or_drips_is_not_waited_for(provider: SmallProvider, path: str) -> None:
    provider.slow = {path}
    with pytest.raises(OidcFailed):
        brought(provider, provider.ours(timeout=0.2))
    provider.released.set()
    provider.slow, provider.drips = set(), {path}
    provider.released.clear()
    with pytest.raises(OidcFailed, match="takes too long"):
        brought(provider, provider.ours(timeout=0.2))


def test_a_provider_that_is_away_ends_the_sign_in() -> None:
    with small_provider() as gone:
        pass
    with pytest.raises(OidcFailed, match="does not answer"):
        gone.ours().address(new_attempt(), BACK)


def test_the_provider_is_asked_once_where_it_answers_and_each_time_for_its_keys(provider: SmallProvider) -> None:
    ours = provider.ours()
    for _ in range(2):
        brought(provider, ours)
    assert provider.asked == ["/.well-known/openid-configuration", *["/token", "/keys"] * 2]


def test_attempts_are_made_by_chance_and_their_secret_stays_here(provider: SmallProvider) -> None:
    first, second = new_attempt(), new_attempt()
    assert not {first.state, first.nonce, first.verifier} & {second.state, second.nonce, second.verifier}
    address = provider.ours().address(first, BACK)
    assert first.verifier not in address
    asked = parse_qs(urlsplit(address).query)
    assert (asked["redirect_uri"], asked["state"], asked["nonce"]) == ([BACK], [first.state], [first.nonce])


@pytest.mark.parametrize("issuer", ["http://id.example", "ftp://127.0.0.1", "id.example", ""])
def test_only_https_or_this_machine_is_a_provider(issuer: str) -> None:
    with pytest.raises(ValueError, match="https"):
        OidcProvider(issuer, CLIENT)
