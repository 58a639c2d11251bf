"""The server's settings, as options, HUMANWIRE_… variables or a TOML file give them."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from msgspec import Struct

from humanwire.core.addresses import AddressPolicy, Network
from humanwire.core.errors import Invalid

DEFAULT_DATABASE = "sqlite:///humanwire.db"
MIB = 1024 * 1024
_PASSWORD = re.compile(r"(://[^:/@]*):[^@/]*@")
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class Settings(Struct, frozen=True, kw_only=True):
    """What an operator decides. Times are seconds unless their name says otherwise."""

    database: str = DEFAULT_DATABASE
    connections: int = 8
    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    addresses: AddressPolicy = AddressPolicy()
    egress_address: str | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    trusted_proxy: tuple[str, ...] = ()
    metrics_network: tuple[Network, ...] = LOOPBACK
    cors_origins: tuple[str, ...] = ()
    lease_seconds: float = 600
    retention_days: float | None = None
    grace_seconds: float = 10
    block_seconds: float = 300
    upload_bytes: int = 100 * MIB
    media_folder: Path | None = None
    model: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """What links begin with, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def is_postgres(database: str) -> bool:
    """Tell whether a URL is one of PostgreSQL's."""
    return database.startswith(("postgresql://", "postgres://"))


def sqlite_path(database: str) -> Path:
    """The file of a `sqlite:///path.db` URL (`sqlite:////path.db` is absolute).

    Raises Invalid for any other database.
    """
    scheme, separator, path = database.partition(":///")
    if separator and scheme == "sqlite" and path:
        return Path(path)
    raise Invalid(
        f"{database!r} is not a database: use sqlite:///path.db or postgresql://host/name.",
        field="database",
    )


def shown(database: str) -> str:
    """A database's URL without its password, to be printed and logged."""
    return _PASSWORD.sub(r"\1:***@", database)


def media_folder(settings: Settings) -> Path:
    """Where uploads are kept, unless set: beside the file of SQLite, or in the current folder."""
    if settings.media_folder is not None:
        return settings.media_folder
    if is_postgres(settings.database):
        return Path("humanwire-media")
    path = sqlite_path(settings.database)
    return path.with_name(f"{path.stem}-media")
