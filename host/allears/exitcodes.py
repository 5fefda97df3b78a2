"""Exit codes of the `allears` command: one a failure class, so that scripts can tell them apart."""

import enum


class ExitCode(enum.IntEnum):
    OK = 0  # done
    FAILURE = 1  # an error that has no class of its own
    USAGE = 2  # wrong arguments (click's own code)
    NO_INPUT = 3  # file missing or unreadable
    BAD_INPUT = 4  # file is there but not what it should be
    NO_DEVICE = 5  # no clip on the port, or more than one to choose from
    PORT_BUSY = 6  # another program has the port
    WRONG_DEVICE = 7  # something answers, but it is no AllEars clip
    PROTOCOL = 8  # clip and host speak different versions
    DEVICE = 9  # the clip refused or failed
    CUT_OFF = 10  # the line went away in the middle
    LOG_DAMAGED = 11  # part of a log could not be read; the rest was kept
    STORE_LOCKED = 12  # another program writes to the store
    STORE_VERSION = 13  # store written by a newer release
    MISSING_PART = 14  # an optional package, system library or runtime is not installed
    NOT_ENOUGH_DATA = 15  # too little is stored for what was asked
    MISSING_KEY = 16  # this machine holds no key, or an old one, for what was asked of the clip
    NO_CONSENT = 17  # the agent has not agreed to be seen by name
    INTERRUPTED = 130  # Ctrl-C
