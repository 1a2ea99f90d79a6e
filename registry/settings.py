"""The one settings file. Everything that differs between machines comes from the environment.

DATABASE_URL      sqlite:///… or postgres://user:password@host/name; default: registry.sqlite3 here
DATABASE_REPLICA_URLS  streaming replicas that serve readers, separated by spaces
REPLICA_LAG       seconds that these may be behind the primary (2)
DATABASE_POOL     connections to PostgreSQL per process (10)
SECRET_KEY        required; 50 characters or more
SECRET_KEY_FALLBACKS  keys of before, separated by commas: by them the ledger's erasures are known
ALLOWED_HOSTS     required; host names, separated by commas
LEDGER            the file that notes withdrawals for a restore; default: beside the database
NUM_PROXIES       how many proxies stand before the server and append to X-Forwarded-For (0)
API_RATE_ANON     API requests a minute for a client without a key (600); 0 = no limit
API_RATE_KEY      API requests a minute for each key, over all processes (6000); 0 = no limit
ANSWER_DAYS       working days within which staff promise to read what readers send (5)
REPORT_RATE       reports that one reader may send in an hour (10); 0 = no limit
REGISTRY_NAME     what the registry is called: once, or as “English | Belarusian | Russian”
REGISTRY_PUBLISHER  who publishes it: Name <mailbox of a role> and, if there is one, the website
MAIL_URL          the mail server for answers to readers: smtp+tls://user:password@host:587
MAIL_FROM         the address that these come from; required with MAIL_URL
IATI_REFERENCE    the identifier (org-id.guide) of whoever runs the registry: its activities in IATI
                  begin with it, so it should never change (XX-NGO-PROGRAMME-REGISTRY)
DEMO              1 = try it on this computer: see docs/deploy.md for exactly what changes
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]

env = Env()
DEBUG = False  # also in the demo: a debug page shows settings and queries
DEMO = env.bool("DEMO", default=False)

# Not through env: it takes a value that begins with "$" for the name of another variable.
SECRET_KEY = os.environ.get("SECRET_KEY", secrets.token_urlsafe(50) if DEMO else "")
# Django's own check of the key is a warning; here a guessable key does not start. Counting
# different neighbouring pairs catches one repeated character and one repeated word alike.
if (
    len(SECRET_KEY) < 50
    or len({SECRET_KEY[i : i + 2] for i in range(len(SECRET_KEY) - 1)}) < 30
    or "insecure" in SECRET_KEY.lower()
):
    raise ImproperlyConfigured(
        "SECRET_KEY must be set to at least 50 random characters. Make one with: "
        'python3 -c "import secrets; print(secrets.token_urlsafe(50))"'
    )

SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=LOOPBACK if DEMO else [])
if not ALLOWED_HOSTS:
    raise ImproperlyConfigured("ALLOWED_HOSTS must name the hosts that the registry answers for.")
if DEMO and not set(ALLOWED_HOSTS) <= set(LOOPBACK):
    raise ImproperlyConfigured(
        f"DEMO=1 lowers the guards and serves this computer alone ({', '.join(LOOPBACK)}); "
        f"ALLOWED_HOSTS names {', '.join(sorted(set(ALLOWED_HOSTS) - set(LOOPBACK)))}."
    )
NUM_PROXIES = env.int("NUM_PROXIES", default=0)

INSTALLED_APPS = [
    "registry.imports",
    "programmes",
    "organisations",
    "registry.locations",
    "registry.reports",
    "registry.records",
    "registry.pages",
    "registry.staff",
    "registry.workflow",
    "registry.cards",
    "registry.keys",
    "registry.ops",
    "registry",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rest_framework_api_key",
    "simple_history",
]

MIDDLEWARE = [
    "registry.middleware.metrics.MetricsMiddleware",
    "registry.middleware.http.HeadMiddleware",
    "registry.middleware.security.ErrorMiddleware",
    "registry.middleware.security.SharingMiddleware",
    "registry.middleware.compression.CompressionMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "registry.middleware.http.FilesMiddleware",
    "registry.middleware.language.LanguageMiddleware",
    "registry.middleware.problems.ProblemMiddleware",
    "registry.middleware.security.LongAddressMiddleware",
    "registry.middleware.security.NulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "registry.middleware.http.SlashMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "registry.staff.logins.RightsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "registry.middleware.busy.BusyMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "registry.urls"
WSGI_APPLICATION = "registry.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "registry.middleware.language.page",
            ],
        },
    },
]
FORM_RENDERER = "registry.staff.form_parts.FormRenderer"

# A host of PostgreSQL that is gone without a word (power, cable) is given up after ten seconds.
# TCP itself would let whoever asks it hang for hours.
unheard = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
unheard |= {"tcp_user_timeout": 10_000}  # milliseconds
# Compiling a statement took 1,054 ms of 1,065 of one, and pays only where it runs for seconds
# (docs/decisions/0013). What is prepared is planned once (docs/decisions/0060).
PLANNING = "-c jit=off -c plan_cache_mode=force_generic_plan"
# What waits to be put into an index of words is read by each search (docs/decisions/0065).
PLANNING += " -c gin_pending_list_limit=64kB"
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'registry.sqlite3'}")
}
database = DATABASES["default"]
if database["ENGINE"] == "django.db.backends.sqlite3":
    # A connection costs more than most replies. Each thread of a process keeps its own; none is
    # there before the server forks, as each process loads the registry by itself.
    database.setdefault("CONN_MAX_AGE", None)
    # Measured with eight writers: WAL alone still gives "database is locked", this gives none.
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # FULL: what was acknowledged is on the disk, a withdrawal above all. With NORMAL the last
        # commits can be lost when the power fails. What is taken away by the thousand is looked up
        # in many indexes: with 2 MB of pages, the default, half of the time goes into reading the
        # same pages again.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
        ),
        **database.get("OPTIONS", {}),
    }
else:
    from registry.ops.lent import Lent  # needs psycopg, which SQLite does not

    # The pool replaces persistent connections, and checks one before it lends it: after a
    # restart of the server the registry reconnects by itself. Five seconds without a free
    # connection are answered with 503.
    database["CONN_MAX_AGE"] = 0
    database["CONN_HEALTH_CHECKS"] = True
    database["OPTIONS"] = {
        **unheard,
        "options": PLANNING,
        "pool": {
            "min_size": 1,
            "max_size": env.int("DATABASE_POOL", default=10),
            "timeout": 5,
            "connection_class": Lent,
        },
        **database.get("OPTIONS", {}),
    }
# Streaming replicas of PostgreSQL, from which readers are served: registry/cards/replicas.py. Their
# connections are kept, since a pool would wait for one that was stopped.
for number, address in enumerate(
    filter(None, os.environ.get("DATABASE_REPLICA_URLS", "").split()), 1
):
    DATABASES[f"replica{number}"] = replica = env.db_url_config(address)
    replica |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
    replica["OPTIONS"] = {
        **unheard,
        "options": PLANNING,
        "connect_timeout": 2,
        **replica.get("OPTIONS", {}),
    }
if len(DATABASES) > 1:
    DATABASE_ROUTERS = ["registry.cards.replicas.Router"]
    before = MIDDLEWARE.index("registry.middleware.busy.BusyMiddleware")
    MIDDLEWARE.insert(before, "registry.cards.replicas.ReplicaMiddleware")
REPLICA_LAG = env.float("REPLICA_LAG", default=2.0)  # seconds that a reader may be behind
LEDGER = env("LEDGER", default="")
# What is due is done by the server's own processes, unless a timer runs `manage.py due`.
DUE_BY_TIMER = env.bool("DUE_BY_TIMER", default=False)
BACKUPS = env("BACKUPS", default="")  # the folder of the day's backup, best on another disk
BACKUPS_KEPT = env.int("BACKUPS_KEPT", default=14)
BACKUPS_TO = env("BACKUPS_TO", default=None)  # encrypted to this public key of age
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Loaded in this order into an empty registry: what a file refers to stands in an earlier one.
FIXTURE_DIRS = [BASE_DIR / "fixtures"]
FIXTURES = [
    "sources",
    "location_sources",
    "terms",
    "locations",
    "former_addresses",
    "local_contexts",
    "organisations",
    "programmes",
]

FORMAT_MODULE_PATH = ["registry.locale_formats"]

# Django's default keeps what is said to staff, names included, in a cookie.
SIMPLE_HISTORY_DATE_INDEX = False  # versions are looked for by what they are of

MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

CACHES = {
    # Failed logins are counted, and codes that were used are remembered, across processes: by
    # axes and by allauth, which asks for no other cache than the default one.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "login_failures",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
    # Counts of the whole registry and pages as they were drawn, until something changes.
    "kept": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "kept",
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("be", _("Belarusian")), ("ru", _("Russian"))]
# The second holds our words for the texts of Django and of packages: `make messages`, which drops
# what it does not find in our own source, leaves it alone.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "django"]
TIME_ZONE = "Europe/Minsk"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"] if (BASE_DIR / "static").is_dir() else []
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "registry.ops.collected.PackagesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # there are no uploads
    "staticfiles": {"BACKEND": "registry.ops.collected.Storage"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Security (ASVS 5.0 level 2). The demo differs in what plain HTTP on loopback cannot do.
SECURE_SSL_REDIRECT = not DEMO
SECURE_REDIRECT_EXEMPT = [r"^healthz/", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if DEMO else 2 * 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = not DEMO
SECURE_HSTS_PRELOAD = not DEMO
# `no-referrer` would make browsers post `Origin: null`, which our forms refuse.
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_NAME = "sessionid" if DEMO else "__Host-sessionid"
CSRF_COOKIE_NAME = "csrftoken" if DEMO else "__Host-csrftoken"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "registry.staff.saved_once.refused_for_csrf"
SESSION_COOKIE_AGE = 12 * 3600
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# A record with all its inlines has some 2,000 form fields; a 64 kB query can hold 32,000.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "registry.staff.logins.StrengthValidator"},
]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"

# After the password staff show a second factor (docs/decisions/0029-second-factor.md).
SECOND_FACTOR = not DEMO
ACCOUNT_ADAPTER = "registry.staff.factors.AccountRules"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_REAUTHENTICATION_METHODS = ["password"]
MFA_ADAPTER = "registry.staff.factors.FactorRules"
MFA_FORMS = {
    "authenticate_webauthn": "registry.staff.factor_forms.AskingForm",
    "add_webauthn": "registry.staff.factor_forms.AddingForm",
    "login_webauthn": "registry.staff.factor_forms.PasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # no account has an address
MFA_TOTP_TOLERANCE = 1  # clocks of phones are half a minute wrong

# Five wrong passwords for one account from one source close that pair for a quarter of an hour,
# whether the account exists or not, and twenty from one source close it for all accounts. Only a
# keyed hash of the address is ever counted or logged.
LOGIN_FAILURES_PER_SOURCE = 20
AXES_HANDLER = "registry.staff.logins.LoginHandler"
AXES_CLIENT_STR_CALLABLE = "registry.staff.logins.described"
AXES_CLIENT_IP_CALLABLE = "registry.middleware.security.source"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False  # the verbose log lines hold the user agent

# Not through env, as the key above; who may be called “$ub”.
REGISTRY_NAME = os.environ.get("REGISTRY_NAME", "").strip()
REGISTRY_PUBLISHER = os.environ.get("REGISTRY_PUBLISHER", "").strip()

ANSWER_DAYS = env.int("ANSWER_DAYS", default=5)
# Without a mail server staff see where a reader can be reached, and write from elsewhere.
if os.environ.get("MAIL_URL"):
    globals().update(Env.email_url_config(os.environ["MAIL_URL"]))
    EMAIL_TIMEOUT = 10
    MAIL_FROM = env("MAIL_FROM")
else:
    MAIL_FROM = ""
REPORT_RATE = 0 if DEMO else env.int("REPORT_RATE", default=10)
IATI_REFERENCE = env("IATI_REFERENCE", default="XX-NGO-PROGRAMME-REGISTRY")
API_RATE_ANON = 0 if DEMO else env.int("API_RATE_ANON", default=600)
API_RATE_KEY = 0 if DEMO else env.int("API_RATE_KEY", default=6000)
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["registry.keys.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_RENDERER_CLASSES": ["registry.api.formats.Json"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "registry.api.formats.Negotiation",
    "DEFAULT_THROTTLE_CLASSES": [
        "registry.ops.throttling.AnonymousThrottle",
        "registry.ops.throttling.KeyThrottle",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "registry.middleware.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Programme Registry",
    "DESCRIPTION": "Who does what, where and when in civil society. Reading needs no key.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"},
    "SORT_OPERATION_PARAMETERS": False,  # they stand in the order of the filters
    "POSTPROCESSING_HOOKS": [],
}

# No address, query string or user agent of a visitor is written anywhere. `django.request` names
# the path of each 4xx: what somebody looked for and did not find is nobody's business either.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Each request of another host, too large or with too many fields is refused with 400, and
        # would be a traceback: of these scanners could fill the disk.
        "django.security": {"level": "CRITICAL"},
        "registry": {"level": "INFO"},
    },
}
