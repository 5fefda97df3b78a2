"""A clip goes from one agent to the next: with a key and a log of its own, so that nothing of the first passes on."""

from allears.device import Clip, checkup
from allears.errors import BadInput
from allears.fleet import keying
from allears_core.messages import CAP_KEYS, ROLE_AGENT


def admit(clip: Clip, before: str, after: str | None, new_agent: bool, same_person: bool) -> None:
    """Refuse another pseudonym on a log that is somebody's already; BadInput says what to do instead.

    before: the clip's pseudonym, "" if none; after: the one it is to have, None where it stays. new_agent,
    same_person: what the caller says the change means. A clip without keys keeps no log that could pass on: one that
    can hold keys gets new ones now.
    """
    renamed = bool(before) and after is not None and after != before
    if new_agent and not renamed:
        raise BadInput(
            "--new-agent is for a clip that passes to another pseudonym",
            "add --pseudonym with one that is not the clip's",
        )
    if not renamed or new_agent or same_person or not _keeps_log(clip):
        return
    raise BadInput(
        f"this clip and its log are agent {before}'s, and with the name all of it would pass to {after}",
        f"for another person run `allears pull`, then `allears provision --pseudonym {after} --new-agent`; "
        "for the same person add --same-person",
    )


def begin_anew(clip: Clip, discard: bool) -> None:
    """A new agent key and a new log, and nothing left of what the clip learnt about the agent before.

    Comes before the new name, so that a cut never puts the old log under it. Refused while the log holds what nobody
    has pulled, unless `discard`.
    """
    if clip.hello.capabilities & CAP_KEYS:
        keying.rotate(clip, [ROLE_AGENT], discard)
    checkup.erase(clip)


def _keeps_log(clip: Clip) -> bool:
    return bool(clip.hello.capabilities & CAP_KEYS) and not keying.wants_keys(clip)
