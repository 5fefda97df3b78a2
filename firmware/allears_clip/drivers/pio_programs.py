# What the PIO state machines run. The assembler's names exist only while asm_pio takes a program in, so:
# mypy: ignore-errors
# ruff: noqa: F821
import rp2


@rp2.asm_pio(
    sideset_init=(rp2.PIO.OUT_LOW, rp2.PIO.OUT_LOW),
    in_shiftdir=rp2.PIO.SHIFT_LEFT,
    autopush=True,
    push_thresh=32,
    fifo_join=rp2.PIO.JOIN_RX,
)
def two_microphones():
    # Side-set: bit 0 = bit clock, bit 1 = word select. A bit is one step with the clock low, one with it high.
    wrap_target()
    set(x, 15).side(0b10)  # ear: word select goes high with the falling clock
    nop().side(0b11)  # edge 1 still belongs to the slot before
    nop().side(0b10)
    label("ear")
    in_(pins, 1).side(0b11)  # edges 2 to 17: the top 16 bits
    jmp(x_dec, "ear").side(0b10)
    set(x, 13).side(0b11)  # edge 18
    label("ear_rest")
    nop().side(0b10)
    jmp(x_dec, "ear_rest").side(0b11)  # edges 19 to 32
    set(x, 15).side(0b00)  # mouth: word select low
    nop().side(0b01)
    nop().side(0b00)
    label("mouth")
    in_(pins, 1).side(0b01)
    jmp(x_dec, "mouth").side(0b00)
    set(x, 13).side(0b01)
    label("mouth_rest")
    nop().side(0b00)
    jmp(x_dec, "mouth_rest").side(0b01)
    wrap()


@rp2.asm_pio(sideset_init=rp2.PIO.OUT_LOW, out_shiftdir=rp2.PIO.SHIFT_LEFT, autopull=True, pull_thresh=24)
def ws2812():
    # A bit: 3 steps high, 4 steps at the bit's value, 3 steps low.
    wrap_target()
    label("bit")
    out(x, 1).side(0)[2]
    jmp(not_x, "zero").side(1)[2]
    jmp("bit").side(1)[3]
    label("zero")
    nop().side(0)[3]
    wrap()
