"""Refusals about files that wait to be looked at."""

from __future__ import annotations

from engine.errors.applications import DocumentRefused


class ExaminersBusy(DocumentRefused):
    message = "Many files are being looked at just now. Try it again in a minute."
