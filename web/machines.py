"""Pages that only machines open: what senders report about messages, and what people write to the Telegram bot. A
secret in the address or in the head says who they are."""

from __future__ import annotations

import hmac
from typing import Final

import orjson
from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from engine.clockwork.reports import take_report
from engine.connectors import Telegram
from engine.errors import NotFound
from engine.khmer import LANGUAGES
from engine.people import message_ways
from web.access import FROM_MACHINES, access
from web.context import house, now, public_transaction
from web.senders import REPORTS, UPDATES

blueprint = Blueprint("machines", __name__)
LONGEST_WORD: Final = 40
LONGEST_TEXT: Final = 100
SHOWN_IN: Final = "X-Telegram-Bot-Api-Secret-Token"


@blueprint.post(f"{REPORTS}/<sender>/<int:number>/<int:sending>/<signature>", endpoint="report")
@access(public=True, by_secret=True, limit=FROM_MACHINES)
def receive_report(sender: str, number: int, sending: int, signature: str) -> ResponseReturnValue:
    """A sender reports what became of a message, at the address that it was given with it. The answer is the one that
    ends its repeating."""
    word = request.form.get("message_status", "")[:LONGEST_WORD]
    with public_transaction() as session:
        take_report(session, house(), sender, number, sending, signature=signature, word=word, now=now())
    return Response("ACK/Jasmin", mimetype="text/plain")


@blueprint.post(UPDATES, endpoint="telegram")
@access(public=True, by_secret=True, limit=FROM_MACHINES)
def receive_update() -> ResponseReturnValue:
    """Telegram tells what somebody wrote to the bot. The answer is what the bot says to them, if anything."""
    if not _is_telegram(request.headers.get(SHOWN_IN, "")):
        raise NotFound
    chat, text = _said(request.get_data())
    if not chat:
        return jsonify({})
    return jsonify({"method": "sendMessage", "chat_id": chat, "text": _answered(chat, text)})


def _is_telegram(shown: str) -> bool:
    bots = [each for each in house().messengers.values() if isinstance(each, Telegram)]
    return any(hmac.compare_digest(bot.webhook_secret.encode(), shown.encode()) for bot in bots)


def _said(content: bytes) -> tuple[str, str]:
    """Which chat of one person, and what stands in it; empty for anything else that may happen to a bot."""
    try:
        update = orjson.loads(content)
    except ValueError:
        return "", ""
    message = update.get("message") if isinstance(update, dict) else None
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(chat, dict) or chat.get("type") != "private" or not isinstance(chat.get("id"), int):
        return "", ""
    text = update["message"].get("text")
    return str(chat["id"]), text[:LONGEST_TEXT].strip() if isinstance(text, str) else ""


def _answered(chat: str, text: str) -> str:
    word, _, token = text.partition(" ")
    with public_transaction() as session:
        if word == "/stop":
            message_ways.stop(session, chat)
            return _in_both(_l("Nothing more comes here. You find all messages in your account."))
        try:
            language = message_ways.link(session, token, chat, now=now()) if word == "/start" else ""
        except NotFound:
            language = ""
    if not language:
        return _in_both(
            _l("To get messages here, sign in to your account at One Window and press “Link my Telegram” there.")
        )
    with force_locale(language):
        return str(_l("Your Telegram is linked. Messages about your applications come here. Write /stop to end that."))


def _in_both(words: LazyString) -> str:
    """To somebody whose language we do not know."""
    said = []
    for language in LANGUAGES:
        with force_locale(language):
            said.append(str(words))
    return "\n\n".join(said)
