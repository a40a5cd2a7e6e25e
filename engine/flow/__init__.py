"""The funnel that every change of a running case goes through, and what cases and the outside send one another."""
