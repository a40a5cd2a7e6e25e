"""What time does: the sweep with its deadlines and messages, and the upkeep of the tables."""
