"""Refusals about applications on their way in, and their documents."""

from __future__ import annotations

from engine.errors.refused import Refused


class ServiceNotOffered(Refused):
    message = "This office does not offer this service today."


class DocumentMissing(Refused):
    message = "A required document is missing: %(document)s."


class DocumentRefused(Refused):
    """The root of what is wrong with an uploaded file."""

    message = "This file cannot be accepted."


class WrongFileType(DocumentRefused):
    message = "This file cannot be accepted. Choose one of: %(accepted)s."


class DocumentTooLarge(DocumentRefused):
    message = "This file is too large. It may have at most %(megabytes)s MB."


class PictureTooLarge(DocumentRefused):
    message = "This picture has too many pixels. Take it again with a smaller size."


class DocumentBroken(DocumentRefused):
    message = "This file cannot be read. Make it again and send it once more."


class DocumentLocked(DocumentRefused):
    message = "This PDF is locked with a password. Save it again without one."


class DocumentUnsafe(DocumentRefused):
    message = "This PDF holds a program or another file. Save it again as a plain PDF."


class QuotaReached(DocumentRefused):
    message = "At most %(files)s files, %(megabytes)s MB; %(uploads)s files a day; %(drafts)s drafts. Remove something."


class AlreadySubmitted(Refused):
    message = "This application was already sent."


class CannotWithdraw(Refused):
    message = "This application can no longer be withdrawn."


class FeeUnclear(Refused):
    message = "The fee for these answers cannot be worked out. Please tell the office; your answers are kept."


class LevelNotServed(Refused):
    message = "%(service)s is for offices of other levels: %(levels)s (office_levels in service.yaml)."
