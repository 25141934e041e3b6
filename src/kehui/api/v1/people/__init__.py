"""Who I am here, and what my token may."""

from kehui.api.v1.people import who_am_i
from kehui.api.v1.people.routing import router

__all__ = ["router", "who_am_i"]
