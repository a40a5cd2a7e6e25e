"""Refusals about drafts of service packages."""

from __future__ import annotations

from collections.abc import Mapping

from engine.errors.refused import Refused
from engine.khmer import Bilingual


class Overtaken(Refused):
    """Somebody else saved the same file meanwhile. ``save`` is the newest save, ``theirs`` what the file holds there;
    None when they took it away."""

    message = "%(by)s saved %(file)s meanwhile. Nothing of yours was saved; look at both and save again."

    def __init__(self, *, file: str, by: Bilingual, save: int, theirs: bytes | None) -> None:
        super().__init__(file=file, by=by)
        self.file = file
        self.by = by
        self.save = save
        self.theirs = theirs


class DraftClosed(Refused):
    message = "This draft is closed. Open it again before you change it."


class PathRefused(Refused):
    message = (
        "“%(file)s” is no name for a file of a service. Use small letters, digits, “_”, “-” and one ending, such as "
        "forms/apply.json."
    )


class FileTooLarge(Refused):
    message = "%(file)s is larger than %(kilobytes)s kB. Make it smaller."


class DraftTooLarge(Refused):
    message = "A service has at most %(files)s files and %(kilobytes)s kB. Take away what is too much."


class NotText(Refused):
    message = "%(file)s is no text in UTF-8. Save it as UTF-8 and try again."


class ArchiveRefused(Refused):
    message = "This is no ZIP file of a service. Export a draft to see what one looks like."


class ServiceKeyRefused(Refused):
    message = "“%(key)s” is no key of a service. Write small letters, digits and “_”, such as brick_kiln."


class DraftUnreadable(Refused):
    """The files that a draft was to begin from cannot be read."""

    message = "The draft could not begin from these files: %(why)s"


class ContentUnreadable(Refused):
    message = "What the editor sent cannot be read. Reload the page and try again."


class NothingToBeginFrom(Refused):
    message = "Choose the service that the draft begins from."


class FactUnreadable(Refused):
    message = "%(key)s: the value cannot be read (%(why)s). Nothing was saved."


class FileUnreadable(Refused):
    message = "%(file)s cannot be read, so it cannot be shown as a form: %(why)s Correct it in its text."


class PlacesOvertaken(Refused):
    """Somebody else changed the same texts meanwhile; ``theirs`` are those as they are now, by name."""

    message = (
        "Somebody else changed some of these texts meanwhile. Nothing of yours was saved; look at both and save again."
    )

    def __init__(self, theirs: Mapping[str, str]) -> None:
        super().__init__()
        self.theirs = dict(theirs)


class ErrorsFirst(Refused):
    message = "Scenarios run on a service without errors. Correct the errors first."


class TooManyScenarios(Refused):
    message = "A page runs at most %(most)s scenarios. Pull the draft and run them with owso test."
