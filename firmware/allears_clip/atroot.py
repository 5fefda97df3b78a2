# Where no loader chose a slot: the application lies in files at the volume's root.
class AtRoot:
    """What loader.Slots tells of such an application; it takes no updates."""

    running = ""
    left = None
    failed = None

    def __init__(self, folder):
        self.folder = folder
        self.root = folder

    def confirm(self):
        """Nothing is on trial."""

    def forget_failed(self):
        """Nothing was given up."""
