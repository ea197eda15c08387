"""Settings of every environment: `demo` (embedded services), `test` and `production` (the default, strict)."""

import os
import sys
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from config import api_document, applications, content_policy, logs, operator_look, schedule
from config import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ.get("LANGGANAN_ENV") or ("test" if "pytest" in sys.modules else "production")
PRODUCTION = ENVIRONMENT == "production"
DEBUG = False
DEMO = ENVIRONMENT == "demo" or env.flag("LANGGANAN_DEMO")
SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else "only-for-the-demo-and-the-tests-" + "x" * 40)

# --- addresses -------------------------------------------------------------------------------------------------------
BASE_DOMAIN = env.text("BASE_DOMAIN", "localhost")
PUBLIC_PORT = env.text("PUBLIC_PORT", "" if PRODUCTION else "8000")
PUBLIC_SCHEME = env.text("PUBLIC_SCHEME", "https" if PRODUCTION else "http")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", f"{BASE_DOMAIN},.{BASE_DOMAIN},127.0.0.1")
CSRF_TRUSTED_ORIGINS = env.names(
    "CSRF_TRUSTED_ORIGINS", f"https://{BASE_DOMAIN},https://*.{BASE_DOMAIN}" if PRODUCTION else ""
)
RESERVED_SUBDOMAINS = env.names(
    "RESERVED_SUBDOMAINS",
    "www,api,app,admin,static,media,mail,smtp,ftp,public,langganan,status,help,bantuan,billing,webhooks,sandbox,demo,test,root,support",
)
# How many proxies of ours stand before the web server: only their entries of X-Forwarded-For are believed.
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 1 if PRODUCTION else 0)
SIGNUPS_PER_HOUR = env.number("SIGNUPS_PER_HOUR", 20)

# --- applications ----------------------------------------------------------------------------------------------------
SHARED_APPS, TENANT_APPS = applications.SHARED_APPS, applications.TENANT_APPS
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
# One SET a switch instead of one before every query; safe with Django's pool since django-tenants 4.0.1.
TENANT_LIMIT_SET_CALLS = True
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

MIDDLEWARE = applications.MIDDLEWARE
ROOT_URLCONF = "config.urls_tenant"
PUBLIC_SCHEMA_URLCONF = "config.urls_public"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.surroundings",
                "config.context_processors.dashboard",
            ]
        },
    }
]

# --- data ------------------------------------------------------------------------------------------------------------
DATABASES: dict[str, Any] = {
    "default": env.database("DATABASE_URL", test_name=env.text("TEST_DB_NAME", "test_langganan"))
}
# Further databases for tenants moved there with `move_tenant`; public tables stay in the default one.
DATABASES |= {
    alias: env.database(name, test_name=f"test_{alias}") for alias, name in env.cells("DATABASE_URL_").items()
}
# A backend keeps about 84 kB of catalogue for each tenant it has met: with 300 of them 25 MB, then it is replaced.
TENANTS_PER_CONNECTION = env.number("DATABASE_TENANTS_PER_CONNECTION", 300)
# A pool's threads do not survive the fork of Celery's workers; each of them has one connection of its own.
IN_CELERY = Path(sys.argv[0]).name == "celery"
# In seconds: a connection is replaced after a quarter of an hour, and who waits for one longer than 15 is told.
DATABASE_POOL = {"min_size": 1, "max_size": env.number("DATABASE_POOL_SIZE", 8), "max_lifetime": 900, "timeout": 15}
_POOLED = env.flag("DATABASE_POOL", default=ENVIRONMENT != "test" and not IN_CELERY)
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0
    _database["OPTIONS"] = {"pool": DATABASE_POOL} if _POOLED else {}
