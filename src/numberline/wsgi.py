"""The portal as a WSGI application, for `numberline serve` and for servers of your own choice."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
