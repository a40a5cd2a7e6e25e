"""Opens the house that the settings describe."""

from __future__ import annotations

import json

from pwdlib import PasswordHash

from engine.connectors import BakongBank, Connector, OidcProvider, WebConnector
from engine.flow.bringing import bring_at_once
from engine.house import Collecting, House, Keeping, Pace, PaymentAccount, Safety, open_house
from engine.sealing import Sealing
from web.assets import Assets
from web.config import BadSetting, Settings, session_secret
from web.senders import quiet_hours_of, senders_of


def open_from(settings: Settings, *, passwords: PasswordHash | None = None) -> House:
    """The house of this installation: its database, files, packages, connectors. Nothing is migrated by opening."""
    return open_house(
        database_url=settings.database_url,
        data=settings.data_dir,
        processes=settings.processes_dir,
        base_url=settings.base_url,
        fonts=Assets().fonts_for_pdf(),
        payment_account=PaymentAccount(settings.khqr_account, settings.khqr_name, settings.khqr_city),
        bring=bring_at_once,
        safety=Safety(Sealing.of(session_secret(settings)), settings.groups_with_second_factor, provider_of(settings)),
        messengers=senders_of(settings),
        pace=pace_of(settings),
        passwords=passwords,
        bank=BakongBank(settings.bakong_url, settings.bakong_token) if settings.bakong_url else None,
        connectors=connectors_of(settings),
        call_attempts=settings.call_attempts,
        draft_days=settings.draft_days,
        keeping=Keeping(settings.file_days, settings.file_mb * 1024 * 1024),
    )


def pace_of(settings: Settings) -> Pace:
    """How messages may come to people."""
    collecting = Collecting(settings.collect_reminder_days, settings.collect_reminders)
    quiet, by_message = quiet_hours_of(settings), settings.officers_by_message
    return Pace(quiet, settings.messages_an_hour, settings.messages_at_once, collecting, by_message)


def provider_of(settings: Settings) -> OidcProvider | None:
    """Who may say who somebody is, where the installation has a provider of sign-ins."""
    if not settings.oidc_issuer:
        return None
    return OidcProvider(settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)


def connectors_of(settings: Settings) -> dict[str, Connector]:
    """The connectors in the file of the installation: a JSON object of names, each with ``url`` and perhaps ``token``.
    Raises ``BadSetting`` for a file that says anything else."""
    if settings.connectors_file is None:
        return {}
    try:
        read = json.loads(settings.connectors_file.read_text(encoding="utf-8"))
        return {str(name): WebConnector(**{"token": "", **written}) for name, written in read.items()}
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise BadSetting(
            f"OWSO_CONNECTORS_FILE names {str(settings.connectors_file)!r}, which cannot be used "
            f'({type(problem).__name__}). Write {{"name": {{"url": "https://…", "token": "…"}}}}.'
        ) from None
