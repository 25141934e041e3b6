import pytest

from kehui.core.vault.safe import ValueDamaged
from kehui.core.vault.texts import opened_text, sealed_text

PLACE = {"table": "people_code", "column": "contact"}


def test_a_text_opens_in_its_own_column_alone() -> None:
    sealed = sealed_text("13812345678", **PLACE)

    assert "13812345678" not in sealed
    assert opened_text(sealed, **PLACE) == "13812345678"
    with pytest.raises(ValueDamaged):
        opened_text(sealed, table="people_code", column="digits")


@pytest.mark.parametrize("cut", [-1, -4])
def test_what_was_cut_off_does_not_open(cut: int) -> None:
    with pytest.raises(ValueDamaged):
        opened_text(sealed_text("13812345678", **PLACE)[:cut], **PLACE)
