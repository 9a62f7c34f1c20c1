"""An amount may follow its label without a separator, in any currency."""

import pytest

from documents.analysis.labels import find_labelled, split_rows


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("Total due £178.20", "£178.20"),
        ("Total due PLN 178.20", "PLN 178.20"),
        ("Total due R$ 178,20", "R$ 178,20"),
        ("Total due -178.20", "-178.20"),
        ("Total due (178.20)", "(178.20)"),
    ],
)
def test_an_amount_follows_its_label(line: str, value: str) -> None:
    [found] = find_labelled(["Total due"], split_rows([(1, line)]))
    assert found.value == value


def test_a_sentence_does_not() -> None:
    assert list(find_labelled(["Total due"], split_rows([(1, "Total due in 5 days")]))) == []
