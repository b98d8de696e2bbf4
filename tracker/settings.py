"""Settings of the whole project: one file, which runs with an empty environment.

What the environment may give stands with its meaning in deploy/environment.example.
"""

from pathlib import Path
from typing import Any

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from tracker.environment import (
    database,
    development_key,
    given,
    logging_of,
    one_of,
    require_production,
    secret_keys,
    some_of,
    whole_number,
)
from tracker.roles import Role

BASE_DIR = Path(__file__).resolve().parent.parent
environment = given()
# A switch that is misspelt stops the start: it must not be taken for one that is off.
IN_PRODUCTION = (
    one_of("DEPLOYMENT", environment.get("DEPLOYMENT", ""), ("development", "production")) == "production"
)
if IN_PRODUCTION:
    require_production(environment)

DEBUG = bool(environment.get("DEBUG"))
SECRET_KEY = environment.get("SECRET_KEY", "only-for-a-server-on-this-machine-" + "0123456789abcdefghij" * 2)
SECRET_KEY_FALLBACKS = environment.get("SECRET_KEY_FALLBACKS", "").split()
# The names of persons in cases: the first key encrypts, all decrypt; the digest by which they are found has its own.
PERSON_KEYS = secret_keys("PERSON_KEYS", environment.get("PERSON_KEYS", "")) or [
    development_key(SECRET_KEY, "names of persons in cases: encryption")
]
PERSON_DIGEST_KEY = (
    secret_keys("PERSON_DIGEST_KEY", environment.get("PERSON_DIGEST_KEY", ""))
    or [development_key(SECRET_KEY, "names of persons in cases: digest")]
)[0]
ALLOWED_HOSTS = environment.get("ALLOWED_HOSTS", "localhost 127.0.0.1 [::1]").split()
CSRF_TRUSTED_ORIGINS = environment.get("CSRF_TRUSTED_ORIGINS", "").split()

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "tracker.apps.TrackerConfig",
    "agreements.apps.AgreementsConfig",
    "cases.apps.CasesConfig",
    "reports.apps.ReportsConfig",
]

MIDDLEWARE = [
    "tracker.views.health.HealthMiddleware",
    "tracker.middleware.RequestContextMiddleware",
    # Around all that follows: what belongs on every answer of the product, static files and refusals too. Health stands outside.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "tracker.middleware.BrowserRulesMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tracker.rowsecurity.ReaderMiddleware",
    "tracker.middleware.NoStoreMiddleware",
    "tracker.watch.WatchMiddleware",
    "tracker.sessions.SessionRulesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "tracker.signin.door.Door",
    "tracker.stepup.StepUpMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "tracker.urls"
WSGI_APPLICATION = "tracker.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tracker.context.page",
            ],
        },
    }
]

DATABASES = {"default": database(environment.get("DATABASE_URL") or "sqlite:///tracker.sqlite3", BASE_DIR)}
# PostgreSQL is told who reads: `manage.py row_security on` makes it hide what that person may not see.
ROW_SECURITY = one_of("ROW_SECURITY", environment.get("ROW_SECURITY", ""), ("off", "on")) == "on"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tracker_cache",
        # Far more than there are addresses and half-finished sign-ins at a time, so that none is thrown out early.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
    if IN_PRODUCTION
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What pages have in common, kept by each process for itself.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
    },
    # First pages, until something is written (see tracker.kept).
    "kept_pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "kept_pages",
        "OPTIONS": {"MAX_ENTRIES": 200},
    },
}

