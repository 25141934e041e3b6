import pytest

from kehui.core import emails


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (" Zhang.San@Example.CN ", "zhang.san@example.cn"),
        ("zhang＠example．cn", "zhang@example.cn"),
        ("a+b@mail.example.com", "a+b@mail.example.com"),
        ("z@qq.com", "z@qq.com"),
    ],
)
def test_an_address_is_kept_in_one_form(text: str, address: str) -> None:
    assert emails.email(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zhang",
        "@example.cn",
        "zhang@",
        "zhang@example",
        "zhang@@example.cn",
        "zhang..san@example.cn",
        ".zhang@example.cn",
        "zhang@-example.cn",
        "zhang@example.1",
        "zhang\n@example.cn",
        "zhang@example.cn\r\nBcc: x@example.cn",
        "张@example.cn",
        f"{'a' * 65}@example.cn",
        f"a@{'b.' * 130}cn",
    ],
)
def test_anything_else_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(emails.EmailMalformed) as caught:
        emails.email(text, field="contact")
    assert (caught.value.code, caught.value.field) == ("EMAIL_FORM", "contact")


def test_an_address_is_shown_masked() -> None:
    assert emails.masked_email("zhang@example.cn") == "z****@example.cn"
