"""The one catalogue of Khmer words: kept in step with the sentences in code and pages."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from engine import errors
from engine.errors import Refused
from web.i18n import CATALOGUE

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "_l": None,
    "ngettext": (1, 2),
}

HEADER = """# Khmer words of One Window. `owso translations update` keeps the sentences in step with code and pages.
msgid ""
msgstr ""
"Project-Id-Version: One Window\\n"
"Language: km\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""


def collect(root: Path = ROOT) -> Catalog:
    """Every sentence that readers can see: in templates, in code, and in the refusals of the engine."""
    catalogue = Catalog(project="One Window", charset="utf-8")
    with (root / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    for folder in ("engine", "web"):
        for file, line, message, comments, context in extract_from_dir(
            str(root / folder), [(pattern.removeprefix(f"{folder}/"), method) for pattern, method in methods],
            {pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()}, KEYWORDS,
        ):  # fmt: skip
            catalogue.add(message, None, [(f"{folder}/{file}", line)], auto_comments=comments, context=context)
    for refusal in refusals():
        catalogue.add(refusal.message, None, [("engine/errors", 1)])
    return catalogue


def refusals(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    """Every named refusal of the engine, also of those modules that nobody has asked for yet."""
    for module in iter_modules(errors.__path__, f"{errors.__name__}."):
        import_module(module.name)
    yield kind
    for narrower in kind.__subclasses__():
        yield from refusals(narrower)


def current(file: Path = CATALOGUE) -> Catalog:
    """The catalogue as it should be now: sentences of code and pages, with the Khmer that is known for them."""
    catalogue = read(file)
    catalogue.update(collect(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def update(file: Path = CATALOGUE) -> Catalog:
    """Write the current catalogue: new sentences are added empty, gone ones dropped; words that are there stay."""
    catalogue = current(file)
    beside = file.with_suffix(".new")
    with beside.open("wb") as out:
        write_po(out, catalogue, width=120, sort_output=True, omit_header=True, no_location=True)
    beside.write_bytes(HEADER.encode() + beside.read_bytes())
    beside.replace(file)
    return catalogue


def read(file: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is on disk."""
    with file.open("rb") as readable:
        return read_po(readable, locale="km")


def untranslated(catalogue: Catalog) -> list[str]:
    """The English sentences without Khmer, or with a guess that nobody confirmed."""
    return [english(message)[0] for message in catalogue if message.id and (not has_words(message) or message.fuzzy)]


def english(message: Message) -> tuple[str, ...]:
    """The sentence; for a counted one its forms for one and for many."""
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def khmer(message: Message) -> tuple[str, ...]:
    """The Khmer words; Khmer does not tell one from many, so there is one form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def has_words(message: Message) -> bool:
    """Whether somebody wrote the Khmer."""
    return any(khmer(message))
