"""Whether what runs can be seen: an element without a shape runs like any other, and nobody who looks at the diagram
knows of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from engine.khmer import Bilingual
from engine.packages.package import PROCESS, ServicePackage, is_drawing
from engine.packages.problems import warning
from engine.packages.said import filled
from engine.problems import Problem

_SHOWN: Final = re.compile(rb'\bbpmnElement\s*=\s*["\'](?:[\w.-]+:)?([^"\']+)["\']')


def check_drawn(package: ServicePackage) -> Iterator[Problem]:
    """Elements that a file with a diagram does not show; a file without any diagram is one that nobody drew."""
    for file, data in package.files.items():
        shown = {name.decode() for name in _SHOWN.findall(data)} if is_drawing(file) else set()
        if not shown:
            continue
        for element in package.process.elements.values():
            if (element.file or PROCESS) == file and element.id not in shown:
                sentence = filled(_UNDRAWN, name=element.name or element.id)
                yield warning(file, "undrawn", sentence, element_id=element.id)


_UNDRAWN: Final = Bilingual(
    "“{name}” មិនមានរូបក្នុងដ្យាក្រាមទេ ដូច្នេះអ្នកមើលដ្យាក្រាមមិនឃើញវា។ សូមបើកឯកសារក្នុងកម្មវិធីគូរ គូរវា រួចរក្សាទុក។",
    "“{name}” has no shape in the diagram, so nobody who looks at it sees it. Open the file in an editor, draw it and "
    "save.",
)
