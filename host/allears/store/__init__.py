"""Durable storage on the host: what clips logged, what the switchboard exported, and tables over both."""

from allears.store.rows import AcdImport, AcdState
from allears.store.store import ENVIRONMENT, Ingested, Store, default_path

__all__ = ["ENVIRONMENT", "AcdImport", "AcdState", "Ingested", "Store", "default_path"]
