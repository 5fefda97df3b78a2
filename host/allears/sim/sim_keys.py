"""Keys of virtual clips: they come with some, as a clip does that was provisioned, and this machine holds them all."""

from pathlib import Path

from allears.folders import sim_keys_folder
from allears.keys.places import Folder
from allears.keys.secrets import ROLES, UnitSecrets, make, now
from allears.sim import volume
from allears_core import keys


def give(image: Path, unit_id: bytes) -> None:
    """Make secrets for a clip with that flash, keep them here, and write what is derived from them to its vault."""
    secrets = make(list(ROLES.values()))
    Folder(sim_keys_folder()).write(UnitSecrets(unit_id.hex(), secrets, now()))
    held = keys.give(None, keys.ALL_ROLES, keys.for_clip(secrets, unit_id))
    volume.write_vault(image, keys.pack_vault({**held, "count": 1}))


def forget(unit_id: bytes) -> None:
    """The clip is gone, and so are its secrets."""
    Folder(sim_keys_folder()).remove(unit_id.hex())
