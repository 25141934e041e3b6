"""Addresses of the lists, the saved searches and the totals."""

from django.urls import path

from kehui.web.market import find, saved, totals

urlpatterns = [
    path("offers/", find.offers, name="offers"),
    path("needs/", find.needs, name="needs"),
    path("studios/", find.studios, name="studios"),
    path("totals/", totals.page, name="totals"),
    path("totals.csv", totals.as_csv, name="totals_csv"),
    path("searches/", saved.listed, name="searches"),
    path("searches/save/", saved.save, name="save_search"),
    path("searches/<int:pk>/", saved.opened, name="search"),
    path("searches/<int:pk>/change/", saved.change, name="change_search"),
    path("searches/<int:pk>/forget/", saved.forget, name="forget_search"),
]
