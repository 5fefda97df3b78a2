"""What the clip's error codes mean to a person: the one mapping from wire codes to sentences."""

from allears.errors import DeviceError
from allears_core import errors

# code -> (cause, next step)
_SENTENCES = {
    errors.BAD_REQUEST: (
        "the clip could not read the request",
        "run this again, and if it stays, `allears flash`",
    ),
    errors.UNKNOWN_MESSAGE: (
        "the clip does not know this request",
        "bring it up to date with `allears flash`",
    ),
    errors.BAD_VALUE: (
        "the clip refused a value",
        "see the ranges in docs/settings.md",
    ),
    errors.NOT_STAGED: (
        "the clip has other values staged than these",
        "run this again",
    ),
    errors.NO_SUCH_RECORDS: (
        "the clip no longer holds these records",
        "run this again",
    ),
    errors.BUSY: ("the clip is in a call", "run this again after the call"),
    errors.FLASH_FULL: (
        "the clip's memory is full",
        "pull its log with `allears pull` and run this again",
    ),
    errors.FLASH_FAILED: (
        "the clip's memory did not hold what was written",
        "run this again, then replace the clip",
    ),
    errors.BAD_HASH: (
        "what arrived on the clip differs from what was sent",
        "run this again",
    ),
    errors.NOT_ALLOWED: (
        "the clip does not allow this",
        "install a newer `allears`, or update the clip with `allears flash`",
    ),
    errors.BAD_WEIGHTS: (
        "the clip refused its network weights",
        "write them anew with `allears flash`",
    ),
    errors.OLDER: (
        "the clip has a newer version",
        "if the older one is meant, add --older",
    ),
    errors.NO_MICROPHONE: (
        "the clip gets no sound from its microphones",
        "press its reset button, and if it stays, replace the clip",
    ),
    errors.NEEDS_ROLE: (
        "the clip does this only for somebody who shows a key",
        "see `allears keys list`, and install a newer `allears` if the key is there",
    ),
    errors.WRONG_PROOF: (
        "the clip refuses the key it was shown",
        "bring the clip's present keys with `allears keys import FILE`",
    ),
    errors.UNREAD_LOG: (
        "the clip's log holds records that nobody has pulled",
        "pull them with `allears pull`, or give them up with --discard",
    ),
    errors.TOO_SOON: (
        "the clip was shown wrong keys and takes none for a while",
        "wait as long and run this again",
    ),
}
_OTHER = (
    "the clip reported an error unknown to this release",
    "install a newer `allears`",
)


class Refused(DeviceError):
    """The clip answered FAILED. code: of allears_core.errors; detail: the clip's own words, may be empty."""

    def __init__(self, code: int, detail: str = ""):
        cause, next_step = _SENTENCES.get(code, _OTHER)
        said = detail.strip().rstrip(".")
        if code not in _SENTENCES:
            said = f"code {code}" + (f", {said}" if said else "")
        known = not said or said == errors.NAMES.get(code)
        super().__init__(cause if known else f"{cause} ({said})", next_step)
        self.code = code
        self.detail = detail
