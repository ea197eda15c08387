"""Logs: one structured line for each thing that happened, on standard error."""

import sys
from typing import Any

import structlog


def configured(*, plain: bool, level: str) -> dict[str, Any]:
    """Set structlog up and give Django's LOGGING: for people to read (`plain`) or one JSON object a line, from a level on."""
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
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"structured": _formatter(plain=plain)},
        # Standard output belongs to commands' answers; every log goes to standard error.
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured", "stream": sys.stderr}},
        "root": {"handlers": ["console"], "level": level},
    }


def _formatter(*, plain: bool) -> dict[str, Any]:
    # Plain tracebacks: the rich ones print local variables, passwords among them.
    people = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    return {
        "()": "structlog.stdlib.ProcessorFormatter",
        "processor": people if plain else structlog.processors.JSONRenderer(),
        "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso")],
    }
