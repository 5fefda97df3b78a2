"""One error tree for the host: every error carries a cause, a next step and an exit code."""

from allears.exitcodes import ExitCode


class AllEarsError(Exception):
    """Something a person can act on.

    cause: what happened; next_step: what to do about it, both half a sentence without a full stop.
    """

    exit_code: ExitCode = ExitCode.FAILURE

    def __init__(self, cause: str, next_step: str):
        super().__init__(f"{cause}; {next_step}")
        self.cause = cause
        self.next_step = next_step


class MissingInput(AllEarsError):
    exit_code = ExitCode.NO_INPUT


class BadInput(AllEarsError):
    exit_code = ExitCode.BAD_INPUT


class NoDevice(AllEarsError):
    exit_code = ExitCode.NO_DEVICE


class PortBusy(AllEarsError):
    exit_code = ExitCode.PORT_BUSY


class WrongDevice(AllEarsError):
    exit_code = ExitCode.WRONG_DEVICE


class ProtocolMismatch(AllEarsError):
    exit_code = ExitCode.PROTOCOL


class DeviceError(AllEarsError):
    exit_code = ExitCode.DEVICE


class CutOff(AllEarsError):
    exit_code = ExitCode.CUT_OFF


class LogDamaged(AllEarsError):
    exit_code = ExitCode.LOG_DAMAGED


class StoreLocked(AllEarsError):
    exit_code = ExitCode.STORE_LOCKED


class StoreVersion(AllEarsError):
    exit_code = ExitCode.STORE_VERSION


class MissingPart(AllEarsError):
    exit_code = ExitCode.MISSING_PART


class MissingKey(AllEarsError):
    exit_code = ExitCode.MISSING_KEY


class NoConsent(AllEarsError):
    exit_code = ExitCode.NO_CONSENT


class NotEnoughData(AllEarsError):
    exit_code = ExitCode.NOT_ENOUGH_DATA


def unwritable(what: str, error: Exception) -> AllEarsError:
    """For a file that a database could not write, by what the database says: a disk that may not be written, or is
    full. what: the file, in words."""
    said = str(error).splitlines()[0].rstrip(".")
    closed = any(word in said.lower() for word in ("readonly", "read-only", "permission", "unable to open"))
    step = "check who may write there, and whether the disk is read-only" if closed else "free some space"
    return AllEarsError(f"{what} could not be written ({said})", f"{step}, and do it again")
