"""PDF/A-2b documents from Typst templates: certificates of packages, receipts and slips of the house.

A template never sees a database or the network: it reads its data as JSON (``json(bytes(sys.inputs.data))``) and the
files that are handed over with it (``image("qr.svg")``) from a folder of its own. Data is never pasted into its source.
Signs that no font has become a mark and long words may break: what was typed never stops a paper.
The same template, data, files, fonts and moment give the same bytes. It is drawn in a process of its own, with bounded
time and memory and without a network (``engine.documents.typesetting``).
"""

from __future__ import annotations

import codecs
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from engine.documents.typesetting import FAILED, LENGTH
from engine.signs import printable

STANDARD: Final = "a-2b"
"""PDF/A-2b (ISO 19005-2): fonts embedded, no outside references; readable in an archive for decades."""

DOTS_PER_INCH: Final = 110
"""Of pictures: as sharp as a screen shows a page beside its template."""
BUILT_FONTS: Final = "versions.json"
"""What ``engine.documents.fonts`` writes last: which fonts it made, and from what."""
_TYPESETTER: Final = str(Path(__file__).with_name("typesetting.py"))
_LONGEST_WAIT_SECONDS: Final = 120
"""For a machine that is busy with other things; the work itself is bounded in the process that does it."""
_WAYS_OUT: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy")
_ENVIRONMENT: Final = {
    **dict.fromkeys(_WAYS_OUT, "http://127.0.0.1:9"),
    "RAYON_NUM_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
}
"""Everything that the typesetter sees of our environment: ways out that lead nowhere, and few threads, since each
reserves memory that is counted."""
_WITHOUT_END: Final = (
    "The template was stopped: it does not come to an end, calls itself without end, or needs more than the memory, "
    "time and size of a document."
)
_MAIN: Final = "main.typ"
_FILE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]*\.[a-z0-9]{2,4}")
# Typst fetches packages from the network when a template imports one, under whatever name the package was put together;
# evaluated text could hide such an import. The two words may stand in a sentence, not where an expression may begin.
_REACHES_OUT: Final = re.compile(
    r"@(preview|local)\b|\b(import|include)\s*[(\"/]|\beval\b"
    r"|(?:^|[#{(\[;=+>,:*/-]|\b(?:return|context|else)\b)\s*(import|include)\b",
    re.MULTILINE,
)
_COMMENT: Final = re.compile(r"/\*(?:[^*/]|\*(?!/)|/(?!\*))*\*/|//[^\n]*")
_DEEPEST_COMMENT: Final = 20
"""Comments of Typst may hold comments."""


class DocumentFailed(RuntimeError):
    """A document could not be drawn; the message names the place in the template."""


class TemplateRefused(DocumentFailed):
    """The template asks for something from outside its own folder."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one document is drawn from: its data, its date (aware), and the files beside the template."""

    data: Mapping[str, Any]
    issued_at: datetime
    files: Mapping[str, bytes] = field(default_factory=dict)


def render(
    template: Path | bytes,
    data: Mapping[str, Any],
    *,
    fonts: Path,
    issued_at: datetime,
    files: Mapping[str, bytes] | None = None,
) -> bytes:
    """The document as PDF/A-2b. ``template`` is a file or its content; ``issued_at`` (aware) is its date.

    Raises TemplateRefused for a template that imports, DocumentFailed for one that does not compile with this data.
    """
    return render_all(template, [Sheet(data, issued_at, files or {})], fonts=fonts)[0]


