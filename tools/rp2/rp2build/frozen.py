# What the runtime holds besides C, in the language of MicroPython's manifests: the port's own modules, and asyncio.
# The drivers that the port would add come from micropython-lib, which Debian does not package; the clip uses none.
freeze("$(PORT_DIR)/modules")  # noqa: F821
include("$(MPY_DIR)/extmod/asyncio")  # noqa: F821
