"""What people type, read by one rule per kind of value, wherever it is typed. Pure.

Khmer digits are welcome everywhere; what means two things is refused with a ``Fault``.
"""
