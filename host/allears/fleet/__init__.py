"""Putting clips into service: what they are told, and what they run."""
