"""The expression language: read, bounded, computed; its functions, scripts and decisions."""
