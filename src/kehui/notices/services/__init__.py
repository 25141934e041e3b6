"""Send notices and letters, and deal with them."""

from kehui.notices.services.carriers import Content
from kehui.notices.services.inbox import (
    Message,
    NoticeUnknown,
    SnoozeWrong,
    forget,
    mark_all_read,
    mark_done,
    mark_read,
    reopen,
    send,
    send_many,
    snooze,
)
from kehui.notices.services.letters import (
    LettersOff,
    forget_letters,
    is_on_terminal,
    post_letter,
    read_letter,
    send_next,
)

__all__ = [
    "Content",
    "LettersOff",
    "Message",
    "NoticeUnknown",
    "SnoozeWrong",
    "forget",
    "forget_letters",
    "is_on_terminal",
    "mark_all_read",
    "mark_done",
    "mark_read",
    "post_letter",
    "read_letter",
    "reopen",
    "send",
    "send_many",
    "send_next",
    "snooze",
]
