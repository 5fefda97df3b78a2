# Writes to the flash whenever it does not wait for 2 ms.
import time

import board

board.make().keyboard(True)

print("writing")
while True:
    with open("/busy", "w") as file:
        file.write(bytes(5000))
    time.sleep_ms(2)
