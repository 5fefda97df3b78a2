# Boards are data and construction only. They may import core, drivers and themselves.
