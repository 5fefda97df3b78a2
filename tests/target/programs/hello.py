import sys, gc
import target
print(sys.implementation, gc.mem_free())
b=target.insns(); e=target.insns(); print(e-b)
import os
print(os.listdir('/'))
from allears_clip.kernels import select
b=target.insns()
print(select.kernels())
print((target.insns()-b))
