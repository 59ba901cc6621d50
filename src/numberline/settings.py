"""Django's settings. What a user may set stands in numberline.environment; the rest is fixed here."""

from django.utils.functional import SimpleLazyObject

from numberline import environment
from numberline.alert_settings import alert_settings
from numberline.database_url import databases
from numberline.web_settings import *  # noqa: F403 - the portal's half of these settings
from numberline.web_settings import WEB_APPS

DATA_DIR = environment.data_dir()
SETTLE = environment.settle_time()
GRAPH_RATES = environment.graph_rates()
ALERTS = alert_settings()
# Lazy: asking for the key may make a file, which checks and `--help` have no reason to do.
SECRET_KEY = SimpleLazyObject(environment.secret_key)

DATABASES = {"default": databases(environment.read("NUMBERLINE_DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "numberline.apps.Numberline",
    "numberline.audit",
    "numberline.tenants",
    "numberline.directory",
    "numberline.inventory",
    "numberline.worklist",
    "numberline.assignments",
    "numberline.policies",
    "numberline.planning",
    "numberline.runs",
    "numberline.alerts",
    "numberline.jobs",
    *WEB_APPS,
]

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING_CONFIG = "numberline.logs.configure"
LOGGING = {"level": environment.log_level()}
