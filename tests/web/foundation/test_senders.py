"""Who sends messages, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time

import pytest

from engine.connectors import Nomsa, PlasGate, SmtpMessenger
from web.config import BadSetting, Settings
from web.senders import quiet_hours_of, senders_of

NOMSA = {"OWSO_NOMSA_KEY": "a key", "OWSO_NOMSA_LABEL": "owso"}
PLASGATE = {"OWSO_PLASGATE_PRIVATE_KEY": "p", "OWSO_PLASGATE_SECRET": "s", "OWSO_PLASGATE_SENDER": "OWSO"}
MAIL = {"OWSO_SMTP_HOST": "mail.example.org"}


def read(*given: Mapping[str, str]) -> Settings:
    return Settings.from_environment({name: value for some in given for name, value in some.items()})


def test_without_settings_nobody_sends() -> None:
    assert senders_of(read()) == {}


def test_every_sender_whose_settings_are_given_sends_sms_before_mail() -> None:
    found = senders_of(read(MAIL, PLASGATE, NOMSA))
    assert list(found) == ["nomsa", "plasgate", "email"]
    assert [type(sender) for sender in found.values()] == [Nomsa, PlasGate, SmtpMessenger]


def test_the_order_is_the_one_that_is_named_and_nobody_else_sends() -> None:
    assert list(senders_of(read(MAIL, PLASGATE, NOMSA, {"OWSO_SENDERS": "email, nomsa"}))) == ["email", "nomsa"]


def test_plasgate_reports_at_the_public_address() -> None:
    sender = senders_of(read(PLASGATE, {"OWSO_BASE_URL": "https://owso.example/"}))["plasgate"]
    assert isinstance(sender, PlasGate)
    assert sender.reports == "https://owso.example/message-reports/plasgate"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"OWSO_SENDERS": "pigeon"}, "OWSO_SENDERS names 'pigeon'. There are: telegram, nomsa, plasgate, email"),
        ({"OWSO_SENDERS": "nomsa"}, "nomsa needs OWSO_NOMSA_KEY and OWSO_NOMSA_LABEL"),
        ({"OWSO_NOMSA_KEY": "a key"}, "nomsa needs OWSO_NOMSA_LABEL as well"),
        (NOMSA | {"OWSO_NOMSA_URL": "http://api.nomsa.gov.kh"}, "https"),
        (PLASGATE | {"OWSO_PLASGATE_SENDER": "One Window Office"}, "OWSO_PLASGATE_SENDER is longer than 11 signs"),
        (PLASGATE | {"OWSO_PLASGATE_URL": "ftp://plasgate"}, "https"),
    ],
)
def test_a_sender_that_cannot_send_stops_the_start_with_the_remedy(given: dict[str, str], said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        senders_of(read(given))


def test_quiet_hours_are_two_times_or_none() -> None:
    assert quiet_hours_of(read()) == (time(21), time(6, 30))
    assert quiet_hours_of(read({"OWSO_QUIET_HOURS": " 22:00 - 05:15 "})) == (time(22), time(5, 15))
    assert quiet_hours_of(read({"OWSO_QUIET_HOURS": ""})) is None


@pytest.mark.parametrize("written", ["21:00", "night", "21:00-21:00", "25:00-06:00", "21:00+07:00-06:00", "-"])
def test_quiet_hours_that_say_nothing_stop_the_start(written: str) -> None:
    with pytest.raises(BadSetting, match="OWSO_QUIET_HOURS"):
        quiet_hours_of(read({"OWSO_QUIET_HOURS": written}))


def test_no_secret_is_in_a_text_about_the_settings() -> None:
    told = {
        "OWSO_NOMSA_KEY": "word-of-nomsa",
        "OWSO_PLASGATE_PRIVATE_KEY": "word-of-plasgate",
        "OWSO_PLASGATE_SECRET": "other-word-of-plasgate",
    }
    assert "word-of" not in repr(read(told))
