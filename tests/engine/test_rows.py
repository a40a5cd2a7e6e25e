"""What a session writes and reads by itself is what SQLAlchemy writes and reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Integer, String, and_, bindparam, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, NoResultFound, PendingRollbackError
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.exc import StaleDataError

from engine.house import House
from engine.outages import outage_in
from storage import asking, postgres
from storage.applications import Application, ApplicationStatus, Counter, Opinion
from storage.asking import Question
from storage.base import Base
from storage.clocks import Clock, ClockKind, ClockStatus, ListedStatus
from storage.database import Database
from storage.events import CaseEvent
from storage.expected_dates import DateRecord
from storage.loading import Rows, given, load
from storage.offices import Namesakes, Office
from storage.people import Person
from storage.processes import ProcessInstance, UserTask
from storage.tables import Base as Tables
from storage.together import change_together, write_together
from storage.writing import Writer
from tests.cast import NOW, settle
from tests.small.cases import Kilns
from tests.statements import counted

_Filer = aliased(Person)
SENT = Question(
    select(Application.reference, Application.answers, Application.created_at, Application.status, Office.namesakes)
    .join(Office, Office.id == Application.office_id)
    .where(Application.key == bindparam("key"), Application.status.in_((ApplicationStatus.RUNNING,)))
    .order_by(Application.id)
    .limit(5)
)
COUNTED = Question(insert(Counter).values(scope=bindparam("scope"), value=7))
BESIDE = Rows(
    Application,
    _Filer,
    Office,
    DateRecord,
    which=lambda rows: (
        rows.join(Office, Office.id == Application.office_id)
        .outerjoin(_Filer, _Filer.id == Application.applicant_id)
        .outerjoin(DateRecord, and_(DateRecord.office_id == Office.id, DateRecord.service_key == "no such service"))
        .where(Application.key == given("key", String()))
    ),
    more=(Office.name_en, Application.answers),
    shown=True,
)
OF_OFFICE = Rows(Office, which=lambda rows: rows.where(Office.code == given("code", String())))
OF_COUNTER = Rows(Counter, which=lambda rows: rows.where(Counter.id >= given("id", Integer())).order_by(Counter.id))


@contextmanager
def by_the_unit_of_work(database: Database) -> Iterator[Session]:
    """A transaction in which SQLAlchemy writes alone."""
    with Session(database.engine, expire_on_commit=False, autoflush=False) as session:
        yield session
        session.commit()


def rows_of(database: Database, table: type[Base]) -> list[Mapping[str, Any]]:
    """The rows of a table as they lie there: JSON as text, moments as the database says them."""
    name = table.__tablename__
    with database.reading() as session:
        columns = ", ".join(f'CAST("{column.name}" AS TEXT) AS "{column.name}"' for column in table.__table__.columns)
        return [dict(row) for row in session.execute(text(f"SELECT {columns} FROM {name} ORDER BY 1, 2")).mappings()]


def without_key(rows: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def event_of(application: Application, seq: int, **more: Any) -> CaseEvent:
    event = CaseEvent(application_id=application.id, seq=seq, at=NOW, kind="noted", data={"b": 1, "a": "ឡ"})
    event.previous_hash = event.hash = ""
    for name, value in more.items():
        setattr(event, name, value)
    return event


def clock_of(application: Application) -> Clock:
    return Clock(
        application_id=application.id,
        office_id=application.office_id,
        kind=ClockKind.NORM,
        term="3 working days",
        status=ClockStatus.RUNNING,
        ledger=[["run", NOW.isoformat(), None, ""]],
        started_at=NOW,
    )


@pytest.fixture
def application(kilns: Kilns) -> Application:
    with kilns.house.database.transaction() as session:
        return session.get_one(Application, kilns.row(kilns.send()).id)


@pytest.mark.parametrize("personal", [{"personal": {"who": "ដារ៉ា"}}, {"personal": None}, {}], ids=repr)
def test_a_new_row_lies_there_as_the_unit_of_work_lays_it(
    kilns: Kilns, application: Application, personal: dict[str, Any]
) -> None:
    database = kilns.house.database
    before = rows_of(database, CaseEvent), rows_of(database, Clock)
    with database.transaction() as session:
        session.add_all([event_of(application, 900, **personal), clock_of(application)])
    with by_the_unit_of_work(database) as session:
        session.add_all([event_of(application, 901, **personal), clock_of(application)])
    events = [{**row, "seq": ""} for row in rows_of(database, CaseEvent) if row not in before[0]]
    clocks = without_key([row for row in rows_of(database, Clock) if row not in before[1]])
    assert len(events) == len(clocks) == 2
    assert events[0] == events[1]
    assert clocks[0] == clocks[1]


@pytest.mark.parametrize("personal", [{"personal": {"who": "ដារ៉ា"}}, {"personal": None}, {}], ids=repr)
def test_many_new_rows_lie_there_as_the_unit_of_work_lays_them(
    kilns: Kilns, application: Application, personal: dict[str, Any]
) -> None:
    database = kilns.house.database
    before = rows_of(database, CaseEvent), rows_of(database, Clock)
    with database.transaction() as session:
        session.add_all([event_of(application, 900, **personal), event_of(application, 902), clock_of(application)])
        write_together(session, CaseEvent, Clock)
        assert not session.new
    with by_the_unit_of_work(database) as session:
        session.add_all([event_of(application, 901, **personal), event_of(application, 903), clock_of(application)])
    events = [{**row, "seq": ""} for row in rows_of(database, CaseEvent) if row not in before[0]]
    clocks = without_key([row for row in rows_of(database, Clock) if row not in before[1]])
    assert (len(events), len(clocks)) == (4, 2)
    assert [events[0], events[2]] == [events[1], events[3]]
    assert clocks[0] == clocks[1]


def test_many_changes_lie_there_as_the_unit_of_work_lays_them(kilns: Kilns, application: Application) -> None:
    database, found = kilns.house.database, []
    of_case = ProcessInstance.application_id == application.id
    for together in (True, False):
        with database.transaction() as session:
            instance = session.scalars(select(ProcessInstance).where(of_case)).one()
            instance.state, instance.waits, instance.ended_at = "\"'\\ឡ\x01".encode(), {"b": ["ឡ", None], "a": 1}, NOW
            clocks = session.scalars(select(Clock).where(Clock.application_id == application.id)).all()
            for clock in clocks:
                clock.status, clock.warn_at, clock.ledger = ClockStatus.PAUSED, None, [["pause", "x", None, "“y”"]]
            clocks[0].breaches = 7
            if together:
                change_together(session, ProcessInstance, Clock)
                assert not session.dirty
        found.append((rows_of(database, ProcessInstance), rows_of(database, Clock)))
        if together:
            with database.transaction() as session:
                session.execute(update(ProcessInstance).where(of_case).values(state=b"", waits={}, ended_at=None))
                session.execute(update(Clock).values(status=ClockStatus.RUNNING, warn_at=NOW, ledger=[], breaches=0))
    assert found[0] == found[1]
    assert len(clocks) > 1


def test_of_many_changes_one_to_a_row_that_is_gone_is_not_made_in_silence(database: Database) -> None:
    with database.transaction() as session:
        session.add_all(counters := [Counter(scope=name, value=1) for name in "ab"])
    with database.transaction() as session:
        for held in [session.get_one(Counter, counter.id) for counter in counters]:
            held.value = 2
        session.execute(text("DELETE FROM counter WHERE scope = 'a'"))
        with pytest.raises(StaleDataError, match="1 rows of counter"):
            change_together(session, Counter)
        session.rollback()


def test_an_object_has_its_key_and_its_defaults_once_it_is_written(kilns: Kilns, application: Application) -> None:
    with kilns.house.database.transaction() as session:
        session.add(clock := clock_of(application))
        session.flush()
        with counted(kilns.house.database) as asked:
            assert (clock.breaches, clock.warn_term, clock.due_at, clock.told_at) == (0, "", None, None)
            assert session.get(Clock, clock.id) is clock
        assert not asked.statements


def test_what_the_database_makes_itself_is_read_when_it_is_asked_for(kilns: Kilns, application: Application) -> None:
    with kilns.house.database.transaction() as session:
        session.add(clock := clock_of(application))
        session.flush()
        stands = [clock.listed_status]
        assert clock.service_key == application.service_key
        clock.status = ClockStatus.PAUSED
        session.flush()
        session.refresh(clock)
        assert [*stands, clock.listed_status] == [ListedStatus.RUNNING, ListedStatus.PAUSED]


@pytest.mark.parametrize("table", [CaseEvent, Clock, UserTask, Opinion])
def test_a_row_is_made_of_nothing_that_its_table_has_not(table: Any) -> None:
    with pytest.raises(TypeError, match="has no colour"):
        table(colour="blue")


def test_an_expression_in_a_new_row_leaves_its_neighbours_as_they_were(kilns: Kilns, application: Application) -> None:
    """What was left out stays left out: an empty JSON column is not one that holds ``null``."""
    database = kilns.house.database
    with database.transaction() as session:
        session.add_all([event_of(application, 900), Counter(scope=func.lower("ABC"), value=1)])
    found = [row for row in rows_of(database, CaseEvent) if row["seq"] == "900"]
    assert [row["personal"] for row in found] == [None]
    assert [row["scope"] for row in rows_of(database, Counter)][-1] == "abc"


def test_what_changed_is_written_and_nothing_else(kilns: Kilns, application: Application) -> None:
    with kilns.house.database.transaction() as session:
        row = session.get_one(Application, application.id)
        row.stage, row.answers = "elsewhere", dict(row.answers)
        row.promised_at = row.promised_at and row.promised_at + timedelta(0)
        with counted(kilns.house.database) as asked:
            session.flush()
            session.flush()
        assert [sql.split("SET")[1].split("=")[0].strip() for sql in asked.texts] == ["stage"]
    with kilns.house.database.reading() as session:
        assert session.get_one(Application, application.id).stage == "elsewhere"


def test_what_was_set_back_before_it_was_written_is_not_written(kilns: Kilns, application: Application) -> None:
    with kilns.house.database.transaction() as session:
        row = session.get_one(Application, application.id)
        row.stage, row.stage = "elsewhere", row.stage
        with counted(kilns.house.database) as asked:
            session.flush()
        assert not asked.statements
        assert row not in session.dirty


def test_an_expression_is_left_to_the_database(database: Database) -> None:
    with database.transaction() as session:
        session.add(counter := Counter(scope="x", value=1))
        session.flush()
        counter.value = Counter.value + 4
    with database.reading() as session:
        assert session.scalar(select(Counter.value)) == 5


def test_a_row_is_deleted_beside_others_that_are_new_or_changed(database: Database) -> None:
    with database.transaction() as session:
        session.add_all(counters := [Counter(scope=name, value=1) for name in "ab"])
    with database.transaction() as session:
        gone, stays = (session.get_one(Counter, one.id) for one in counters)
        session.delete(gone)
        stays.value = 2
        session.add(Counter(scope="c", value=3))
    with database.reading() as session:
        assert session.execute(select(Counter.scope, Counter.value).order_by(Counter.scope)).all() == [
            ("b", 2),
            ("c", 3),
        ]


def test_a_key_may_change(database: Database) -> None:
    with database.transaction() as session:
        session.add(counter := Counter(scope="a", value=1))
        session.flush()
        counter.id += 10
        session.flush()
        assert session.get(Counter, counter.id) is counter


def test_a_row_that_is_gone_is_not_changed_in_silence(database: Database) -> None:
    with database.transaction() as session:
        session.add(counter := Counter(scope="a", value=1))
    with database.transaction() as session:
        held = session.get_one(Counter, counter.id)
        session.execute(text("DELETE FROM counter"))
        held.value = 2
        with pytest.raises(StaleDataError):
            session.flush()
        session.rollback()


def test_what_the_database_refuses_is_refused_as_ever_and_its_neighbours_are_undone(database: Database) -> None:
    with database.transaction() as session:
        session.add(Counter(scope="a", value=1))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add_all([Counter(scope="b", value=1), Counter(scope="a", value=1), Counter(scope="c", value=1)])
    with database.reading() as session:
        assert session.scalars(select(Counter.scope)).all() == ["a"]


def test_a_refusal_inside_a_savepoint_leaves_the_rest_of_the_transaction(database: Database) -> None:
    with database.transaction() as session:
        session.add(first := Counter(scope="a", value=1))
        session.flush()
        first.value = 2
        refused = session.begin_nested()
        session.add_all([Counter(scope="b", value=1), Counter(scope="a", value=1)])
        with pytest.raises(IntegrityError):
            session.flush()
        refused.rollback()
        session.add(Counter(scope="c", value=first.value))
    with database.reading() as session:
        found = session.execute(select(Counter.scope, Counter.value).order_by(Counter.scope)).all()
    assert found == [("a", 2), ("c", 2)]


def swallow(session: Session, *rows: Base) -> None:
    session.add_all(rows)
    with suppress(IntegrityError):
        session.flush()


def test_a_refusal_that_somebody_swallows_lets_nothing_be_kept(database: Database) -> None:
    with database.transaction() as session:
        session.add(Counter(scope="taken", value=1))
    with pytest.raises(PendingRollbackError), database.transaction() as session:
        swallow(session, Counter(scope="first", value=1), Counter(scope="taken", value=2))
    with database.reading() as session:
        assert session.execute(select(Counter.scope, Counter.value)).all() == [("taken", 1)]


def test_an_object_is_changed_that_does_not_know_its_own_values(database: Database) -> None:
    with database.transaction() as session:
        session.add_all([undone := Counter(scope="a", value=1), expired := Counter(scope="b", value=1)])
        session.flush()
        savepoint = session.begin_nested()
        undone.value = 7
        session.flush()
        savepoint.rollback()
        session.expire(expired)
        undone.value = expired.value = 9
    with database.reading() as session:
        found = session.execute(select(Counter.scope, Counter.value).order_by(Counter.scope)).all()
    assert found == [("a", 9), ("b", 9)]


def test_objects_forget_what_a_savepoint_undid(database: Database) -> None:
    with database.transaction() as session:
        session.add(first := Counter(scope="a", value=1))
        session.flush()
        second = Counter(scope="b", value=1)
        undone = session.begin_nested()
        first.value = 7
        session.add(second)
        session.flush()
        undone.rollback()
        assert first.value == 1
        assert second not in session
        assert load(session, OF_COUNTER, id=0) == [(first,)]


def test_the_refusal_says_nothing_of_what_was_written(database: Database) -> None:
    with database.transaction() as session:
        session.add(Counter(scope="a secret", value=1))
    with pytest.raises(IntegrityError) as refused, database.transaction() as session:
        session.add_all([Counter(scope="b", value=7), Counter(scope="a secret", value=1)])
    assert "parameters" not in str(refused.value)
    assert refused.value.params is None


def test_every_class_is_written_so(database: Database) -> None:
    """A class that needs the unit of work would take every flush with it that it is part of."""
    writer = Writer(database.engine.dialect)
    for mapper in Tables.registry.mappers:
        assert writer._of(mapper).table is mapper.local_table


def test_whoever_counts_statements_hears_of_those_that_are_sent_at_once(database: Database) -> None:
    with database.transaction() as session, counted(database) as asked:
        session.add_all([Counter(scope="a", value=1), Counter(scope="b", value=1)])
        settle(session)
        session.flush()
    told = [sql.split("(")[0].split() for sql in asked.texts]
    assert ["INSERT", "INTO", "counter"] in told
    assert ["INSERT", "INTO", "person"] in told


def test_rows_are_read_as_the_objects_that_the_session_has(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        session.add_all([Counter(scope="a", value=1), Counter(scope="b", value=1)])
        session.flush()
        mine = session.scalars(select(Counter).where(Counter.scope == "b")).one()
        found = load(session, OF_COUNTER, id=0)
        assert (mine,) in found
        assert session.scalars(select(Counter).order_by(Counter.id)).all() == [each for (each,) in found]


@pytest.mark.usefixtures("application")
@pytest.mark.parametrize("table", [Application, ProcessInstance, Clock, UserTask, Person, Office])
def test_each_value_is_read_as_sqlalchemy_reads_it(kilns: Kilns, table: Any) -> None:
    everything = Rows(table, which=lambda rows: rows)
    with kilns.house.database.reading() as one, kilns.house.database.reading() as other:
        ours = {each.id: each for (each,) in load(one, everything)}
        theirs = {each.id: each for each in other.scalars(select(table))}
        assert ours.keys() == theirs.keys() != set()
        for key, row in ours.items():
            for column in table.__table__.columns:
                here, there = getattr(row, column.key), getattr(theirs[key], column.key)
                assert (here, type(here)) == (there, type(there))


def test_what_is_known_stays_as_it_is_unless_it_is_to_be_fresh(database: Database) -> None:
    with database.transaction() as session:
        session.add(counter := Counter(scope="a", value=1))
        session.flush()
        session.execute(update(Counter).values(value=5).execution_options(synchronize_session=False))
        load(session, OF_COUNTER, id=0)
        assert counter.value == 1
        counter.value = 9
        load(session, OF_COUNTER, fresh=True, id=0)
        assert counter.value == 5
        assert counter not in session.dirty


def test_what_is_no_column_is_read_when_it_is_asked_for(database: Database) -> None:
    with database.transaction() as session:
        settle(session)
        code = session.scalar(select(Office.code).limit(1))
    with database.reading() as session, counted(database) as asked:
        ((office,),) = load(session, OF_OFFICE, code=code)
        assert asked.statements == 1
        assert office.namesakes == Namesakes.NONE
        assert asked.statements == 2


def test_what_is_refused_while_rows_are_fetched_is_raised_as_sqlalchemy_raises_it(database: Database) -> None:
    """SQLite comes to the second row when it is fetched, from whichever end it begins."""
    if not database.is_sqlite:
        return
    fits = Rows(Counter, which=lambda rows: rows.where(func.json_extract(Counter.scope, "$").is_not(None)))
    with database.transaction() as session:
        session.add_all(Counter(scope=scope, value=1) for scope in ("1", "no JSON", "2"))
    with database.reading() as session, pytest.raises(DBAPIError):
        load(session, fits)


def test_a_connection_that_the_server_has_closed_is_an_outage_and_the_next_one_is_new(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.transaction() as session:
        session.execute(insert(Counter).values(scope="a", value=1))
    with database.transaction() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
        with database.transaction() as other:
            other.execute(text("SELECT pg_terminate_backend(:mine)"), {"mine": mine})
        with pytest.raises(DBAPIError) as gone:
            load(session, OF_COUNTER, id=0)
        session.rollback()
    assert outage_in(gone.value)
    with database.transaction() as session:
        assert len(load(session, OF_COUNTER, id=0)) == 1


def test_a_connection_that_was_closed_while_nobody_used_it_is_not_handed_out(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.transaction() as other:
        other.connection()
        with database.transaction() as session:
            mine = session.scalar(text("SELECT pg_backend_pid()"))
        assert other.scalar(text("SELECT pg_terminate_backend(:mine, 10000)"), {"mine": mine})
        with database.transaction() as session:
            assert session.scalar(text("SELECT pg_backend_pid()")) != mine


def test_a_connection_that_lay_long_is_asked_first_and_another_made_when_it_does_not_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        return
    with database.transaction() as session:
        mine = session.scalar(text("SELECT pg_backend_pid()"))
    monkeypatch.setattr(postgres, "LONG_IDLE", -1.0)
    with database.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) == mine
        raw = session.connection().connection.driver_connection
    assert raw is not None
    raw.close()
    with database.transaction() as session:
        assert session.scalar(text("SELECT pg_backend_pid()")) != mine


def prepared(database: Database) -> int:
    """How many statements the connection that comes next has prepared."""
    with database.transaction() as session:
        connection: Any = session.connection().connection.driver_connection
        return len(connection._prepared._names)


def test_what_steps_have_prepared_outlives_readings_and_refusals_and_no_statement_that_failed(
    database: Database,
) -> None:
    if database.is_sqlite:
        return
    database.engine.dispose()
    for before, after in ((0, 0), (0, 1), (1, 1)):
        assert prepared(database) == before
        with database.transaction() as session:
            session.scalar(text("SELECT 1"))
        assert prepared(database) == after
    with database.reading() as session:
        session.scalar(text("SELECT 2"))
    assert prepared(database) == 1
    with pytest.raises(NoResultFound), database.reading() as session:
        session.scalars(text("SELECT 2 WHERE false")).one()
    with suppress(NoResultFound), database.transaction() as session:
        session.add(Counter(scope="refused", value=1))
        session.flush()
        session.scalars(text("SELECT 3 WHERE false")).one()
    assert prepared(database) == 1
    with database.transaction() as session:
        assert not session.scalars(select(Counter).where(Counter.scope == "refused")).all()
    with pytest.raises(DBAPIError), database.transaction() as session:
        session.execute(text("SELECT nothing_of_this_name"))
    assert prepared(database) == 0


def test_a_reading_may_end_in_whatever_way_and_keeps_nothing(database: Database) -> None:
    with database.transaction() as session:
        session.add(counter := Counter(scope="a", value=1))
    with database.reading():
        pass
    with database.reading() as session:
        session.get_one(Counter, counter.id).value = 2
    with database.reading() as session, pytest.raises(DBAPIError):
        session.execute(update(Counter).values(value=3))
    with database.reading() as session:
        session.get_one(Counter, counter.id).value = 4
        with pytest.raises(DBAPIError):
            session.flush()
    with database.reading() as session:
        assert session.scalar(select(Counter.value)) == 1
        session.rollback()


def test_a_question_is_answered_as_sqlalchemy_answers_it(kilns: Kilns, application: Application) -> None:
    key = application.key
    with kilns.house.database.transaction() as session:
        ours = asking.rows(session, SENT, key=key)
        assert [tuple(row) for row in ours] == [tuple(row) for row in session.execute(SENT.statement, {"key": key})]
        assert (ours[0].reference, ours[0].status) == (application.reference, ApplicationStatus.RUNNING)
        assert ours[0].created_at == application.created_at
        assert asking.row(session, SENT, key="no such key") is None
        with pytest.raises(KeyError, match="key"):
            asking.row(session, SENT)
        with counted(kilns.house.database) as cost:
            asking.write(session, COUNTED, scope="of the test")
        assert cost.statements == 1
        assert session.scalar(select(Counter.value).where(Counter.scope == "of the test")) == 7


def test_what_is_refused_of_a_question_is_raised_as_sqlalchemy_raises_it(kilns: Kilns) -> None:
    with kilns.house.database.transaction() as session:
        asking.write(session, COUNTED, scope="of the test")
        with pytest.raises(IntegrityError):
            asking.write(session, COUNTED, scope="of the test")
        session.rollback()


def test_rows_of_an_alias_come_with_what_they_show_and_columns_behind_them(
    kilns: Kilns, application: Application
) -> None:
    with kilns.house.database.transaction() as session:
        ((found, filer, office, record, name, answers),) = load(session, BESIDE, key=application.key)
        assert (found.id, filer.id, record) == (application.id, application.applicant_id, None)
        assert (name, answers) == (office.name_en, application.answers)
        with counted(kilns.house.database) as cost:
            assert office.namesakes == Namesakes.NONE
        assert cost.statements == 0
        assert session.get_one(Office, office.id) is office
        assert session.get_one(Person, filer.id) is filer


@pytest.mark.parametrize("columns", [10, 300, 900])
def test_a_statement_of_any_length_is_given_its_values_however_often_it_comes(house: House, columns: int) -> None:
    asked = text("SELECT " + ", ".join(f"CAST(:said AS VARCHAR(9)) AS c_{number}" for number in range(columns)))
    with house.database.reading() as session:
        for said in ("Sok", "100 %", ":said", "Sok"):
            assert set(session.execute(asked, {"said": said}).one()) == {said}


def test_what_has_objects_or_a_growing_list_is_asked_all_the_same(kilns: Kilns, application: Application) -> None:
    objects = Question(select(Application, Application.key).where(Application.key == bindparam("key")))
    listed = Question(select(Application.key).where(Application.key.in_(bindparam("keys", expanding=True))))
    with kilns.house.database.reading() as session:
        (found,) = asking.rows(session, objects, key=application.key)
        assert found.Application is session.get_one(Application, application.id)
        assert [row.key for row in asking.rows(session, listed, keys=["none", application.key])] == [application.key]
        assert asking.rows(session, listed, keys=[]) == []


def test_a_change_is_written_as_it_is_said(kilns: Kilns) -> None:
    raised = Question(update(Counter).where(Counter.scope == bindparam("of")).values(value=bindparam("to")))
    database = kilns.house.database
    with database.transaction() as session:
        session.add_all([Counter(scope="raised", value=1), Counter(scope="left", value=1)])
        session.flush()
        asking.write(session, raised, of="raised", to=9)
    found = {row["scope"]: row["value"] for row in rows_of(database, Counter)}
    assert (found["raised"], found["left"]) == ("9", "1")
