"""Addresses of imports, of the domain dictionary and of learned names."""

from django.urls import path

from kehui.web.office import imports, namings, terms

urlpatterns = [
    path("imports/", imports.imports, name="imports"),
    path("imports/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<int:pk>/", imports.run, name="import_run"),
    path("imports/<int:pk>.csv", imports.run_csv, name="import_run_csv"),
    path("imports/template/<slug:side>.csv", imports.template, name="import_template"),
    path("terms/", terms.terms, name="terms"),
    path("terms/import/", terms.import_list, name="import_terms"),
    path("terms/learned/", namings.namings, name="namings"),
    path("terms/learned/judge/", namings.judge, name="judge_naming"),
    path("terms/<int:pk>/", terms.term, name="term"),
    path("terms/<int:pk>/remove/", terms.remove, name="remove_term"),
]
