"""Fee tables at their edges: what is said of each mistake, word for word and with its place, and how much one holds."""

from __future__ import annotations

import pytest

from engine.packages import FeeUndetermined, PackageRejected, build_package
from engine.packages.fees import FeeLine, FeeTable, read_fees
from engine.problems import Problem
from tests.engine.packages.small import FEES, FILES

MORE = '<input id="i2"><inputExpression id="ie2"><text>area</text></inputExpression></input>'
FEW = '<rule id="few"><inputEntry id="a1"><text>&lt;= 4</text></inputEntry>'
MANY = '<rule id="many"><inputEntry id="a2"><text>&gt; 4</text></inputEntry>'
RULE = FEES[FEES.index('      <rule id="many">') : FEES.index("    </decisionTable>")]


def table(*changes: tuple[str, str]) -> FeeTable:
    return read_fees("fees.dmn", written(*changes))


def written(*changes: tuple[str, str]) -> bytes:
    text = FEES
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after, 1)
    return text.encode()


def problems(*changes: tuple[str, str]) -> list[Problem]:
    with pytest.raises(PackageRejected) as refused:
        table(*changes)
    return list(refused.value.problems)


Wrong = tuple[str, int | None, str | None]


def wrong(message: str, line: int | None, element_id: str | None) -> Wrong:
    return message, line, element_id


def seen(problem: Problem) -> Wrong:
    assert (problem.severity, problem.file, problem.rule) == ("error", "fees.dmn", "fees")
    assert problem.message_km
    return problem.message, problem.line, problem.element_id


def test_a_table_is_read_with_all_that_it_says() -> None:
    read = table(('<rule id="many">', "<rule>"), ("<text>1000</text>", "<text>area * 2</text>"))
    assert (read.file, read.hit_policy, read.inputs) == ("fees.dmn", "UNIQUE", ("tables",))
    assert [(row.id, row.line, row.citation, row.source_line) for row in read.rows] == [
        ("few", "per_table", "sample", 7),
        ("rule 2", "per_table", "sample", 12),
    ]
    assert [(row.quantity.source, row.unit_amount.source) for row in read.rows] == [
        ("tables", "area * 2"),
        ("tables", "800"),
    ]
    assert read.names() == {"tables", "area"}


def test_a_table_that_names_no_policy_is_unique() -> None:
    assert table((' hitPolicy="UNIQUE"', "")).hit_policy == "UNIQUE"


@pytest.mark.parametrize("policy", ["UNIQUE", "FIRST", "COLLECT"])
@pytest.mark.parametrize("aggregation", ["", ' aggregation="SUM"'])
def test_the_policies_that_there_are(policy: str, aggregation: str) -> None:
    assert table(('hitPolicy="UNIQUE"', f'hitPolicy="{policy}"{aggregation}')).hit_policy == policy


def test_a_value_that_no_rule_covers_is_named_with_the_others_and_the_table() -> None:
    two = table(("<output ", f"{MORE}<output "), (FEW, f"{FEW}<inputEntry><text>&gt; 9</text></inputEntry>"),
                (MANY, f"{MANY}<inputEntry><text>-</text></inputEntry>"))  # fmt: skip
    with pytest.raises(FeeUndetermined) as refused:
        two.hits({"tables": 3, "area": 7})
    assert str(refused.value) == "fees.dmn: no rule matches tables = 3, area = 7."
    assert [row.id for row in two.hits({"tables": 3, "area": 10})] == ["few"]
    assert [row.id for row in two.hits({"tables": 5})] == ["many"]


def test_rules_that_match_at_once_are_named_with_their_table() -> None:
    with pytest.raises(FeeUndetermined) as refused:
        table(("&gt; 4", "&gt;= 4")).hits({"tables": 4})
    assert str(refused.value) == "fees.dmn: the rules few, many match at once."


def test_which_rules_count_is_a_matter_of_the_policy() -> None:
    for policy, ids in (("FIRST", ["few"]), ("COLLECT", ["few", "many"])):
        both = table(("UNIQUE", policy), ("&gt; 4", "-"))
        assert [row.id for row in both.hits({"tables": 4})] == ids


def test_what_is_no_xml_says_why() -> None:
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", b"<definitions>")
    (problem,) = refused.value.problems
    assert (problem.severity, problem.file) == ("error", "fees.dmn")
    assert problem.rule
    assert problem.message.startswith("Not readable as XML: ")
    assert not problem.message.startswith("Not readable as XML: None")
    assert problem.message.endswith(".")


