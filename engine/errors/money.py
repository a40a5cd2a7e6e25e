"""Refusals about payments and receipts."""

from __future__ import annotations

from engine.errors.refused import Refused


class PaymentNotDue(Refused):
    message = "No payment is due for this application."


class WrongAmount(Refused):
    message = "The amount must be %(expected)s riel, not %(given)s riel."


class AlreadyPaid(Refused):
    message = "This application is already paid. The receipt is %(receipt)s."


class KhqrNotOffered(Refused):
    message = "Payment by KHQR is not set up here. Pay at the counter of the office."


class BankReferenceMissing(Refused):
    message = "Enter the reference number that the bank gave."


class NotABankReference(Refused):
    message = "This is not a reference of a bank: it has letters and digits, 3 to 80 of them."


class BankReferenceUsed(Refused):
    message = "This bank reference already confirms another payment."


class ReceiptStands(Refused):
    message = "The case is over or its result was handed over, so this receipt stands."


class VoidNeedsAnother(Refused):
    message = "You asked for this yourself, so another person must agree."


class FeeOwed(Refused):
    message = (
        "The receipt of this application was made void. The fee must be paid again before the result is handed over."
    )


class NotRefundable(Refused):
    message = "The law does not pay this fee back. Only what was paid in error is paid back."


class TooMuchBack(Refused):
    message = "At most %(most)s riel of this receipt can be paid back."


class PaidBack(Refused):
    message = "Money of this receipt was paid back, so the receipt stands."


class RemissionWaits(Refused):
    message = "Something about this fee waits for a second person already. Settle that first."


class SecondPersonNeeded(Refused):
    message = "You asked for this yourself. The head of the office, another person, must answer."
