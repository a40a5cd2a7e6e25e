"""What is wrong with packages that are being written, kept for a while: a draft is looked at often between saves."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Final

from engine.khmer import Bilingual
from engine.packages import Draft, Problem, check_draft, digest, draft_of
from engine.packages.package import PROCESS, is_drawing, woven
from engine.packages.problems import error
from engine.packages.said import filled

KEPT: Final = 32
MOST_DRAWN: Final = 1_000
"""Elements and flows of all drawings of a package together, copies of shared processes too: eight times as many as the
largest of the ministries has. Following the ways of more takes longer than a page may."""
_DRAWN: Final = re.compile(
    rb"<(?:[\w.-]+:)?(?:sequenceFlow|subProcess|callActivity|transaction|\w*(?:[tT]ask|[gG]ateway|[eE]vent))[\s/>]"
)


class Examined:
    """The packages looked at last, as far as they can be read, with what is wrong with them, by digest."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, frozenset[str]], tuple[Draft, tuple[Problem, ...]]] = OrderedDict()
        self._lock = Lock()

    def look(self, files: Mapping[str, bytes], *, known: Collection[str]) -> tuple[Draft, tuple[Problem, ...]]:
        """The package of these files and everything that is wrong with it; ``known`` are the keys of the services
        there are. Files that were looked at lately cost nothing."""
        key = (digest(files), frozenset(known))
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                return kept
        found = _examined(files, known)
        with self._lock:
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found


def _examined(files: Mapping[str, bytes], known: Collection[str]) -> tuple[Draft, tuple[Problem, ...]]:
    drawn = sum(len(_DRAWN.findall(drawing)) for drawing in woven(files).drawings.values())
    if drawn > MOST_DRAWN:
        rest = draft_of({name: data for name, data in files.items() if not is_drawing(name)})
        return rest, (error(PROCESS, "size", filled(_TOO_MUCH, drawn=str(drawn))),)
    draft = draft_of(files)
    return draft, check_draft(draft, known=known)


_TOO_MUCH: Final = Bilingual(
    f"គំនូរទាំងអស់មាន {{drawn}} ធាតុ និងព្រួញ; មិនពិនិត្យលើសពី {MOST_DRAWN} ទេ។ សូមបំបែកសេវា ឬសម្រួលគំនូរ។",
    f"The drawings have {{drawn}} elements and flows; more than {MOST_DRAWN} are not examined. Draw it more "
    "simply, or make several services of it.",
)
