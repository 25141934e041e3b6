"""What the operator answers for: complaints, its own words, and jobs that failed."""

from kehui.operations.models.complaints import Complaint
from kehui.operations.models.failures import JobFailure
from kehui.operations.models.sites import SiteChange

__all__ = ["Complaint", "JobFailure", "SiteChange"]
