"""Hostile bytes for both ends of the link, and what they did there: shared by the tests and benchmarks/safe.py."""
