# Start the application, unless the button was held at boot. /board.py names the board this clip is.
import board

clip_board = board.make()
if clip_board.safe_mode:
    print("AllEars: safe mode. No application was started.")
else:
    from allears_clip.app import run

    run(clip_board)
