"""The words of a drawing in both languages, as its ``texts.yaml`` has them, whatever else stands there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree
from marshmallow import EXCLUDE, Schema

from engine.bpmn import local_name, read_xml
from engine.khmer import Bilingual
from engine.packages.loading import load
from engine.packages.schema import ELEMENT, BilingualField, MapOf
from engine.packages.yaml_files import read_yaml


@dataclass(frozen=True, slots=True)
class DrawnWords:
    """What a drawing is called, its elements and pools, and its lanes by the name that is drawn."""

    title: Bilingual
    words: Mapping[str, Bilingual]
    lanes: Mapping[str, str]


class _WordsSchema(Schema):
    title = BilingualField(load_default=None)
    elements = MapOf(BilingualField(), keys=ELEMENT, load_default=dict)


def drawn_words(drawing: bytes, texts: bytes) -> DrawnWords:
    """The words of a drawing, those that are drawn where ``texts.yaml`` has none. Raises XmlRefused for the drawing and
    PackageRejected for the texts."""
    root = read_xml(drawing)
    read: dict[str, Any] = load(_WordsSchema(unknown=EXCLUDE), read_yaml("texts.yaml", texts)) if texts else {}
    pools = [each for each in root.iter(etree.Element) if local_name(each) == "participant"]
    name = next((pool.get("name") or "" for pool in pools), "")
    title = read.get("title") or Bilingual(name, name)
    lanes = {
        each.get("id") or "": each.get("name") or "" for each in root.iter(etree.Element) if local_name(each) == "lane"
    }
    called = {pool.get("id") or "": title for pool in pools[:1]}
    return DrawnWords(title, {**read.get("elements", {}), **called}, lanes)
