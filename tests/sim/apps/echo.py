# Sends every frame back, counts hops on the light and sounds on the motor; the volume's /boots counts starts.
import board

from allears_core import frame, messages

parts = board.make()
parts.keyboard(True)
hop = bytearray(512)
cell = bytearray(frame.CELL_BYTES)
view = memoryview(cell)
decoder = frame.Decoder()
hops = ends = 0
presses = []
pressed = False

with open("/boots", "a") as boots:
    boots.write(".")
parts.mic.start()
while True:
    got = parts.mic.readinto(hop)
    if got > 0:
        hops += 1
    elif got < 0:
        ends += 1
        parts.light.set(hops >> 8 & 255, hops & 255, parts.mic.overruns & 255)
        parts.haptic.set(ends)
    if parts.button.pressed() != pressed:
        pressed = not pressed
        presses.append((hops, parts.clock.ticks_ms()))
    size = parts.serial.readinto(cell)
    for payload in decoder.feed(view[:size]) if size else ():
        if payload == b"hang":
            while True:
                pass
        if payload == b"restart":
            parts.reboot(messages.REBOOT_APPLICATION)
        if payload == b"prompt":
            parts.reboot(messages.REBOOT_REPL)
        parts.serial.write(frame.encode(payload))
    parts.watchdog.feed()
    if not got and not size:
        parts.clock.idle()
