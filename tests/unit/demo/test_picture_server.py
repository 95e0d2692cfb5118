"""The demo's picture server: who goes away is no error, all else is told."""

import pytest

from torgpred.demo.world import _Pictures, _PictureServer


@pytest.mark.parametrize(
    ("error", "told"),
    [(BrokenPipeError(), False), (ConnectionResetError(), False), (ValueError("odd"), True)],
)
def test_only_a_client_that_goes_away_is_passed_over(
    error: Exception, *, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    with _PictureServer(("127.0.0.1", 0), _Pictures) as server:
        try:
            raise error
        except type(error):
            server.handle_error(None, ("127.0.0.1", 1))

    assert ("Traceback" in capsys.readouterr().err) is told
