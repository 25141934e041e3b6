from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kehui.web"
    label = "web"
    verbose_name = "网页"

    def ready(self) -> None:
        from kehui.web import security_log  # noqa: F401 - its receivers
        from kehui.web.people import factors, lifetimes  # noqa: F401 - their receivers
