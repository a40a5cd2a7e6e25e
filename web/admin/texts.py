"""The words of the messages that all services share: read, tried, changed, put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from engine.errors import BadAnswers, NotFound, ReasonMissing
from engine.khmer import Bilingual
from engine.packages import MessageTexts
from engine.packages.groups import ADMINISTRATOR
from engine.people import changing_messages
from engine.queries.admin.message_words import MessageLine, Sample, message_list, message_page, sample_of
from web.access import access
from web.admin import blueprint
from web.admin.day_form import typed_day
from web.admin.parameters import choice
from web.citizen.problems import said
from web.context import house, now, reading, transaction
from web.exports import FORMATS, table_answer
from web.intake import whole_number


@blueprint.get("/texts", endpoint="texts")
@access(groups=(ADMINISTRATOR,))
def show_texts() -> ResponseReturnValue:
    """All messages that services share; ``?as`` is a file with their words."""
    with reading() as (session, actor):
        lines = message_list(session, house(), actor, now=now())
    if end := choice("as", FORMATS):
        return table_answer("one-window-messages", end, _rows(lines))
    return render_template("admin/texts.html", lines=lines)


def _rows(lines: Sequence[MessageLine]) -> Iterator[Sequence[object]]:
    yield [
        *(gettext("Code"), gettext("Title in Khmer"), gettext("Title in English")),
        *(gettext("Text in Khmer"), gettext("Text in English"), gettext("SMS in Khmer"), gettext("SMS in English")),
        *(gettext("Parts of an SMS, in Khmer"), gettext("Parts of an SMS, in English"), gettext("Changed")),
    ]
    for line in lines:
        words, changed = line.words, line.changed_at.isoformat() if line.changed_at else ""
        sms = (words.sms.km, words.sms.en) if words.sms else ("", "")
        said = (words.title.km, words.title.en, words.body.km, words.body.en, *sms)
        yield [line.key, *said, line.parts["km"], line.parts["en"], changed]


@blueprint.get("/texts/<message_key>", endpoint="text")
@access(groups=(ADMINISTRATOR,))
def show_text(message_key: str) -> ResponseReturnValue:
    """One message with its versions."""
    return _page(message_key)


@blueprint.post("/texts/<message_key>", endpoint="text_post")
@access(groups=(ADMINISTRATOR,))
def take_text(message_key: str) -> ResponseReturnValue:
    """Shows what the new words say; with ``confirmed`` they are kept."""
    errors: dict[str, str] = {}
    words, day = _typed(), _day(errors)
    with reading() as (session, actor):
        shown = message_page(session, house(), actor, message_key, now=now())
    try:
        sample = sample_of(changing_messages.checked(words, shown.of_file))
    except BadAnswers as refused:
        return _page(message_key, errors | said(refused.errors)), 422
    if errors:
        return _page(message_key, errors), 422
    if request.form.get("confirmed") != "yes":
        return _page(message_key, sample=sample)
    try:
        _change(message_key, words, day)
    except BadAnswers as refused:
        return _page(message_key, said(refused.errors)), 422
    except ReasonMissing:
        return _page(message_key, {"why": _no_reason()}, sample=sample), 422
    flash(gettext("The new words are kept."), "success")
    return redirect(url_for("admin.text", message_key=message_key), code=303)


@blueprint.post("/texts/<message_key>/back", endpoint="text_back")
@access(groups=(ADMINISTRATOR,))
def take_back(message_key: str) -> ResponseReturnValue:
    """Has earlier words hold again, at once."""
    number, why = whole_number(request.form.get("number", "")), request.form.get("back_why", "")
    try:
        with transaction() as (session, actor):
            if number is None:  # 0 stands for the words of the product, and nothing else does
                raise NotFound
            changing_messages.go_back(session, house(), actor, message_key, number, why=why, seen=_seen(), now=now())
    except ReasonMissing:
        return _page(message_key, {"back_why": _no_reason()}), 422
    except BadAnswers:
        wrong = gettext("These words do not fit this message any more. Write others.")
        return _page(message_key, {"number": wrong}), 422
    flash(gettext("The earlier words hold again."), "success")
    return redirect(url_for("admin.text", message_key=message_key), code=303)


@blueprint.post("/texts/<message_key>/<int:number>/withdraw", endpoint="text_withdraw")
@access(groups=(ADMINISTRATOR,))
def withdraw_text(message_key: str, number: int) -> ResponseReturnValue:
    """Takes words away that do not hold yet."""
    with transaction() as (session, actor):
        changing_messages.withdraw(session, actor, message_key, number, now=now())
    flash(gettext("These words are withdrawn."), "success")
    return redirect(url_for("admin.text", message_key=message_key), code=303)


def _change(message_key: str, words: MessageTexts, day: date | None) -> None:
    why = request.form.get("why", "")
    with transaction() as (session, actor):
        changing_messages.change(
            session, house(), actor, message_key, words, why=why, from_day=day, seen=_seen(), now=now()
        )


def _typed() -> MessageTexts:
    title, body, sms = (
        Bilingual(request.form.get(f"{part}_km", ""), request.form.get(f"{part}_en", ""))
        for part in ("title", "body", "sms")
    )
    return MessageTexts(title, body, sms)


def _day(errors: dict[str, str]) -> date | None:
    """From when on; none: at once."""
    if not any(request.form.get(f"from-{part}", "").strip() for part in ("day", "month", "year")):
        return None
    day, wrong = typed_day(request.form, "from")
    if wrong:
        errors["from"] = gettext("Enter a day that exists, for example 27 3 2026.")
    return day


def _seen() -> int:
    return whole_number(request.form.get("seen", "")) or 0


def _no_reason() -> str:
    return str(gettext("Write why the words change."))


def _page(message_key: str, errors: Mapping[str, str] | None = None, sample: Sample | None = None) -> str:
    with reading() as (session, actor):
        shown = message_page(session, house(), actor, message_key, now=now())
    words = shown.words
    now_said = {
        "title_km": words.title.km, "title_en": words.title.en, "body_km": words.body.km, "body_en": words.body.en,
        "sms_km": words.sms.km if words.sms else "", "sms_en": words.sms.en if words.sms else "",
    }  # fmt: skip
    is_typed = "body_km" in request.form
    return render_template(
        "admin/text.html",
        shown=shown,
        now_says=sample_of(words),
        sample=sample,
        errors=errors or {},
        typed=request.form if is_typed else now_said,
    )
