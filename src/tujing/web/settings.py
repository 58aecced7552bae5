"""Django settings. Everything that differs between installations comes from the environment.

TUJING_HOME          folder for the database, tables, reports and the secret key (default: ./var); further lines of the
                     file secret_key are former keys: what they signed or sealed is still read, never written
TUJING_DATABASE_URL  postgresql://user:password@host:port/name; default is SQLite in TUJING_HOME
TUJING_ALLOWED_HOSTS comma-separated (default: 127.0.0.1,localhost)
TUJING_SITE_URL      where people reach the site, for links in mail (default: http://127.0.0.1:8000)
TUJING_LOG           json for one JSON document a line on stderr
TUJING_HOOK_NETWORKS comma-separated private networks that webhooks may call, e.g. 10.20.0.0/16 (default: none)
TUJING_HOOK_PLAIN    1 lets webhooks call http:// as well as https://
TUJING_HTTPS         1 when served behind HTTPS: cookies become Secure and HSTS is sent
TUJING_OIDC_ISSUER   single sign-on for the whole installation: the OpenID Connect provider's issuer, with
                     TUJING_OIDC_CLIENT_ID, TUJING_OIDC_CLIENT_SECRET, and if wanted TUJING_OIDC_NAME (shown on the
                     button) and TUJING_OIDC_JOIN=company:role (who comes first gets that role there; else nobody joins)
                     and TUJING_OIDC_JOIN_DOMAINS (mail domains, comma-separated)
TUJING_OUTBOUND_HOSTS hosts, comma-separated, that this server may call although they are in a private network or speak
                     plain HTTP; any other address that companies enter must be public and HTTPS
TUJING_SMTP_HOST     mail server, with TUJING_SMTP_PORT, TUJING_SMTP_USER, TUJING_SMTP_PASSWORD, TUJING_SMTP_TLS (1:
                     STARTTLS, the default; ssl: TLS from the start; 0: none) and TUJING_MAIL_FROM; else no mail is sent
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
                # 16 MB of pages a connection: the index of a long list is read again for every page of it.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16384;",
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
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
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
    "tujing.hooks",
    "tujing.chain",
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
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tujing.web.middleware.ContentSecurityPolicy",
    "tujing.web.middleware.CurrentOrganisation",
    "tujing.api.door.Door",
    "tujing.web.identity.sessions.Seen",
    "tujing.web.refusals.Refusals",
]

ROOT_URLCONF = "tujing.web.urls"
WSGI_APPLICATION = "tujing.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before the apps' own: our pages take the place of allauth's.
        "DIRS": [Path(__file__).parent / "templates"],
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
PASSWORD_RESET_TIMEOUT = 24 * 3600

# django-allauth brings the second factor, single sign-on and the list of sessions. Accounts come by invitation only and
# sign in by name; what slows guessing is `ratelimit`, which counts in the database and so across processes.
ACCOUNT_ADAPTER = "tujing.web.identity.adapters.AccountAdapter"
ACCOUNT_FORMS = {"reauthenticate": "tujing.web.identity.forms.ConfirmPassword"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_RATE_LIMITS = False
ACCOUNT_REAUTHENTICATION_REQUIRED = True
MFA_ADAPTER = "tujing.web.identity.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "tujing.web.identity.forms.SignInCode",
    "reauthenticate": "tujing.web.identity.forms.ConfirmCode",
    "activate_totp": "tujing.web.identity.forms.ActivateCode",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Tujing"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
SOCIALACCOUNT_ADAPTER = "tujing.web.identity.adapters.SignOnAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"provider_class": "tujing.web.identity.oidc.Provider"}}
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SITE_SIGN_ON = {
    name: os.environ.get(f"TUJING_OIDC_{name.upper()}", "")
    for name in ("issuer", "client_id", "client_secret", "name", "join", "join_domains")
}
OUTBOUND_HOSTS = [host for host in os.environ.get("TUJING_OUTBOUND_HOSTS", "").split(",") if host]

EMAIL_HOST = os.environ.get("TUJING_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("TUJING_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("TUJING_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("TUJING_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("TUJING_SMTP_TLS", "1") == "1"
EMAIL_USE_SSL = os.environ.get("TUJING_SMTP_TLS", "1") == "ssl"
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("TUJING_MAIL_FROM", EMAIL_HOST_USER or "tujing@localhost")

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
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
# Behind a proxy the request itself comes by http, while the browser names the https origin of the form that it sends.
CSRF_TRUSTED_ORIGINS = [f"https://{host.strip()}" for host in ALLOWED_HOSTS] if HTTPS else []
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "tujing.web.views.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
HOOK_NETWORKS = os.environ.get("TUJING_HOOK_NETWORKS", "")
HOOK_PLAIN = os.environ.get("TUJING_HOOK_PLAIN") == "1"
UPLOAD_LIMIT_BYTES = 200 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tujing.web.jsonlog.JsonLines"}, "plain": {}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("TUJING_LOG") == "json" else "plain",
        }
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
