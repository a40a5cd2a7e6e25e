"""The timeline that the tour prints, and what it has seen on the pages."""

from __future__ import annotations

from datetime import UTC, timedelta

from tour.browser import Page, PageProblem
from tour.stage import Stage

PHNOM_PENH = timedelta(hours=7)


class Timeline:
    """Prints what happened and keeps count of what held."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.held = 0

    def chapter(self, title: str) -> None:
        print(f"\n{title}\n{'─' * len(title)}", flush=True)

    def tell(self, who: str, what: str) -> None:
        moment = (self.stage.clock.now() + PHNOM_PENH).astimezone(UTC)
        print(f"  {moment:%a %d %b %H:%M}  {who:<14} {what}", flush=True)

    def holds(self, page: Page, *words: str) -> None:
        """The page says all of these; otherwise the story ends here."""
        for word in words:
            if word not in page.text:
                raise PageProblem(f"{page.url}: expected “{word}” in: {page.text[:1500]}")
            self.held += 1

    def lacks(self, page: Page, word: str) -> None:
        """The page does not say this."""
        if word in page.text:
            raise PageProblem(f"{page.url}: did not expect “{word}”")
        self.held += 1
