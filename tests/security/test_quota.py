"""One person cannot fill the disk."""

from contextlib import ExitStack

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.makers import make_person, make_seat
from tests.market.paper import PDF
from tests.market.writing import LATER, begin_need
from tests.parallel import meanwhile

from kehui.market import services
from kehui.market.models import Attachment, Item
from kehui.market.services import attachments
from kehui.market.services.attachments import FilesTooMuch
from kehui.people.models import Person

pytestmark = pytest.mark.django_db


def add(item: Item, person: Person, mark: int) -> Attachment:
    content = PDF.replace(b"%PDF-1.7\n", b"%%PDF-1.7\n%% %d\n" % mark, 1)
    return services.add_attachment(
        item=item, person=person, name=f"{mark}.pdf", content=content, at=LATER
    )


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> None:
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")


def test_a_person_has_so_many_megabytes_over_all_items(settings: Settings) -> None:
    settings.FILES_MB_PER_PERSON = 1
    person = make_person()
    first = add(begin_need(person), person, 1)
    Attachment.objects.filter(pk=first.pk).update(size=2**20 - 10)

    with pytest.raises(FilesTooMuch) as refusal:
        add(begin_need(person), person, 2)

    assert "1 MB" in str(refusal.value)
    assert Attachment.objects.count() == 1
    other = make_person()
    add(begin_need(other), other, 3)  # somebody else has a room of their own


def test_a_person_has_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_FILES_OF_A_PERSON", 2)
    person = make_person()
    item = begin_need(person)
    first = add(item, person, 1)
    add(item, person, 2)

    with pytest.raises(FilesTooMuch):
        add(begin_need(person), person, 3)
    services.remove_attachment(item=item, person=person, attachment=first.pk, at=LATER)

    add(begin_need(person), person, 3)


def test_what_a_colleague_put_there_is_the_colleagues() -> None:
    seat = make_seat()
    colleague = make_seat(organization=seat.organization).person
    item = begin_need(seat.person, organization=seat.organization)

    add(item, colleague, 1)

    assert Attachment.objects.get().uploaded_by == colleague


@pytest.mark.django_db(transaction=True)
def test_files_at_once_are_added_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments, "MOST_FILES_OF_A_PERSON", 1)
    person = make_person()
    one, other = begin_need(person), begin_need(person)

    with ExitStack() as stack:
        with transaction.atomic():
            add(one, person, 1)
            second = stack.enter_context(meanwhile(add, other, person, 2))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        with pytest.raises(FilesTooMuch):
            second.result(timeout=60)

    assert Attachment.objects.count() == 1
