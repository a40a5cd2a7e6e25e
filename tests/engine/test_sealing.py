"""What is sealed opens with its own key, for what it is about, and unchanged."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.sealing import Sealing

OURS = Sealing.of("a secret of this installation")


def test_what_was_sealed_is_read_again_and_shows_nothing_meanwhile() -> None:
    sealed = OURS.seal("app/1", "JBSWY3DPEHPK3PXP")
    assert b"JBSWY3DPEHPK3PXP" not in base64.urlsafe_b64decode(sealed)
    assert OURS.opened("app/1", sealed) == "JBSWY3DPEHPK3PXP"
    assert OURS.seal("app/1", "JBSWY3DPEHPK3PXP") != sealed


def test_another_installation_another_row_and_a_changed_text_open_nothing() -> None:
    sealed = OURS.seal("app/1", "a text")
    assert Sealing.of("another secret").opened("app/1", sealed) is None
    assert OURS.opened("app/2", sealed) is None
    assert OURS.opened("app/1", f"{sealed[:-5]}AAAA=") is None


def test_the_key_is_derived_as_rfc_5869_says() -> None:
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"one window: sealed texts")
    assert OURS.key == derive.derive(b"a secret of this installation")


def test_chance_stays_the_same_and_another_installation_draws_otherwise() -> None:
    drawn = [OURS.chance(f"{number}") for number in range(200)]
    assert drawn == [OURS.chance(f"{number}") for number in range(200)]
    assert all(0 <= each < 1 for each in drawn)
    assert 60 < sum(each < 0.5 for each in drawn) < 140
    assert drawn != [Sealing.of("another secret").chance(f"{number}") for number in range(200)]


@pytest.mark.parametrize("strange", ["", "x", "ក", "not base64!", "AAAA", "=" * 40])
def test_what_was_never_sealed_opens_nothing(strange: str) -> None:
    assert OURS.opened("app/1", strange) is None


def test_the_key_is_not_printed_by_mistake() -> None:
    assert repr(OURS) == "Sealing()"
