"""The Copenhagen Burnout Inventory: its 19 questions, its answers and its published rule. Three scales, never summed.

Source: Kristensen, Borritz, Villadsen, Christensen, "The Copenhagen Burnout Inventory: A new tool for the assessment
of burnout", Work & Stress 19 (2005) 192-207, doi 10.1080/02678370500297720; English version of the PUMA study.
"""

from collections.abc import Mapping
from dataclasses import dataclass

LICENCE = (
    "Copenhagen Burnout Inventory by T. S. Kristensen, M. Borritz, E. Villadsen, K. B. Christensen (Work & Stress 19, "
    "2005, 192-207, doi 10.1080/02678370500297720). The authors' institute, now Denmark's National Research Centre for "
    "the Working Environment (nfa.dk), offers the questions for download; it is commonly used with attribution and "
    "without a fee, but no written licence was found. The questions are no part of the licence of AllEars: "
    "ask nfa.dk before selling them, changing them or collecting other people's answers."
)
OFTEN = ("always", "often", "sometimes", "seldom", "never or almost never")
DEGREE = ("to a very high degree", "to a high degree", "somewhat", "to a low degree", "to a very low degree")
POINTS = (100, 75, 50, 25, 0)  # of the answers, in their order
COMMON_LINE = 50.0  # "50 or more" is how the authors' papers speak of a high degree; a line, not a diagnosis


@dataclass(frozen=True)
class Item:
    """One question. answers: OFTEN or DEGREE. reverse: the points count the other way round."""

    text: str
    answers: tuple[str, ...] = OFTEN
    reverse: bool = False


@dataclass(frozen=True)
class Scale:
    """One scale. least: answers below which the authors' rule gives no result. about: what it asks about."""

    key: str
    title: str
    least: int
    items: tuple[Item, ...]


SCALES = (
    Scale(
        "personal",
        "Personal burnout",
        3,
        (
            Item("How often do you feel tired?"),
            Item("How often are you physically exhausted?"),
            Item("How often are you emotionally exhausted?"),
            Item('How often do you think: "I can\'t take it anymore"?'),
            Item("How often do you feel worn out?"),
            Item("How often do you feel weak and susceptible to illness?"),
        ),
    ),
    Scale(
        "work",
        "Work-related burnout",
        4,
        (
            Item("Is your work emotionally exhausting?", DEGREE),
            Item("Do you feel burnt out because of your work?", DEGREE),
            Item("Does your work frustrate you?", DEGREE),
            Item("Do you feel worn out at the end of the working day?"),
            Item("Are you exhausted in the morning at the thought of another day at work?"),
            Item("Do you feel that every working hour is tiring for you?"),
            Item("Do you have enough energy for family and friends during leisure time?", reverse=True),
        ),
    ),
    Scale(
        "client",
        "Client-related burnout",
        3,
        (
            Item("Do you find it hard to work with clients?", DEGREE),
            Item("Do you find it frustrating to work with clients?", DEGREE),
            Item("Does it drain your energy to work with clients?", DEGREE),
            Item("Do you feel that you give more than you get back when you work with clients?", DEGREE),
            Item("Are you tired of working with clients?"),
            Item("Do you sometimes wonder how long you will be able to continue working with clients?"),
        ),
    ),
)
ITEMS = tuple((scale.key, number, item) for scale in SCALES for number, item in enumerate(scale.items, 1))
Answers = Mapping[str, tuple[int | None, ...]]  # scale -> index into the item's answers, None where left out


@dataclass(frozen=True)
class ScaleResult:
    """One scale's mean of 0 to 100, or None with `missing` where too few questions were answered."""

    key: str
    title: str
    mean: float | None
    answered: int
    asked: int
    missing: str = ""

    def document(self) -> dict[str, object]:
        """For `--json`: plain types."""
        return {**vars(self), "missing": self.missing or None}


def evaluate(answers: Answers) -> tuple[ScaleResult, ...]:
    """The three means by the authors' rule: the average over the answered questions of each scale, kept apart.

    ValueError for a scale, a number of answers or an answer that does not exist.
    """
    unknown = set(answers) - {scale.key for scale in SCALES}
    if unknown:
        raise ValueError(f"there is no scale {', '.join(sorted(unknown))}")
    return tuple(_mean(scale, answers.get(scale.key, (None,) * len(scale.items))) for scale in SCALES)


def _mean(scale: Scale, chosen: tuple[int | None, ...]) -> ScaleResult:
    asked = len(scale.items)
    if len(chosen) != asked:
        raise ValueError(f"scale {scale.key} has {asked} questions, not {len(chosen)}")
    points = [
        _points(item, answer) for item, answer in zip(scale.items, chosen, strict=True) if answer is not None
    ]
    if len(points) < scale.least:
        missing = f"not enough data: {len(points)} of {scale.least} answers"
        return ScaleResult(scale.key, scale.title, None, len(points), asked, missing)
    return ScaleResult(scale.key, scale.title, sum(points) / len(points), len(points), asked)


def _points(item: Item, answer: int) -> int:
    if not 0 <= answer < len(POINTS):
        raise ValueError(f"there is no answer {answer}")
    return POINTS[len(POINTS) - 1 - answer] if item.reverse else POINTS[answer]
