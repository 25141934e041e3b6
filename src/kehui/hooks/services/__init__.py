"""Actions on hooks: make, try, change and end them; lay out what they tell, and send it."""

from kehui.hooks.services.keeping import (
    HookKinds,
    HookNameMissing,
    HookNotYours,
    HookRuns,
    TooManyHooks,
    end_hook,
    make_hook,
    replace_secret,
    reseal_hooks,
    resume_hook,
)
from kehui.hooks.services.messages import forget_deliveries, lay_out, ping, send_again
from kehui.hooks.services.sending import send_due

__all__ = [
    "HookKinds",
    "HookNameMissing",
    "HookNotYours",
    "HookRuns",
    "TooManyHooks",
    "end_hook",
    "forget_deliveries",
    "lay_out",
    "make_hook",
    "ping",
    "replace_secret",
    "reseal_hooks",
    "resume_hook",
    "send_again",
    "send_due",
]
