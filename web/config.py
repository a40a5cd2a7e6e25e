"""Every setting of the product, read once from ``OWSO_*`` environment variables.

``docs/settings.md`` says what each one is for; a test keeps that table and this class together.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, get_type_hints
from urllib.parse import urlsplit

from engine.packages.groups import HOUSE_WIDE, OFFICER_GROUPS
from engine.people.passwords import judge
from web.kept_secrets import kept_once

PREFIX = "OWSO_"
SHORTEST_DRAFT_DAYS = 14
SHORTEST_KEY = 32
FEWEST_SIGNS = 10
"""Different signs in a key: words and rows of one sign have fewer."""
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
PRODUCT_FOLDER = Path(__file__).resolve().parent.parent
_STORES_OF_COUNTS = ("redis", "rediss", "valkey", "valkeys", "unix")
_YES = {"1", "yes", "true", "on"}
_NO = {"0", "no", "false", "off", ""}
_AT_LEAST_ONE = (
    "threads", "sweep_seconds", "session_idle_minutes", "session_max_hours", "officer_idle_minutes",
    "officer_max_hours", "max_upload_mb", "call_attempts", "messages_an_hour",
    "messages_at_once", "file_days", "file_mb",
)  # fmt: skip

_AT_LEAST_NONE = ("collect_reminder_days", "collect_reminders")


class BadSetting(ValueError):
    """A setting that cannot be used; the message names the variable, what it holds and what it may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation decides. Field ``mail_from`` is the variable ``OWSO_MAIL_FROM``, and so on."""

    database_url: str = "sqlite:///var/owso.sqlite3"
    data_dir: Path = Path("var")
    processes_dir: Path = PRODUCT_FOLDER / "processes"
    secret_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    threads: int = 4
    trusted_proxies: int = 0
    log_level: str = "info"
    sweep_seconds: int = 30
    session_idle_minutes: int = 60
    session_max_hours: int = 12
    officer_idle_minutes: int = 30
    officer_max_hours: int = 10
    max_upload_mb: int = 10
    rate_limits: bool = True
    counts_url: str = field(default="", repr=False)
    help_phone: str = ""
    second_factor_for: str = "administrator,approver"
    senders: str = ""
    quiet_hours: str = "21:00-06:30"
    messages_an_hour: int = 10
    messages_at_once: int = 16
    telegram_url: str = "https://api.telegram.org"
    telegram_token: str = field(default="", repr=False)
    telegram_bot: str = ""
    nomsa_url: str = "https://api.nomsa.gov.kh"
    nomsa_key: str = field(default="", repr=False)
    nomsa_label: str = ""
    plasgate_url: str = "https://cloudapi.plasgate.com"
    plasgate_private_key: str = field(default="", repr=False)
    plasgate_secret: str = field(default="", repr=False)
    plasgate_sender: str = ""
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    smtp_starttls: bool = True
    mail_from: str = "one-window@localhost"
    khqr_account: str = ""
    khqr_name: str = ""
    khqr_city: str = ""
    bakong_url: str = ""
    bakong_token: str = field(default="", repr=False)
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name_km: str = ""
    oidc_name_en: str = ""
    connectors_file: Path | None = None
    call_attempts: int = 8
    draft_days: int = 90
    file_days: int = 7
    file_mb: int = 500
    collect_reminder_days: int = 5
    collect_reminders: int = 3
    officers_by_message: bool = False
    release_keys_file: Path | None = None
    demo: bool = False
    demo_password: str = field(default="", repr=False)
    clock_file: Path | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """The settings in these variables, defaults for the rest; raises BadSetting for a value that cannot be used."""
        hints = get_type_hints(cls)
        given: dict[str, Any] = {}
        for name in (item.name for item in fields(cls)):
            variable = variable_of(name)
            if variable in environment:
                given[name] = _parse(variable, environment[variable], hints[name])
        _refuse_unknown(environment)
        settings = cls(**given)
        return replace(settings, **_defaults_of(settings, given))._checked()

    def _checked(self) -> Settings:
        if self.clock_file is not None and not self.demo:
            raise BadSetting(
                "OWSO_CLOCK_FILE moves the clock of the whole office. It is only allowed with OWSO_DEMO=1."
            )
        self._check_secrets()
        unknown = {
            group for group in self.groups_with_second_factor if group not in OFFICER_GROUPS and "." not in group
        }
        if unknown - {*HOUSE_WIDE}:
            raise BadSetting(
                f"OWSO_SECOND_FACTOR_FOR names {', '.join(sorted(unknown))}. There are: {', '.join(OFFICER_GROUPS)}, "
                "and the groups that ministries declare, as tourism.laboratory."
            )
        if self.demo_password and (fault := judge(self.demo_password)):
            raise BadSetting(f"OWSO_DEMO_PASSWORD is what people may not choose either. {fault}")
        if urlsplit(self.base_url).scheme not in ("http", "https"):
            raise BadSetting(
                f"OWSO_BASE_URL is {self.base_url!r}. Give the public address, for example https://owso.gov.kh."
            )
        if self.counts_url and urlsplit(self.counts_url).scheme not in _STORES_OF_COUNTS:
            raise BadSetting(
                "OWSO_COUNTS_URL must name a Redis or Valkey, for example redis://127.0.0.1:6379/0. Leave it out to "
                "count attempts in the database."
            )
        if self.log_level not in ("debug", "info", "warning", "error"):
            raise BadSetting(f"OWSO_LOG_LEVEL is {self.log_level!r}. Use debug, info, warning or error.")
        if self.bakong_url and (urlsplit(self.bakong_url).scheme != "https" or not self.bakong_token):
            raise BadSetting("OWSO_BAKONG_URL must begin with https:// and needs OWSO_BAKONG_TOKEN.")
        self._check_oidc()
        for name in (*_AT_LEAST_ONE, *_AT_LEAST_NONE):
            if getattr(self, name) < (least := int(name in _AT_LEAST_ONE)):
                raise BadSetting(f"{variable_of(name)} must be at least {least}.")
        if self.draft_days < SHORTEST_DRAFT_DAYS:
            raise BadSetting(f"OWSO_DRAFT_DAYS must be at least {SHORTEST_DRAFT_DAYS}: people are told a week before.")
        return self

    def _check_oidc(self) -> None:
        given = (self.oidc_client_id, self.oidc_name_km, self.oidc_name_en)
        if any((self.oidc_issuer, self.oidc_client_secret, *given)) and not all((self.oidc_issuer, *given)):
            raise BadSetting(
                "OWSO_OIDC_ISSUER, OWSO_OIDC_CLIENT_ID, OWSO_OIDC_NAME_KM and OWSO_OIDC_NAME_EN come together: give "
                "all four or none."
            )
        address = urlsplit(self.oidc_issuer)
        is_near = address.scheme == "http" and address.hostname in _THIS_MACHINE
        if self.oidc_issuer and ((address.scheme != "https" and not is_near) or address.query or address.fragment):
            raise BadSetting("OWSO_OIDC_ISSUER must begin with https:// and have no question mark and no #.")

    def _check_secrets(self) -> None:
        if self.secret_key and (len(self.secret_key) < SHORTEST_KEY or len(set(self.secret_key)) < FEWEST_SIGNS):
            raise BadSetting(
                f"OWSO_SECRET_KEY can be guessed. Use at least {SHORTEST_KEY} signs made by chance, for example from "
                "“openssl rand -base64 48”, or leave it out: then one is made and kept in the data folder."
            )
        if self.demo and self.is_https:
            raise BadSetting(
                "OWSO_DEMO=1 lets everybody sign in with one password. It is not allowed at a public address: leave it "
                "out, or give an OWSO_BASE_URL that begins with http://."
            )
        if self.smtp_password and not self.smtp_starttls and self.smtp_host not in _THIS_MACHINE:
            raise BadSetting("OWSO_SMTP_PASSWORD would travel in the clear with OWSO_SMTP_STARTTLS=0. Leave one out.")

    @property
    def groups_with_second_factor(self) -> frozenset[str]:
        """The groups whose members work with a second factor only."""
        return frozenset(self.second_factor_for.replace(",", " ").split())

    @property
    def is_https(self) -> bool:
        """Whether people reach the product over TLS; then cookies are Secure and browsers are told to stay there."""
        return urlsplit(self.base_url).scheme == "https"


def variable_of(name: str) -> str:
    """The environment variable of a settings field."""
    return PREFIX + name.upper()


def session_secret(settings: Settings) -> str:
    """The key that signs sessions: the configured one, else one made once and kept in the data folder (mode 0600)."""
    if settings.secret_key:
        return settings.secret_key
    return kept_once(settings.data_dir / "secret_key", lambda: secrets.token_urlsafe(48))


def _defaults_of(settings: Settings, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values that follow from other settings when they were not given themselves."""
    follow: dict[str, Any] = {}
    if "database_url" not in given:
        follow["database_url"] = f"sqlite:///{settings.data_dir / 'owso.sqlite3'}"
    if settings.demo and "second_factor_for" not in given:
        follow["second_factor_for"] = ""  # one password for all, and nobody has their telephone at hand
    follow["base_url"] = (settings.base_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    return follow


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    """A mistyped variable would be ignored in silence; better to stop at start."""
    known = {variable_of(item.name) for item in fields(Settings)}
    outside = {"OWSO_TEST_DATABASE_URL"}  # read by the test run only
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known | outside:
            raise BadSetting(f"{variable} is not a setting. docs/settings.md lists them all.")


def _parse(variable: str, text: str, hint: Any) -> Any:
    if hint is bool:
        if text.strip().lower() in _YES:
            return True
        if text.strip().lower() in _NO:
            return False
        raise BadSetting(f"{variable} is {text!r}. Use 1 or 0.")
    if hint is int:
        try:
            return int(text)
        except ValueError:
            raise BadSetting(f"{variable} is {text!r}. Use a whole number.") from None
    if hint is str:
        return text.strip()
    return Path(text) if text.strip() else None
