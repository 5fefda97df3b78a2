# Loads the network's weights, and refuses any that are damaged or made for other features.
import hashlib
import json
from binascii import hexlify

from allears_clip.kernels.tables import FEATURE_VERSION
from allears_core.errors import BAD_WEIGHTS, CoreError

SCHEMA = "allears-duplex-1"
MANIFEST_NAME = "duplex.json"
WEIGHTS_NAME = "duplex.bin"


def load_weights(folder):
    """(weights as bytes, manifest as dict) of a folder. Raises CoreError(BAD_WEIGHTS) with the reason."""
    try:
        with open(folder + "/" + MANIFEST_NAME) as file:
            manifest = json.load(file)
        with open(folder + "/" + WEIGHTS_NAME, "rb") as file:
            weights = file.read()
    except OSError:
        raise CoreError(BAD_WEIGHTS, "no readable weights in " + folder) from None
    except ValueError:
        raise CoreError(BAD_WEIGHTS, MANIFEST_NAME + " is not JSON") from None
    check_weights(weights, manifest)
    return weights, manifest


def check_weights(weights, manifest):
    """Raises CoreError(BAD_WEIGHTS) unless manifest and weights belong together and to these features."""
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise CoreError(BAD_WEIGHTS, MANIFEST_NAME + " is not of schema " + SCHEMA)
    if manifest.get("features") != FEATURE_VERSION:
        found = manifest.get("features")
        raise CoreError(BAD_WEIGHTS, f"weights are for feature version {found}, not {FEATURE_VERSION}")
    if hexlify(hashlib.sha256(weights).digest()).decode() != manifest.get("sha256"):
        raise CoreError(BAD_WEIGHTS, WEIGHTS_NAME + " does not have the hash its manifest states")