def test_a_file_without_one_decision_table_of_the_standard_says_how_many_it_has() -> None:
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", b"<a/>")
    assert list(map(seen, refused.value.problems)) == [
        wrong("A fee file holds one decision table, here are 0; keep one.", 1, None)
    ]
    second = '<decisionTable id="second" />'
    assert list(map(seen, problems(('<decisionTable id="table"', f'{second}<decisionTable id="table"')))) == [
        wrong("A fee file holds one decision table, here are 2; keep one.", 1, "d")
    ]
    foreign = written(("https://www.omg.org/spec/DMN/20191111/MODEL/", "https://example.org/"))
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", foreign)
    assert [problem.message for problem in refused.value.problems] == [
        "A fee file holds one decision table, here are 1; keep one."
    ]


def test_what_fee_tables_do_not_use_is_named_and_what_is_of_another_language_is_let_be() -> None:
    unused = '<inputClause id="more" />'
    assert list(map(seen, problems(("<output ", f"{unused}<output ")))) == [
        wrong("“inputClause” is not used in fee tables; remove it.", 5, "more")
    ]
    vendor = '<v:hint xmlns:v="https://example.org/"><v:decisionTable2 /></v:hint><!-- said --><?said so?>'
    assert len(table(("<output ", f"{vendor}<output "), (FEW, f'<rule id="few"><!-- said -->{FEW[15:]}')).rows) == 2


def test_the_columns_of_a_bill_are_asked_for_by_name() -> None:
    names = "line, quantity, unit_amount, citation"
    assert list(map(seen, problems(('name="citation"', 'name="cites"')))) == [
        wrong(f"The outputs must be named {names}, not line, quantity, unit_amount, cites; rename them.", 3, "table")
    ]
    without = FEES
    for part in ('<output id="o1" name="line" />', '<output id="o2" name="quantity" />',
                 '<output id="o3" name="unit_amount" />', '<output id="o4" name="citation" />'):  # fmt: skip
        without = without.replace(part, "")
    with pytest.raises(PackageRejected) as refused:
        read_fees("fees.dmn", without.encode())
    assert list(map(seen, refused.value.problems)) == [
        wrong(f"The outputs must be named {names}, not –; rename them.", 3, "table")
    ]
    assert problems(('name="line" ', ""))[0].message.endswith("not , quantity, unit_amount, citation; rename them.")


def test_the_columns_may_stand_in_any_order() -> None:
    turned = FEES.replace('id="o2" name="quantity"', 'id="o2" name="unit_amount"', 1)
    turned = turned.replace('id="o3" name="unit_amount"', 'id="o3" name="quantity"', 1)
    few, _ = read_fees("fees.dmn", turned.encode()).rows
    assert (few.quantity.source, few.unit_amount.source) == ("1000", "tables")


def test_every_mistake_of_a_table_is_told_at_once() -> None:
    found = problems(
        ('hitPolicy="UNIQUE"', 'hitPolicy="ANY" aggregation="MAX"'),
        ("<text>1000</text>", "<text></text>"),
        ('<text>"sample"</text>', "<text>sample</text>"),
        (
            '<outputEntry id="f2"><text>"sample"</text></outputEntry>',
            '<outputEntry id="f2"><text></text></outputEntry>',
        ),
    )
    assert [(problem.line, problem.element_id) for problem in found] == [
        (3, "table"),
        (3, "table"),
        (7, "few"),
        (12, "many"),
    ]
    assert [problem.message for problem in found[:2]] == [
        "The hit policy ANY is not supported; use UNIQUE, FIRST, COLLECT.",
        "The aggregation MAX is not supported; use SUM or none.",
    ]
    assert found[2].message.startswith("Rule 1: ")
    assert found[3].message == ('Rule 2: an empty cell must be a key of texts.yaml in quotes, such as "per_room".')


@pytest.mark.parametrize("cell", ["sample", '"sample', 'sample"', '"two words"', '""', '"1st"'])
def test_a_key_stands_in_quotes_and_is_one_word(cell: str) -> None:
    (problem,) = problems(('<text>"sample"</text>', f"<text>{cell}</text>"))
    meant = "sample" if "sample" in cell else "per_room"
    said = f'Rule 1: {cell} must be a key of texts.yaml in quotes, such as "{meant}".'
    assert seen(problem) == wrong(said, 7, "few")


