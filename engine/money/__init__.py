"""Fees that are paid: cash, bank and KHQR, and what the bank says."""
