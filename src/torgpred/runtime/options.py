"""What an engineer may set, all by environment variables that start with TORGPRED_."""

import os
import sys
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from torgpred.kernel.errors import TorgpredError

LogLevel = Annotated[
    Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"], BeforeValidator(str.upper)
]


class WrongSettingError(TorgpredError):
    """An environment variable holds what it cannot."""

    code = "settings.wrong"
    template = "{name}: {why}."


def _default_home() -> Path:
    if sys.platform != "win32" and os.geteuid() == 0:
        return Path("/var/lib/torgpred")
    return Path(platformdirs.user_data_dir("torgpred", appauthor=False))


class Options(BaseSettings):
    """Settings of one installation. Nothing needs to be set."""

    model_config = SettingsConfigDict(env_prefix="TORGPRED_", extra="ignore")

    home: Path = Field(default_factory=_default_home)
    """Folder of everything the installation keeps: database, files, keys, logs."""
    database_url: str = ""
    """postgresql://... of the app role on a server of your own (17 or newer); empty: embedded."""
    owner_url: str = ""
    """The same for the owner role, which migrations run as."""
    secret_key_file: Path | None = None
    """Where the secret keys are kept; default: `secret.keys` in the home folder."""
    public_url: str = ""
    """Address under which marketplaces reach this installation's pictures."""
    files_url: str = ""
    """s3://bucket/prefix of a file store; empty: the folder `files` in the home folder."""
    language: str = "en"
    """Language of the command line: en, ru or zh-hans."""
    log_level: LogLevel = "WARNING"
    """DEBUG, INFO, WARNING, ERROR or CRITICAL."""
    allow_hosts: str = ""
    """More hosts that calls may go to, by comma; marketplaces' own are known."""
    worker_concurrency: int = Field(default=8, ge=1, le=1000)
    """Pieces of work that one worker process does at once."""
    buyer_data_days: int = Field(default=180, ge=1, le=36_500)
    """Days after an order ended when its buyer and the messages about it are erased."""
    answer_hours: float = Field(default=24.0, gt=0, le=8_760)
    """Hours in which a buyer's message should be answered."""
    api_rate: int = Field(default=600, ge=1, le=1_000_000)
    """Requests a minute that one token of the API may make."""
    mail_url: str = ""
    """smtp://user:password@host:587 or smtps://... for notices; empty: files in the home folder."""
    mail_from: str = "Torgpred <torgpred@localhost>"
    """Sender of notices."""
    debug: bool = False

    @property
    def keys_file(self) -> Path:
        """Return the file of the secret keys."""
        return self.secret_key_file or self.home / "secret.keys"


@lru_cache(maxsize=1)
def options() -> Options:
    """Return the settings, read once per process.

    Raises WrongSettingError, which does not repeat the value: it may be an address with a password.
    """
    try:
        return Options()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = "TORGPRED_" + "_".join(map(str, first["loc"])).upper()
        raise WrongSettingError(name=name, why=first["msg"]) from None