@pytest.mark.parametrize("count", [0, 1, 1000, 1001])
def test_a_table_has_between_one_rule_and_a_thousand(count: int) -> None:
    rules = FEES[FEES.index('      <rule id="few">') : FEES.index("    </decisionTable>")]
    many = "".join(RULE.replace('"many"', f'"r{number}"') for number in range(count))
    data = FEES.replace(rules, many).encode()
    if count in (1, 1000):
        assert len(read_fees("fees.dmn", data).rows) == count
    else:
        with pytest.raises(PackageRejected) as refused:
            read_fees("fees.dmn", data)
        assert list(map(seen, refused.value.problems)) == [
            wrong("A fee table has between 1 and 1000 rules; change it.", 3, "table")
        ]


def test_an_input_is_one_name_and_a_column_without_an_expression_has_none() -> None:
    for drawn in ("<text>tables + 1</text></inputExpression>", "<text></text></inputExpression>"):
        (problem, *_) = problems(("<text>tables</text></inputExpression>", drawn))
        name = "tables + 1" if "+" in drawn else ""
        assert problem.message.startswith(f"The input expression “{name}” must be ")
        assert (problem.line, problem.element_id) == (4, "i")
    expression = '<inputExpression id="ie" typeRef="number"><text>tables</text></inputExpression>'
    assert problems((expression, ""))[0].message.startswith("The input expression “” must be ")


def test_a_cell_is_read_without_the_blanks_around_and_in_it() -> None:
    few, _ = table(("<text>1000</text>", "\n  <text>\n   1000 </text>\n ")).rows
    assert few.unit_amount.source == "1000"


def test_a_cell_of_two_texts_is_told_in_both_languages_with_its_rule() -> None:
    (problem,) = problems(("<text>800</text>", "<text>800</text><text>0</text>"))
    assert seen(problem) == wrong("Rule 2: a cell holds one text; keep one.", 12, "many")
    assert problem.message_km == "ច្បាប់ទី 2៖ ក្រឡាមួយមានអត្ថបទតែមួយ។ សូមទុកតែមួយ។"


def test_a_rule_with_too_few_cells_is_told_word_for_word() -> None:
    (problem,) = problems(('<outputEntry id="f2"><text>"sample"</text></outputEntry>', ""))
    assert seen(problem) == wrong(
        "Rule 2 has 1 input and 3 output cells. It needs 1 and 4, one for each column of the table.", 12, "many"
    )
    assert problem.message_km == ("ច្បាប់ទី 2 មានក្រឡាលក្ខខណ្ឌ 1 និងក្រឡាលទ្ធផល 3។ វាត្រូវមាន 1 និង 4 គឺមួយសម្រាប់ជួរឈរនីមួយៗនៃតារាង។")


def bill(values: dict[str, object], *changes: tuple[str, str]) -> tuple[FeeLine, ...]:
    return table(*changes).lines(values, build_package(FILES).texts)


def test_a_line_of_a_bill_has_its_words_and_its_law_and_multiplies() -> None:
    texts = build_package(FILES).texts
    assert bill({"tables": 3}) == (
        FeeLine("per_table", texts.fees["per_table"], 3, 1000, 3000, texts.citations["sample"]),
    )
    assert [line.amount for line in bill({"tables": 4}, ("UNIQUE", "COLLECT"), ("&gt; 4", "-"))] == [4000, 3200]


def test_nothing_is_a_whole_number_of_things_and_costs_nothing() -> None:
    (line,) = bill({"tables": 0})
    assert (line.quantity, line.amount) == (0, 0)


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("0.5", "“0.5” gives 0.5; fees are whole numbers that are not negative."),
        ("tables - 4", "“tables - 4” gives -1; fees are whole numbers that are not negative."),
    ],
)
@pytest.mark.parametrize("cell", ["<text>tables</text>", "<text>1000</text>"])
def test_what_is_no_whole_number_or_less_than_nothing_is_named_with_its_rule_and_table(
    cell: str, amount: str, said: str
) -> None:
    cell = f'<outputEntry id="{"c1" if "tables" in cell else "e1"}">{cell}'
    with pytest.raises(FeeUndetermined) as refused:
        bill({"tables": 3}, (cell, cell[: cell.index("<text>")] + f"<text>{amount}</text>"))
    assert str(refused.value) == f"fees.dmn: rule few: {said}"
