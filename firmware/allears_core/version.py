# Versions of everything two parties must agree on. Bump with the thing itself.
VERSION = "0.1.0"  # the distribution and the firmware application
PROTOCOL = 1  # wire messages (messages.py)
RECORDS = 1  # log records (records.py)
FEATURES = 1  # integer features (params.py and host/allears/signal/features.py)
