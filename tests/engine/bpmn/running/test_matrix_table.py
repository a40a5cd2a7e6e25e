"""The table of what is run cannot say more than is proven: each of its rows names its proofs here."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.engine.bpmn.drawings.fragments import FRAGMENTS

BPMN = Path(__file__).parent.parent
TABLE = BPMN.parents[2] / "docs" / "bpmn-support.md"

PROOFS: dict[str, tuple[str, ...]] = {
    "several flows into or out of activities, start and intermediate events": (
        "two flows out of an activity",
        "two flows into an activity",
        "two flows out of a start event, two into an end event",
        "two flows out of a catching event",
        "two flows out of a throwing event",
    ),
    "tokens side by side": ("a signal thrown as another branch comes to listen is heard",),
    "conditional and default flows at activities": (
        "conditional flows out of an activity",
        "the default flow of an activity",
        "a default flow beside one without a condition is taken when no condition holds",
        "test_no_way_out_is_a_failure_at_its_element_and_nothing_is_skipped",
    ),
    "start and end left out": ("no start and no end", "several beginnings without start event", "no end event"),
    "link events": ("a pair of links", "two throwing links and one that catches"),
    "elements without `id`": ("flows without id", "test_a_task_without_an_id_gets_the_same_one_every_time"),
    "the same id in several files": (
        "test_a_called_process_has_the_ids_of_the_one_that_calls_it",
        "test_files_that_import_each_other_share_ids_only_across_namespaces",
    ),
    "exclusive gateway": ("exclusive gateway takes the first true flow", "exclusive gateway passes every token on"),
    "parallel gateway": ("parallel fork and join", "parallel join in a loop of its own"),
    "inclusive gateway": (
        "inclusive gateway takes each true flow",
        "inclusive join with a way around it",
        "test_random_drawings_are_where_the_token_game_can_be",
    ),
    "event-based gateway": (
        "event gateway in a loop with two timers",
        "start at an event gateway, Exclusive",
        "start at an event gateway, Parallel",
    ),
    "complex gateway": (
        "complex gateway: two of three, then the rest",
        "complex gateway that splits",
        "complex gateway whose second token never comes begins anew in the next round",
    ),
    "user task, manual task": ("user task", "manual task"),
    "`task` without a type": ("plain task",),
    "script task": ("script task", "script that raises an error"),
    "service task": ("service task", "service task that ends in an error"),
    "business rule task": ("test_every_hit_policy_gives_what_it_means",),
    "send task, receive task": ("send task", "receive task", "receive task that begins the process"),
    "call activity": (
        "call activity",
        "call activity of a process without start and end",
        "a call gives back only what it changed",
        "test_a_called_process_gives_back_only_the_outputs_it_declares",
    ),
    "embedded sub-process": ("sub-process", "sub-process without start and end"),
    "event sub-process": (
        *(f"event sub-process {kind}, interrupting" for kind in ("message", "signal", "timer duration", "error")),
        *(
            f"event sub-process {kind}, not interrupting"
            for kind in ("message", "timer cycle", "conditional", "escalation")
        ),
        "an event sub-process undoes its sub-process",
    ),
    "transaction": (
        "transaction that is done",
        "a cancelled transaction is undone",
        "cancelling from a sub-process undoes the whole transaction",
        "cancelling one of several transactions cancels the activity",
    ),
    "ad-hoc sub-process": (
        "ad-hoc sub-process, parallel",
        "ad-hoc sub-process, sequential",
        "ad-hoc sub-process, sequential, again until the condition holds",
    ),
    "standard loop": (
        "loop that tests after",
        "loop that tests before, with a maximum",
        "loop that counts its rounds",
    ),
    "several instances": (
        "several instances side by side",
        "several instances in turn",
        "an instance for each entry of a list",
        "a completion condition ends the other instances",
        *(f"several instances throw {behavior}" for behavior in ("None", "One", "All", "Complex")),
    ),
    "start and completion quantity": ("start quantity", "completion quantity"),
    "compensation handler": (
        "what was done is undone, latest first",
        "a handler is called once for several instances",
        "an event sub-process for each instance, with its data",
    ),
    "global tasks": ("call activity of a global task",),
    "none, message, signal, timer, conditional, error, escalation, compensation, cancel, terminate": (
        "throw none",
        *(f"catch {kind}" for kind in ("message", "signal", "timer duration", "conditional")),
        *(f"boundary {kind}, interrupting" for kind in ("message", "signal", "conditional", "error", "escalation")),
        *(f"boundary {kind}, not interrupting" for kind in ("message", "signal", "timer cycle", "escalation")),
        *(f"start {kind}" for kind in ("message", "signal", "timer date", "conditional")),
        "end message",
        "an end event undoes before it ends",
        "a cancelled transaction is undone",
        "terminate ends its scope",
    ),
    "multiple, parallel multiple": (
        "catch multiple, the second",
        "boundary parallel multiple, interrupting",
        "start multiple",
        "test_a_start_event_that_needs_all_its_triggers_begins_with_one_and_waits_for_the_others",
    ),
    "several triggers thrown at once": (
        "of two errors the first ends both scopes",
        "an escalation that ends nothing and an error",
        "of two escalations on the way the first ends both scopes",
        "an error comes when everything is undone",
        "test_a_message_leaves_although_what_is_thrown_beside_it_ends_the_scope",
    ),
    "`eventDefinitionRef`": ("an event definition that is referred to",),
    "message or signal without a name": ("a message and a signal without a name",),
    "import of BPMN files": ("test_an_imported_file_is_looked_into_and_circles_of_imports_are_allowed",),
    "message, signal or timer at the start of a process": (
        "start message",
        "start signal",
        "start timer cycle",
        "test_a_cycle_begins_as_many_as_it_says",
    ),
    "timer": ("catch timer date", "catch timer duration", "three times and no more", "without a limit"),
    "late timers": ("test_timers_that_begin_late_count_from_when_they_should_have_begun",),
    "conditional event": ("catch conditional", "a condition starts an event sub-process each time it becomes true"),
    "error that nothing catches": (
        "end error that nothing catches",
        "test_an_error_of_a_script_that_nothing_catches_is_an_incident",
    ),
    "escalation that nothing catches": ("throw escalation that nothing catches",),
    "message thrown": ("throw message", "test_thrown_messages_and_signals_are_effects"),
    "signal thrown": ("throw signal, heard by a catch and a boundary", "test_thrown_messages_and_signals_are_effects"),
    "data objects, properties": ("a data object of a sub-process is gone after it", "a property"),
    "data associations": (
        "data objects and associations",
        "an association with a transformation",
        "an association with assignments",
        "a message's content goes to a data object",
    ),
    "input and output sets": (
        "test_the_first_input_set_that_is_complete_is_taken",
        "test_what_was_not_produced_does_not_replace_what_was_there",
        "test_an_activity_without_any_complete_input_set_fails",
    ),
    "data stores": (
        "test_what_one_instance_writes_another_reads_after_it_has_ended",
        "test_a_store_in_a_loop_is_read_and_written_in_every_round",
    ),
    "pools and message flows": ("two executable pools",),
    "correlation": (
        "test_the_first_message_sets_the_key_and_others_must_fit_it",
        "test_a_subscription_computes_the_key_from_variables",
        "test_a_message_must_fit_every_key_that_it_carries",
        "test_each_of_several_instances_waits_for_its_own_message_in_every_round",
    ),
    "properties of Camunda, Operaton and Zeebe": (
        "test_a_list_of_properties_is_read_whoever_wrote_it",
        "test_an_operation_may_be_named_in_properties_with_its_parameters_and_its_answer",
        "test_a_property_that_is_written_twice_with_different_values_is_refused",
    ),
    "lanes": ("lanes", "test_lanes_and_properties_are_told_with_every_task"),
    "processes that call themselves": (
        "a process that calls itself until it is enough",
        "test_a_process_that_calls_itself_without_end_stops_with_a_sentence",
    ),
}


def constructs_that_run() -> list[str]:
    """The first cell of every row that says ``runs``."""
    rows = (line.split(" | ") for line in TABLE.read_text(encoding="utf-8").splitlines() if line.startswith("| "))
    return [cells[0].removeprefix("| ") for cells in rows if len(cells) > 1 and cells[1].strip() == "runs"]


def test_every_construct_that_the_table_says_runs_has_its_proof() -> None:
    unproven = [construct for construct in constructs_that_run() if construct not in PROOFS]
    assert unproven == [], "name the fragments or tests that prove these rows"


def test_every_proof_is_a_fragment_of_the_matrix_or_a_test() -> None:
    known = {one.name for one in FRAGMENTS}
    for path in BPMN.rglob("test_*.py"):
        known |= {
            node.name for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)
        }
    assert [proof for proofs in PROOFS.values() for proof in proofs if proof not in known] == []


def test_no_two_fragments_have_the_same_name() -> None:
    names = [one.name for one in FRAGMENTS]
    assert len(names) == len(set(names))
