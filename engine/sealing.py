"""Texts that only this installation reads: sealed with a key that does not lie in the database.

AES-256-GCM (NIST SP 800-38D). The key is derived (HKDF, RFC 5869) from the secret of the installation, so that it is
another one than what signs sessions. What a text is about is sealed with it: moved to another row, it opens no more.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from dataclasses import dataclass, field

_NONCE = 12
_WHAT_FOR = b"one window: sealed texts"


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals texts and opens them again."""

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> Sealing:
        """The sealing of an installation with this secret."""
        drawn_out = hmac.digest(bytes(32), secret.encode(), "sha256")
        return cls(hmac.digest(drawn_out, _WHAT_FOR + b"\x01", "sha256"))  # 32 octets: the first block is the whole key

    def chance(self, about: str) -> float:
        """A number from 0 up to 1 that is always the same for this text, and that nobody foresees without the key."""
        drawn = hmac.digest(self.key, f"chance/{about}".encode(), "sha256")
        return int.from_bytes(drawn[:6], "big") / (1 << 48)

    def seal(self, about: str, text: str) -> str:
        """The text as it is kept, readable to nobody without the key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # large: loaded by the first that is sealed

        nonce = secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(nonce + AESGCM(self.key).encrypt(nonce, text.encode(), about.encode())).decode()

    def opened(self, about: str, sealed: str) -> str | None:
        """The text; ``None`` for what was sealed with another key, about something else, or changed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        try:
            raw = base64.urlsafe_b64decode(sealed.encode())
            return AESGCM(self.key).decrypt(raw[:_NONCE], raw[_NONCE:], about.encode()).decode()
        except (InvalidTag, ValueError):
            return None
