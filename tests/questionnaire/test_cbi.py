"""The published rule of the Copenhagen Burnout Inventory, against cases worked out by hand from the paper's text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allears.questionnaire import ITEMS, LICENCE, SCALES, evaluate
from allears.questionnaire.cbi import DEGREE, OFTEN


def means(**answers: tuple[int | None, ...]) -> dict[str, float | None]:
    return {result.key: result.mean for result in evaluate(answers)}


def test_nineteen_questions_in_three_scales_with_the_published_answers() -> None:
    assert [len(scale.items) for scale in SCALES] == [6, 7, 6]
    assert len(ITEMS) == 19
    by_scale = {scale.key: [item.answers for item in scale.items] for scale in SCALES}
    assert by_scale["personal"] == [OFTEN] * 6
    assert by_scale["work"] == [DEGREE] * 3 + [OFTEN] * 4
    assert by_scale["client"] == [DEGREE] * 4 + [OFTEN] * 2
    reverse = [(scale.key, at) for scale in SCALES for at, item in enumerate(scale.items) if item.reverse]
    assert reverse == [("work", 6)]


def test_means_by_hand() -> None:
    # Always, often, sometimes, seldom, never, never: (100 + 75 + 50 + 25 + 0 + 0) / 6.
    # Work: 100, 75, 50, 25, 0, 50 and "always enough energy", which counts 0: 300 / 7.
    found = means(personal=(0, 1, 2, 3, 4, 4), work=(0, 1, 2, 3, 4, 2, 0), client=(2, 2, 2, 2, 2, 2))
    assert found["personal"] == pytest.approx(250 / 6)
    assert found["work"] == pytest.approx(300 / 7)
    assert found["client"] == 50


def test_only_the_reverse_question_counts_the_other_way_round() -> None:
    assert means(work=(4, 4, 4, 4, 4, 4, 0))["work"] == 0
    assert means(work=(0, 0, 0, 0, 0, 0, 4))["work"] == 100


@pytest.mark.parametrize(("key", "asked", "least"), [("personal", 6, 3), ("work", 7, 4), ("client", 6, 3)])
def test_too_few_answers_give_no_result(key: str, asked: int, least: int) -> None:
    enough = (1,) * least + (None,) * (asked - least)
    few = (1,) * (least - 1) + (None,) * (asked - least + 1)
    assert means(**{key: enough})[key] == 75
    (result,) = [one for one in evaluate({key: few}) if one.key == key]
    assert (result.mean, result.answered) == (None, least - 1)
    assert result.missing == f"not enough data: {least - 1} of {least} answers"


def test_what_cannot_be_an_answer_is_refused() -> None:
    with pytest.raises(ValueError, match="no scale"):
        evaluate({"mood": ()})
    with pytest.raises(ValueError, match="6 questions"):
        evaluate({"client": (1, 2)})
    with pytest.raises(ValueError, match="no answer 5"):
        evaluate({"client": (5, 0, 0, 0, 0, 0)})


def test_the_licence_names_its_authors_and_no_total_exists() -> None:
    assert "Kristensen" in LICENCE and "10.1080/02678370500297720" in LICENCE
    assert [result.key for result in evaluate({})] == ["personal", "work", "client"]


choice = st.one_of(st.none(), st.integers(0, 4))


@given(st.tuples(*[choice] * 7))
def test_a_mean_lies_between_0_and_100_and_rises_with_every_heavier_answer(
    work: tuple[int | None, ...],
) -> None:
    now = means(work=work)["work"]
    assert now is None or 0 <= now <= 100
    for at, answer in enumerate(work[:6]):
        if answer and now is not None:
            heavier = (*work[:at], answer - 1, *work[at + 1 :])
            assert means(work=heavier)["work"] > now
