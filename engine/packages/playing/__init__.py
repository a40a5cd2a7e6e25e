"""Playing a package: a case that an analyst takes through it move by move, walked as a scenario is. Pure."""
