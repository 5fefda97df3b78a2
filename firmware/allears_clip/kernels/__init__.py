# Number kernels of the frame path, each in a readable and in fast versions that are equal to the bit.
