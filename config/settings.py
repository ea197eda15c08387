"""Settings of every environment: `demo` (embedded services), `test` and `production` (the default, strict)."""

import os
import sys
from pathlib import Path
from typing import Any

import structlog
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

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
SHARED_APPS = [
    "django_tenants",
    "config",
    "tenants",
    "plans",
    "billing.gateways",
    "billing.gateways.sandbox",
    "billing.gateways.statements",
    "partners",
    "reports",
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "config.operator_app.OperatorAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "django_celery_beat",
]
TENANT_APPS = ["billing", "trials", "notifications"]
INSTALLED_APPS = [*SHARED_APPS, *TENANT_APPS]
TENANT_MODEL = "tenants.Tenant"
TENANT_DOMAIN_MODEL = "tenants.Domain"
# One SET a switch instead of one before every query; safe with Django's pool since django-tenants 4.0.1.
TENANT_LIMIT_SET_CALLS = True
AUTH_USER_MODEL = "tenants.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

MIDDLEWARE = [
    "tenants.middleware.RequestIdMiddleware",
    "tenants.middleware.HealthMiddleware",
    "tenants.middleware.TenantMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "tenants.middleware.ApiMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.LanguageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tenants.middleware.SessionTenantMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "billing.middleware.AccessMiddleware",
    "tenants.middleware.ApiExit",
]
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
for _database in DATABASES.values():
    _database["CONN_MAX_AGE"] = 0
    _database["OPTIONS"] = (
        {"pool": {"min_size": 1, "max_size": env.number("DATABASE_POOL_SIZE", 8), "max_lifetime": 900, "timeout": 15}}
        if env.flag("DATABASE_POOL", default=ENVIRONMENT != "test" and not IN_CELERY)
        else {}
    )
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
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "form-action": [
            SELF,
            f"{PUBLIC_SCHEME}://*.{BASE_DOMAIN}:*",
            f"{PUBLIC_SCHEME}://{BASE_DOMAIN}:*",
            "https://*.midtrans.com",
        ],
    }
}
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
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Langganan API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "DESCRIPTION": (
        "Quotes, sign-ups, subscriptions, quantities, invoices and payments. Amounts are whole rupiah, quantities decimal "
        "strings, dates ISO 8601. Errors are problem documents (RFC 9457) with a stable `code`. `Accept-Language: en` answers "
        "in English. Every POST takes an `Idempotency-Key`."
    ),
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["tenants.api.schema.complete"],
}

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
# The whole schedule in one place. Hourly, because the day turns at three different hours in Indonesia.
CELERY_BEAT_SCHEDULE: dict[str, Any] = {
    "billing": {"task": "trials.tasks.run_billing", "schedule": crontab(minute="5")},
    "suspensions": {"task": "trials.tasks.run_suspensions", "schedule": crontab(minute="20")},
    # 08.00–20.00 in Jakarta: nobody wants a reminder at midnight.
    "reminders": {"task": "trials.tasks.run_reminders", "schedule": crontab(minute="35", hour="1-13")},
    "recognition": {"task": "trials.tasks.run_recognition", "schedule": crontab(minute="50")},
    "notify": {"task": "notifications.tasks.notify", "schedule": 20.0},
    "deliver": {"task": "notifications.tasks.deliver", "schedule": 20.0},
    "notices": {"task": "billing.tasks.apply_pending_notices", "schedule": 30.0},
    "reconcile": {"task": "billing.tasks.reconcile_checkouts", "schedule": crontab(minute="*/10")},
    # After the night's billing and before the reminders; nobody's card is charged at midnight.
    "debits": {"task": "billing.tasks.charge_mandates", "schedule": crontab(minute="25", hour="1-13")},
    "mandates": {"task": "billing.tasks.tend_mandates", "schedule": crontab(minute="*/10")},
    "recheck": {"task": "billing.tasks.recheck_paid", "schedule": crontab(minute="30", hour="18")},
    "refunds": {"task": "billing.tasks.resend_refunds", "schedule": crontab(minute="*/10")},
    "transfers": {"task": "billing.tasks.expire_transfers", "schedule": crontab(minute="10")},
    "owed_offers": {"task": "billing.tasks.settle_owed_offers", "schedule": crontab(minute="*/5")},
    "follow_referrals": {"task": "partners.tasks.follow", "schedule": crontab(minute="*/5")},
    "facts": {"task": "reports.tasks.follow", "schedule": crontab(minute="*/5")},
    "award_referrers": {"task": "partners.tasks.award", "schedule": crontab(minute="30", hour="20")},
    "bank_lines": {"task": "billing.tasks.match_bank_lines", "schedule": crontab(minute="*/15")},
    "gateway_reports": {"task": "billing.tasks.work_off_gateway_reports", "schedule": crontab(minute="25")},
    "pilots": {"task": "trials.tasks.remind_pilots", "schedule": crontab(minute="15", hour="2")},
    "provision": {"task": "trials.tasks.provision_pending", "schedule": 30.0},
    "promises": {"task": "tenants.tasks.settle_promises", "schedule": 30.0},
    "forget_notices": {"task": "billing.tasks.prune_notices", "schedule": crontab(minute="55", hour="18")},
    "forget_drafts": {"task": "billing.tasks.forget_drafts", "schedule": crontab(minute="45", hour="18")},
    "archives": {"task": "billing.tasks.build_waiting_archives", "schedule": crontab(minute="*/5")},
    "forget_archives": {"task": "billing.tasks.forget_archives", "schedule": crontab(minute="48", hour="18")},
    "forget": {"task": "tenants.tasks.prune_idempotent_requests", "schedule": crontab(minute="50", hour="18")},
    "forget_visitors": {"task": "plans.tasks.forget_old_visitors", "schedule": crontab(minute="45", hour="18")},
    # When most of the day is over everywhere: only tenants with postings since their last check.
    "books": {"task": "billing.tasks.check_books", "schedule": crontab(minute="15", hour="20")},
    "sweep": {"task": "trials.tasks.sweep_agenda", "schedule": crontab(minute="40", hour="19")},
}

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
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "structured": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": structlog.processors.JSONRenderer()
            if PRODUCTION
            # Plain tracebacks: the rich ones print local variables, passwords among them.
            else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso")],
        }
    },
    # Standard output belongs to commands' answers; every log goes to standard error.
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING")},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Langganan",
    "SITE_HEADER": "Langganan BizOps",
    "SITE_SYMBOL": "receipt_long",
    "SITE_URL": None,
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "config.operator_menu.favicon"}],
    "STYLES": ["config.operator_menu.stylesheet"],
    "DASHBOARD_CALLBACK": "config.admin.home.show_queues",
    "SIDEBAR": {"navigation": "config.operator_menu.navigation"},
    "COLORS": {
        "primary": {
            "50": "#eef5fc",
            "100": "#d9e8f7",
            "200": "#b8d4ef",
            "300": "#8ab8e2",
            "400": "#5595d0",
            "500": "#3078b8",
            "600": "#1d5c96",
            "700": "#194c7b",
            "800": "#184167",
            "900": "#183756",
            "950": "#0f2339",
        },
    },
}
SILENCED_SYSTEM_CHECKS = ["django_tenants.W003"]
