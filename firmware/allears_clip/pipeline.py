# From a hop of sound to the conversation: features, network, judgement. Everything is allocated at the start.
from allears_core.conversation import Conversation
from allears_core.errors import BAD_WEIGHTS, CoreError

from .kernels import select
from .kernels.weights import load_weights


class Pipeline:
    """The frame path. root: folder that holds weights/. emit, show, confirm: as for core's Conversation.

    kernels: what was chosen, for people. frames: hops judged. level: dBFS Q8 of the last hop, [mouth, ear].
    Raises CoreError(BAD_WEIGHTS) when the weights are missing, damaged or made for other features,
    RuntimeError when no kernel computes right on this machine.
    """

    def __init__(self, root, settings, emit, show, confirm):
        weights, manifest = load_weights(root + "weights")
        features, network, self.kernels = select.kernels()
        self._features = features()
        self._network = network(weights, manifest)
        self._emit = emit
        self._show = show
        self._confirm = confirm
        self._thresholds = manifest.get("thresholds")
        # Bound once: the chip looks for a method in the instance first, in vain.
        self._hear = self._features.step
        self._classify = self._network.step
        self._converse(settings)
        self.level = self._features.level
        self.frames = 0

    def step(self, pcm, behind_hops):
        """Judge one hop (512 bytes). behind_hops: how many more wait."""
        heard = self._features
        self._hear(pcm)
        self._classify(heard.bands)
        self.conversation.behind_hops = behind_hops
        self._judge(self._network.logits, heard.level, heard)
        self.frames += 1

    def finish(self):
        """This sound is over: settle what is open and hear the next one as if after silence."""
        self.conversation.finish()
        self._features.reset()
        self._network.reset()

    def settings_changed(self, settings):
        """Judge by the new settings from the next hop on; only between calls."""
        before = self.conversation
        before.finish()
        self._converse(settings)
        self.conversation.follow(before)

    def _converse(self, settings):
        try:
            talk = Conversation(settings, self._thresholds, self._emit, self._show, self._confirm)
        except (KeyError, TypeError, ValueError):
            raise CoreError(
                BAD_WEIGHTS, "the manifest's thresholds are not two pairs with off <= on"
            ) from None
        self.conversation = talk
        self._judge = talk.step
