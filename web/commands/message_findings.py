"""Which messages cost more than one SMS."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from engine.khmer import Bilingual
from engine.packages import MessageTexts, read_messages
from engine.packages.said import filled
from engine.packages.sms import long_messages


def long_ones(messages: Mapping[str, MessageTexts]) -> Iterator[Bilingual]:
    """A sentence about each message that takes more than one SMS with the longest usual values."""
    for key, language, parts in long_messages(messages):
        yield filled(_LONG, key=key, language=language, parts=str(parts))


def long_shared_ones(data: bytes) -> Iterator[Bilingual]:
    """The same of the file with the messages that all services share; raises ``PackageRejected``."""
    return long_ones(read_messages("messages.yaml", data))


_LONG: Final = Bilingual(
    "សារ “{key}” ({language}) ត្រូវការ SMS {parts} ជាមួយតម្លៃវែងៗធម្មតា។ សូមសរសេរឃ្លាខ្លីក្រោម sms។",
    "The message “{key}” ({language}) takes {parts} SMS with the longest usual values. Write shorter words under sms.",
)
