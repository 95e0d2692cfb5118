"""Logs and metrics. Secrets and buyers' personal data never get into either.

Logs are structlog's, readable on a terminal and JSON elsewhere; the standard library's loggers
(Django, the job queue, the HTTP client) go through the same processors. Whoever starts a request
or a job binds its context with `bound`, and every line written meanwhile carries it.
"""

import logging
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"

_SECRET_NAMES = re.compile(
    r"token|secret|passw|authorization|cookie|credential|api_?key|private|session|signature"
    r"|voucher_?code|dsn|database_?url",
    re.IGNORECASE,
)
_PERSON_NAMES = re.compile(
    r"^(buyer|receiver|recipient|customer)|e?mail|phone|delivery_?address|street|postcode"
    r"|first_?name|last_?name|full_?name",
    re.IGNORECASE,
)
_IN_TEXT = (
    re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"),  # JSON web tokens
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"),
    re.compile(r"(?i)(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # user:password in an address
    re.compile(r"(?i)(?<=[?&])(?:\w*(?:token|secret|sign|password|key))=[^&\s]+"),
    re.compile(r"(?<=/invitation/)[\w-]+|(?<=/assess/)[\w-]+"),  # the secret parts of links
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),  # mail addresses
    re.compile(r"(?<![\w.-])\+\d[\d ()-]{8,}\d(?!\w)"),  # telephone numbers
)
_DEPTH = 6

REGISTRY = CollectorRegistry()
CALLS = Counter(
    "torgpred_outbound_calls", "Outbound calls", ["operation", "outcome"], registry=REGISTRY
)
CALL_SECONDS = Histogram(
    "torgpred_outbound_call_seconds", "Time of outbound calls", ["operation"], registry=REGISTRY
)
SLOT_WAIT = Histogram(
    "torgpred_slot_wait_seconds", "Time waited for a call slot", registry=REGISTRY
)
STOCK_WAIT = Histogram(
    "torgpred_stock_wait_seconds",
    "Time from a change of stock to the call that tells a shop",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600),
    registry=REGISTRY,
)
JOBS = Counter("torgpred_jobs", "Jobs run", ["name", "outcome"], registry=REGISTRY)
JOB_SECONDS = Histogram("torgpred_job_seconds", "Time of jobs", ["name"], registry=REGISTRY)


def metrics() -> bytes:
    """Return this process' metrics in the Prometheus text format."""
    return generate_latest(REGISTRY)


def scrubbed(text: str) -> str:
    """Return text with tokens, passwords, mail addresses and telephone numbers hidden."""
    for pattern in _IN_TEXT:
        text = pattern.sub(HIDDEN, text)
    return text


def scrub_event(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Hide what must not be logged, by name and by look (a structlog processor)."""
    return {
        name: value if name in {"_record", "_from_structlog"} else _hide(str(name), value, _DEPTH)
        for name, value in event.items()
    }


def _hide(name: str, value: object, depth: int) -> object:
    if _SECRET_NAMES.search(name) or _PERSON_NAMES.search(name) or depth <= 0:
        return HIDDEN
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _hide(str(key), one, depth - 1) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hide("", one, depth - 1) for one in value]
    return f"<{len(value)} bytes>" if isinstance(value, bytes) else scrubbed(str(value))


def configure(level: str = "WARNING", *, stream: TextIO | None = None) -> None:
    """Set up logging to a stream, standard error unless given; may be called again.

    A terminal gets readable lines, anything else one JSON object a line.
    """
    target = sys.stderr if stream is None else stream
    json_lines = not target.isatty()
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        scrub_event,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.PositionalArgumentsFormatter(),
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
                if json_lines
                else structlog.dev.ConsoleRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # It writes every address with its query at INFO; the journal holds what may be kept.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    # A line for each attempt to reach a lost database; whoever needs it says so once.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


@contextmanager
def bound(**context: Any) -> Iterator[None]:  # noqa: ANN401 - whatever the line should carry
    """Let every log line written inside carry this context, such as job or request id."""
    with structlog.contextvars.bound_contextvars(**context):
        yield


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    found: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return found
