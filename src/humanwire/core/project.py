"""A project's settings: what its owner decides about its tasks, workers and callbacks."""

from typing import Literal

from msgspec import Struct

from humanwire.core.consensus import Policy
from humanwire.core.credit import micro
from humanwire.core.ids import ProjectId
from humanwire.core.panel import ModelUse
from humanwire.core.questions import Flavour


class ProjectSettings(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Settings with their defaults.

    `lease_seconds` and `retention_days` None mean the server's own; 0 days keep all. `rate` is how
    many creating calls a second a project's live keys may make; None leaves it to the protocol.
    `price` is what an answered task costs; `credit_limit` the debt that may be made, None any.
    `guidelines` is a digest of the guidelines, which are kept apart; None: there are none.
    """

    callback_url: str | None = None
    callback_on: Literal["completed", "ended"] = "completed"
    price: float = 1
    credit_limit: float | None = None
    rate: float | None = None
    consensus: Policy | None = None
    prediction: Flavour = "standard"
    models: ModelUse | None = None
    lease_seconds: float | None = None
    retention_days: float | None = None
    media_mode: Literal["direct", "encrypted"] = "direct"
    flags_to_end: int = 1
    guidelines: str | None = None


class WebhookSecret(Struct, frozen=True, omit_defaults=True):
    """A `whsec_…` secret that callbacks are signed with, until a time (None: until replaced)."""

    text: str
    until: int | None = None


class Project(Struct, frozen=True, kw_only=True):
    """A tenant. `number` leads every key; `id` is its UUID, used in paths."""

    number: ProjectId
    id: str
    name: str
    settings: ProjectSettings
    webhook_secrets: tuple[WebhookSecret, ...]
    suspended: bool = False

    @property
    def limit(self) -> int | None:
        """The debt that may be made, in millionths of a credit; None: any."""
        limit = self.settings.credit_limit
        return None if limit is None else micro(limit)

    @property
    def encrypts_media(self) -> bool:
        """Whether workers are shown no address of media but this server's encrypted ones."""
        return self.settings.media_mode == "encrypted"

    def signing_secrets(self, now: int) -> tuple[str, ...]:
        """The secrets that sign a callback sent now, the newest first."""
        live = (
            secret for secret in self.webhook_secrets if not (secret.until and secret.until <= now)
        )
        return tuple(secret.text for secret in live)
