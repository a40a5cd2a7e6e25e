"""When the clocks of an application start, stand still and begin anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import fields, post_load

from engine.packages.schema import PlainText, StrictSchema, one_of


@dataclass(frozen=True, slots=True)
class ClockRule:
    """When the clocks of an application start, what a correction does to them, and whether they stand still while only
    a fee is missing."""

    starts: str
    restarts_after_correction: bool
    pauses_while_unpaid: bool = True


class ClockSchema(StrictSchema):
    """``clock`` in ``service.yaml``."""

    starts = PlainText(load_default="submitted", validate=one_of("submitted", "paid"))
    restarts_after_correction = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    pauses_while_unpaid = fields.Boolean(load_default=True, truthy={True}, falsy={False})

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ClockRule:
        return ClockRule(**data)
