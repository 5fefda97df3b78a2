# Start the application, unless the button was held at boot. board.py names the board this clip is. Whatever ends this
# file, no prompt follows on a clip that holds keys.
import micropython

micropython.kbd_intr(-1)  # a port may let Ctrl-C in again for each file it runs
locked = False
try:
    import board

    clip_board = board.make()
    if slots.left is not None:  # noqa: F821  boot.py's
        clip_board.watchdog.feed()  # an application on trial that hangs before its loop runs is given up as well
    from allears_clip import recovery

    locked = recovery.holds_keys(clip_board)
    if clip_board.safe_mode and recovery.by_button(clip_board):
        locked = False
        print("AllEars: safe mode. No application was started.")
    else:
        from allears_clip.app import run

        run(clip_board, slots)  # noqa: F821
except BaseException as error:
    if not (locked and recovery.holds_keys(clip_board)) and slots.left is None:  # noqa: F821
        raise
    slots.leave(error)  # noqa: F821  an update that does not start: try again, or give it up
    raise SystemExit from None
