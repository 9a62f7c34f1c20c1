"""Django settings. By default `config.embedded` runs the servers, and data is stored in `.data/`.

`.env.example` documents the environment variables.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any

from config import env, language_models, logs, secret_key, service_urls
from config.embedded.data_folder import DataFolder

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / ".data")

# -- servers -----------------------------------------------------------------------------------

EMBEDDED = DataFolder(path=DATA_DIR)
DATABASE_URL = env.url("DATABASE_URL", "", service_urls.DATABASE_SCHEMES)
REDIS_URL = env.url("REDIS_URL", EMBEDDED.redis_url, service_urls.REDIS_SCHEMES)
CELERY_BROKER_URL = env.url(
    "CELERY_BROKER_URL", service_urls.celery_url(REDIS_URL), service_urls.CELERY_SCHEMES
)
CELERY_RESULT_BACKEND = env.url(
    "CELERY_RESULT_BACKEND",
    service_urls.celery_url(REDIS_URL, database=1),
    service_urls.CELERY_SCHEMES,
)

# zero omits the option, for connection poolers that reject it
STATEMENT_TIMEOUT = env.seconds("DATABASE_STATEMENT_TIMEOUT", timedelta(seconds=30))
_libpq_options: dict[str, str | int] = {"connect_timeout": 5, "application_name": "conveyor"}
if STATEMENT_TIMEOUT:
    _libpq_options["options"] = (
        f"-c statement_timeout={STATEMENT_TIMEOUT // timedelta(milliseconds=1)}"
    )

DATABASES: dict[str, dict[str, Any]] = {
    "default": {
        **service_urls.database_settings(
            DATABASE_URL or EMBEDDED.database_url, options=_libpq_options
        ),
        "CONN_MAX_AGE": env.integer("CONN_MAX_AGE", 600),
        "CONN_HEALTH_CHECKS": True,
    }
}

# Tasks that share one database connection. By default, Celery's Django fixup closes the connection
# around every task, regardless of CONN_MAX_AGE: one new connection per job.
CELERY_DB_REUSE_MAX = env.integer("CELERY_DB_REUSE_MAX", 1000)
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# -- Django ------------------------------------------------------------------------------------

DEBUG = env.boolean("DEBUG", default=False)
SECRET_KEY = env.raw("SECRET_KEY") or (
    env.text("SECRET_KEY") if DATABASE_URL else secret_key.read_or_create(DATA_DIR / "secret-key")
)
# Keys that encrypt stored secrets, the newest first; separate from the key that signs sessions.
SEALING_KEYS = env.words("SEALING_KEYS", [SECRET_KEY])
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "jobs",  # before the admin, whose base template it overrides
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "reports",
    "documents",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "jobs.api.tenant_transaction.TenantTransactionMiddleware",  # last: it wraps the views
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "config.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True

# -- files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
WHITENOISE_USE_FINDERS = True  # so that a first start needs no collectstatic
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
if env.raw("S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "documents.s3.S3Files",
        "OPTIONS": {
            "bucket_name": env.text("S3_BUCKET"),
            "endpoint_url": env.url("S3_ENDPOINT_URL", "", ("https", "http")) or None,
            "region_name": env.text("S3_REGION", "us-east-1"),
            "addressing_style": env.choice("S3_ADDRESSING", "auto", ("auto", "path", "virtual")),
            # without keys, boto3 uses the credentials of the machine or the container
            "access_key": env.raw("S3_ACCESS_KEY_ID") or None,
            "secret_key": env.raw("S3_SECRET_ACCESS_KEY") or None,
        },
    }

# -- security ----------------------------------------------------------------------------------

BEHIND_TLS = env.boolean("BEHIND_TLS", default=False)
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
if BEHIND_TLS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # probes and Prometheus connect from the private network, without TLS
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
else:
    # no proxy terminates TLS: plain HTTP on loopback or a private network is the operator's choice
    SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]

# -- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "jobs.api.authentication.ApiKeyAuthentication",
        "jobs.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["jobs.api.permissions.IsMember"],
    "DEFAULT_PARSER_CLASSES": ["jobs.api.parsers.StrictJSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "EXCEPTION_HANDLER": "jobs.api.problems.handle_exception",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a parameter of the API
    "DEFAULT_SCHEMA_CLASS": "jobs.api.schema.OperationSchema",
}
# Tokens of an external identity provider, accepted beside API keys. The URL needs the other two.
JWT_JWKS_URL = env.url("JWT_JWKS_URL", "", ("https", "http"))
JWT_ISSUER = env.text("JWT_ISSUER", None if JWT_JWKS_URL else "")
JWT_AUDIENCE = env.text("JWT_AUDIENCE", None if JWT_JWKS_URL else "")
JWT_ORGANIZATION_CLAIM = env.text("JWT_ORGANIZATION_CLAIM", "organization")
SPECTACULAR_SETTINGS = {
    # two fields are named `scope`
    "ENUM_NAME_OVERRIDES": {
        "LimitScopeEnum": "jobs.models.limits.SCOPES",
        "PauseScopeEnum": "jobs.models.pauses.PAUSE_SCOPES",
    },
    "OAS_VERSION": "3.1.0",
    "TITLE": "Conveyor",
    "DESCRIPTION": "Durable background jobs for AI work.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "jobs.api.schema.complete_schema",
    ],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# -- jobs --------------------------------------------------------------------------------------

JOBS_LEASE = env.seconds("JOBS_LEASE", timedelta(seconds=30))
JOBS_MAX_CRASHES = env.integer("JOBS_MAX_CRASHES", 3, at_least=1)
RATE_LIMIT = env.integer("RATE_LIMIT", 6000)
RATE_LIMIT_WINDOW = env.seconds("RATE_LIMIT_WINDOW", timedelta(seconds=60))
STREAMS_A_USER = env.integer("STREAMS_A_USER", 5, at_least=1)
JOBS_SHUTDOWN_GRACE = env.seconds("WORKER_GRACE", timedelta(seconds=20))

# -- outbound connections and email ------------------------------------------------------------

OUTBOUND_ALLOWED = env.networks("OUTBOUND_ALLOWED")
"""Private networks that URLs of users may reach, such as an intranet."""

EMAIL_HOST = env.raw("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, at_least=1, at_most=65535)
EMAIL_HOST_USER = env.raw("EMAIL_USER")
EMAIL_HOST_PASSWORD = env.raw("EMAIL_PASSWORD")
EMAIL_USE_TLS = env.boolean("EMAIL_STARTTLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "conveyor@localhost")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"

# -- models and documents ----------------------------------------------------------------------

_LANGUAGE_MODELS = language_models.read()
AI_MODELS = _LANGUAGE_MODELS.models
AI_DEFAULT_MODEL = _LANGUAGE_MODELS.default
AI_MODEL_OF_TYPE = _LANGUAGE_MODELS.by_job_type
"""Names of models by job types that do not use the default."""
AI_SEARCH_PROVIDER = env.choice("AI_SEARCH_PROVIDER", "", ("", "exa", "tavily", "searxng"))
AI_SEARCH_API_KEY = env.raw("AI_SEARCH_API_KEY")
AI_SEARCH_BASE_URL = env.url("AI_SEARCH_BASE_URL", "", ("https", "http"))
AI_SEARCH_TIMEOUT = env.seconds("AI_SEARCH_TIMEOUT", timedelta(seconds=20)).total_seconds()
AI_WEB_AGENT = env.text("AI_WEB_AGENT", "Conveyor/1")
"""User-Agent for reading web pages. The part before the slash is matched with robots.txt."""

DOCUMENT_MAX_BYTES = env.integer("DOCUMENT_MAX_BYTES", 50_000_000, at_least=1)
DOCUMENT_MAX_PAGES = env.integer("DOCUMENT_MAX_PAGES", 500, at_least=1)
DOCUMENT_MAX_PIXELS = env.integer("DOCUMENT_MAX_PIXELS", 60_000_000, at_least=1)
DOCUMENT_QUOTA_BYTES = env.integer("DOCUMENT_QUOTA_BYTES", 0)
DOCUMENT_READER_MEMORY = env.integer("DOCUMENT_READER_MEMORY", 350_000_000, at_least=100_000_000)

# -- monitoring --------------------------------------------------------------------------------

METRICS_TOKEN = env.raw("METRICS_TOKEN")
FLOWER_IS_OPEN = not (
    service_urls.is_loopback(env.text("FLOWER_ADDRESS", "127.0.0.1"))
    or env.raw("FLOWER_BASIC_AUTH")
    or env.raw("FLOWER_AUTH")
)
"""Whether Flower is reachable from other machines without a login. Flower can stop tasks."""

# -- logging -----------------------------------------------------------------------------------

LOGGING_CONFIG = "config.logs.configure"
LOGGING: logs.LogOptions = {
    "format": env.choice("LOG_FORMAT", "json", logs.FORMATS),
    "level": env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
}
