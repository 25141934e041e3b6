"""Places: counts, traps, private nodes, days and distances."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from kehui.core import regions
from kehui.core.models import Region
from kehui.core.regions import RegionAmbiguous, RegionUnknown
from kehui.core.services import ParkMisplaced, add_park, load_regions

BEFORE, AFTER = date(2025, 11, 30), date(2025, 12, 1)
TODAY = date(2026, 11, 21)

pytestmark = pytest.mark.django_db


def test_the_counts_of_the_list() -> None:
    sichuan = [each for each in regions.places().values() if each.code.startswith("51")]
    chongqing = [each for each in regions.places().values() if each.code.startswith("50")]
    assert [sum(each.level == level for each in sichuan) for level in (1, 2, 3)] == [1, 21, 183]
    assert [sum(each.level == level for each in chongqing) for level in (1, 2, 3)] == [1, 0, 39]
    assert len(regions.children("500000", on=TODAY)) == 37
    assert len(regions.children("500000", on=BEFORE)) == 38
    assert len(regions.children(on=TODAY)) == 34
    assert sum(each.level == 2 for each in regions.places().values()) == 333


def test_every_place_has_one_parent_that_exists() -> None:
    for place in regions.places().values():
        line = regions.line(place.code)
        assert line[-1] == place.code
        assert regions.places()[line[0]].level == 1
        assert (place.level == 1) == (place.parent == "")


def test_names() -> None:
    assert regions.name_of("511102") == "市中区"
    assert regions.full_name("511102") == "四川省乐山市市中区"
    assert regions.full_name("500120") == "重庆市璧山区"
    assert regions.name_of("999999") == "999999"


def test_a_name_is_never_enough() -> None:
    with pytest.raises(RegionAmbiguous) as refusal:
        regions.parse("市中区", on=TODAY, field="region")
    assert [each.code for each in refusal.value.choices] == ["511002", "511102"]
    assert (refusal.value.code, refusal.value.status, refusal.value.field) == (
        "REGION_AMBIGUOUS",
        422,
        "region",
    )
    assert "511002 四川省内江市市中区；511102 四川省乐山市市中区" in refusal.value.chinese
    with pytest.raises(RegionAmbiguous):
        regions.parse("四川省成都市武侯区", on=TODAY)


@pytest.mark.parametrize("text", ["", "火星", "999999", "P-510100-1", "渝北区"])
def test_an_unknown_place_is_refused(text: str) -> None:
    with pytest.raises(RegionUnknown):
        regions.parse(text, on=TODAY)


@pytest.mark.parametrize("code", ["500105", "500112"])
def test_a_retired_code_is_read_by_the_day(code: str) -> None:
    assert regions.parse(code, on=BEFORE) == code
    assert regions.parse(code, on=AFTER) == "500157"
    assert regions.successor(code, on=BEFORE) == code
    assert regions.successor("999999", on=TODAY) == "999999"


def test_a_code_is_unknown_before_its_first_day() -> None:
    with pytest.raises(RegionUnknown):
        regions.parse("500157", on=BEFORE)
    assert regions.parse(" ５００１５７ ", on=AFTER) == "500157"


def test_within_goes_by_the_tree_and_not_by_the_prefix() -> None:
    assert len(regions.within("510000")) == 1 + 21 + 183
    assert len(regions.within("500000")) == 1 + 39
    assert regions.within("500157") == {"500157", "500105", "500112"}
    assert regions.within("500100") == {"500100"}  # no such place: no prefix rule


def test_a_park_lies_within_every_county_that_it_touches() -> None:
    park = add_park(parent="510100", name="示例新区 ", counties=["510107", "511402"])
    assert (park.pk, park.name, park.level) == ("P-510100-1", "示例新区", Region.Level.PARK)
    assert add_park(parent="510100", name="另一园区", counties=["510107"]).pk == "P-510100-2"
    assert set(park.touches.values_list("pk", flat=True)) == {"510107", "511402"}
    for code in ("510107", "511402", "510100", "511400", "510000"):
        assert park.pk in regions.within(code)
    assert park.pk not in regions.within("510104")
    assert regions.within(park.pk) == {park.pk}


def test_a_park_is_named_and_placed() -> None:
    park = add_park(parent="510100", name="示例新区", counties=["510107"])
    assert regions.full_name(park.pk) == "四川省成都市示例新区"
    assert regions.line(park.pk) == ["510000", "510100", park.pk]
    assert regions.parse(park.pk.lower(), on=TODAY) == park.pk


@pytest.mark.parametrize(
    ("parent", "counties", "field"),
    [
        ("999999", ["510107"], "parent"),
        ("510100", [], "counties"),
        ("510100", ["510100"], "counties"),
        ("510100", ["510107", "999999"], "counties"),
    ],
)
def test_a_park_needs_a_parent_and_counties(parent: str, counties: list[str], field: str) -> None:
    with pytest.raises(ParkMisplaced) as refusal:
        add_park(parent=parent, name="示例新区", counties=counties)
    assert refusal.value.field == field


def test_a_park_stands_under_no_other_park() -> None:
    park = add_park(parent="510100", name="示例新区", counties=["510107"])
    with pytest.raises(ParkMisplaced):
        add_park(parent=park.pk, name="园中园", counties=["510107"])


def test_only_parks_have_private_codes() -> None:
    for code, level in (("P-1", Region.Level.COUNTY), ("519999", Region.Level.PARK)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Region.objects.create(code=code, name="x", level=level)


def test_the_rows_hold_the_list_and_loading_again_changes_nothing() -> None:
    assert Region.objects.count() == len(regions.places())
    assert load_regions() == 0
    assert str(Region.objects.get(pk="500105").replaced_by) == "两江新区"
    assert Region.objects.get(pk="500105").valid_to == BEFORE


def test_loading_mends_a_changed_row_and_leaves_parks_alone() -> None:
    add_park(parent="510100", name="示例新区", counties=["510107"])
    Region.objects.filter(pk="510107").update(name="错")
    assert load_regions() == 1
    assert Region.objects.get(pk="510107").name == "武侯区"
    assert Region.objects.filter(level=Region.Level.PARK).count() == 1


def test_distances() -> None:
    assert regions.distance_km("510107", "510107") == 0
    there, back = regions.distance_km("510100", "500157"), regions.distance_km("500157", "510100")
    assert there is not None
    assert there == back
    assert 290 < there < 310  # label points, as the crow flies
    assert regions.distance_km("510100", "110000") is None  # no point beyond the two provinces
    assert regions.distance_km("999999", "510100") is None


def test_a_park_lies_at_its_parents_point() -> None:
    assert regions.distance_km("P-510100-1", "510100") == 0
