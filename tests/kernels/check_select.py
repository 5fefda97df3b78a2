# Prints the kernels chosen here, then each candidate with its probe value: check_select.py FIRMWARE
# For CPython and MicroPython.
import sys


def main(firmware):
    sys.path.insert(0, firmware)
    from allears_clip.kernels import select

    features, network, name = select.kernels()
    same = select.kernels() == (features, network, name)
    print("chosen", name, features.__name__, network.__name__, same)
    for candidate in select.candidates():
        found = select.load(candidate)
        print(candidate, "absent" if found is None else hex(select.probe(*found)))


if __name__ == "__main__":
    main(sys.argv[1])
