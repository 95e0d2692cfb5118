"""The one base of all errors, and the three families of outbound ones.

Only shells turn an error into an exit code or an HTTP answer.
"""

from typing import Any, ClassVar

from typing_extensions import override


class TorgpredError(Exception):
    """Something went wrong that a person can be told about.

    Subclasses set ``code`` (stable, machine-readable) and ``template`` (English, with named
    ``{placeholders}``; it is also the key of its translations). The keyword arguments fill it.
    """

    code: ClassVar[str] = "error"
    template: ClassVar[str] = "Something went wrong."

    def __init__(self, **data: Any) -> None:  # noqa: ANN401 - whatever the template names
        self.data = data
        super().__init__(data)

    @override
    def __str__(self) -> str:
        return self.template.format(**self.data)


class OutboundError(TorgpredError):
    """A call to the outside did not succeed. Always one of the three families below."""


class RetryLaterError(OutboundError):
    """The same call may succeed later: overload, time-out, broken connection.

    ``data`` may hold ``after`` (seconds, float) when the other side said how long to wait,
    ``unclear=True`` when the call may have taken effect although no answer came, ``busy=True``
    when the other side is well and only says "not now" (``said``: in these words), and
    ``paced=True`` when it is our own pace that makes the call wait.
    """

    code = "outbound.retry_later"
    template = "{reason}"


class NeedsPersonError(OutboundError):
    """Only a person can mend it: a dead token, a missing template, a wrong set-up."""

    code = "outbound.needs_person"
    template = "{reason}"


class RefusedError(OutboundError):
    """The other side understood and said no; the same call will be refused again."""

    code = "outbound.refused"
    template = "{reason}"
