"""The kiln permit, which pays, approves, issues and hands over in this order, to be drawn otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from engine.packages import read_files

KILN: Final[Mapping[str, bytes]] = read_files(Path(__file__).parents[2] / "small" / "industry" / "kiln_permit")


def led(*ways: tuple[str, str, str], more: str = "") -> dict[str, bytes]:
    """The permit with flows that lead elsewhere: (id, source, target); ``more`` stands at the end of the process."""
    process = KILN["process.bpmn"].decode()
    for key, source, target in ways:
        head, tail = process.split(f'<bpmn:sequenceFlow id="{key}" ', 1)
        _, tail = tail.split(" targetRef=", 1)
        _, _, tail = tail.split('"', 2)
        process = f'{head}<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}"{tail}'
    process = process.replace("  </bpmn:process>", f"{more}  </bpmn:process>")
    for mark in ("incoming", "outgoing"):
        process = "".join(_without(process, mark))
    return {**KILN, "process.bpmn": process.encode()}


def _without(process: str, mark: str) -> list[str]:
    """The parts of the file beside what repeats the flows at each element."""
    parts = process.split(f"<bpmn:{mark}>")
    return [parts[0], *(part.split(f"</bpmn:{mark}>", 1)[1] for part in parts[1:])]
