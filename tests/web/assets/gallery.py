"""A small application that shows every piece of the templates once: for tests, and for looking at it.

``python -m tests.web.assets.gallery 8093`` serves it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask, render_template, request
from flask.wrappers import Response
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader

from engine.khmer import Bilingual
from engine.packages.answer_expressions import parse_answer_expression
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.forms import Component, Option, Page
from web import presentation

WEB = Path(presentation.__file__).parent
PAGES = ("citizen", "fields", "errors", "desk", "figures", "track", "error")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'"
)

YES_NO = (Option("yes", Bilingual("បាទ/ចាស", "Yes")), Option("no", Bilingual("ទេ", "No")))
QUESTIONS = Page(
    "business",
    Bilingual("អាជីវកម្មរបស់អ្នក", "Your business"),
    (
        Component("intro", FIELD_KINDS["note"], Bilingual("សូមបំពេញជាអក្សរខ្មែរ។", "Please fill in Khmer letters.")),
        Component(
            "name_km",
            FIELD_KINDS["text"],
            Bilingual("ឈ្មោះអាជីវកម្មជាអក្សរខ្មែរ", "Business name in Khmer"),
            required=True,
            max_length=100,
        ),
        Component(
            "about",
            FIELD_KINDS["textarea"],
            Bilingual("ពិពណ៌នា", "Description"),
            Bilingual("ប្រាប់យ៉ាងខ្លី", "In a few words"),
        ),
        Component("rooms", FIELD_KINDS["number"], Bilingual("ចំនួនបន្ទប់", "Number of rooms"), required=True),
        Component("spot", FIELD_KINDS["position"], Bilingual("ទីតាំង", "Position")),
        Component("capital", FIELD_KINDS["money"], Bilingual("ដើមទុន", "Capital"), required=True),
        Component("opens", FIELD_KINDS["date"], Bilingual("ថ្ងៃបើក", "Opening day"), required=True),
        Component("gate", FIELD_KINDS["time"], Bilingual("ម៉ោងបើក", "Opening time")),
        Component("phone", FIELD_KINDS["phone"], Bilingual("លេខទូរសព្ទ", "Phone"), required=True),
        Component("mail", FIELD_KINDS["email"], Bilingual("អ៊ីមែល", "E-mail")),
        Component(
            "owner", FIELD_KINDS["name_km"], Bilingual("ឈ្មោះម្ចាស់ជាអក្សរខ្មែរ", "Owner in Khmer letters"), required=True
        ),
        Component("owner_latin", FIELD_KINDS["name_latin"], Bilingual("ឈ្មោះម្ចាស់ជាអក្សរឡាតាំង", "Owner in Latin letters")),
        Component("paper", FIELD_KINDS["id_number"], Bilingual("លេខអត្តសញ្ញាណប័ណ្ណ", "Number of the identity card")),
        Component("kind", FIELD_KINDS["select"], Bilingual("ប្រភេទ", "Kind"), options=YES_NO, required=True),
        Component(
            "pool",
            FIELD_KINDS["radio"],
            Bilingual("មានអាងហែលទឹកទេ?", "Is there a swimming pool?"),
            options=YES_NO,
            required=True,
        ),
        Component("extras", FIELD_KINDS["checklist"], Bilingual("សេវាបន្ថែម", "Extras"), options=YES_NO),
        Component(
            "true", FIELD_KINDS["checkbox"], Bilingual("ខ្ញុំបញ្ជាក់ថាព័ត៌មាននេះត្រឹមត្រូវ", "What I wrote is true"), required=True
        ),
        Component(
            "place", FIELD_KINDS["address"], Bilingual("អាសយដ្ឋាន", "Address"), required=True, address_level="village"
        ),
        Component(
            "together",
            FIELD_KINDS["number"],
            Bilingual("ចំនួនសរុប", "Together"),
            readonly=True,
            computed=parse_answer_expression("count(staff)"),
        ),
        Component(
            "plan", FIELD_KINDS["file"], Bilingual("ប្លង់បន្ទប់", "Room plan"), required=True, accepts=("pdf", "jpg")
        ),
        Component(
            "staff",
            FIELD_KINDS["repeat"],
            Bilingual("បុគ្គលិក", "Staff"),
            components=(Component("name", FIELD_KINDS["text"], Bilingual("ឈ្មោះ", "Name"), required=True),),
        ),
    ),
)
VALUES = {
    "name_km": "ផ្ទះសំណាក់ <ដៃស្ទឹង> & កូន",
    "rooms": 12,
    "capital": 4_000_000,
    "opens": {"day": "៣១", "month": "2", "year": "2026"},
    "phone": "+85512345678",
    "pool": "no",
    "true": True,
    "place": {"province": "02", "district": "0203", "commune": "", "street": "#12"},
    "staff": [{"name": "សុខ ដារ៉ា"}, {"name": "ចាន់ បុប្ផា"}],
}
ERRORS = {
    "opens": "ថ្ងៃបើកត្រូវជាថ្ងៃពិត។",
    "place-commune": "សូមជ្រើសរើសឃុំ ឬសង្កាត់។",
    "staff-1-name": "សូមបំពេញឈ្មោះ។",
    "pool": "សូមជ្រើសរើសមួយ។",
}
MOMENT = datetime(2026, 2, 17, 2, 30, tzinfo=UTC)


def stages() -> list[SimpleNamespace]:
    """An application half-way through."""

    def stage(km: str, en: str, state: str, **facts: Any) -> SimpleNamespace:
        blank = {"at": None, "expected": None, "who": None, "note": None}
        return SimpleNamespace(label=Bilingual(km, en), state=state, **(blank | facts))

    cashier = Bilingual("បេឡា", "Cashier")
    return [
        stage("បានទទួល", "Received", "done", at=MOMENT),
        stage("បានបង់ប្រាក់", "Paid", "done", at=MOMENT, who=cashier),
        stage(
            "កំពុងពិនិត្យឯកសារ",
            "Documents being checked",
            "now",
            who=Bilingual("ការិយាល័យបាត់ដំបង", "Battambang office"),
            expected=date(2026, 2, 24),
        ),
        stage("ចុះពិនិត្យទីតាំង", "Site inspection", "next", expected=date(2026, 2, 27)),
        stage("សម្រេច", "Decision", "next"),
    ]


def create_gallery() -> Flask:
    """The application; every page of PAGES answers in both languages under the strict policy of the product."""
    app = Flask("gallery", static_folder=str(WEB / "static"), static_url_path="/static")
    app.config.update(SECRET_KEY="gallery", HELP_PHONE="053 123 456")
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(WEB / "templates"), FileSystemLoader(Path(__file__).parent / "templates")]
    )
    Babel(
        app,
        default_translation_directories=str(WEB / "translations"),
        locale_selector=lambda: request.args.get("lang", "km"),
    )
    presentation.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    app.jinja_env.globals["typed_here"] = tuple
    app.jinja_env.globals["person_here"] = str
    for name in PAGES:
        app.add_url_rule(f"/{name}", name, _page(name))
    app.add_url_rule(
        "/places",
        "places",
        lambda: [
            {"code": code, "km": name.km, "en": name.en} for code, name in presentation.places(request.args["parent"])
        ],
    )
    app.add_url_rule("/process.bpmn", "process", _process)
    app.after_request(_strict)
    return app


def _page(name: str) -> Callable[[], str]:
    def view() -> str:
        facts = {
            "questions": QUESTIONS,
            "values": VALUES,
            "errors": ERRORS if name == "errors" else {},
            "stages": stages(),
            "moment": MOMENT,
        }
        return render_template(
            f"{name}.html", actor=SimpleNamespace(name=Bilingual("សុខ ដារ៉ា", "Sok Dara")), status=404, **facts
        )

    return view


def _process() -> Response:
    processes = sorted((WEB.parent / "processes").glob("*/*/process.bpmn"))
    return Response(processes[-1].read_bytes() if processes else b"", mimetype="application/xml")


def _strict(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = POLICY
    return response


def main(arguments: Iterable[str]) -> None:
    """Serve the gallery on the given port."""
    create_gallery().run("127.0.0.1", int(next(iter(arguments), "8093")))


if __name__ == "__main__":
    main(sys.argv[1:])
