from django.urls import path

from kehui.web.market import files, find_urls, lifecycle, pages, publish, studio_edit

app_name = "market"
urlpatterns = [
    *find_urls.urlpatterns,
    path("needs/<int:pk>/", pages.need, name="need"),
    path("needs/<int:pk>/experts/", pages.experts, name="experts"),
    path("offers/<int:pk>/", pages.offer, name="offer"),
    path("studios/<int:pk>/", pages.studio, name="studio"),
    path("items/<int:pk>/matches/", pages.matches, name="matches"),
    path("items/<int:pk>/files/<int:file>/", files.download, name="file"),
    path("publish/", publish.choose, name="publish"),
    path("publish/need/", publish.publish_need, name="publish_need"),
    path("publish/offer/", publish.publish_offer, name="publish_offer"),
    path("publish/<int:pk>/", publish.edit, name="edit"),
    path("publish/<int:pk>/preview/", publish.preview, name="preview"),
    path("publish/<int:pk>/submit/", publish.submit, name="submit"),
    path("publish/<int:pk>/close/", lifecycle.close, name="close"),
    path("publish/<int:pk>/withdraw/", lifecycle.withdraw, name="withdraw"),
    path("publish/<int:pk>/renew/", lifecycle.renew, name="renew"),
    path("publish/<int:pk>/confirm-contact/", lifecycle.confirm_contact, name="confirm_contact"),
    path("publish/<int:pk>/discard/", lifecycle.discard, name="discard"),
    path("publish/<int:pk>/examine/<slug:step>/", publish.examine, name="examine"),
    path("publish/<int:pk>/<slug:step>/", publish.edit, name="edit"),
    path("studios/new/", studio_edit.open_one, name="studio_open"),
    path("studios/<int:pk>/edit/", studio_edit.edit, name="studio_edit"),
    path("studios/<int:pk>/move/", studio_edit.move, name="studio_move"),
    path("studios/<int:pk>/transfer/", studio_edit.transfer, name="studio_transfer"),
    path("studios/<int:pk>/best-works/", studio_edit.best_works, name="studio_best_works"),
]
