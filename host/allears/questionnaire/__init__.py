"""A questionnaire that an agent answers for themselves: kept at the agent's side, never in the store."""

from allears.questionnaire.cbi import ITEMS, LICENCE, SCALES, Answers, ScaleResult, evaluate
from allears.questionnaire.diary import Diary, Entry, default_path

__all__ = [
    "ITEMS",
    "LICENCE",
    "SCALES",
    "Answers",
    "Diary",
    "Entry",
    "ScaleResult",
    "default_path",
    "evaluate",
]
