# Runs before main.py. Collecting early keeps each collection short: the sound's ring holds half a second.
import gc

gc.threshold(32 * 1024)
