"""Accounts: projects, keys, workers and the operator, and the secrets that they are known by.

A key's or token's text is given out once, here; the store keeps its digest.
"""

from hashlib import sha256

import msgspec

from humanwire.core.errors import Invalid, NotFound
from humanwire.core.ids import ProjectId
from humanwire.core.project import Project, ProjectSettings, WebhookSecret
from humanwire.core.signing import new_secret
from humanwire.core.task import Mode
from humanwire.flows.ports import Ports
from humanwire.store.records import Key, Worker

OVERLAP_MS = 24 * 3_600_000
"""How long a rotated key or webhook secret goes on working."""
SESSION_MS = 30 * 86_400_000
_NAME_LIMIT = 200


def digest(secret: str) -> bytes:
    """What is stored of a key or token: enough to know it again, useless to who reads it."""
    return sha256(secret.encode()).digest()


async def create_project(
    ports: Ports,
    name: str,
    settings: ProjectSettings,
    guidelines: tuple[str | None] | None = None,
) -> Project:
    """Create a project. Raises Invalid when the name is taken or is no name."""
    project = Project(
        number=ProjectId(0),
        id=ports.new_id(),
        name=_named(name),
        settings=settings,
        webhook_secrets=(WebhookSecret(new_secret(ports.entropy(32))),),
    )
    made = await ports.store.create_project(project, ports.clock())
    if guidelines is not None:
        await ports.store.change_guidelines(made, guidelines[0])
    return made


async def change_project(
    ports: Ports, project: Project, guidelines: tuple[str | None] | None = None
) -> None:
    """Store a project that was changed, and its guidelines where something is said of them."""
    if guidelines is None:
        await ports.store.change_project(project)
    else:
        await ports.store.change_guidelines(project, guidelines[0])


async def find_project(ports: Ports, reference: str) -> Project:
    """Find a project by name, number or UUID. Raises NotFound."""
    project = await ports.store.find_project(reference)
    if project is None:
        raise NotFound(f"There is no project {reference!r}.", field="project")
    return project


async def rotate_secret(ports: Ports, project: Project) -> Project:
    """Give a project a new webhook secret; the old ones sign beside it for a day."""
    now = ports.clock()
    until = now + OVERLAP_MS
    old = (
        WebhookSecret(secret.text, min(secret.until or until, until))
        for secret in project.webhook_secrets
        if secret.until is None or secret.until > now
    )
    secrets = (WebhookSecret(new_secret(ports.entropy(32))), *old)
    changed = msgspec.structs.replace(project, webhook_secrets=secrets)
    await ports.store.change_project(changed)
    return changed


async def create_key(ports: Ports, project: Project, mode: Mode) -> tuple[Key, str]:
    """Create a key and return it with its text, which is not shown again."""
    text = f"{mode}_{ports.entropy(16).hex()}"
    key = Key(
        id=ports.new_id(),
        project=project,
        mode=mode,
        hint=f"{text[:9]}…{text[-4:]}",
        created_at=ports.clock(),
    )
    await ports.store.create_key(key, digest(text))
    return key, text


async def rotate_key(ports: Ports, identifier: str) -> tuple[Key, str]:
    """Replace a key by a new one; the old one works for another day. Raises NotFound."""
    old = await ports.store.expire_key(identifier, ports.clock() + OVERLAP_MS)
    if old is None:
        raise NotFound(f"There is no key {identifier!r}.", field="key")
    return await create_key(ports, old.project, old.mode)


async def revoke_key(ports: Ports, identifier: str) -> Key:
    """End a key at once. Raises NotFound."""
    key = await ports.store.expire_key(identifier, ports.clock())
    if key is None:
        raise NotFound(f"There is no key {identifier!r}.", field="key")
    return key


async def create_worker(
    ports: Ports, name: str, projects: tuple[Project, ...]
) -> tuple[Worker, str]:
    """Create a worker and return them with their token, which is not shown again."""
    token = f"wk_{ports.entropy(24).hex()}"
    worker = await ports.store.create_worker(
        _named(name), ports.new_id(), digest(token), ports.clock()
    )
    await join(ports, worker, projects)
    return msgspec.structs.replace(worker, projects=projects), token


async def join(ports: Ports, worker: Worker, projects: tuple[Project, ...]) -> None:
    """Make a worker a member of projects, under a fresh pseudonym in each."""
    for project in projects:
        await ports.store.join(worker.number, project.number, ports.entropy(16).hex())


async def invite(ports: Ports, worker: Worker) -> str:
    """Give a worker a new token in place of the old one."""
    token = f"wk_{ports.entropy(24).hex()}"
    await ports.store.replace_token(worker.number, digest(token))
    return token


async def find_worker(ports: Ports, reference: str) -> Worker:
    """Find a worker by number, UUID or name. Raises NotFound."""
    worker = await ports.store.find_worker_by(reference)
    if worker is None:
        raise NotFound(f"There is no worker {reference!r}.", field="worker")
    return worker


async def create_operator_key(ports: Ports) -> str:
    """Create an operator's key and return its text, which is not shown again."""
    text = f"op_{ports.entropy(24).hex()}"
    await ports.store.create_operator_key(digest(text), ports.clock())
    return text


async def sign_in(ports: Ports, token: str) -> tuple[str, bool] | None:
    """Open a session for a worker's token or an operator's key.

    Returns the session's text and whether it is an operator's; None for an unknown token.
    """
    now = ports.clock()
    known = digest(token)
    worker = await ports.store.find_worker(known, now)
    operator = worker is None and await ports.store.is_operator(known, now)
    if worker is None and not operator:
        return None
    session = f"ws_{ports.entropy(24).hex()}"
    number = worker.number if worker else None
    await ports.store.open_session(digest(session), number, now + SESSION_MS)
    return session, operator


def _named(name: str) -> str:
    name = name.strip()
    if not name or len(name) > _NAME_LIMIT or not name.isprintable():
        raise Invalid(f"A name has 1 to {_NAME_LIMIT} printable characters.", field="name")
    return name
