"""User tasks: claimed, released, completed."""
