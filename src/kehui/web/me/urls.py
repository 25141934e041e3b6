from django.urls import path

from kehui.web.me import consents, contacts, copies, leaving, pages, phone, settings, tokens

app_name = "me"
urlpatterns = [
    path("", pages.home, name="home"),
    path("suitable/", pages.suitable, name="suitable"),
    path("items/", pages.own_items, name="items"),
    path("acting-for/", pages.act_for, name="act_for"),
    path("searches/<int:pk>/forget/", pages.forget_search, name="forget_search"),
    path("settings/", settings.profile, name="settings"),
    path("language/", settings.language, name="language"),
    path("password/", settings.password, name="password"),
    path("phone/", phone.phone, name="phone"),
    path("phone/remove/", phone.remove, name="remove_phone"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/answer/", contacts.answer, name="answer_contact"),
    path("contacts/<slug:way>/remove/", contacts.remove, name="remove_contact"),
    path("consents/", consents.overview, name="consents"),
    path("consents/<slug:purpose>/give/", consents.give, name="give_consent"),
    path("consents/<slug:purpose>/withdraw/", consents.withdraw, name="withdraw_consent"),
    path("copy/", copies.copy, name="copy"),
    path("copy/<str:ticket>/", copies.download, name="download_copy"),
    path("leave/", leaving.leave, name="leave"),
    path("left/", leaving.left, name="left"),
    path("tokens/", tokens.tokens, name="tokens"),
    path("tokens/<int:pk>/replace/", tokens.replace_token, name="replace_token"),
    path("tokens/<int:pk>/revoke/", tokens.revoke_token, name="revoke_token"),
]
