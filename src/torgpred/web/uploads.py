"""Files that are sent to us: onto the disk while they come, and no more than is allowed."""

from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest
from typing_extensions import override

from torgpred.catalogue.services import requesting
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services import assessments

_ROOM_FOR_FORM: Final = 64 << 10
_MB: Final = 1 << 20


class TooLargeUploadError(TorgpredError):
    """More was sent than is taken."""

    code = "web.too_large"
    template = "The file is larger than {limit} MB. Pack it with zip or gzip, or split it."


class NoFileError(TorgpredError):
    """No file was chosen, or one without a byte in it."""

    code = "web.no_file"
    template = "The file is empty, or none was chosen. Choose the file that you export."


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes a file to disk while it comes, and stops where it is larger than this page takes."""

    @override
    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any,
        encoding: Any = None,
    ) -> None:  # fmt: skip
        self._limit = limit_of(self.request)
        too_much = content_length > self._limit + _ROOM_FOR_FORM
        self._left = -1 if too_much else self._limit
        # Reading on lets the browser show why; what is beyond all measure is not even read.
        self._reset = content_length > 4 * self._limit

    @override
    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._left -= len(raw_data)
        if self._left < 0:
            self._stop()
        super().receive_data_chunk(raw_data, start)

    def _stop(self) -> None:
        if self.request is not None:
            self.request.too_large = self._limit  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=self._reset)


def limit_of(request: HttpRequest | None) -> int:
    """Return how many bytes may be sent: little for whoever has no account."""
    if request is None:
        return assessments.LARGEST
    program = hasattr(request, "caller")  # let in by its token, see api.entering
    member = request.path.startswith("/s/") and request.user.is_authenticated
    return requesting.LARGEST if program or member else assessments.LARGEST


def sent_file(request: HttpRequest, name: str) -> "UploadedFile[Any] | None":
    """Return the file that was sent under a name; None where there is none.

    Raises TooLargeUploadError.
    """
    file = request.FILES.get(name)
    limit = getattr(request, "too_large", 0)
    if limit:
        raise TooLargeUploadError(limit=limit // _MB)
    return file if isinstance(file, UploadedFile) else None


def chosen_file(request: HttpRequest, name: str) -> "UploadedFile[Any]":
    """Return the file that was sent under a name. Raises NoFileError, TooLargeUploadError."""
    sent = sent_file(request, name)
    if sent is None or not sent.size:
        raise NoFileError
    return sent
