"""Settings from the environment."""

from __future__ import annotations

import secrets
import stat
from pathlib import Path

import pytest

from web.config import BadSetting, Settings, session_secret
from web.opening import provider_of


def test_without_variables_the_product_runs_on_its_own_database_and_port() -> None:
    settings = Settings.from_environment({})
    assert settings.database_url == "sqlite:///var/owso.sqlite3"
    assert settings.base_url == "http://127.0.0.1:8080"
    assert not settings.is_https


def test_the_database_lies_in_the_data_folder_unless_it_is_named() -> None:
    assert Settings.from_environment({"OWSO_DATA_DIR": "/srv/owso"}).database_url == "sqlite:////srv/owso/owso.sqlite3"
    named = Settings.from_environment({"OWSO_DATA_DIR": "/srv/owso", "OWSO_DATABASE_URL": "postgresql://db/owso"})
    assert named.database_url == "postgresql://db/owso"


def test_numbers_switches_and_paths_are_read() -> None:
    settings = Settings.from_environment(
        {"OWSO_PORT": "9000", "OWSO_RATE_LIMITS": "off", "OWSO_DEMO": "1", "OWSO_CLOCK_FILE": "/tmp/clock"}
    )
    assert (settings.port, settings.rate_limits, settings.demo) == (9000, False, True)
    assert settings.clock_file == Path("/tmp/clock")


