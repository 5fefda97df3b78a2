# What every board offers to the application. A board module has one function, make() -> Board, and states
# what it can do in `capabilities` (messages.CAP_ bits); nobody asks for a board by name.
#
# board.name            str, for people
# board.capabilities    int, CAP_ bits
# board.unit_id         bytes(8), unique and constant
# board.reset_cause     int, index into records.RESET_CAUSES
# board.doing           int, what the run before this reset had marked last, 0 nothing or unknown
# board.safe_mode       bool, the button was held at boot: start no application
# board.flash_root      str, folder for settings and log, ends in "/"
# board.clock.ticks_ms() -> int      monotonic since boot, wraps at compat.TICKS_PERIOD
# board.clock.idle()                 returns when a hop of sound, a byte on the line or about 16 ms has come
# board.mic.start()                  begin capture; raises OSError when there is no microphone clock
# board.mic.stop()
# board.mic.readinto(buf) -> int     one hop into buf (512 bytes: 128 x mouth,ear int16 LE): how many waited, this one
#                                    among them; 0: not yet; -1: this sound has ended
# board.mic.waiting() -> int         hops in the ring
# board.mic.capacity                 hops the ring can hold
# board.mic.overruns                 hops lost so far
# board.light.set(red, green, blue)  0-255 each
# board.haptic.set(level)            0-255, 0 stops
# board.button.pressed() -> int      1 while it is down, debounced by the driver
# board.button.held() -> int         level at this very moment, for the question at boot
# board.battery.millivolts() -> int  0xFFFF when there is none
# board.serial.readinto(buf) -> int  bytes that were waiting, at most len(buf); never blocks
# board.serial.write(data)           takes all of it, waiting for the line if it must
# board.vault                        two raw flash sectors of 4096 bytes outside the file system, 0 and 1, for keys;
#                                    None on a board that has none: it then keeps no log
# board.vault.read(sector, buf)      fills buf from the sector's beginning
# board.vault.erase(sector)          sets the sector to 0xFF
# board.vault.program(sector, data)  from the beginning of an erased sector; len(data) is a multiple of 256
# board.watchdog.feed()
# board.watchdog.mark(code)          a number that outlives a reset, for the next run's `doing`; 0 to 255
# board.watchdog.release()           the application ends on purpose: nobody feeds any more, and nothing is wrong
# board.keyboard(open)               whether Ctrl-C on the line interrupts the program or is a byte like others
# board.reboot(mode)                 messages.REBOOT_APPLICATION or REBOOT_REPL; does not return
HOP_BYTES = 512

BOARD = (
    "name",
    "capabilities",
    "unit_id",
    "reset_cause",
    "doing",
    "safe_mode",
    "flash_root",
    "vault",
    "keyboard",
    "reboot",
)
PARTS = {
    "clock": ("ticks_ms", "idle"),
    "mic": ("start", "stop", "readinto", "waiting", "capacity", "overruns"),
    "light": ("set",),
    "haptic": ("set",),
    "button": ("pressed", "held"),
    "battery": ("millivolts",),
    "serial": ("readinto", "write"),
    "watchdog": ("feed", "mark", "release"),
}
VAULT = ("read", "erase", "program")


def missing(board):
    """Names that the contract asks for and `board` lacks."""
    names = [name for name in BOARD if not hasattr(board, name)]
    for part, members in PARTS.items():
        owner = getattr(board, part, None)
        names += [part + "." + member for member in members if not hasattr(owner, member)]
    vault = getattr(board, "vault", None)
    if vault is not None:
        names += ["vault." + member for member in VAULT if not hasattr(vault, member)]
    return names
