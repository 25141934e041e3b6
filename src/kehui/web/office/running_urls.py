"""Addresses of complaints, disputes, organizations, codes, jobs, audit and settings."""

from django.urls import path

from kehui.web.office import audit, codes, complaints, disputes, jobs, organizations, site

urlpatterns = [
    path("complaints/", complaints.queue, name="complaints"),
    path("complaints/<int:pk>/", complaints.complaint, name="complaint"),
    path("complaints/<int:pk>/escalate/", complaints.escalate, name="escalate_complaint"),
    path("disputes/", disputes.listed, name="disputes"),
    path("disputes/<int:pk>/", disputes.decide, name="decide_dispute"),
    path("organizations/", organizations.organizations, name="organizations"),
    path("organizations/<int:pk>/", organizations.organization, name="organization"),
    path("codes/", codes.codes, name="codes"),
    path("codes/<slug:scheme>/", codes.codes, name="codes_of"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/<int:pk>/again/", jobs.again, name="job_again"),
    path("audit/", audit.audit, name="audit"),
    path("site/", site.site, name="site"),
    path("site/<int:pk>/decide/", site.decide, name="decide_site_change"),
    path("policy/", site.policy, name="policy"),
]
