"""Archives that were made to harm are told by their outside."""

import zipfile

import pytest
from tests.core.archives import bombs

from kehui.core.archives import ArchiveError, names_in


@pytest.mark.parametrize("name", bombs.REFUSED)
def test_an_archive_made_to_harm_is_refused(name: str) -> None:
    code, build = bombs.REFUSED[name]

    with pytest.raises(ArchiveError) as refused:
        names_in(build())

    assert refused.value.code == code


@pytest.mark.parametrize("name", bombs.SLIPS)
def test_a_name_that_leads_out_of_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ArchiveError) as refused:
        names_in(bombs.zipped({"a.xml": b"x", name: b"x"}))

    assert refused.value.code == "BROKEN"


def test_what_lies_in_an_archive_within_stays_packed() -> None:
    assert names_in(bombs.NESTED) == {"a.zip"}


def test_a_good_archive_is_told_by_its_names() -> None:
    assert names_in(bombs.ONE) == {"[Content_Types].xml", "xl/workbook.xml"}
    folders = bombs.zipped({"xl/": b"", "xl/甲.xml": b"x"}, zipfile.ZIP_STORED)
    assert names_in(folders) == {"xl/", "xl/甲.xml"}
    much = {"a": bytes(2**24)}  # packs very well, but to no more than anybody can hold
    assert names_in(bombs.zipped(much)) == {"a"}
