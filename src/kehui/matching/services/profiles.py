"""Keep what persons are known for: rewritten when a studio, an offer or a person changes."""

from typing import Final

from django.db import transaction

from kehui.matching import adapter
from kehui.matching.models import Profile
from kehui.matching.selectors import profiles
from kehui.people.models import Person

READ: Final = ("title", "body", "region_id", "trl", "is_open")


@transaction.atomic
def gather_profile(*, person: int) -> None:
    """Write down what the person is known for now, if anything of it is new.

    A profile that is not open keeps its row and loses its words. Nothing is written for somebody
    who never was open. Only the reader of the ledger calls this, so editions follow one another.
    """
    known = Person.objects.filter(pk=person).first()
    before = Profile.objects.select_for_update().filter(pk=person).first()
    if known is None:
        return
    told = profiles.told_of(known)
    if not told.is_open:
        told.title, told.body, told.trl = "", "", None
    if before is None and not told.is_open:
        return
    if before is not None and all(getattr(before, each) == getattr(told, each) for each in READ):
        return
    told.edition = profiles.last_edition() + 1
    told.save()


def forget_profiles() -> None:
    """Remove every profile, so that the ledger can be read anew."""
    Profile.objects.all().delete()


def embed_profiles(*, limit: int) -> int:
    """Make vectors of profiles that are missing, so many at a time; return how many were made.

    They are always of what is built in. A profile that is rewritten meanwhile keeps none: these
    words are no longer its own.
    """
    name = adapter.built_in_name()
    bare = profiles.without_vector(name, limit=limit)
    vectors = adapter.embed_profiles(bare)
    for each in bare:
        same = Profile.objects.filter(pk=each.pk, edition=each.edition)
        same.update(encoder=name, vector=vectors[each.pk])
    return len(bare)
