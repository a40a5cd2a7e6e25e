"""A case in hand and its rows: opened and locked, its steps, events, waits, incidents, messages and data stores."""
