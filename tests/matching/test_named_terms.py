"""The technical sentence names each thing once."""

import pytest

from kehui.matching.selectors.sentences import argument


@pytest.mark.parametrize(
    ("common", "named"),
    [
        (["盐渍", "盐渍废水盐", "渍废水盐", "结焦"], "盐渍废水盐、结焦"),
        (["电渗析", "渗析"], "电渗析"),
        (["渗析膜", "电渗析"], "渗析膜、电渗析"),
        (["MVR", "盐"], "MVR、盐"),
    ],
)
def test_a_term_inside_a_longer_one_is_not_said_again(common: list[str], named: str) -> None:
    first = argument(
        {"common": common, "constraints": []}, [{"name": "tech", "got": 30, "most": 40}]
    )[0]

    assert first.text == f"两边都写到 {named}"
    assert [first.text[start:end] for start, end in first.spans] == named.split("、")
