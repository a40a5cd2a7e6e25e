"""The senders of messages that the settings describe, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from typing import Final

from engine.connectors import Messenger, Nomsa, PlasGate, SmtpMessenger, Telegram
from web.config import BadSetting, Settings, variable_of

REPORTS: Final = "/message-reports"
"""Where senders report what became of messages."""
UPDATES: Final = "/telegram/updates"
"""Where Telegram tells what people write to the bot."""
LONGEST_NAME: Final = 11
"""Signs of a name that stands instead of a number (3GPP TS 23.040)."""
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "telegram": ("telegram_token", "telegram_bot"),
    "nomsa": ("nomsa_key", "nomsa_label"),
    "plasgate": ("plasgate_private_key", "plasgate_secret", "plasgate_sender"),
    "email": ("smtp_host",),
}
"""Every sender there is, in the order in which they are tried where the settings give none, with what it needs."""
SENDERS: Final = tuple(_NEEDS)


def senders_of(settings: Settings) -> dict[str, Messenger]:
    """By name: those in ``OWSO_SENDERS``, else every one whose settings are given. Raises ``BadSetting`` for a sender
    that there is not, or that lacks a setting."""
    named = [name.strip() for name in settings.senders.split(",") if name.strip()]
    if strange := [name for name in named if name not in _NEEDS]:
        raise BadSetting(f"OWSO_SENDERS names {strange[0]!r}. There are: {', '.join(_NEEDS)}.")
    wanted = named or [name for name, needs in _NEEDS.items() if any(getattr(settings, need) for need in needs)]
    for name in wanted:
        lacking = [variable_of(need) for need in _NEEDS[name] if not getattr(settings, need)]
        if lacking:
            raise BadSetting(f"The sender {name} needs {' and '.join(lacking)} as well.")
    return {name: _opened(name, settings) for name in wanted}


def quiet_hours_of(settings: Settings) -> tuple[time, time] | None:
    """Between which times no telephone rings; ``None`` where the setting is empty. Raises ``BadSetting``."""
    if not settings.quiet_hours:
        return None
    begins, _, ends = settings.quiet_hours.partition("-")
    try:
        read = time.fromisoformat(begins.strip()), time.fromisoformat(ends.strip())
    except ValueError:
        read = time(), time()
    if read[0] == read[1] or any(each.tzinfo for each in read):
        raise BadSetting(
            f"OWSO_QUIET_HOURS is {settings.quiet_hours!r}. Write it like 21:00-06:30, or leave it empty for none."
        )
    return read


def _opened(name: str, settings: Settings) -> Messenger:
    try:
        return _OPEN[name](settings)
    except BadSetting:
        raise
    except ValueError as problem:
        raise BadSetting(f"The sender {name} cannot be used: {problem}.") from None


def _telegram(settings: Settings) -> Messenger:
    return Telegram(settings.telegram_url, settings.telegram_token, settings.telegram_bot)


def _nomsa(settings: Settings) -> Messenger:
    return Nomsa(settings.nomsa_url, settings.nomsa_key, settings.nomsa_label)


def _plasgate(settings: Settings) -> Messenger:
    if len(settings.plasgate_sender) > LONGEST_NAME:
        raise BadSetting(f"OWSO_PLASGATE_SENDER is longer than {LONGEST_NAME} signs; telephones show no more.")
    return PlasGate(
        settings.plasgate_url,
        settings.plasgate_private_key,
        settings.plasgate_secret,
        settings.plasgate_sender,
        f"{settings.base_url}{REPORTS}/plasgate",
    )


def _email(settings: Settings) -> Messenger:
    return SmtpMessenger(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password,
        starttls=settings.smtp_starttls,
    )


_OPEN: Final[Mapping[str, Callable[[Settings], Messenger]]] = {
    "telegram": _telegram,
    "nomsa": _nomsa,
    "plasgate": _plasgate,
    "email": _email,
}
