from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from engine.documents import khqr
from tests.properties import given, st

CREATED = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)
EXPIRES = CREATED + timedelta(days=10)
OFFICE = khqr.Payee("owso_battambang@nbcb", "OWSO BATTAMBANG", "BATTAMBANG")

# The worked example of the EMV specification (merchant-presented mode, annex on sample data).
EMV_SAMPLE = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)


def code(amount: int = 180_000, bill: str = "02-26-000123-7") -> khqr.PaymentCode:
    return khqr.payment_code(OFFICE, amount=amount, bill_number=bill, created_at=CREATED, expires_at=EXPIRES)


def test_the_check_sum_is_ccitt_false_as_its_standard_vector_says() -> None:
    assert khqr.crc16("123456789") == "29B1"
    assert khqr.crc16("") == "FFFF"


def test_the_check_sum_of_the_emv_example_is_the_printed_one() -> None:
    assert khqr.crc16(EMV_SAMPLE[:-4]) == "A13A"


def test_the_emv_example_reads_back_field_by_field() -> None:
    fields = khqr.read(EMV_SAMPLE)
    assert fields["59"] == "BEST TRANSPORT"
    assert fields["54"] == "23.72"
    assert fields["64"] == {"00": "ZH", "01": "最佳运输", "02": "北京"}


def test_a_payment_code_is_the_string_worked_out_by_hand() -> None:
    body = (
        "000201"
        "010212"
        "2924" + "0020owso_battambang@nbcb"
        "52049399"
        "5303116"
        "5406180000"
        "5802KH"
        "5915OWSO BATTAMBANG"
        "6010BATTAMBANG"
        "6218" + "011402-26-000123-7"
        "9934" + "00131771295400000" + "01131772159400000"
        "6304"
    )
    assert code().text == body + khqr.crc16(body)


def test_a_payment_code_reads_back_with_amount_currency_and_reference() -> None:
    fields = khqr.read(code().text)
    assert (fields["54"], fields["53"], fields["58"]) == ("180000", "116", "KH")
    assert fields["29"] == {"00": "owso_battambang@nbcb"}
    assert fields["62"] == {"01": "02-26-000123-7"}


def test_the_key_of_a_payment_is_the_md5_of_the_exact_string() -> None:
    made = code()
    assert made.md5 == hashlib.md5(made.text.encode()).hexdigest()
    assert made.md5 != code(amount=180_001).md5


@given(amount=st.integers(1, 9_999_999_999_999), bill=st.text("0123456789-ABCDEF", min_size=1, max_size=25))
def test_every_amount_and_reference_reads_back(amount: int, bill: str) -> None:
    fields = khqr.read(code(amount, bill).text)
    assert (fields["54"], fields["62"]) == (str(amount), {"01": bill})


def test_one_changed_character_is_noticed() -> None:
    forged = code().text.replace("5406180000", "5406080000")
    with pytest.raises(khqr.BadPayment, match="check sum"):
        khqr.read(forged)


@pytest.mark.parametrize("text", ["", "6304FFFF", "00", "hello", khqr.with_crc("00990112")])
def test_a_text_that_is_no_payment_code_is_refused(text: str) -> None:
    with pytest.raises(khqr.BadPayment):
        khqr.read(text)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"bill_number": ""}, "bill number"),
        ({"bill_number": "x" * 26}, "bill number"),
        ({"bill_number": "លេខ"}, "bill number"),
        ({"expires_at": CREATED}, "expires"),
        ({"created_at": CREATED.replace(tzinfo=None)}, "time zone"),
    ],
)
def test_a_value_that_does_not_fit_is_named(changes: dict[str, object], named: str) -> None:
    values: dict[str, object] = {
        "amount": 1,
        "bill_number": "1",
        "created_at": CREATED,
        "expires_at": EXPIRES,
    } | changes
    with pytest.raises(khqr.BadPayment, match=named):
        khqr.payment_code(OFFICE, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("account", ["", "no-at-sign", "a b@bank", "x" * 26 + "@bank", "name@"])
def test_an_account_that_is_not_bakongs_is_refused(account: str) -> None:
    payee = khqr.Payee(account, "OWSO", "KANDAL")
    with pytest.raises(khqr.BadPayment, match="Bakong account"):
        khqr.payment_code(payee, amount=1, bill_number="1", created_at=CREATED, expires_at=EXPIRES)
