"""Questions about the inbox."""

from kehui.notices.models import Notice


def unread_count(person: int) -> int:
    return Notice.objects.filter(person=person, read_at=None, done_at=None).count()
