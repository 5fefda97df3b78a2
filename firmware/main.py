# Start the application, unless the button was held at boot. board.py names the board this clip is.
import sys

try:
    import board

    clip_board = board.make()
    if clip_board.safe_mode:
        print("AllEars: safe mode. No application was started.")
    else:
        from allears_clip.app import run

        run(clip_board, slots)  # noqa: F821  boot.py's
except Exception as error:
    if slots.left is None:  # noqa: F821
        raise
    sys.print_exception(error)  # an update that does not start: try again, or give it up
    raise SystemExit from None