AUTH_USER_MODEL = "tracker.User"
AUTHENTICATION_BACKENDS = ["tracker.signedin.Backend"]
# Who is told exact numbers of cases in reports: whoever may open the cases, or only who carries them.
EXACT_NUMBERS = one_of("EXACT_NUMBERS", environment.get("EXACT_NUMBERS", ""), ("readers", "justice"))
# The rules of passwords: "asvs" (length, known ones refused) or "tw-high" (adds what annex 10 asks).
PASSWORD_PROFILE = one_of("PASSWORD_PROFILE", environment.get("PASSWORD_PROFILE", ""), ("asvs", "tw-high"))
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tracker.signin.passwords.Length"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "email")},
    },
    {"NAME": "tracker.signin.passwords.NotKnown"},
    {"NAME": "tracker.signin.passwords.Mixed"},
    {"NAME": "tracker.signin.passwords.NotFormer"},
]
PASSWORD_HASHERS = ["tracker.signin.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
PASSWORD_RESET_TIMEOUT = 30 * 60
# Nothing is shown without a second factor: always in production, elsewhere when asked for. The demo runs without.
SIGN_IN_FACTORS = one_of("SIGN_IN_FACTORS", environment.get("SIGN_IN_FACTORS", ""), ("optional", "required"))
SIGN_IN_FACTORS_REQUIRED = IN_PRODUCTION or SIGN_IN_FACTORS == "required"
# These roles need a passkey then; officers and auditors may use one-time codes instead.
PASSKEY_ROLES = some_of(
    "PASSKEY_ROLES", environment.get("PASSKEY_ROLES", ""), Role.values, "supervisor administrator"
)
# Single sign-on: on when the provider is named. Its answers must carry one of these acr and amr, if any are listed.
OIDC: dict[str, Any] = {
    "issuer": environment.get("OIDC_SERVER_URL", ""),
    "client_id": environment.get("OIDC_CLIENT_ID", ""),
    "client_secret": environment.get("OIDC_CLIENT_SECRET", ""),
    "name": environment.get("OIDC_NAME", ""),
    "acr": environment.get("OIDC_ACR", "").split(),
    "amr": environment.get("OIDC_AMR", "").split(),
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "tracker.signin.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # tries are counted exactly, in the audit trail: see tracker.signin.actions.tries
ACCOUNT_FORMS = {"change_password": "tracker.signin.forms.ChangePasswordForm"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if IN_PRODUCTION else 0
MFA_ADAPTER = "tracker.signin.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]  # recovery codes are this house's own: only their digests are kept
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RATE_LIMITS = {"webauthn_login": ""}
MFA_FORMS = {
    "authenticate": "tracker.signin.forms.CodeForm",
    "reauthenticate": "tracker.signin.forms.CodeAgainForm",
    "authenticate_webauthn": "tracker.signin.forms.PasskeyForm",
    "reauthenticate_webauthn": "tracker.signin.forms.PasskeyAgainForm",
    "login_webauthn": "tracker.signin.forms.PasskeyAloneForm",
}

LANGUAGE_CODE = "zh-hant"
LANGUAGES = [("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Taipei"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if IN_PRODUCTION else None
STORAGES = {
    "default": {"BACKEND": "tracker.storage.WholeFiles", "OPTIONS": {"is_durable": IN_PRODUCTION}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IN_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IN_PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG


def _documents_dir() -> Path:
    """Documents lie beside the database unless DOCUMENTS_DIR says otherwise."""
    if place := environment.get("DOCUMENTS_DIR"):
        return Path(place)
    name = DATABASES["default"]["NAME"]
    return name.with_suffix(".documents") if isinstance(name, Path) else BASE_DIR / "documents"


MEDIA_ROOT = _documents_dir()
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Of more files than a form may hold the first ones are kept and the form says so; far more end the request.
FILE_UPLOAD_HANDLERS = ["tracker.uploading.InMemory", "tracker.uploading.OnDisk"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1000
FILE_UPLOAD_PERMISSIONS = 0o600
# So many megabytes a person uploads within a day, and a case or agreement holds (tracker.quota).
UPLOAD_MB_PER_DAY = whole_number("UPLOAD_MB_PER_DAY", environment.get("UPLOAD_MB_PER_DAY", "")) or 2048
UPLOAD_MB_PER_RECORD = (
    whole_number("UPLOAD_MB_PER_RECORD", environment.get("UPLOAD_MB_PER_RECORD", "")) or 5120
)
# A command that reads a file from its input and ends with 0 when it is clean, 1 when it is infected (tracker.scanning).
DOCUMENT_SCANNER = environment.get("DOCUMENT_SCANNER", "")
DOCUMENT_SCANNER_SECONDS = (
    whole_number("DOCUMENT_SCANNER_SECONDS", environment.get("DOCUMENT_SCANNER_SECONDS", "")) or 60
)

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
    "report-uri": ["/policy-reports/"],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_ENGINE = "tracker.signedin"
# Seconds: a session ends so long after the sign-in, and so long after its person was last active.
SESSION_COOKIE_AGE, SESSION_IDLE = 12 * 60 * 60, 30 * 60
# So many sessions a person has at a time; a further one ends the one that was idle longest.
SESSION_MOST = 5
# What is listed in tracker.stepup asks for a fresh sign-in, which is one of the last so many seconds.
STEP_UP, STEP_UP_SECONDS = True, 5 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
READER_COOKIE_NAME = "reader"
CSRF_COOKIE_HTTPONLY = True
if IN_PRODUCTION:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    READER_COOKIE_NAME = "__Host-reader"

MAILERS = {
    "default": {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        # A mail server that hangs must not hold what waits for it.
        "OPTIONS": {"host": environment.get("MAIL_HOST") or "localhost", "timeout": 10},
    }
    if IN_PRODUCTION or environment.get("MAIL_HOST")
    else {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
}
DEFAULT_FROM_EMAIL = environment.get("MAIL_FROM", "noreply@localhost")

# Who is told by mail that something broke, and what the machine's own questions are answered with.
ALERT_MAIL = environment.get("ALERT_MAIL", "")
LOGGING = logging_of(ALERT_MAIL, as_json=IN_PRODUCTION)
HEALTH_TOKEN = environment.get("HEALTH_TOKEN", "")
DISK_FREE_MB = whole_number("DISK_FREE_MB", environment.get("DISK_FREE_MB", "")) or 512
HISTORY_WITHIN_HOURS = whole_number("HISTORY_WITHIN_HOURS", environment.get("HISTORY_WITHIN_HOURS", ""))
BACKUP_WITHIN_HOURS = whole_number("BACKUP_WITHIN_HOURS", environment.get("BACKUP_WITHIN_HOURS", ""))
CHECKPOINT_WITHIN_HOURS = whole_number(
    "CHECKPOINT_WITHIN_HOURS", environment.get("CHECKPOINT_WITHIN_HOURS", "")
)
# Backups are encrypted under this key when there is one; signed heads of the history lie where CHECKPOINT_DIR says.
BACKUP_KEY = secret_keys("BACKUP_KEY", environment.get("BACKUP_KEY", ""))
CHECKPOINT_DIR = environment.get("CHECKPOINT_DIR", "")
CHECKPOINT_KEY = environment.get("CHECKPOINT_KEY", "")
CHECKPOINT_PUBLIC_KEY = environment.get("CHECKPOINT_PUBLIC_KEY", "")
