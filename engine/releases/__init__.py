"""Releases of a ministry: packages that are agreed on together, approved by a second person, and take effect together.

A release is made by analysts (``making``), goes through the gate (``gate``, ``submitting``), is decided by an approver
(``deciding``), and takes effect at its moment by itself: whoever asks which version is in effect looks at the clock.
"""
