"""Refusals about files that are prepared."""

from __future__ import annotations

from engine.errors.refused import Refused


class TooManyFiles(Refused):
    message = "You have as many prepared files as one person may have. Remove one that you do not need any more."


class FileNotReady(Refused):
    message = "This file is not ready."


class RightsEnded(Refused):
    message = (
        "You may not do any more what this file was made with. Ask for it again, and it holds what you may see now."
    )
