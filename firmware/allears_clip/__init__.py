# The clip's application: sound in, cues and a log out. Runs on MicroPython; `machine` only in drivers.
