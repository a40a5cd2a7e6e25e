"""A person without phone and e-mail at the counter: registered, filed for, paid, and sent home with paper."""

from __future__ import annotations

from tour.browser import PageProblem
from tour.people import BUSINESS, Officer, picture
from tour.timeline import Timeline

PERSON = {
    "name_km": "យាយ សុម៉ាលី",
    "name_latin": "Yeay Somaly",
    "sex": "female",
    "birth_date-day": "1",
    "birth_date-month": "2",
    "birth_date-year": "1951",
    "id_kind": "national_id",
    "id_number": "020304056",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "ភូមិចំការសំរោង",
}


def walk_in(line: Timeline, front: Officer, cashier: Officer) -> None:
    """From the counter to the printed receipt."""
    desk = front.browser
    front.sign_in()
    desk.open("/office/walk-in/new")
    desk.submit(
        {name: PERSON[name] for name in desk.page.form(having="name_km").fields if name in PERSON}, form="name_km"
    )
    line.holds(desk.page, "Yeay Somaly", "Verified")
    line.tell(front.name, "has seen her identity card: Yeay Somaly, 75, has an account without phone or e-mail")
    desk.submit({"service": "tourism.guesthouse_licence"}, form="service")
    key = desk.page.url.split("/applications/")[1].split("/")[0]
    line.holds(desk.page, "Yeay Somaly")
    for page in ("business", "place", "rooms", "opening", "owner", "contact", "declaration"):
        desk.open(f"/applications/{key}/pages/{page}")
        answers = BUSINESS | {"rooms": "៥", "owner_name_km": PERSON["name_km"], "owner_id_number": PERSON["id_number"]}
        desk.submit({name: answers[name] for name in desk.page.form().fields if name in answers})
    for document in ("id_card", "portrait", "location_sketch", "ownership_proof"):
        desk.open(f"/applications/{key}/documents/{document}")
        desk.submit(files={desk.page.form().files[0]: (f"{document}.png", picture(70))})
    desk.open(f"/applications/{key}/check")
    line.holds(desk.page, "KHR 100,000")
    filed = desk.submit(form="/check")
    line.holds(filed, "02-26-000003-")
    line.tell(front.name, "fills in the form with her, scans four papers and sends it")
    slip = desk.open(f"/applications/{key}/slip.pdf")
    if not slip.content.startswith(b"%PDF"):
        raise PageProblem("the slip is no PDF")
    cashier.sign_in()
    cashier.browser.open(f"/office/cashier/{key}")
    cashier.browser.submit({"handed": "100000"}, form="handed")
    receipt = cashier.browser.submit(form="confirmed")
    line.holds(receipt, "100,000")
    line.tell(cashier.name, "takes 100,000 riel, the minimum for five rooms, and prints the receipt")
