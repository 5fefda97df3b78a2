# The clip on the chip, its link on the serial line, until the host asks for a reboot. /frames.txt: hops to hear first.
from target_board import Board, ChipClock, Uart

from allears_clip.app import Clip

board = Board(line=Uart, clock=ChipClock)
clip = Clip(board)
with open("/frames.txt") as file:
    hops = int(file.read())
for hop in range(hops):
    board.mic.hear(hop)
    clip.turn()
clip.run()
