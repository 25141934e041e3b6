from django.apps import AppConfig
from django.core import checks


class CliConfig(AppConfig):
    name = "kehui.cli"
    label = "cli"
    verbose_name = "命令行"

    def ready(self) -> None:
        from kehui.cli.encoder_checks import (
            check_encoder,
        )

        checks.register(check_encoder)
