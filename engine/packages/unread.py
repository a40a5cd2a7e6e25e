"""What stands in a package and could not be read: nobody says of it that it is missing, or what follows from that."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

Place = tuple[str, ...]
"""A part of a package and what it holds: ``("service", "documents", "0")``, ``("texts", "messages")``, ``("forms",
"apply", "rooms")``, ``("fees", "examination")``, ``("tasks", "check")``, ``("process", "elements")`` (what is drawn
is not known) or ``("process", "ways")`` (how it hangs together). A shorter place stands for all in it."""


WHOLE = ""
"""Stands behind a place of which nothing is known."""


@dataclass(frozen=True, slots=True)
class Unread:
    """The places of a package that could not be read."""

    places: frozenset[Place] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.places)

    def touches(self, *place: str) -> bool:
        """Whether something there, in it or around it could not be read."""
        return any(one[: len(place)] == place or place[: len(one)] == one for one in self.places)

    def lacks(self, *place: str) -> bool:
        """Whether this itself, or what is around it, could not be read."""
        return any(place[: len(one)] == one for one in self.places)

    def loses(self, part: str, *names: str) -> bool:
        """Whether one of these could not be read somewhere in a part, or the whole of what may hold it."""
        return any(place[0] == part and (len(place) == 1 or place[-1] in (*names, WHOLE)) for place in self.places)

    def within(self, part: str, places: Iterable[tuple[str | int, ...]]) -> Unread:
        """These places of a part as well."""
        return Unread(self.places | {(part, *map(str, place)) for place in places})


ALL_READ = Unread()
