"""Files on their way in: what is too large is cut off while it arrives, so that its page is not lost with it.

A post with a file that is too large is read to its end, bounded as a whole; the use case then refuses that one file,
and its page says so beside it, with everything else that was typed.
"""

from __future__ import annotations

import tempfile
from typing import IO, Any, Final

from flask import Flask, Request, request

from engine.documents.intake import LARGEST_FILE

FILES_AT_ONCE: Final = 10
"""A post of a page with files may be so many times as large as one file: several documents, or one film by mistake."""
TAKES_FILES: Final = frozenset(
    (
        "citizen.page_post",
        "citizen.upload_post",
        "citizen.correct_post",
        "citizen.question_post",
        "office.handover_post",
        "office.payment_bank",
        "office.walk_in_form_post",
        "public.photos_post",
        "analyst.release_put_in",
        "analyst.release_import_post",
    )
)
FROM_MACHINES: Final = frozenset(("machines.report", "machines.telegram"))
LARGEST_REPORT: Final = 16 * 1024
"""Octets that a machine may tell at once."""
_IN_MEMORY: Final = 512 * 1024


class BoundedFile(tempfile.SpooledTemporaryFile[bytes]):
    """Keeps one octet more than a file may have, so that it is seen to be too large, and lets go of the rest."""

    def write(self, data: Any) -> int:
        """Says that all of it was written, whatever was kept."""
        room = LARGEST_FILE + 1 - self.tell()
        super().write(data[: max(0, room)])
        return len(data)


class ReceivingRequest(Request):
    """A request whose files are bounded one by one."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002 (the parser's shape)
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BoundedFile(_IN_MEMORY)


def install(app: Flask) -> None:
    """Let pages that take files receive them; call it before anything looks into a form."""
    app.request_class = ReceivingRequest
    app.url_value_preprocessor(_make_room)


def _make_room(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    if endpoint in TAKES_FILES:
        request.max_content_length = FILES_AT_ONCE * LARGEST_FILE
    elif endpoint in FROM_MACHINES:
        request.max_content_length = LARGEST_REPORT
