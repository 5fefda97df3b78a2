# Seeed Studio XIAO ESP32-S3.
