"""Reads for screens and watchers: each gives frozen dataclasses, none changes anything."""
