# Runs one network kernel over every NAME.bands of a folder and compares with NAME.logits, byte for byte.
# Plain script for CPython and MicroPython: check_network.py FIRMWARE KERNEL WEIGHTS FOLDER
# Prints one line a vector and, where the interpreter can tell, the bytes that 10 hops allocated.
import gc
import os
import sys
from array import array


def first_difference(network, bands_file, logits_file):
    """None, or the hop, the logits found and the logits wanted where the kernel differs."""
    network.reset()
    row = bytearray(96)
    hop = 0
    while bands_file.readinto(row) == 96:
        network.step(array("h", row))
        found, wanted = bytes(network.logits), logits_file.read(6)
        if found != wanted:
            return hop, found, wanted
        hop += 1
    return None if hop and not logits_file.read(1) else (hop, "end", "end")


def allocated(network):
    """Bytes that 10 hops take from the heap."""
    bands = array("h", [5000] * 48)
    network.step(bands)
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    for _ in range(10):
        network.step(bands)
    taken = gc.mem_alloc() - before
    gc.enable()
    return taken


def main(firmware, name, weights_folder, folder):
    sys.path.insert(0, firmware)
    from allears_clip.kernels.weights import load_weights

    module = __import__("allears_clip.kernels.network_" + name, None, None, ("Network",))
    network = module.Network(*load_weights(weights_folder))
    for entry in sorted(os.listdir(folder)):
        if not entry.endswith(".bands"):
            continue
        name = entry[:-6]
        with open(folder + "/" + entry, "rb") as bands, open(folder + "/" + name + ".logits", "rb") as logits:
            difference = first_difference(network, bands, logits)
        print(name, "ok" if difference is None else "differs {} {} {}".format(*difference))
    if hasattr(gc, "mem_alloc"):
        print("allocated", allocated(network))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4])
