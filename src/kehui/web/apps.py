from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kehui.web"
    label = "web"
    verbose_name = "网页"

    def ready(self) -> None:
        from kehui.web.people import factors  # noqa: F401 - its receivers
