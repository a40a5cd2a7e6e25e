"""The result leaves the office against a signature."""
