"""Service packages: what an analyst authors, read, checked and turned into frozen dataclasses."""

from __future__ import annotations

from engine.packages.answer_words import answer_text
from engine.packages.answers import came_up, gather, reckoned, understood, validate_all, validate_page
from engine.packages.beside import services_beside
from engine.packages.carrying import carried, carried_lists
from engine.packages.case_facts import facts_of
from engine.packages.checks import check_draft, check_files, check_package
from engine.packages.clock_rules import ClockRule
from engine.packages.departures import Departure, departures, deviations
from engine.packages.determinants import determinants, found
from engine.packages.differing.examples import Amounts, Told, amounts, scenarios_told
from engine.packages.differing.parts import Part
from engine.packages.differing.telling import Difference, differences
from engine.packages.drafts import Draft, build_package, draft_of, load_package
from engine.packages.fee_rules import FeeRule
from engine.packages.fees import Fee, FeeLine, FeeTable, FeeUndetermined
from engine.packages.field_kinds import FIELD_KINDS
from engine.packages.findings import always_chosen, always_found, entered, findings, found_in
from engine.packages.form_errors import FieldError
from engine.packages.forms import ADDRESS_LEVELS, APPLY, Component, Form, Option, Page, prefilled
from engine.packages.holders import NamedHolder, named_holder, naming
from engine.packages.law import (
    Law,
    LegalDocuments,
    LegalFact,
    LegalFee,
    LegalTerm,
    LegalValidity,
    law_of,
    readable_law,
)
from engine.packages.manifest import (
    FILE_TYPES,
    OFFICE_LEVELS,
    OUTCOMES,
    DocumentRule,
    LegalReference,
    RoutingVariable,
    ServiceManifest,
)
from engine.packages.ministry import Lane, MinistryManifest
from engine.packages.names import nearest
from engine.packages.package import ServicePackage, digest, read_files, routing_variables
from engine.packages.part_checks import callers, check_part, parts_in
from engine.packages.parts import used_parts
from engine.packages.problems import PackageRejected
from engine.packages.reckoning import Known, expected, fee_of_task, known_before_sending, less_paid, reckon
from engine.packages.result_rules import ENTRY, NOTICE, RESULTS, STAMPED, CertificateRule, Validity
from engine.packages.results_due import (
    KeptEnd,
    ResultDue,
    ResultUnclear,
    counted_from,
    results_due,
    row_list,
    row_words,
    validity_words,
    words_of_validity,
)
from engine.packages.scenario_coverage import Spot
from engine.packages.scenario_outcomes import ScenarioResult
from engine.packages.scenario_runs import run_scenario, run_scenarios
from engine.packages.session_rules import ON_PAPERS, SessionRule, told_by
from engine.packages.session_waits import Chosen, not_before, promise_stands, waiting_tasks
from engine.packages.staffing import Shortage, places, shortages
from engine.packages.task_schema import APPOINTMENT, COMPLETES, KINDS
from engine.packages.task_settings import TaskSettings, missing
from engine.packages.term_rules import TermCase, TermRule
from engine.packages.texts import DocumentTexts, FieldTexts, FormTexts, MessageTexts, Texts, read_messages
from engine.packages.trying import Tale, Trial, scenario_problems, try_package
from engine.problems import Problem

__all__ = [
    "ADDRESS_LEVELS",
    "APPLY",
    "APPOINTMENT",
    "COMPLETES",
    "ENTRY",
    "FIELD_KINDS",
    "FILE_TYPES",
    "KINDS",
    "NOTICE",
    "OFFICE_LEVELS",
    "ON_PAPERS",
    "OUTCOMES",
    "RESULTS",
    "STAMPED",
    "Amounts",
    "CertificateRule",
    "Chosen",
    "ClockRule",
    "Component",
    "Departure",
    "Difference",
    "DocumentRule",
    "DocumentTexts",
    "Draft",
    "Fee",
    "FeeLine",
    "FeeRule",
    "FeeTable",
    "FeeUndetermined",
    "FieldError",
    "FieldTexts",
    "Form",
    "FormTexts",
    "KeptEnd",
    "Known",
    "Lane",
    "Law",
    "LegalDocuments",
    "LegalFact",
    "LegalFee",
    "LegalReference",
    "LegalTerm",
    "LegalValidity",
    "MessageTexts",
    "MinistryManifest",
    "NamedHolder",
    "Option",
    "PackageRejected",
    "Page",
    "Part",
    "Problem",
    "ResultDue",
    "ResultUnclear",
    "RoutingVariable",
    "ScenarioResult",
    "ServiceManifest",
    "ServicePackage",
    "SessionRule",
    "Shortage",
    "Spot",
    "Tale",
    "TaskSettings",
    "TermCase",
    "TermRule",
    "Texts",
    "Told",
    "Trial",
    "Validity",
    "always_chosen",
    "always_found",
    "amounts",
    "answer_text",
    "build_package",
    "callers",
    "came_up",
    "carried",
    "carried_lists",
    "check_draft",
    "check_files",
    "check_package",
    "check_part",
    "counted_from",
    "departures",
    "determinants",
    "deviations",
    "differences",
    "digest",
    "draft_of",
    "entered",
    "expected",
    "facts_of",
    "fee_of_task",
    "findings",
    "found",
    "found_in",
    "gather",
    "known_before_sending",
    "law_of",
    "less_paid",
    "load_package",
    "missing",
    "named_holder",
    "naming",
    "nearest",
    "not_before",
    "parts_in",
    "places",
    "prefilled",
    "promise_stands",
    "read_files",
    "read_messages",
    "readable_law",
    "reckon",
    "reckoned",
    "results_due",
    "routing_variables",
    "row_list",
    "row_words",
    "run_scenario",
    "run_scenarios",
    "scenario_problems",
    "scenarios_told",
    "services_beside",
    "shortages",
    "told_by",
    "try_package",
    "understood",
    "used_parts",
    "validate_all",
    "validate_page",
    "validity_words",
    "waiting_tasks",
    "words_of_validity",
]
