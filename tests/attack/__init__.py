"""The attacks themselves: they stay on this machine, and a hole does not pass for a wall."""
