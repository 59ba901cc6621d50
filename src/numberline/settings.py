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
NOTIFICATION_URL = environment.notification_url()
# Lazy: asking for the key may make a file, which checks and `--help` have no reason to do.
SECRET_KEY = SimpleLazyObject(environment.secret_key)

DATABASES = {"default": databases(environment.database_url(), DATA_DIR)}
DATABASE_ROUTERS = ["numberline.jobs.queue_router.QueueTables"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "numberline.apps.Numberline",
    "numberline.audit",
    "numberline.tenants",
    "numberline.directory",
    "numberline.inventory",
    "numberline.worklist",
    "numberline.notifications",
    "numberline.assignments",
    "numberline.policies",
    "numberline.planning",
    "numberline.runs",
    "numberline.alerts",
    "numberline.jobs",
    *WEB_APPS,
]
if DATABASES["default"]["ENGINE"] == "numberline.backends.postgresql":
    # The queue of jobs (numberline.jobs.queue): on SQLite nothing of it is imported.
    INSTALLED_APPS.append("procrastinate.contrib.django")
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

LOGGING_CONFIG = "numberline.logs.configure"
LOGGING = {"level": environment.log_level()}
