"""Forms as pages of components: the page model that screens render and answers are checked against.

The file is a form-js document (``engine.packages.form_files`` says which part of it); the words come from
``texts.yaml``. Answers are one flat mapping from component key to value; keys are unique in a form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from engine.khmer import Bilingual
from engine.packages.answer_expressions import AnswerExpression
from engine.packages.feel import Condition
from engine.packages.form_rules import Rule

APPLY: Final = "apply"
"""The form of every package that the applicant fills in."""

ADDRESS_LEVELS: Final = ("province", "district", "commune", "village")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, radio or checklist."""

    value: str
    label: Bilingual


Limit = Decimal | str
"""The least or the most that may be answered: a number, or what the kind writes (``today``, ``07:00``)."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """Everything the product knows of one kind of question; ``engine.packages.field_kinds`` holds a row for each.

    ``written`` are the components of form-js that stand for it, ``mark`` the setting (``kind``, ``subtype``,
    ``validationType``) and its value that tell it from others of the same component. ``clean`` makes what was typed
    into the value to keep (raises Fault; None: nothing is typed, or the parts are asked one by one), ``words`` says a
    kept value in a language (not called for no answer), ``limit`` reads ``min`` and ``max`` (raises BadLimit).
    ``takes`` are the settings that mean something for it, others are told to the author. ``posted`` are the endings of
    its fields where it has several. ``scalar`` is the kind of value that a diagram sees; answers without one stay
    outside. ``beside`` gives the answers next before and after a kept one (none for a text that is no such answer): a
    decision table is tried there; texts with ``min`` and ``max`` need it. ``missing`` is the fault of a required
    question that was not answered. ``is_day``: its answers are days;
    ``is_place``: places to which somebody can go; ``is_position``: where the telephone is that answers; ``names``: what
    somebody or something is called. ``heads_page``: its label may be the heading of
    the page that asks nothing else. ``reads_as``: the kind of value that expressions over answers see (``parts``: none
    that can be compared). ``called`` is what authors read of it.
    """

    name: str
    written: tuple[str, ...]
    words: Callable[[Component, Any, str], str]
    limit: Callable[[Any], Limit]
    clean: Callable[[Component, Any, date], Any] | None = None
    mark: tuple[str, str] = ("", "")
    keyed_by: Literal["key", "path", "id"] = "key"
    takes: tuple[str, ...] = ()
    longest: int | None = None
    posted: tuple[str, ...] = ()
    options: Literal["", "one", "several"] = ""
    scalar: Literal["", "text", "number", "boolean"] = ""
    beside: Callable[[str], tuple[str, ...]] | None = None
    missing: str = "required"
    is_day: bool = False
    is_place: bool = False
    is_position: bool = False
    names: bool = False
    asks: bool = True
    uploads: bool = False
    repeats: bool = False
    heads_page: bool = True
    reads_as: Literal["text", "number", "day", "time", "boolean", "list", "parts"] = "text"
    called: Bilingual = field(kw_only=True)

    @property
    def is_typed(self) -> bool:
        """Whether somebody answers it in the form itself: no note to read, no document to upload."""
        return self.asks and not self.uploads


@dataclass(frozen=True, slots=True)
class Component:
    """One question, or a note to read; which limits have a meaning depends on its kind.

    ``told`` marks an officer's words that the applicant may read, such as the reasons of a refusal; ``ground`` a choice
    of the grounds on which an application is refused, ``finding`` one of what was found, which is counted. ``computed``
    is how the answer follows from others (nobody types it, it is ``readonly``; ``required``: it is always there).
    ``idle`` are settings that were written and mean nothing for the kind.
    """

    key: str
    kind: FieldKind
    label: Bilingual
    hint: Bilingual | None = None
    required: bool = False
    options: tuple[Option, ...] = ()
    minimum: Limit | None = None
    maximum: Limit | None = None
    decimals: int = 0
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    address_level: str = "commune"
    accepts: tuple[str, ...] = ()
    several: bool = False
    components: tuple[Component, ...] = ()
    min_items: int = 0
    max_items: int | None = None
    personal: bool = False
    told: bool = False
    ground: bool = False
    finding: bool = False
    prefill: str | None = None
    readonly: bool = False
    hide: Condition | None = None
    computed: AnswerExpression | None = None
    idle: tuple[str, ...] = ()

    def is_hidden(self, answers: Mapping[str, Any]) -> bool:
        """Whether these answers make the question go away."""
        return self.hide is not None and self.hide.holds(answers)

    def option_label(self, value: str) -> Bilingual | None:
        """The words of one option, None for an unknown value."""
        return next((option.label for option in self.options if option.value == value), None)


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one screen."""

    key: str
    title: Bilingual
    components: tuple[Component, ...]
    hide: Condition | None = None

    def visible(self, answers: Mapping[str, Any]) -> tuple[Component, ...]:
        """The components that these answers leave on the page, in order."""
        if self.hide is not None and self.hide.holds(answers):
            return ()
        return tuple(component for component in self.components if not component.is_hidden(answers))


@dataclass(frozen=True, slots=True)
class Form:
    """All pages of one form; ``file`` is where it is written, ``rules`` hold across its questions."""

    key: str
    title: Bilingual
    pages: tuple[Page, ...]
    file: str = ""
    rules: tuple[Rule, ...] = ()

    def page(self, key: str) -> Page | None:
        """One page, None for an unknown key."""
        return next((page for page in self.pages if page.key == key), None)

    def component(self, key: str) -> Component | None:
        """One component of any page, None for an unknown key."""
        return next((component for component in self.components() if component.key == key), None)

    def components(self) -> Iterator[Component]:
        """The components of all pages in order, without the ones inside repeating groups."""
        for page in self.pages:
            yield from page.components

    def grounds(self) -> tuple[Component, ...]:
        """The choices of grounds on which an application is refused, in order."""
        return tuple(part for part in self.components() if part.ground)

    def findings(self) -> tuple[Component, ...]:
        """The choices of what was found, in order."""
        return tuple(part for part in self.components() if part.finding)

    def first_page_with(self, fields: Collection[str]) -> str | None:
        """The key of the first page to which one of these HTML fields belongs; None when there is none."""
        keys = {field.partition("-")[0] for field in fields}
        return next((page.key for page in self.pages if any(part.key in keys for part in page.components)), None)

    def visible_keys(self, answers: Mapping[str, Any]) -> frozenset[str]:
        """The questions that these answers leave to be asked, on all pages."""
        return frozenset(part.key for page in self.pages for part in page.visible(answers))

    def visible_pages(self, answers: Mapping[str, Any]) -> tuple[Page, ...]:
        """The pages that these answers leave something to read or answer on, in order."""
        return tuple(page for page in self.pages if page.visible(answers))

    def visible_parts(self, answers: Mapping[str, Any]) -> tuple[Component, ...]:
        """What these answers leave to be read or answered, on all pages."""
        return tuple(part for page in self.pages for part in page.visible(answers))

    def personal_keys(self) -> frozenset[str]:
        """The answers that are personal data, or are worked out from some: masked in incidents, erased by retention."""
        found: set[str] = set()
        for component in self.components():
            told = component.computed is not None and not found.isdisjoint(component.computed.names)
            if component.personal or told or any(part.personal for part in component.components):
                found.add(component.key)
        return frozenset(found)


def prefilled(form: Form, account: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that the account already holds, by component key (``prefill`` names the account's field)."""
    return {
        component.key: account[component.prefill]
        for component in form.components()
        if component.prefill is not None and account.get(component.prefill) is not None
    }
