"""Service packages: what an analyst authors, read, checked and turned into frozen dataclasses."""
