"""Sound on the host: reading calls, and the integer features and network defined to the bit."""
