"""Django's settings for the portal: sign-in, sessions, templates, headers. `numberline.settings` takes all of them.

What depends on where the portal is reached comes from `NUMBERLINE_URL`: its host is the only one that is answered, and
with https cookies are secure, HTTP is redirected and browsers are told to keep to TLS.
"""

from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from numberline import environment

_HERE = Path(__file__).parent
_URL = urlsplit(environment.portal_url())
_TLS = _URL.scheme == "https"
_DAY = 86_400
PORTAL_URL = environment.portal_url()
SECOND_FACTOR_REQUIRED = environment.second_factor_required()
SESSION_IDLE, SESSION_LASTS = environment.session_times()

AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "numberline.urls"
WSGI_APPLICATION = "numberline.wsgi.application"
ALLOWED_HOSTS = [_URL.hostname or "", *(["localhost", "127.0.0.1", "[::1]"] if not _TLS else [])]
CSRF_TRUSTED_ORIGINS = [f"{_URL.scheme}://{_URL.netloc}"]

WEB_APPS = [
    "numberline.accounts",
    "numberline.portal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    "numberline.portal.health.AnyHost",
    # Before whatever may answer by itself: files, redirects to TLS and refused hosts carry the headers too.
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "numberline.portal.notified.Notified",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "numberline.accounts.sessions.SessionsEnd",
    "numberline.accounts.devices.Devices",
    "numberline.portal.bodies.Bodies",
    "django_htmx.middleware.HtmxMiddleware",
    "numberline.portal.guard.Guard",
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
                "numberline.portal.context.portal",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("email", "name")}),
        ("MinimumLengthValidator", {"min_length": 12}),
        ("CommonPasswordValidator", {}),
    )
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
CACHES = {
    # Nothing that must hold across processes rests on it: attempts are counted in numberline.accounts.attempts.
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

SESSION_COOKIE_NAME = "__Host-session" if _TLS else "session"
SESSION_COOKIE_SECURE = _TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = int(SESSION_LASTS.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
DEVICE_COOKIE_NAME = "__Host-device" if _TLS else "device"
CSRF_COOKIE_NAME = "__Host-csrf" if _TLS else "csrf"
CSRF_COOKIE_SECURE = _TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

SECURE_SSL_REDIRECT = _TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^notifications/graph$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _TLS else None
SECURE_HSTS_SECONDS = 365 * _DAY if _TLS else 0
# What other hosts below the portal's, and a whole domain in the browsers' own lists, promise is not the portal's to say.
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        # Authenticator apps read the picture of a TOTP secret, which allauth puts into the page.
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

ACCOUNT_ADAPTER = "numberline.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = False  # allauth counts in a cache: numberline.accounts.forms counts in the database
ACCOUNT_FORMS = {
    "login": "numberline.accounts.forms.LoginForm",
    "reauthenticate": "numberline.accounts.forms.ReauthenticateForm",
    "change_password": "numberline.accounts.forms.ChangePasswordForm",
}
MFA_ADAPTER = "numberline.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
MFA_TOTP_ISSUER = "Numberline"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "numberline.accounts.forms.AuthenticateForm",
    "reauthenticate": "numberline.accounts.forms.ReauthenticateByCodeForm",
    "activate_totp": "numberline.accounts.forms.ActivateTOTPForm",
    "login_webauthn": "numberline.accounts.forms.LoginByPasskeyForm",
    "authenticate_webauthn": "numberline.accounts.forms.AuthenticateByPasskeyForm",
    "reauthenticate_webauthn": "numberline.accounts.forms.ReauthenticateByPasskeyForm",
    "add_webauthn": "numberline.accounts.forms.AddPasskeyForm",
}
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _TLS
"""Browsers offer passkeys on https and, for trying things out, on localhost."""
