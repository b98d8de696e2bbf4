"""Settings of the floor: the project's database and nothing else of it. No middleware, no context processors."""

from pathlib import Path

from tracker.settings import DATABASES as DATABASES

SECRET_KEY = "floor" * 12
ALLOWED_HOSTS = ["127.0.0.1"]
DEBUG = False
USE_TZ = True
TIME_ZONE = "Asia/Taipei"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.floor.pages"
WSGI_APPLICATION = "benchmarks.floor.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
    }
]
