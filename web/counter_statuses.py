"""Refusals at the counter, and about accounts that it made → HTTP status: a part of the table in ``web.statuses``."""

from __future__ import annotations

from typing import Final

from engine.errors import Refused, counter

OF_THE_COUNTER: Final[dict[type[Refused], int]] = {
    counter.NoRoomHere: 422,
    counter.PaperDiffers: 422,
    counter.OfficersAccount: 403,
    counter.HelpedTooLongAgo: 409,
    counter.ColleagueNeeded: 403,
    counter.SlipNotNeeded: 409,
    counter.ClaimOver: 409,
    counter.PapersUnsorted: 409,
    counter.NeitherNameNorPaper: 422,
    counter.OneFileHere: 422,
    counter.DraftSavedMeanwhile: 409,
    counter.NotTakenThere: 409,
    counter.TooLateToForward: 409,
    counter.WhyHereMissing: 422,
    counter.PhotoLinkOver: 404,
    counter.PhotoLinkFull: 409,
}