@pytest.mark.parametrize(
    ("variable", "value", "remedy"),
    [
        ("OWSO_PORT", "eighty", "whole number"),
        ("OWSO_DEMO", "perhaps", "Use 1 or 0"),
        ("OWSO_LOG_LEVEL", "loud", "debug, info, warning or error"),
        ("OWSO_BASE_URL", "owso.gov.kh", "public address"),
        ("OWSO_THREADS", "0", "at least 1"),
        ("OWSO_COLLECT_REMINDERS", "-1", "at least 0"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_its_name_and_remedy(
    variable: str, value: str, remedy: str
) -> None:
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment({variable: value})
    assert variable in str(refused.value)
    assert remedy in str(refused.value)


def test_administrators_and_approvers_need_a_second_factor_unless_it_is_a_demonstration() -> None:
    for environment, groups in (
        ({}, {"administrator", "approver"}),
        ({"OWSO_DEMO": "1"}, set()),
        ({"OWSO_DEMO": "1", "OWSO_SECOND_FACTOR_FOR": "head"}, {"head"}),
        ({"OWSO_SECOND_FACTOR_FOR": ""}, set()),
        (
            {"OWSO_SECOND_FACTOR_FOR": "cashier, tourism.laboratory governor"},
            {"cashier", "tourism.laboratory", "governor"},
        ),
    ):
        assert Settings.from_environment(environment).groups_with_second_factor == groups


def test_a_group_that_there_is_not_is_refused() -> None:
    for value in ("administrators", "head,applicant", "everybody"):
        with pytest.raises(BadSetting, match="OWSO_SECOND_FACTOR_FOR names"):
            Settings.from_environment({"OWSO_SECOND_FACTOR_FOR": value})


@pytest.mark.parametrize("key", ["a", "secret", "changeme" * 4, "0123456789" * 3, "x" * 64, "abcabcabc" * 8])
def test_a_key_that_can_be_guessed_is_refused(key: str) -> None:
    with pytest.raises(BadSetting, match="OWSO_SECRET_KEY can be guessed"):
        Settings.from_environment({"OWSO_SECRET_KEY": key})


def test_a_key_made_by_chance_is_taken() -> None:
    for key in (secrets.token_urlsafe(48), secrets.token_hex(32), secrets.token_urlsafe(24)):
        assert Settings.from_environment({"OWSO_SECRET_KEY": key}).secret_key == key


@pytest.mark.parametrize("demo", ["1", "yes", "true"])
def test_a_demonstration_at_a_public_address_is_refused(demo: str) -> None:
    with pytest.raises(BadSetting, match="OWSO_DEMO=1"):
        Settings.from_environment({"OWSO_DEMO": demo, "OWSO_BASE_URL": "https://owso.gov.kh"})
    assert Settings.from_environment({"OWSO_DEMO": demo, "OWSO_BASE_URL": "http://192.168.1.5:8080"}).demo


def test_a_password_for_mail_never_travels_in_the_clear() -> None:
    given = {"OWSO_SMTP_HOST": "mail.example.org", "OWSO_SMTP_PASSWORD": "word", "OWSO_SMTP_STARTTLS": "0"}
    with pytest.raises(BadSetting, match="OWSO_SMTP_PASSWORD"):
        Settings.from_environment(given)
    assert Settings.from_environment(given | {"OWSO_SMTP_STARTTLS": "1"})
    assert Settings.from_environment(given | {"OWSO_SMTP_HOST": "localhost"})


def test_a_mistyped_variable_stops_the_start_instead_of_being_ignored() -> None:
    with pytest.raises(BadSetting, match="OWSO_DATABSE_URL is not a setting"):
        Settings.from_environment({"OWSO_DATABSE_URL": "postgresql://db/owso"})


def test_the_clock_of_a_real_office_cannot_be_moved() -> None:
    with pytest.raises(BadSetting, match="OWSO_DEMO=1"):
        Settings.from_environment({"OWSO_CLOCK_FILE": "/tmp/clock"})


def test_the_session_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "var")
    made = session_secret(settings)
    assert len(made) > 40
    assert session_secret(settings) == made
    assert stat.S_IMODE((tmp_path / "var" / "secret_key").stat().st_mode) == 0o600


def test_a_key_that_a_killed_start_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch(mode=0o600)
    settings = Settings(data_dir=tmp_path)
    made = session_secret(settings)
    assert len(made) > 40
    assert session_secret(settings) == made
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    printed = repr(Settings(secret_key="hidden-key", smtp_password="hidden-word"))
    assert "hidden" not in printed


@pytest.mark.parametrize(
    "given",
    [
        {"OWSO_BAKONG_URL": "http://api-bakong.nbc.gov.kh", "OWSO_BAKONG_TOKEN": "x"},
        {"OWSO_BAKONG_URL": "https://api-bakong.nbc.gov.kh"},
    ],
)
def test_a_bank_is_asked_over_https_and_with_a_token(given: dict[str, str]) -> None:
    with pytest.raises(BadSetting, match="OWSO_BAKONG"):
        Settings.from_environment(given)


OIDC = {
    "OWSO_OIDC_ISSUER": "https://id.example",
    "OWSO_OIDC_CLIENT_ID": "one-window",
    "OWSO_OIDC_NAME_KM": "លេខសម្គាល់",
    "OWSO_OIDC_NAME_EN": "The identity",
}


@pytest.mark.parametrize("changed", [{name: ""} for name in OIDC])
def test_a_provider_of_sign_ins_is_named_whole_or_not_at_all(changed: dict[str, str]) -> None:
    assert provider_of(Settings.from_environment(OIDC)) is not None
    assert provider_of(Settings.from_environment({})) is None
    with pytest.raises(BadSetting, match="come together"):
        Settings.from_environment(OIDC | changed)


def test_a_secret_without_a_provider_is_refused() -> None:
    with pytest.raises(BadSetting, match="come together"):
        Settings.from_environment({"OWSO_OIDC_CLIENT_SECRET": "x"})


@pytest.mark.parametrize(
    "issuer", ["http://id.example", "id.example", "https://id.example?a=b", "https://id.example#x"]
)
def test_a_provider_of_sign_ins_has_a_plain_https_address(issuer: str) -> None:
    with pytest.raises(BadSetting, match="OWSO_OIDC_ISSUER"):
        Settings.from_environment(OIDC | {"OWSO_OIDC_ISSUER": issuer})


def test_a_provider_on_this_machine_may_speak_in_the_clear() -> None:
    assert provider_of(Settings.from_environment(OIDC | {"OWSO_OIDC_ISSUER": "http://127.0.0.1:9000"})) is not None
