"""Refusals at the desk of an officer: what they type, note, ask a colleague and declare about a case."""

from __future__ import annotations

from engine.errors.refused import Refused


class TypedTooMuch(Refused):
    message = "This is more than is kept while you work. Shorten what you typed, or complete the task."


class WordsMissing(Refused):
    message = "Write something first."


class TooManyNotes(Refused):
    message = "There are %(most)s notes of yours on this case. Withdraw one that is no longer needed."


class NobodyToAsk(Refused):
    message = "Choose a colleague, or a group of an office, who can be asked. You cannot ask yourself or the applicant."


class TooManyQuestions(Refused):
    message = "%(most)s questions about this case wait for an answer. Wait for one, or take one back."


class QuestionOver(Refused):
    message = "This question was answered or taken back."


class InterestDeclared(Refused):
    message = "You have declared that this case touches an interest of yours. A colleague does its tasks."


class WorkedOnIt(InterestDeclared):
    message = "This is about an application on which you worked. A colleague looks into it."
