"""The published packages as they are kept, and what of their values may be shown."""
