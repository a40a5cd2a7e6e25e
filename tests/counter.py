"""What the identity card of somebody at the counter says, as the page posts it."""

from __future__ import annotations

PAPERS = {
    "name_km": "ម៉ៅ សារុន",
    "name_latin": "MAO SARUN",
    "sex": "male",
    "birth_date-day": "9",
    "birth_date-month": "2",
    "birth_date-year": "1954",
    "id_kind": "national_id",
    "id_number": "020304050",
    "phone": "",
    "address-province": "02",
    "address-district": "0203",
    "address-commune": "020301",
    "address-street": "",
}
