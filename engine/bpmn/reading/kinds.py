"""What a file is that is not BPMN 2.0: analysts save or export the wrong one of several formats."""

from __future__ import annotations

from typing import Final

from lxml import etree

from engine.bpmn.reading.xml import local_name, namespace

_BY_NAMESPACE: Final = (
    ("wfmc.org", "XPDL"),
    ("schema.omg.org/spec/BPMN", "BPMN 2.0 beta"),
    ("omg.org/spec/BPMN/20100524/MODEL-XMI", "BPMN as XMI"),
    ("omg.org/spec/BPMN", "another version of BPMN"),
    ("omg.org/spec/CMMN", "CMMN"),
    ("omg.org/spec/DMN", "another version of DMN"),
    ("schema.omg.org/spec/XMI", "XMI"),
    ("omg.org/XMI", "XMI"),
    ("omg.org/spec/XMI", "XMI"),
    ("opengroup.org/xsd/archimate", "ArchiMate"),
    ("bpel", "BPEL"),
    ("schemas.microsoft.com/visio", "Visio"),
    ("www.w3.org/1999/xhtml", "HTML"),
    ("www.w3.org/2000/svg", "SVG"),
)
_BY_TAG: Final = {
    "mxfile": "draw.io",
    "mxGraphModel": "draw.io",
    "Package": "XPDL",
    "AML": "ARIS AML",
    "ADOXML": "ADONIS XML",
    "XMI": "XMI",
    "VisioDocument": "Visio",
    "html": "HTML",
    "svg": "SVG",
    "process-definition": "jPDL",
}
_BY_BEGINNING: Final = (
    (b"PK\x03\x04", "ZIP (.bpm, .vsdx, .zip)"),
    (b"\xd0\xcf\x11\xe0", "Microsoft Office"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"{", "JSON"),
    (b"[", "JSON"),
)


def kind_of(root: etree._Element) -> str | None:
    """What the file seems to be, from its root element; None when that is not known."""
    space = namespace(root) or ""
    found = next((kind for part, kind in _BY_NAMESPACE if part in space), None)
    return found or (_BY_TAG.get(local_name(root)) if "omg.org" not in space else None)


def kind_of_bytes(data: bytes) -> str | None:
    """What a file that is no XML seems to be, from how it begins."""
    return next((kind for beginning, kind in _BY_BEGINNING if data.lstrip().startswith(beginning)), None)
