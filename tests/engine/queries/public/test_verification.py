"""What anybody may know who reads the code of a certificate."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import NotFound
from engine.queries.public.verification import CertificateShown, certificate, verify
from engine.results import certificates
from tests.cast import NOW
from tests.small.cases import Kilns

SECOND = timedelta(seconds=1)


def look(kilns: Kilns, code: str, after: timedelta = timedelta()) -> CertificateShown:
    with kilns.house.database.reading() as session:
        return verify(session, code, now=NOW + after)


def test_a_certificate_is_shown_as_it_stands_on_the_paper(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    shown = look(kilns, issued.code)
    assert (shown.state, shown.number, shown.holder) == ("valid", "KP-02-26-000001", "សុខ ដារ៉ា · Sok Dara")
    assert (shown.title.en, shown.office.en) == ("Brick kiln permit", "Battambang One Window Service Office")
    assert (shown.issued_at, shown.expires_at) == (issued.issued_at, issued.expires_at)


def test_it_expires_after_its_last_second(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    assert issued.expires_at is not None
    lasts = issued.expires_at - NOW
    assert look(kilns, issued.code, lasts).state == "valid"
    assert look(kilns, issued.code, lasts + SECOND).state == "expired"


def test_a_revoked_one_is_revoked_also_after_it_would_have_expired(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    with kilns.house.database.transaction() as session:
        certificates.revoke(session, kilns.cast.kunthea.actor, issued.number, "ឡត្រូវបានបិទ", now=NOW)
    assert look(kilns, issued.code).state == "revoked"
    assert look(kilns, issued.code, timedelta(days=800)).state == "revoked"


def test_the_code_may_be_typed_in_small_letters_and_with_dashes(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    assert look(kilns, f"{issued.code[:5]}-{issued.code[5:]}".lower()).number == issued.number


@pytest.mark.parametrize("typed", ["KP-02-26-000001", "kp 02 26 000001", "KP–០២–២៦–០០០០០១។", "No. KP-02-26-000001."])
def test_the_number_in_large_print_may_be_typed_too(kilns: Kilns, typed: str) -> None:
    issued = kilns.certificate(kilns.approved())
    assert look(kilns, typed).code == issued.code


@pytest.mark.parametrize("code", ["", "0000000000", "KP-02-26-000002", "KP-12-26-000001", "' OR 1=1 --", "\x00"])
def test_an_unknown_code_or_number_is_not_found(kilns: Kilns, code: str) -> None:
    kilns.approved()
    with pytest.raises(NotFound):
        look(kilns, code)


def test_officers_find_it_by_its_number(kilns: Kilns) -> None:
    issued = kilns.certificate(kilns.approved())
    with kilns.house.database.reading() as session:
        assert certificate(session, issued.number, now=NOW).code == issued.code
        with pytest.raises(NotFound):
            certificate(session, "KP-02-26-000002", now=NOW)
