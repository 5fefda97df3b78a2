"""Durable storage on the host: what clips logged, what the switchboard exported, and tables over both."""

from allears.store.rows import AcdState
from allears.store.store import ENVIRONMENT, Ingested, Store, default_path

__all__ = ["ENVIRONMENT", "AcdState", "Ingested", "Store", "default_path"]
