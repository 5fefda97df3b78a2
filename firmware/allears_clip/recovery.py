# The prompt of MicroPython reads every byte of flash, keys included. So on a clip that holds keys none opens before
# its keys and its log are erased: not by a key on the keyboard, not by a fault, not by IT and not by the button.
from allears_core.compat import ticks_diff

HOLD_MS = 5000  # the button, from the start on
_BLINK_MS = 250
_WARNING = (80, 30, 0)
_SECTORS = (0, 1)
_PAGE_BYTES = 256


def holds_keys(board):
    """True unless both sectors of the vault begin with an erased page: damaged keys are keys."""
    if board.vault is None:
        return False
    page = bytearray(_PAGE_BYTES)
    for sector in _SECTORS:
        board.vault.read(sector, page)
        if min(page) != 0xFF:
            return True
    return False


def by_button(board):
    """After a start with the button held: True if a prompt may open.

    A clip that holds keys blinks, and erases them and its log once the button has been held for HOLD_MS; let go
    before, it starts as always.
    """
    if not holds_keys(board):
        return True
    began = board.clock.ticks_ms()
    lit = True
    while board.button.held():
        held_ms = ticks_diff(board.clock.ticks_ms(), began)
        lit = held_ms // _BLINK_MS % 2 == 0
        board.light.set(*_WARNING if lit else (0, 0, 0))
        if held_ms >= HOLD_MS:
            erase(board)
            board.light.set(0, 0, 0)
            return True
        board.clock.idle()
    board.light.set(0, 0, 0)
    return False


def erase(board):
    """Forget the keys first, without which the log says nothing to anybody, and then the log and all that is the
    agent's."""
    from . import erase as eraser

    for sector in _SECTORS:
        board.vault.erase(sector)
    if holds_keys(board):
        raise OSError(5, "the keys are still there")
    eraser.carry_out(board.flash_root, board.watchdog.feed)
    board.watchdog.release()
