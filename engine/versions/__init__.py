"""Versions of a service: published, replayed, rehearsed, and running cases taken from one to another."""
