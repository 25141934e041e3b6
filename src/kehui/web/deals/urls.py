from django.urls import path

from kehui.web.deals import contracts, pages, papers, texts

app_name = "deals"
urlpatterns = [
    path("deals/", pages.listed, name="list"),
    path("deals/<int:pk>/", pages.room, name="room"),
    path("deals/<int:pk>/quote/", papers.quote, name="quote"),
    path("deals/<int:pk>/contract/", contracts.contract, name="contract"),
    path("deals/<int:pk>/contract/<int:number>/text/", texts.contract_text, name="contract_text"),
    path("deals/<int:pk>/sign/", papers.sign, name="sign"),
    path("deals/<int:pk>/accept/", papers.accept, name="accept"),
    path("deals/<int:pk>/<slug:name>/", pages.act, name="act"),
    path("deals/<int:pk>/<slug:name>/<int:position>/", pages.act, name="act_on"),
    path("check-file/", texts.check_file, name="check_file"),
]
