"""Joins files that import one another, and keeps ids of one namespace apart (BPMN 2.0.2, 8.2 and 15.3)."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from urllib.parse import unquote

from lxml import etree

from engine.bpmn.reading.document import Document
from engine.bpmn.reading.xml import BPMN, XmlRefused, bpmn, read_xml

SUPPORTING: Final = frozenset(
    {
        "http://www.w3.org/2001/XMLSchema",
        "http://schemas.xmlsoap.org/wsdl/",
        "http://www.w3.org/ns/wsdl",
        "http://www.w3.org/TR/wsdl20/",
    }
)
"""Root namespaces of files that a drawing may import and that say nothing about its flow: types and interfaces."""


def imports_of(data: bytes) -> tuple[str, ...]:
    """Where a file says that the BPMN files lie which it imports; nothing for a file that cannot be read."""
    try:
        imports = read_xml(data).iterfind(bpmn("import"))
    except XmlRefused:
        return ()
    return tuple(entry.get("location") or "" for entry in imports if entry.get("importType") == BPMN)


def join_imports(documents: Iterable[Document], files: Collection[str]) -> None:
    """Let each document look things up in the BPMN files that it imports; circles are allowed."""
    known = {document.file: document for document in documents}
    for document in known.values():
        for element in document.root.iterfind(bpmn("import")):
            _join(document, element, known, files)


def _join(document: Document, element: etree._Element, known: Mapping[str, Document], files: Collection[str]) -> None:
    location = element.get("location") or ""
    name = given(document.file, location, files)
    if element.get("importType") != BPMN:
        if name in known:
            document.error("import-type", element, location=location)
        elif name is None:
            document.note("import-ignored", element, location=location or element.get("namespace") or "")
    elif name is None:
        document.error("import-missing", element, location=location)
    elif name not in known:
        document.error("import-type", element, location=location)
    elif known[name].space != (element.get("namespace") or ""):
        document.error("import-namespace", element, location=location, space=known[name].space)
    elif known[name] not in document.imported:
        document.imported.append(known[name])


def given(importing: str, location: str, files: Collection[str]) -> str | None:
    """The file among those given that an import means: beside the importing file, or anywhere by its name."""
    path = unquote(location).replace("\\", "/")
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(importing), path))
    if beside in files:
        return beside
    same = [name for name in files if posixpath.basename(name) == posixpath.basename(path)]
    return same[0] if len(same) == 1 else None


def check_ids(documents: Iterable[Document]) -> None:
    """Ids are unique in a file; where one imports another of the same namespace, a reference could mean either."""
    for document in documents:
        for other in document.imported:
            if other is not document and other.space == document.space:
                _same_space(document, other)


def _same_space(document: Document, other: Document) -> None:
    own = document.by_id.keys() - {document.root.get("id") or ""}
    for shared in sorted(own & (other.by_id.keys() - {other.root.get("id") or ""})):
        document.error("id-in-two-files", document.by_id[shared], id=shared, other=other.file)
