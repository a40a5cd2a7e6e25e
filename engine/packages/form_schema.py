"""The marshmallow schemas of a form-js document: which keys are read, and which values they may have."""

from __future__ import annotations

from typing import Final

from marshmallow import fields

from engine.packages.field_kinds import WRITTEN, marks
from engine.packages.forms import ADDRESS_LEVELS
from engine.packages.schema import KEY, StrictSchema, at_least_one, of_length, one_of, within

PREFILLS: Final = ("name_km", "name_latin", "sex", "birth_date", "id_kind", "id_number", "phone", "email", "address")


class _ValueSchema(StrictSchema):
    value = fields.String(required=True, validate=of_length(1, 60))
    label = fields.String()


class _ValidateSchema(StrictSchema):
    required = fields.Boolean()
    min_length = fields.Integer(strict=True, validate=within(0, 4000), data_key="minLength")
    max_length = fields.Integer(strict=True, validate=within(1, 4000), data_key="maxLength")
    min = fields.Decimal(allow_nan=False)
    max = fields.Decimal(allow_nan=False)
    pattern = fields.String(validate=of_length(1, 120))
    validation_type = fields.String(validate=one_of(*marks("validationType"), "custom"), data_key="validationType")


class _ConditionalSchema(StrictSchema):
    hide = fields.String()


class PropertiesSchema(StrictSchema):
    """The custom properties of a component."""

    kind = fields.String(validate=one_of(*marks("kind")))
    personal = fields.String(validate=one_of("true", "false"))
    told = fields.String(validate=one_of("true", "false"))
    ground = fields.String(validate=one_of("true", "false"))
    finding = fields.String(validate=one_of("true", "false"))
    prefill = fields.String(validate=one_of(*PREFILLS))
    level = fields.String(validate=one_of(*ADDRESS_LEVELS))
    min = fields.String()
    max = fields.String()
    min_items = fields.Integer(validate=within(0, 50))
    max_items = fields.Integer(validate=within(1, 50))
    computed = fields.String()


class ComponentSchema(StrictSchema):
    """One component of a page or of a repeating group."""

    type = fields.String(required=True, validate=one_of(*WRITTEN))
    key = fields.String(validate=KEY)
    path = fields.String(validate=KEY)
    id = fields.String()
    label = fields.String()
    text = fields.String()
    description = fields.String()
    layout = fields.Raw()
    appearance = fields.Raw()
    subtype = fields.String(validate=one_of("date", *marks("subtype")))
    date_label = fields.String(data_key="dateLabel")
    time_label = fields.String(data_key="timeLabel")
    time_interval = fields.Integer(data_key="timeInterval")
    time_format = fields.String(data_key="timeSerializingFormat")
    use_24h = fields.Boolean(data_key="use24h")
    readonly = fields.Boolean()
    values = fields.List(fields.Nested(_ValueSchema))
    decimal_digits = fields.Integer(strict=True, validate=within(0, 4), data_key="decimalDigits")
    accept = fields.String()
    multiple = fields.Boolean()
    components = fields.List(fields.Raw())
    default_repetitions = fields.Integer(data_key="defaultRepetitions")
    allow_add_remove = fields.Boolean(data_key="allowAddRemove")
    show_outline = fields.Boolean(data_key="showOutline")
    rules = fields.Nested(_ValidateSchema, data_key="validate")
    conditional = fields.Nested(_ConditionalSchema)
    properties = fields.Nested(PropertiesSchema)


class GroupSchema(StrictSchema):
    """One page."""

    type = fields.String(required=True, validate=one_of("group"))
    id = fields.String(required=True, validate=KEY)
    path = fields.String()
    label = fields.String()
    layout = fields.Raw()
    show_outline = fields.Boolean(data_key="showOutline")
    vertical_alignment = fields.String(data_key="verticalAlignment")
    conditional = fields.Nested(_ConditionalSchema)
    properties = fields.Nested(StrictSchema)
    components = fields.List(fields.Raw(), required=True)


class DocumentSchema(StrictSchema):
    """The whole document."""

    type = fields.String(required=True, validate=one_of("default"))
    id = fields.String(required=True)
    schema_version = fields.Integer(data_key="schemaVersion")
    exporter = fields.Raw()
    execution_platform = fields.String(data_key="executionPlatform")
    execution_platform_version = fields.String(data_key="executionPlatformVersion")
    components = fields.List(fields.Raw(), required=True, validate=at_least_one())