# How long a request may have to wait behind a tenant's migration that waits itself, and how long a statement of one may take.
MIGRATION_LOCK_TIMEOUT_MS = env.number("MIGRATION_LOCK_TIMEOUT_MS", 800)
MIGRATION_STATEMENT_TIMEOUT_MS = env.number("MIGRATION_STATEMENT_TIMEOUT_MS", 15_000)
DATABASE_ROUTERS = ["tenants.routers.TenantRouter"]
TENANT_SYNC_ROUTER = "tenants.routers.TenantRouter"
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / ".data" / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / ".data" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
# A test's client begins the application anew: looking through all static files each time costs more than most requests.
WHITENOISE_AUTOREFRESH = ENVIRONMENT == "test"
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "tenants.backend.cache.SharedCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "langganan",
        # A cache that hangs is left alone; requests go on without it.
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
    }
    if ENVIRONMENT != "test"
    else {"BACKEND": "tenants.backend.cache.LocalCache"}
}

# --- people ----------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if ENVIRONMENT == "test"
    else ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "tenants.accounts.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "tenants.forms.accounts.TenantLoginForm",
    "reset_password": "tenants.forms.accounts.TenantResetPasswordForm",
    "reset_password_from_key": "tenants.forms.accounts.TenantResetPasswordKeyForm",
    "change_password": "tenants.forms.accounts.TenantChangePasswordForm",
    "reauthenticate": "tenants.forms.accounts.TenantReauthenticateForm",
}
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# An unknown address gets no mail; the page says the same either way.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_VERIFICATION = "none"
# allauth limits logins by address: without this all of Indonesia would be the proxy, and ten wrong passwords a minute.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
ACCOUNT_RATE_LIMITS = {} if ENVIRONMENT == "test" else {"login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Langganan"
MFA_FORMS = {
    "authenticate": "tenants.forms.accounts.TenantAuthenticateForm",
    "reauthenticate": "tenants.forms.accounts.TenantCodeReauthenticateForm",
    "activate_totp": "tenants.forms.accounts.TenantActivateTOTPForm",
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
# Host-only cookies: a session belongs to one tenant's host; the switcher hands over with a signed, short-lived token.
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_AGE = 60 * 60 * 24 * 14

# --- language and time -----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Indonesia")), ("en", _("Inggris"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"

# --- security --------------------------------------------------------------------------------------------------------
SECURE_SSL_REDIRECT = PRODUCTION and env.flag("SECURE_SSL_REDIRECT", default=True)
# Midtrans never retries a redirect, and probes speak plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^webhooks/", r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = content_policy.allowed(PUBLIC_SCHEME, BASE_DOMAIN)
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
PROOF_MAX_BYTES = 5 * 1024 * 1024
STATEMENT_MAX_BYTES = 5 * 1024 * 1024

# --- the API ---------------------------------------------------------------------------------------------------------
API_CALLS_PER_MINUTE = env.number("API_CALLS_PER_MINUTE", 600)
VISITOR_CALLS_PER_MINUTE = env.number("VISITOR_CALLS_PER_MINUTE", 60)
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["tenants.api.parsing.StrictJSONParser"],
    "EXCEPTION_HANDLER": "tenants.problems.handle_exception",
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_THROTTLE_RATES": {
        "key": f"{API_CALLS_PER_MINUTE}/min",
        "address": f"{VISITOR_CALLS_PER_MINUTE}/min",
        "signup": f"{SIGNUPS_PER_HOUR}/hour",
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = api_document.SPECTACULAR_SETTINGS

# --- background work -------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_ALWAYS_EAGER = ENVIRONMENT == "test"
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
# How many equal drains share a daily job, where there is work for them; they need as many workers.
DRAINS_PER_JOB = env.number("DRAINS_PER_JOB", os.cpu_count() or 1)
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE

# --- the gateway -----------------------------------------------------------------------------------------------------
MIDTRANS_SANDBOX = env.flag("MIDTRANS_SANDBOX", default=not PRODUCTION)
_PUBLIC_BASE = f"http://127.0.0.1:{PUBLIC_PORT or '8000'}"
MIDTRANS_SERVER_KEY = env.text("MIDTRANS_SERVER_KEY", None if PRODUCTION else "SB-Mid-server-demo")
MIDTRANS_CLIENT_KEY = env.text("MIDTRANS_CLIENT_KEY", "" if PRODUCTION else "SB-Mid-client-demo")
MIDTRANS_MERCHANT_ID = env.text("MIDTRANS_MERCHANT_ID", "" if PRODUCTION else "G000000001")
MIDTRANS_SIGNATURE_KEY = env.text("MIDTRANS_SIGNATURE_KEY", MIDTRANS_SERVER_KEY)
MIDTRANS_SNAP_BASE_URL = env.text(
    "MIDTRANS_SNAP_BASE_URL",
    f"{_PUBLIC_BASE}/sandbox/midtrans/snap/v1" if MIDTRANS_SANDBOX else "https://app.midtrans.com/snap/v1",
)
MIDTRANS_API_BASE_URL = env.text(
    "MIDTRANS_API_BASE_URL", f"{_PUBLIC_BASE}/sandbox/midtrans" if MIDTRANS_SANDBOX else "https://api.midtrans.com"
)
MIDTRANS_TIMEOUT_SECONDS = env.number("MIDTRANS_TIMEOUT_SECONDS", 10)
MIDTRANS_NOTIFICATION_URL = env.text("MIDTRANS_NOTIFICATION_URL", f"{_PUBLIC_BASE}/webhooks/midtrans/")
MIDTRANS_NOTIFICATION_HOST = env.text("MIDTRANS_NOTIFICATION_HOST", BASE_DOMAIN)
# Ids restart after a restore: the prefix keeps two installations' order ids apart.
ORDER_ID_PREFIX = env.text("ORDER_ID_PREFIX", "LGN" if PRODUCTION else "DEMO")
# Methods whose fee the payer pays on top (K8), by their code in enabled_payments; QRIS never, whatever stands here.
GATEWAY_FEES_PASSED_ON = env.names("GATEWAY_FEES_PASSED_ON", "bca_va,bni_va,bri_va,permata_va,echannel" if DEMO else "")
# A refund above this many rupiah needs a second member of staff.
REFUND_APPROVAL_LIMIT = env.number("REFUND_APPROVAL_LIMIT", 1_000_000)
# A claim above this many rupiah is given up only with a second member of staff.
WRITE_OFF_APPROVAL_LIMIT = env.number("WRITE_OFF_APPROVAL_LIMIT", 1_000_000)
# An invoice of which more rupiah than this are taken back by credit notes needs a second member of staff.
CREDIT_NOTE_APPROVAL_LIMIT = env.number("CREDIT_NOTE_APPROVAL_LIMIT", 1_000_000)
# A dispute of which more rupiah than this are lost, or more that a bank took, needs a second member of staff.
LOST_DISPUTE_APPROVAL_LIMIT = env.number("LOST_DISPUTE_APPROVAL_LIMIT", 1_000_000)
CHECKOUT_MINUTES = env.number("CHECKOUT_MINUTES", 24 * 60)
# How long an announced transfer keeps its unique code.
TRANSFER_DAYS = env.number("TRANSFER_DAYS", 14)

# --- messages --------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = {
    "production": "django.core.mail.backends.smtp.EmailBackend",
    "test": "django.core.mail.backends.locmem.EmailBackend",
}.get(
    ENVIRONMENT,
    "django.core.mail.backends.smtp.EmailBackend"
    if env.text("EMAIL_HOST", "")
    else "notifications.channels.local.LocalEmailBackend",
)
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text(
    "DEFAULT_FROM_EMAIL", f"Langganan <tagihan@{BASE_DOMAIN if '.' in BASE_DOMAIN else 'langganan.test'}>"
)
WHATSAPP_PROVIDER_URL = env.text("WHATSAPP_PROVIDER_URL", "")
WHATSAPP_PROVIDER_TOKEN = env.text("WHATSAPP_PROVIDER_TOKEN", "")
SMS_PROVIDER_URL = env.text("SMS_PROVIDER_URL", "")
SMS_PROVIDER_TOKEN = env.text("SMS_PROVIDER_TOKEN", "")

# --- operations ------------------------------------------------------------------------------------------------------
# Who scrapes /metrics shows this token; without one it is closed in production.
METRICS_TOKEN = env.text("METRICS_TOKEN", "")

# --- logs ------------------------------------------------------------------------------------------------------------
LOGGING = logs.configured(plain=not PRODUCTION, level=env.text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING"))

UNFOLD = operator_look.UNFOLD
SILENCED_SYSTEM_CHECKS = ["django_tenants.W003"]
