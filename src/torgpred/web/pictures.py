"""Kept pictures, as marketplaces fetch them: /files/<reference>/<name>.

Only what is a seller's picture is served; whatever else the file store keeps stays private.
"""

from collections.abc import Iterator
from typing import IO

from starlette.concurrency import iterate_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from torgpred.catalogue import selectors as catalogue
from torgpred.runtime import files
from torgpred.web.threads import in_thread

_CHUNK = 256 * 1024
_HEADERS = {
    # The reference is the digest of the content: what stands there never changes.
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'",
    "X-Content-Type-Options": "nosniff",
}


async def picture(request: Request) -> Response:
    """Answer with a picture's bytes; 404 for anything that is no kept picture."""
    ref = str(request.path_params["ref"])
    media_type = await in_thread(catalogue.public_picture, ref)
    if not media_type:
        return PlainTextResponse("No such picture.", 404)
    if request.headers.get("if-none-match") == f'"{ref}"':
        return Response(status_code=304, headers={"ETag": f'"{ref}"', **_HEADERS})
    try:
        size = await in_thread(files.store().size, ref)
        stream = await in_thread(files.store().open, ref)
    except files.FileMissingError:
        return PlainTextResponse("No such picture.", 404)
    headers = {"ETag": f'"{ref}"', "Content-Length": str(size), **_HEADERS}
    body = iterate_in_threadpool(_chunks(stream))
    return StreamingResponse(body, media_type=media_type, headers=headers)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
