"""What the public reads before anybody applies: the services, and one page for each."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from engine.applications.drafts import start_draft
from engine.khmer import latin_digits
from engine.queries.public.catalogue import ServiceCard, Wanted, catalogue
from engine.queries.public.services import (
    ACCOUNT_VERIFICATION,
    OfficeOffering,
    ServiceInWords,
    offices_offering,
    service_at,
    service_in_words,
)
from engine.queries.public.your_case import YourCase, your_case
from web.access import access
from web.admin.hours_form import WEEKDAYS
from web.citizen import blueprint
from web.citizen.problems import said
from web.citizen.rearranging import BUTTONS, rearranged
from web.context import current_language, house, now, public_reading, reading, today, transaction
from web.labels import office_level
from web.office.paging import asked_page
from web.presentation import places
from web.public.government_service import government_service
from web.public.service_words import step_words, terms_words, usual_words


@blueprint.get("/", endpoint="home")
@blueprint.get("/services", endpoint="services")
@access(public=True)
def show_services() -> ResponseReturnValue:
    """The portal: all services by ministry, or those that fit a search, a ministry, a level of offices and a place."""
    wanted = Wanted(
        search=request.args.get("q", "").strip()[:100],
        ministry=request.args.get("ministry", ""),
        level=request.args.get("level", ""),
        place=_place(),
        page=asked_page(),
    )
    with public_reading() as session:
        shown = catalogue(session, house(), wanted, today=today(), now=now())
    return render_template(
        "citizen/services.html",
        shown=shown,
        card=lambda service: _card(service, current_language()),
        page_address=partial(_page_address, shown.wanted),
        level_label=office_level,
        places=places,
    )


@lru_cache(maxsize=2048)
def _card(service: ServiceCard, language: str) -> Markup:  # noqa: ARG001 (kept by the language that it is drawn in)
    """A service in the list, drawn once in each language: the list is what most people open."""
    return Markup(render_template("citizen/_card.html", service=service))  # noqa: S704 (drawn by a template)


def _page_address(wanted: Wanted, page: int) -> str:
    place = wanted.place
    asked: dict[str, Any] = {"q": wanted.search, "ministry": wanted.ministry, "level": wanted.level}
    asked |= {"province": place[:2], "district": place[2:] and place[:4], "commune": place[4:] and place}
    return url_for("citizen.services", **{name: value for name, value in asked.items() if value}, page=page)


def _place() -> str:
    """The narrowest of the places chosen that lies in the one chosen before it: another province drops the district."""
    chosen = ""
    for name in ("province", "district", "commune"):
        code = latin_digits(request.args.get(name, ""))[:6]
        if not code.startswith(chosen) or code not in {one for one, _name in places(chosen or None)}:
            break
        chosen = code
    return chosen


@blueprint.get("/services/<key>", endpoint="service")
@access(public=True)
def show_service(key: str) -> ResponseReturnValue:
    """What a service is, asks for, costs and takes, and where it is offered; for certain answers too, which stand in
    the address and nowhere else."""
    with public_reading() as session:
        service = service_in_words(session, house(), key, today(), now=now())
        case = your_case(session, house(), key, request.args, _asked(), today=today(), now=now())
    return _service_page(service, case, None)


@blueprint.get("/services/<key>/at/<code>", endpoint="service_at")
@access(public=True)
def show_service_at(key: str, code: str) -> ResponseReturnValue:
    """The same as it holds at one office: those of a pilot have another version."""
    with public_reading() as session:
        service, office = service_at(session, house(), key, code, today(), now=now())
        case = your_case(session, house(), key, request.args, _asked(), today=today(), now=now(), office_id=office.id)
    return _service_page(service, case, office)


def _asked() -> list[str]:
    return [] if any(name in request.args for name in BUTTONS) else request.args.getlist("_asked")


def _service_page(service: ServiceInWords, case: YourCase, office: OfficeOffering | None) -> str:
    values = rearranged(case.values, request.args)
    return render_template(
        "citizen/service.html",
        service=service,
        office=office,
        case=case,
        values=values,
        errors=said(case.errors),
        terms=terms_words,
        step_words=step_words,
        weekdays=WEEKDAYS,
        usual_words=usual_words,
        data=government_service(service, house().base_url),
    )


@blueprint.get("/services/<key>/apply", endpoint="apply")
@blueprint.get("/account/verification", endpoint="verification", defaults={"key": ACCOUNT_VERIFICATION})
@access(signed_in=True, by_helper=True)
def choose_office(key: str, errors: dict[str, str] | None = None) -> ResponseReturnValue:
    """The first step of an application: at which office."""
    with reading() as (session, _):
        service = service_in_words(session, house(), key, today(), now=now())
    chosen = request.args.get("office", "")
    page = render_template(
        "citizen/choose_office.html", service=service, chosen=chosen, errors=errors or {}, terms=terms_words
    )
    return page, 422 if errors else 200


@blueprint.post("/services/<key>/apply", endpoint="apply_post")
@access(signed_in=True, by_helper=True)
def take_office(key: str) -> ResponseReturnValue:
    """Starts the draft, or opens the one that is there; doing it twice makes one draft."""
    code = request.form.get("office", "")
    with transaction() as (session, actor):
        office = next(
            (one for one in offices_offering(session, house(), key, today(), now=now()) if one.code == code), None
        )
        if office is not None:
            draft = start_draft(session, house(), actor, key, office.id, now=now())
    if office is None:
        return choose_office(key, {"office": gettext("Choose an office.")})
    return redirect(url_for("citizen.application", key=draft), code=303)


@blueprint.get("/places", endpoint="places")
@access(public=True)
def list_places() -> ResponseReturnValue:
    """The districts of a province, the communes of a district or the villages of a commune, for the lists of a form."""
    parent = latin_digits(request.args.get("parent", ""))
    if not parent.isdigit() or len(parent) not in (2, 4, 6):
        return jsonify([])
    answer = jsonify([{"code": code, "km": name.km, "en": name.en} for code, name in places(parent)])
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer
