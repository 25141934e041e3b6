from django.urls import path

from kehui.web.matching import answers, rules

app_name = "rules"
urlpatterns = [
    path("rules/matching/", rules.matching, name="matching"),
    path("matches/<int:pk>/accept/", answers.accept, name="accept"),
    path("matches/<int:pk>/decline/", answers.decline, name="decline"),
    path("matches/<int:pk>/talk/", answers.talk, name="talk"),
    path("why/", rules.why_not_choose, name="why_not_choose"),
    path("needs/<int:need>/why/<int:offer>/", rules.why_not, name="why_not"),
]
