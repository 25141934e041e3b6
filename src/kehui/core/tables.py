"""Cells of tables that people open in a spreadsheet."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def neutral(cell: object) -> object:
    """Return the cell so that no spreadsheet takes it for a formula (CSV injection).

    A quote sign goes in front of a text that would be one, full-width signs included; numbers stay
    numbers.
    """
    if isinstance(cell, str) and cell.lstrip(" \n\u3000").startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell
