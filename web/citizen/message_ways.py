"""How messages reach the person: what they prefer, and their Telegram."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.documents.qr import inline_svg
from engine.errors import NotFound
from engine.people import message_ways as use_cases
from engine.queries.citizen.message_ways import message_ways
from web.access import access
from web.citizen import blueprint
from web.context import house, now, reading, transaction


@blueprint.get("/account/message-ways", endpoint="message_ways")
@access(signed_in=True)
def show_message_ways() -> ResponseReturnValue:
    """What the person can choose."""
    with reading() as (session, actor):
        ways = message_ways(session, house(), actor)
    return render_template("citizen/message_ways.html", ways=ways)


@blueprint.post("/account/message-ways", endpoint="message_ways_post")
@access(signed_in=True)
def take_message_way() -> ResponseReturnValue:
    """Messages come this way first from now on."""
    with transaction() as (session, actor):
        use_cases.prefer(session, actor, request.form.get("way", ""))
    flash(gettext("Saved. This holds for messages from now on."), "success")
    return redirect(url_for("citizen.message_ways"), code=303)


@blueprint.post("/account/telegram", endpoint="telegram")
@access(signed_in=True)
def take_telegram() -> ResponseReturnValue:
    """A link that opens the bot of this office with a token of this person; it works once, for half an hour."""
    with transaction() as (session, actor):
        bot = message_ways(session, house(), actor).bot
        if not bot:
            raise NotFound
        token = use_cases.ask_for_link(session, actor, now=now())
    address = f"https://t.me/{bot}?start={token}"
    code = Markup(inline_svg(address, gettext("QR code that opens Telegram")))  # noqa: S704 - our own drawing, title escaped
    return render_template("citizen/telegram.html", address=address, qr=code, bot=bot)


@blueprint.post("/account/telegram/unlink", endpoint="telegram_unlink")
@access(signed_in=True)
def take_telegram_unlink() -> ResponseReturnValue:
    """No message goes to the person's Telegram any more."""
    with transaction() as (session, actor):
        use_cases.unlink(session, actor)
    flash(gettext("Your Telegram is not linked any more."), "success")
    return redirect(url_for("citizen.message_ways"), code=303)
