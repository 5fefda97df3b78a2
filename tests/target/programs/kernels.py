# The scripts of tests/kernels on the chip: every kernel named in /kernels.txt against the committed vectors.
import check_features
import check_network

with open("/kernels.txt") as file:
    names = file.read().split()
for name in names:
    print("features", name)
    check_features.main("/", name, "/vectors/features")
    print("network", name)
    check_network.main("/", name, "/vectors/network/weights", "/vectors/network")
