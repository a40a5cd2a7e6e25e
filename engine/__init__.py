"""The workflow engine of the One Window Service Offices: use cases, rules and clocks."""
