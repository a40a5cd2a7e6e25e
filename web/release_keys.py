"""The key with which this installation signs releases, and those that it trusts."""

from __future__ import annotations

import json
from typing import Final

from engine.releases.sealing import new_secret, public_of
from web.config import BadSetting, Settings
from web.kept_secrets import kept_once

EVERY_KEY: Final = "*"


def secret_of(settings: Settings) -> str:
    """The key of this installation, made when it is asked for first."""
    return kept_once(settings.data_dir / "release_key", new_secret)


def trusted_by(settings: Settings) -> dict[str, list[str]]:
    """The keys of the file of the installation, by ministry, and its own. Raises ``BadSetting``."""
    own = {EVERY_KEY: [public_of(secret_of(settings))]}
    if settings.release_keys_file is None:
        return own
    try:
        read = json.loads(settings.release_keys_file.read_text(encoding="utf-8"))
        return {str(ministry): [str(key) for key in keys] for ministry, keys in read.items()} | own
    except (OSError, ValueError, TypeError, AttributeError) as problem:
        raise BadSetting(
            f"OWSO_RELEASE_KEYS_FILE names {str(settings.release_keys_file)!r}, which cannot be used "
            f'({type(problem).__name__}). Write {{"tourism": ["the key of the ministry"]}}.'
        ) from None
