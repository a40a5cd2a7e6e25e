"""Demonstration data: the pilot offices with invented people, made through the product's own use cases."""
