"""The web process: `granian --interface wsgi kehui.site.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kehui.site.settings")

application = get_wsgi_application()
