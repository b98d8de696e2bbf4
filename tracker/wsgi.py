"""The entrance for a WSGI server such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()
# Load every page's code now, while the server is still one process, so that its workers share it.
_PAGES = get_resolver().url_patterns
