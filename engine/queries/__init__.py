"""Reads for screens, in a folder for each reader."""
