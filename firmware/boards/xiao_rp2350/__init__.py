# Seeed Studio XIAO RP2350: the reference board.
