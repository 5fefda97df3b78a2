# Runs the core tests without pytest, so that MicroPython can: run.py FIRMWARE TESTS [NAME...]
# Prints one line a test, what the tests note(), and a closing line; exit status 1 when one failed.
import os
import sys


def print_error(error):
    """The traceback, on whichever interpreter."""
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        import traceback

        traceback.print_exception(error, file=sys.stdout)


def run_module(name):
    """(tests, failures) of one module."""
    module = __import__(name)
    tests = sorted([key for key in dir(module) if key.startswith("test_")])
    failures = 0
    for key in tests:
        try:
            getattr(module, key)()
        except Exception as error:  # noqa: BLE001  any failure of a test is a failure
            failures += 1
            print(name + "." + key, "FAILED")
            print_error(error)
        else:
            print(name + "." + key, "ok")
    return len(tests), failures


def main(firmware, folder, wanted):
    sys.path.insert(0, firmware)
    sys.path.insert(0, folder)
    names = sorted([f[:-3] for f in os.listdir(folder) if f.startswith("test_") and f.endswith(".py")])
    total = failed = 0
    for name in wanted or names:
        tests, failures = run_module(name)
        total += tests
        failed += failures
    print("%d tests, %d failed" % (total, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
