"""The server's settings, as options, HUMANWIRE_… variables or a TOML file give them."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from msgspec import Struct

from humanwire.core.addresses import AddressPolicy, Network
from humanwire.core.errors import Invalid

DEFAULT_DATABASE = "sqlite:///humanwire.db"
MIB = 1024 * 1024
LOOPBACK: tuple[Network, ...] = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class Settings(Struct, frozen=True, kw_only=True):
    """What an operator decides. Times are seconds unless their name says otherwise."""

    database: str = DEFAULT_DATABASE
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
    grace_seconds: float = 10
    block_seconds: float = 300
    upload_bytes: int = 100 * MIB
    media_folder: Path | None = None

    @property
    def origin(self) -> str:
        """What links begin with, without a slash at the end."""
        if self.public_url:
            return self.public_url.rstrip("/")
        scheme = "https" if self.tls_cert else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def sqlite_path(database: str) -> Path:
    """The file of a `sqlite:///path.db` URL (`sqlite:////path.db` is absolute).

    Raises Invalid for any other database.
    """
    scheme, separator, path = database.partition(":///")
    if separator and scheme == "sqlite" and path:
        return Path(path)
    if scheme.partition("://")[0] in {"postgresql", "postgres"}:
        raise Invalid("PostgreSQL is not supported yet: use sqlite:///path.db.", field="database")
    raise Invalid(f"{database!r} is not a database: use sqlite:///path.db.", field="database")


def media_folder(settings: Settings) -> Path:
    """Where uploads are kept: beside the database, unless set."""
    if settings.media_folder is not None:
        return settings.media_folder
    path = sqlite_path(settings.database)
    return path.with_name(f"{path.stem}-media")
