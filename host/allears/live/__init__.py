"""Sound from this computer's microphone, hop by hop. Needs the extra `live`; imported only when it is used."""

from allears.live.microphone import listen

__all__ = ["listen"]
