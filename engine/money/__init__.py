"""Fees that are paid: cash, bank and KHQR, what the bank says, and receipts made void."""
