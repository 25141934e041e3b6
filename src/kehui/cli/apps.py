from django.apps import AppConfig, apps
from django.core import checks


class CliConfig(AppConfig):
    name = "kehui.cli"
    label = "cli"
    verbose_name = "命令行"

    def ready(self) -> None:
        if apps.is_installed("kehui.matching"):  # the command line also starts smaller sites
            from kehui.cli.encoder_checks import check_encoder

            checks.register(check_encoder)
