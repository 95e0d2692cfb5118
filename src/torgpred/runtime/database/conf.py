"""The embedded server's own conf file: sizes for a laptop that takes in files of 200,000 offers."""

from pathlib import Path

import psutil

OURS = "torgpred.conf"
LOCAL = "local.conf"
_INCLUDE = f"include_if_exists = '{OURS}'\ninclude_if_exists = '{LOCAL}'\n"
_MEGABYTE = 1024 * 1024

_HBA = """\
# Written by torgpred at each start. Passwords always: the file system alone is no guard where
# sockets must live in a shared folder, or where there are none.
local all all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
"""

_CONF = """\
# Written by torgpred at each start; put your own settings into {local}, which is read after it.
port = 5432
unix_socket_permissions = 0700
password_encryption = scram-sha-256
# The password is random and 190 bits long, so stretching it would only slow connections down.
scram_iterations = 1

# Web, two workers with their lanes, the command line and a backup at once.
max_connections = 200
superuser_reserved_connections = 5

# A sixteenth of the memory, 128 MB to 1 GB: it is somebody's laptop, the system caches the rest.
shared_buffers = {shared}MB
effective_cache_size = {cache}MB
# Set-wise merges hash and sort about 100 MB; few run at once.
work_mem = 16MB
hash_mem_multiplier = 4
maintenance_work_mem = 128MB

# COPY of a feed writes some hundred MB at once: room for it without a checkpoint in the middle.
max_wal_size = 4GB
min_wal_size = 256MB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
wal_compression = on
wal_level = replica
# Never off, in benchmarks neither: what was committed survives a power cut.
fsync = on
full_page_writes = on
synchronous_commit = on

# Solid-state disks; many short statements, for which compiling never pays.
random_page_cost = 1.1
jit = off
# Queues and levels turn over quickly.
autovacuum_naptime = 15s
autovacuum_vacuum_scale_factor = 0.05
autovacuum_analyze_scale_factor = 0.05
# A session that was left inside a transaction would hold vacuum back for ever.
idle_in_transaction_session_timeout = 10min

timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_checkpoints = off
log_line_prefix = '%m [%p] %q%u@%d '
"""


def write(data: Path) -> None:
    """Write our files into a data folder, each whole or not at all."""
    memory = psutil.virtual_memory().total // _MEGABYTE
    shared = min(1024, max(128, memory // 16))
    text = _CONF.format(local=LOCAL, shared=shared, cache=max(512, memory // 2))
    _replace(data / OURS, text)
    _replace(data / "pg_hba.conf", _HBA)
    if not (data / LOCAL).exists():
        _replace(data / LOCAL, "# Your own settings of PostgreSQL; they win over torgpred.conf.\n")
    main = data / "postgresql.conf"
    before = main.read_text(encoding="utf-8")
    if _INCLUDE not in before:
        _replace(main, f"{before}\n{_INCLUDE}")


def _replace(path: Path, text: str) -> None:
    """Put the text in place of the file, leaving who owns it and who may read it."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o644)  # the folder around is 0700; as root its owner is another user than us
    draft.replace(path)
