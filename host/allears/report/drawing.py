"""A chart and what stands for it: a name to ask for it by, words for those who cannot see it, and a narrow twin."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from markupsafe import Markup

from allears.report.svg import inline, png


@dataclass(frozen=True)
class Drawing:
    """One chart of a page.

    name: as `--png` takes it. label: what it shows, in words. wide, narrow: Altair charts of the same content;
    without a narrow one the wide one serves phones as well.
    """

    name: str
    label: str
    wide: Any
    narrow: Any = None

    @property
    def svg(self) -> Markup:
        """The chart to stand in a page."""
        return inline(self.wide)

    @property
    def narrow_svg(self) -> Markup | None:
        """The same for a phone, or None."""
        return None if self.narrow is None else inline(self.narrow)

    def png(self, scale: float = 2) -> bytes:
        """The wide chart as a picture, `scale` pixels to a point, in the light colours."""
        return png(self.wide, scale)


def drawings(content: Any) -> Iterator[Drawing]:
    """Every drawing anywhere in a page's content, in order."""
    if isinstance(content, Drawing):
        yield content
    elif isinstance(content, Mapping):
        for value in content.values():
            yield from drawings(value)
    elif is_dataclass(content) and not isinstance(content, type):
        for part in fields(content):
            yield from drawings(getattr(content, part.name))
    elif isinstance(content, Sequence) and not isinstance(content, str):
        for value in content:
            yield from drawings(value)
