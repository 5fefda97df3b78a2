# tests/kernels/check_select.py on the chip: which kernels are chosen, and what each candidate computes.
import check_select

check_select.main("/")
