"""``ministry.yaml``: the name of a ministry, its own groups, and who works where in the lanes of its diagrams."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from marshmallow import fields, post_load, validate

from engine.khmer import Bilingual
from engine.packages.groups import APPLICANT, DECLARED, GROUPS, declared_key
from engine.packages.loading import STAND_INS, WORDS, AsFar, load_as_far
from engine.packages.manifest import OFFICE_LEVELS, LegalReference, LegalReferenceSchema
from engine.packages.names import nearest
from engine.packages.problems import error
from engine.packages.said import Said, filled
from engine.packages.schema import (
    KEY,
    MISSING,
    NO_VALUE,
    BilingualField,
    MapOf,
    PlainText,
    StrictSchema,
    made,
    of_length,
)
from engine.packages.yaml_files import Place, YamlFile
from engine.problems import Problem


@dataclass(frozen=True, slots=True)
class Lane:
    """Who works in a lane. ``level`` names the level of office that has its tasks; empty: the office of the case."""

    group: str
    level: str = ""


@dataclass(frozen=True, slots=True)
class MinistryManifest:
    """Everything ``ministry.yaml`` says: names, the groups it declares, by the key that memberships hold, and who works
    in which lane of its diagrams."""

    key: str
    name: Bilingual
    lanes: Mapping[str, Lane]
    legal_references: tuple[LegalReference, ...]
    groups: Mapping[str, Bilingual]

    def group_key(self, name: str) -> str | None:
        """The key of a group as its packages name it, fixed or declared; None where there is none."""
        if name in GROUPS:
            return name
        key = declared_key(self.key, name)
        return key if key in self.groups else None

    @property
    def group_names(self) -> tuple[str, ...]:
        """What its packages may write where a group is named."""
        return (*GROUPS, *(key.rpartition(".")[2] for key in self.groups))


_GROUP_NAME: Final = validate.Regexp(
    r"^[a-z][a-z0-9_]{0,29}\Z",
    error=Said(
        "“{input}” មិនអាចជាឈ្មោះក្រុមបានទេ។ សូមប្រើយ៉ាងច្រើន 30 អក្សរឡាតាំងតូច លេខ និង “_” ដោយចាប់ផ្តើមដោយអក្សរ។",
        "“{input}” is no name of a group. Use at most 30 small Latin letters, digits and “_”, a letter first.",
    ),
)
"""Short enough that it has its place in a row, with the key of the ministry before it."""


_GROUP: Final = PlainText()


class _LaneField(fields.Field["Lane"]):
    """``front_office``, or ``{group: specialist, level: ministry}``."""

    default_error_messages = {"null": NO_VALUE, "required": MISSING}  # noqa: RUF012 (marshmallow's own form)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Lane:  # noqa: ARG002
        if not isinstance(value, dict):
            return Lane(_GROUP.deserialize(value))
        return Lane(**made(_LaneSchema).load(value))


class _LaneSchema(StrictSchema):
    group = PlainText(required=True)
    level = PlainText(load_default="")


class MinistrySchema(StrictSchema):
    """Everything that may stand in ``ministry.yaml``."""

    key = PlainText(required=True, validate=KEY)
    name = BilingualField(required=True)
    groups = MapOf(BilingualField(), keys=_GROUP_NAME, load_default=dict)
    lanes = MapOf(_LaneField(), keys=of_length(1, 80), required=True)
    legal_references = fields.List(fields.Nested(LegalReferenceSchema), load_default=list)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> MinistryManifest:
        key, groups = data["key"], data["groups"]
        keyed = {declared_key(key, name): words for name, words in groups.items()}
        return MinistryManifest(
            key,
            data["name"],
            MappingProxyType(data["lanes"]),
            tuple(data["legal_references"]),
            MappingProxyType(keyed),
        )


def read_ministry(name: str, data: bytes) -> MinistryManifest:
    """The manifest in ``ministry.yaml``; raises PackageRejected naming the file and line of every mistake."""
    return ministry_as_far(name, data).whole()


@lru_cache(maxsize=16)
def ministry_as_far(name: str, data: bytes | None) -> AsFar[MinistryManifest]:
    """The manifest as far as it can be read; a lane of a group that cannot be known is left out.
    All services of a ministry bring the same file."""
    file, read = load_as_far(made(MinistrySchema), name, data, _STAND_INS)
    ministry: MinistryManifest = read.value
    lanes = {lane: replace(work, group=ministry.group_key(work.group) or "") for lane, work in ministry.lanes.items()}
    unknown = frozenset({("lanes", lane) for lane, work in lanes.items() if not work.group})
    known = {lane: work for lane, work in lanes.items() if work.group}
    # A group that could not be read itself may be the one of the lane.
    wrong = _lanes(file, ministry) if not any(place[:1] in ((), ("groups",)) for place in read.unread) else ()
    problems = (*read.problems, *_taken(file, ministry), *wrong)
    return AsFar(replace(ministry, lanes=MappingProxyType(known)), problems, read.unread | unknown)


_STAND_INS: Final[Mapping[str, Any]] = {**STAND_INS, "name": WORDS, "key": "unread", "lanes": {}}


def _taken(file: YamlFile, ministry: MinistryManifest) -> Iterator[Problem]:
    for key in ministry.groups:
        name = key.rpartition(".")[2]
        if name in (*GROUPS, DECLARED):
            yield _told(file, ("groups", name), _TAKEN, name=name)


def _lanes(file: YamlFile, ministry: MinistryManifest) -> Iterator[Problem]:
    for lane, work in ministry.lanes.items():
        place = ("lanes", lane)
        if ministry.group_key(work.group) is None:
            yield _told(
                file, place, _NO_GROUP, lane=lane, group=work.group, known=nearest(work.group, ministry.group_names)
            )
        elif work.level and work.level not in OFFICE_LEVELS:
            yield _told(file, place, _NO_LEVEL, lane=lane, level=work.level, known=nearest(work.level, OFFICE_LEVELS))
        elif work.level and work.group == APPLICANT:
            yield _told(file, place, _APPLICANT_LEVEL, lane=lane)


def _told(file: YamlFile, place: Place, sentence: Bilingual, **facts: str) -> Problem:
    return error(file.name, "manifest", filled(sentence, **facts), line=file.line(place))


_TAKEN: Final = Bilingual(
    "“groups.{name}”៖ ឈ្មោះនេះជារបស់ក្រុមដែលមានស្រាប់ក្នុងគ្រប់ការិយាល័យ។ សូមដាក់ឈ្មោះផ្សេងឱ្យក្រុម។",
    "“groups.{name}”: this is the name of a group that every office has; give the group another name.",
)
_NO_GROUP: Final = Bilingual(
    "“lanes.{lane}”៖ គ្មានក្រុម “{group}” ទេ។ សូមប្រើក្រុមមួយក្នុងចំណោម {known} ឬប្រកាសវាក្រោម groups ជាខ្មែរ និងអង់គ្លេស។",
    "“lanes.{lane}”: there is no group “{group}”; use one of {known}, or declare it under groups in Khmer and English.",
)
_NO_LEVEL: Final = Bilingual(
    "“lanes.{lane}”៖ គ្មានការិយាល័យថ្នាក់ “{level}” ទេ។ សូមសរសេរមួយក្នុងចំណោម {known}។",
    "“lanes.{lane}”: there is no level of office “{level}”; write one of {known}.",
)
_APPLICANT_LEVEL: Final = Bilingual(
    "“lanes.{lane}”៖ អ្នកដាក់ពាក្យមិននៅក្នុងការិយាល័យណាទេ។ សូមដក level ចេញ។",
    "“lanes.{lane}”: the applicant is at no office; remove the level.",
)
