"""Offices of one name are told apart by the places around them, and by their codes where those are equal too."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import aliased

from engine.house import House
from engine.khmer import Bilingual
from engine.namesakes import office_name, told_apart
from engine.offices.opening import open_office, usual_facts
from engine.people.actors import OPERATOR
from engine.queries.shared.names import read_names
from storage.offices import Namesakes, Office
from tests.cast import NOW, Cast
from tests.plans import measured, planned, reads_by_index
from tests.statements import counted


def opened(house: House, *codes: str) -> None:
    with house.database.transaction() as session:
        for code in codes:
            open_office(session, OPERATOR, usual_facts(code), now=NOW)


def names(house: House) -> dict[str, Bilingual]:
    with house.database.reading() as session:
        return {office.code: office_name(office) for office in session.scalars(select(Office))}


def test_two_offices_of_one_name_say_their_province_and_others_say_nothing_more(house: House, cast: Cast) -> None:
    opened(house, "2107", "2204", "0204")
    found = names(house)
    assert found["2107"].en == "Samraong One Window Service Office (Takeo)"
    assert found["2204"].en == "Samraong One Window Service Office (Otdar Meanchey)"
    assert found["2107"].km == "ការិយាល័យច្រកចេញចូលតែមួយ សំរោង (ខេត្តតាកែវ)"
    assert "(" not in found["0204"].en + found["02"].en + found["12"].km


def test_a_district_of_the_name_of_its_province_is_told_apart_in_english(house: House, cast: Cast) -> None:
    opened(house, "0203")
    found = names(house)
    assert found["0203"].en == "Battambang One Window Service Office (Battambang, 0203)"
    assert found["02"].en == "Battambang One Window Service Office (02)"


def test_an_office_that_is_alone_with_its_name_again_says_it_plainly(house: House, cast: Cast) -> None:
    opened(house, "2107", "2204")
    with house.database.transaction() as session:
        session.execute(update(Office).where(Office.code == "2204").values(name_km="ក", name_en="A"))
    assert names(house)["2107"].en == "Samraong One Window Service Office"


def test_two_of_one_province_say_their_codes_too(house: House, cast: Cast) -> None:
    opened(house, "0203", "0204", "2107")
    with house.database.transaction() as session:
        twins = Office.code.in_(("0203", "0204", "2107"))
        session.execute(update(Office).where(twins).values(name_km="ការិយាល័យ", name_en="Office"))
    found = names(house)
    assert found["0203"] == Bilingual("ការិយាល័យ (ខេត្តបាត់ដំបង, 0203)", "Office (Battambang, 0203)")
    assert found["0204"].en == "Office (Battambang, 0204)"
    assert found["2107"].en == "Office (Takeo)"


@pytest.mark.parametrize("changed", [{"name_km": "ការិយាល័យ"}, {"name_en": "Office"}])
def test_one_language_in_which_they_are_the_same_is_enough(house: House, cast: Cast, changed: dict[str, str]) -> None:
    with house.database.transaction() as session:
        session.execute(update(Office).values(**changed))
    found = names(house)
    assert all(name.km.endswith(f"({code})") and name.en.endswith(f"({code})") for code, name in found.items())


def test_offices_without_a_name_in_english_are_no_namesakes(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        session.execute(update(Office).values(name_en=""))
    assert "(" not in "".join(name.km for name in names(house).values())


def test_a_code_that_names_no_place_tells_an_office_apart() -> None:
    assert told_apart("ក", "A", "X-1", Namesakes.ELSEWHERE) == Bilingual("ក (X-1)", "A (X-1)")
    assert told_apart("ក", "A", "020399", Namesakes.ELSEWHERE).en.startswith("A (")
    assert told_apart("ក", "A", "X-1", Namesakes.NONE) == Bilingual("ក", "A")


def test_the_names_of_all_offices_cost_no_statement_more(house: House, cast: Cast) -> None:
    opened(house, "2107", "2204")
    with house.database.reading() as session, counted(house.database) as asked:
        found = read_names(session, house, now=NOW)
    assert {one.name.en for one in found.offices.values() if one.code in ("2107", "2204")} == {
        "Samraong One Window Service Office (Takeo)",
        "Samraong One Window Service Office (Otdar Meanchey)",
    }
    assert asked.statements == 2


def test_an_office_under_another_name_of_its_table_knows_its_namesakes_too(house: House, cast: Cast) -> None:
    opened(house, "2107", "2204")
    other = aliased(Office)
    with house.database.reading() as session:
        found = session.execute(select(other.code, other.namesakes).order_by(other.code)).all()
        assert [tuple(row) for row in found] == [("02", 0), ("12", 0), ("2107", 1), ("2204", 1)]
        assert session.scalar(select(func.count()).select_from(Office)) == 4


def test_who_shares_a_name_is_looked_up_and_not_compared_with_every_office(house: House, cast: Cast) -> None:
    with house.database.transaction() as session:
        like = session.get_one(Office, cast.battambang)
        said = ({"code": f"99{n:03}", "name_km": f"ក {n}", "name_en": f"A {n}"} for n in range(600))
        session.execute(insert(Office), [{"level": like.level, "hours": like.hours, **one} for one in said])
    measured(house.database, "office")
    with house.database.reading() as session, planned(house.database) as plans:
        assert session.scalar(select(Office.namesakes).where(Office.code == "99007")) == Namesakes.NONE
    assert reads_by_index(plans, "office", "office_1") >= {"ix_office_name_km", "ix_office_name_en"}
