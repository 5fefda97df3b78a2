# One list of what can go wrong between clip and host. The wire carries the code, the host says the sentence.
OK = 0
BAD_REQUEST = 1  # malformed payload
UNKNOWN_MESSAGE = 2
BAD_VALUE = 3  # a setting or field outside its range
NOT_STAGED = 4  # commit without, or with other than, what was staged
NO_SUCH_RECORDS = 5  # the range asked for was dropped or never written
BUSY = 6  # not while a call is running
FLASH_FULL = 7
FLASH_FAILED = 8  # a write did not read back
BAD_HASH = 9
NOT_ALLOWED = 10
BAD_WEIGHTS = 11  # weights or manifest refused
NO_MICROPHONE = 12
NEEDS_ROLE = 13  # this request wants a role that nobody on the line has shown
WRONG_PROOF = 14  # an authentication that fits no key of the clip
TOO_SOON = 15  # no authentication for a while, after wrong ones
OLDER = 16  # an update to an older version that nobody said was meant
UNREAD_LOG = 17  # the log holds records that nobody has acknowledged

NAMES = {
    OK: "ok",
    BAD_REQUEST: "bad-request",
    UNKNOWN_MESSAGE: "unknown-message",
    BAD_VALUE: "bad-value",
    NOT_STAGED: "not-staged",
    NO_SUCH_RECORDS: "no-such-records",
    BUSY: "busy",
    FLASH_FULL: "flash-full",
    FLASH_FAILED: "flash-failed",
    BAD_HASH: "bad-hash",
    NOT_ALLOWED: "not-allowed",
    BAD_WEIGHTS: "bad-weights",
    NO_MICROPHONE: "no-microphone",
    NEEDS_ROLE: "needs-role",
    WRONG_PROOF: "wrong-proof",
    TOO_SOON: "too-soon",
    UNREAD_LOG: "unread-log",
    OLDER: "older",
}


class CoreError(Exception):
    """An error with a code of this table and a sentence for people."""

    def __init__(self, code, detail=""):
        super().__init__(detail or NAMES[code])
        self.code = code
        self.detail = detail
