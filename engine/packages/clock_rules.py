"""When the clocks of an application start, stand still and begin anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from marshmallow import fields, post_load

from engine.packages.schema import PlainText, ShareField, StrictSchema, TermField, one_of, within
from engine.working_time.terms import Share, Term

MOST_TIMES: Final = 9
SILENT: Final = ("approved", "rejected")
"""What a case may become by silence."""


@dataclass(frozen=True, slots=True)
class MoreTime:
    """How much more time the head of an office may give at once, ``by`` at most, and how many ``times``."""

    by: Term
    times: int = 1


@dataclass(frozen=True, slots=True)
class ClockRule:
    """When the clocks of an application start (``submitted``, ``paid``, ``complete``), what a correction does to them,
    whether they stand still while only a fee is missing, and after which share of them the office is warned, where it
    is another than usual. ``extension``: how much more time may be given; None where the law allows none. ``silence``:
    what the case becomes, ``approved`` or ``rejected``, when the term passes without a decision; empty: it is late."""

    starts: str
    restarts_after_correction: bool
    pauses_while_unpaid: bool = True
    warn: Share | None = None
    extension: MoreTime | None = None
    silence: str = ""


class MoreTimeSchema(StrictSchema):
    """``extension`` of ``clock`` in ``service.yaml``."""

    by = TermField(required=True)
    times = fields.Integer(strict=True, load_default=1, validate=within(1, MOST_TIMES))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> MoreTime:
        return MoreTime(**data)


class ClockSchema(StrictSchema):
    """``clock`` in ``service.yaml``."""

    starts = PlainText(load_default="submitted", validate=one_of("submitted", "paid", "complete"))
    restarts_after_correction = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    warn = ShareField(load_default=None)
    pauses_while_unpaid = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    extension = fields.Nested(MoreTimeSchema, load_default=None)
    silence = PlainText(load_default="", validate=one_of(*SILENT))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ClockRule:
        return ClockRule(**data)
