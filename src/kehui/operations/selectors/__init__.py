"""Questions about complaints, the queue of jobs and the operator's own words."""
