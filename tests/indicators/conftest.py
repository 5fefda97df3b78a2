"""The hand-built log of a clip, for every test of this folder."""

from cliplog import clip

__all__ = ["clip"]
