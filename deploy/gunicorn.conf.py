"""How gunicorn serves the application: `gunicorn -c deploy/gunicorn.conf.py tracker.wsgi`.

Two processes of four threads serve the two ministries' few hundred people on two cores. Each process keeps
its own database connections: count eight, plus what commands use, against PostgreSQL's `max_connections`.
"""

import gc

bind = "127.0.0.1:8000"  # a reverse proxy in front ends TLS and sets X-Forwarded-Proto
worker_class = "gthread"
workers = 2
threads = 4
preload_app = True  # workers share what is loaded once; new code therefore needs a restart, not a reload
max_requests = 2000  # a worker is replaced now and then, so that a leak cannot grow for months
max_requests_jitter = 200
timeout = 60  # seconds; a large import is the longest request
graceful_timeout = 30
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file, in memory, so that a slow disk kills no worker
accesslog = None  # the proxy keeps the access log; who did what is in the audit trail
errorlog = "-"
logconfig_dict = {  # its own lines have the form of the application's, and hold no address that anybody asked for
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "tracker.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"gunicorn.error": {"handlers": ["console"], "level": "INFO", "propagate": False}},
}


def pre_fork(server, worker):
    """Before a worker is made: what is loaded by now stays as it is, so that the workers go on sharing it."""
    gc.collect()
    gc.freeze()
