import pytest

from torgpred.runtime import options as module
from torgpred.runtime.options import Options, WrongSettingError


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TORGPRED_WORKER_CONCURRENCY", "many"),
        ("TORGPRED_WORKER_CONCURRENCY", "0"),
        ("TORGPRED_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    module.options.cache_clear()
    try:
        with pytest.raises(WrongSettingError, match=name) as caught:
            module.options()
    finally:
        monkeypatch.undo()
        module.options.cache_clear()

    assert f"'{value}'" not in str(caught.value)


def test_a_log_level_is_taken_in_small_letters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORGPRED_LOG_LEVEL", "debug")

    assert Options().log_level == "DEBUG"
