"""Who I am here and what my token may; which centers there are."""

from kehui.api.v1.people import find_centers, read_center, serving_center, who_am_i
from kehui.api.v1.people.routing import router

__all__ = ["find_centers", "read_center", "router", "serving_center", "who_am_i"]
