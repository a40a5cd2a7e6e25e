"""Drawings for tests: small bodies, players, fragments with the paths that BPMN 2.0.2 prescribes, random ones."""
