"""Steps that several attacks take."""

from __future__ import annotations

import re
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from attack.target import Target, Unable
from attack.wire import Answer, Visitor
from tour.browser import Page

NEW_PASSWORD: Final = "temple-river-lotus-sky"  # of people who exist only while the attacks run
NAMES: Final = {"name_km": "សុខ ដារ៉ា", "name_latin": "Sok Dara"}
_INSIDE: Final = "/account/sign-ins"
_TAGS: Final = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
_CODE: Final = re.compile(r"(?<!\d)[0-9]{6}(?!\d)")


def is_inside(who: Visitor) -> bool:
    """Whether this browser is signed in."""
    return who.get(_INSIDE).status == 200


def has_page(target: Target, path: str) -> bool:
    """Whether this version of the product has such a page."""
    return target.visitor().get(path).status != 404


def has_codes(target: Target) -> bool:
    """Whether people register and get back in by one-time codes."""
    return has_page(target, "/sign-in/forgotten")


def words_of(answer: Answer) -> str:
    """What stands on a page, without its tags."""
    return unescape(_TAGS.sub(" ", answer.text))


def code_on(page: Answer) -> str:
    """The one-time code that a demonstration shows beside its field; raises ``Unable`` where none is shown."""
    found = _CODE.search(words_of(page))
    if found is None:
        raise Unable("this server shows no codes: it is no demonstration, or sends them")
    return found[0]


def other_than(code: str, how_many: int) -> list[str]:
    """So many codes that are not this one."""
    return [f"{(int(code) + number) % 1_000_000:06d}" for number in range(1, how_many + 1)]


def send_form(who: Visitor, path: str, values: dict[str, str], having: str = "") -> Answer:
    """Opens a page and sends the form on it (that with a field or an address like ``having``) with these values beside
    those that stand in it. Raises ``PageProblem`` where there is none."""
    opened = who.get(path)
    form = Page(who.url + path, opened.status, opened.body, "text/html").form(having)
    standing = {name: held[0] for name, held in form.fields.items() if held}
    return who.post_raw(urlsplit(form.action).path, standing | values)


def ask_code(who: Visitor, contact: str) -> str:
    """Asks for a code to get back in by; the code, as a demonstration shows it. ``Unable`` where none was sent."""
    asked = send_form(who, "/sign-in/forgotten", {"contact": contact}, "contact")
    if asked.status != 303:
        raise Unable(f"no code was sent ({asked.status})")
    return code_on(who.get("/sign-in/code"))


def give_code(who: Visitor, code: str) -> Answer:
    """Gives a code back."""
    return send_form(who, "/sign-in/code", {"code": code}, "code")
