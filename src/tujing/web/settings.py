"""Django settings. Everything that differs between installations comes from the environment.

TUJING_HOME          folder for the database, tables, reports and the secret key (default: ./var); further lines of the
                     file secret_key are former keys: what they signed or sealed is still read, never written
TUJING_DATABASE_URL  postgresql://user:password@host:port/name; default is SQLite in TUJING_HOME
TUJING_ALLOWED_HOSTS comma-separated (default: 127.0.0.1,localhost)
TUJING_SITE_URL      where people reach the site, for links in mail (default: http://127.0.0.1:8000)
TUJING_HTTPS         1 when served behind HTTPS: cookies become Secure and HSTS is sent
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit

HOME = Path(os.environ.get("TUJING_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)


def _secret_keys() -> list[str]:
    """Reads the keys, the one in use first, generating it at first start; readable by its owner only."""
    path = HOME / "secret_key"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return [line for line in path.read_text().splitlines() if line.strip()]


def _database() -> dict[str, object]:
    url = os.environ.get("TUJING_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "tujing.db",
            "CONN_MAX_AGE": 600,
            # Without IMMEDIATE a read-then-write transaction fails with "database is locked" under load.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            },
            "TEST": {"NAME": HOME / "test.db"},
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


SECRET_KEY, *SECRET_KEY_FALLBACKS = _secret_keys()
DEBUG = False
HTTPS = os.environ.get("TUJING_HTTPS") == "1"
ALLOWED_HOSTS = os.environ.get("TUJING_ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")
DATABASES = {"default": _database()}

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "tujing.audit",
    "tujing.enterprise",
    "tujing.notices",
    "tujing.conversation",
    "tujing.tokens",
    "tujing.dataspace",
    "tujing.adoption",
    "tujing.runtime",
    "tujing.diagnosis",
    "tujing.planning",
    "tujing.delivery",
    "tujing.evaluation",
    "tujing.web",
    "tujing.api",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pads at random, so that lengths tell nothing (BREACH)
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tujing.web.refusals.UploadLimit",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "tujing.web.trail.AuditTrail",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tujing.web.middleware.ContentSecurityPolicy",
    "tujing.web.middleware.CurrentOrganisation",
    "tujing.api.door.Door",
    "tujing.web.refusals.Refusals",
]

ROOT_URLCONF = "tujing.web.urls"
WSGI_APPLICATION = "tujing.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tujing.web.context.shell",
            ],
        },
    }
]

# Mail goes only where a server is named.
EMAIL_HOST = os.environ.get("TUJING_SMTP_HOST", "")
SITE_URL = os.environ.get("TUJING_SITE_URL", "http://127.0.0.1:8000").rstrip("/")

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "locale"]
USE_I18N = True
TIME_ZONE = os.environ.get("TUJING_TIME_ZONE", "Asia/Shanghai")
USE_TZ = True

STATIC_URL = "static/"
STATICFILES_DIRS = [Path(__file__).parent / "static"]
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "tujing.web.views.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
