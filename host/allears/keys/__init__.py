"""The secrets of clips as this machine holds them: where they are kept, what they open, how a clip gets new ones."""

from allears.keys.keystore import KeyStore
from allears.keys.opener import Opener
from allears.keys.secrets import ROLES, UnitSecrets

__all__ = ["ROLES", "KeyStore", "Opener", "UnitSecrets"]
