"""The closed sets of words that rows are kept in, for pages and commands: those never reach into the tables."""

from __future__ import annotations

from storage.applications import ApplicationStatus, Channel, CorrectionTarget, Outcome, ResultKind, SignatureKind
from storage.bank_slips import Bank
from storage.cash_books import BookStatus, ClosingStatus
from storage.chains import RaisedTo
from storage.clocks import ClockKind, ClockStatus
from storage.codes import CodePurpose
from storage.colleagues import NoteKind
from storage.continuations import ContinuationKind
from storage.invitations import InvitationKind
from storage.look_reasons import LookWhy
from storage.mandates import MandateKind
from storage.messages import MessageChannel, NotificationStatus
from storage.notices import NoticeKind, NoticePlace, NoticeWay
from storage.offices import AreaLevel, OfficeLevel, TaskRule
from storage.payments import BankProblem, FeeStatus, PaymentMethod, PaymentStatus
from storage.people import IdentityStatus
from storage.prepared_files import FileFailure, FileStatus
from storage.processes import (
    FailedPart,
    IncidentKind,
    IncidentStatus,
    InstanceStatus,
    TaskKind,
    TaskStatus,
)
from storage.releases import GateStep, GateVerdict, ReleaseStatus
from storage.remissions import RemissionKind, RemissionStatus
from storage.security_log import SecurityKind
from storage.sessions import SeatStatus, SessionStatus
from storage.shares import Receiver
from storage.sign_ins import EndReason
from storage.transfers import VerdictKind
from storage.trials import TrialStatus, TrialVerdict
from storage.visits import DayPart

__all__ = [
    "ApplicationStatus",
    "AreaLevel",
    "Bank",
    "BankProblem",
    "BookStatus",
    "Channel",
    "ClockKind",
    "ClockStatus",
    "ClosingStatus",
    "CodePurpose",
    "ContinuationKind",
    "CorrectionTarget",
    "DayPart",
    "EndReason",
    "FailedPart",
    "FeeStatus",
    "FileFailure",
    "FileStatus",
    "GateStep",
    "GateVerdict",
    "IdentityStatus",
    "IncidentKind",
    "IncidentStatus",
    "InstanceStatus",
    "InvitationKind",
    "LookWhy",
    "MandateKind",
    "MessageChannel",
    "NoteKind",
    "NoticeKind",
    "NoticePlace",
    "NoticeWay",
    "NotificationStatus",
    "OfficeLevel",
    "Outcome",
    "PaymentMethod",
    "PaymentStatus",
    "RaisedTo",
    "Receiver",
    "ReleaseStatus",
    "RemissionKind",
    "RemissionStatus",
    "ResultKind",
    "SeatStatus",
    "SecurityKind",
    "SessionStatus",
    "SignatureKind",
    "TaskKind",
    "TaskRule",
    "TaskStatus",
    "TrialStatus",
    "TrialVerdict",
    "VerdictKind",
]