def can_draw(fonts: Path) -> bool:
    """Whether papers can be drawn here: the typesetter is installed, and every font that was built is there. Nothing is
    drawn to find out."""
    try:
        built = json.loads((fonts / BUILT_FONTS).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return find_spec("typst") is not None and all((fonts / name).is_file() for name in built)


def render_all(template: Path | bytes, sheets: Sequence[Sheet], *, fonts: Path) -> list[bytes]:
    """Documents of one template, each the bytes that ``render`` gives it, all drawn in one process: most of the time of
    one is spent on beginning. Raises as ``render`` does, for the first that cannot be drawn."""
    source = template.read_bytes() if isinstance(template, Path) else template
    return _drawn(source, sheets, fonts, {"pdf_standards": [STANDARD]})


def pictures(template: bytes, sheet: Sheet, *, fonts: Path, above: bytes = b"") -> list[bytes]:
    """The pages of a document as PNG, for a screen; bounded, and refused, as the document itself. What is written
    ``above`` the template stands in its first line, so that errors name the lines that its author sees."""
    asked = {"format": "png", "ppi": DOTS_PER_INCH}
    return _drawn(template.removeprefix(codecs.BOM_UTF8), [sheet], fonts, asked, above)


def _drawn(source: bytes, sheets: Sequence[Sheet], fonts: Path, how: dict[str, Any], above: bytes = b"") -> list[bytes]:
    problem = check_template(source)
    if problem:
        raise TemplateRefused(problem)
    if not any(fonts.glob("*.ttf")):
        raise DocumentFailed(f"There are no fonts in {fonts}. Run: make assets")
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        roots = [Path(folder) / str(place) for place in range(len(sheets))]
        asked = [_asked(*one, above + source, fonts) | how for one in zip(roots, sheets, strict=True)]
        return _compile(Path(folder), asked, sheets)


def check_template(source: bytes) -> str | None:
    """Why this template is refused, naming the line; None when it may be used."""
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as bad:
        return f"The template is not UTF-8 text (byte {bad.start})."
    for read in (text, _without_comments(text)):  # a comment may hide a word, and a text may look like a comment
        if found := _REACHES_OUT.search(read):
            line = read.count("\n", 0, found.end()) + 1
            word = found.group().strip()
            return f"Line {line}: «{word}». A template stands alone; it cannot import, include or evaluate."
    return None


def _without_comments(text: str) -> str:
    for _ in range(_DEEPEST_COMMENT):
        shorter = _COMMENT.sub(lambda comment: " " + "\n" * comment[0].count("\n"), text)
        if shorter == text:
            break
        text = shorter
    return text


def _place(root: Path, name: str, content: bytes) -> None:
    if not _FILE_NAME.fullmatch(name) or name == _MAIN:
        raise ValueError(f"{name!r} is not a file name for a document: write it like qr.svg")
    (root / name).write_bytes(content)


def _asked(root: Path, sheet: Sheet, source: bytes, fonts: Path) -> dict[str, Any]:
    """What the typesetter is told of one document, whose files are put into a folder of its own."""
    if sheet.issued_at.tzinfo is None:
        raise ValueError("issued_at needs a time zone")
    root.mkdir()
    (root / _MAIN).write_bytes(source)
    for name, content in sheet.files.items():
        _place(root, name, content)
    return {
        "main": str(root / _MAIN),
        "root": str(root),
        "font_paths": [str(fonts.resolve())],
        "ignore_system_fonts": True,
        "sys_inputs": {"data": json.dumps(_printable(sheet.data), ensure_ascii=False)},
        "package_path": str(root),
        "package_cache_path": str(root),
        "timestamp": int(sheet.issued_at.timestamp()),
    }


def _compile(folder: Path, asked: Sequence[Mapping[str, Any]], sheets: Sequence[Sheet]) -> list[bytes]:
    try:
        done = subprocess.run(  # noqa: S603 (our own program, with no words of anybody)
            [sys.executable, "-I", "-S", _TYPESETTER, str(len(asked)), _library()],
            input=json.dumps(asked).encode(),
            capture_output=True,
            env=_ENVIRONMENT,
            cwd=folder,
            timeout=_LONGEST_WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise DocumentFailed(_WITHOUT_END) from late
    if done.returncode == FAILED:
        raise DocumentFailed(_said(done.stderr.decode(errors="replace"), [_printable(sheet.data) for sheet in sheets]))
    if done.returncode:
        raise DocumentFailed(_WITHOUT_END)
    return list(parts(done.stdout))


def joined(several: Sequence[bytes]) -> bytes:
    """Several documents or pictures as one piece, each behind its length: what ``parts`` takes apart."""
    return b"".join(len(one).to_bytes(LENGTH) + one for one in several)


def parts(written: bytes) -> Iterator[bytes]:
    """The documents or pictures, each of which stands behind its length."""
    while written:
        length = int.from_bytes(written[:LENGTH])
        yield written[LENGTH : LENGTH + length]
        written = written[LENGTH + length :]


@cache
def _library() -> str:
    """The folder in which Typst is installed. The process that draws is told of it alone (``-S``): looking through all
    that is installed takes longer than the drawing."""
    found = find_spec("typst")
    if found is None or found.origin is None:
        raise DocumentFailed("Typst is not installed.")
    return str(Path(found.origin).parent.parent)


def _printable(value: Any) -> Any:
    match value:
        case str():
            return printable(value)
        case Mapping():
            return {name: _printable(one) for name, one in value.items()}
        case list() | tuple():
            return [_printable(one) for one in value]
    return value


def _said(message: str, data: Sequence[Any]) -> str:
    """What Typst said, without anything that the document was given: it is personal."""
    for text in sorted(_texts_in(data), key=len, reverse=True):
        message = message.replace(text, "…")
    return message


def _texts_in(value: Any) -> set[str]:
    match value:
        case str():
            return {value} if len(value) > 2 else set()
        case Mapping():
            return {text for one in value.values() for text in _texts_in(one)}
        case list() | tuple():
            return {text for one in value for text in _texts_in(one)}
    return set()
