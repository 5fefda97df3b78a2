# Runs the tests of portable modules under MicroPython: every test_ function gets a fresh folder.
# usage: micropython upy_runner.py FIRMWARE_FOLDER TESTS_FOLDER SCRATCH_FOLDER MODULE...
import os
import sys

firmware, tests, scratch = sys.argv[1:4]
sys.path[:0] = [firmware, tests]
failed = 0
count = 0
for name in sys.argv[4:]:
    module = __import__(name)
    for test in sorted(dir(module)):
        if not test.startswith("test_"):
            continue
        count += 1
        folder = f"{scratch}/{count}"
        os.mkdir(folder)
        try:
            getattr(module, test)(folder + "/")
        except Exception as error:  # noqa: BLE001  any failure of a test is a failure
            failed += 1
            print("FAILED", name, test)
            sys.print_exception(error)
print(f"{count} tests, {failed} failed")
sys.exit(1 if failed else 0)
