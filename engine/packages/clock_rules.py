"""When the clocks of an application start, stand still and begin anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load

from engine.packages.schema import PlainText, ShareField, StrictSchema, one_of
from engine.working_time.terms import Share


@dataclass(frozen=True, slots=True)
class ClockRule:
    """When the clocks of an application start (``submitted``, ``paid``, ``complete``), what a correction does to them,
    whether they stand still while only a fee is missing, and after which share of them the office is warned, where it
    is another than usual."""

    starts: str
    restarts_after_correction: bool
    pauses_while_unpaid: bool = True
    warn: Share | None = None


class ClockSchema(StrictSchema):
    """``clock`` in ``service.yaml``."""

    starts = PlainText(load_default="submitted", validate=one_of("submitted", "paid", "complete"))
    restarts_after_correction = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    warn = ShareField(load_default=None)
    pauses_while_unpaid = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ClockRule:
        return ClockRule(**data)
