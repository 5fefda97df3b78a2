"""The fastest kernel that gives the right numbers is chosen; one that does not is passed over."""

import pytest

from allears_clip.kernels import features_py, select


@pytest.mark.parametrize(("interpreter", "name"), [("cpython", "py"), ("micropython", "viper")])
def test_choice_on_each_interpreter(run_script, interpreter, name):
    lines = run_script(interpreter, "check_select.py")
    assert lines[0] == f"chosen {name} Features Network True"
    right = hex(select.PROBE_CRC)
    viper = right if interpreter == "micropython" else "absent"
    assert lines[1:] == [f"viper {viper}", f"py {right}"]


class WrongFeatures:
    """A kernel whose level is off by one step of 0.01 dB in the last hop."""

    def __init__(self):
        self.right = features_py.Features()
        self.bands, self.level, self.peak = self.right.bands, self.right.level, self.right.peak
        self.hops = 0

    def step(self, pcm):
        self.right.step(pcm)
        self.hops += 1
        if self.hops == select.PROBE_HOPS:
            self.level[0] += 1


def test_a_kernel_off_by_one_step_is_passed_over(monkeypatch):
    right = select.load("py")
    found = {"viper": (WrongFeatures, right[1]), "py": right}
    monkeypatch.setattr(select, "load", found.get)
    monkeypatch.setattr(select, "_chosen", None)
    assert select.kernels() == (*right, "py")


def test_no_right_kernel_is_an_error(monkeypatch):
    network = select.load("py")[1]
    monkeypatch.setattr(select, "load", lambda name: (WrongFeatures, network))
    monkeypatch.setattr(select, "_chosen", None)
    with pytest.raises(RuntimeError, match="no kernel"):
        select.kernels()
