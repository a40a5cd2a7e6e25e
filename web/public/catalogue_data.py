"""The catalogue for programs: each service as a schema.org GovernmentService, in the page and as JSON."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from engine.queries.public.catalogue import every_service
from engine.queries.public.services import service_in_words
from web.access import access
from web.context import house, now, public_reading, today
from web.public import blueprint
from web.public.government_service import government_service


@blueprint.get("/services.json", endpoint="services_json")
@access(public=True)
def list_services() -> ResponseReturnValue:
    """Every published service that people apply for, with the address of its data."""
    with public_reading() as session:
        services = every_service(session, house(), now=now())
    return jsonify(
        {
            "@context": "https://schema.org",
            "@type": "ItemList",
            "itemListElement": [
                {
                    "@type": "GovernmentService",
                    "identifier": one.key,
                    "name": {"km": one.title.km, "en": one.title.en},
                    "url": f"{house().base_url}/services/{one.key}.json",
                }
                for one in services
            ],
        }
    )


@blueprint.get("/services/<key>.json", endpoint="service_json")
@access(public=True)
def show_service(key: str) -> ResponseReturnValue:
    """One service: what it is, who answers for it, what it costs in words, where it is offered."""
    with public_reading() as session:
        service = service_in_words(session, house(), key, today(), now=now())
    return jsonify(government_service(service, house().base_url))
