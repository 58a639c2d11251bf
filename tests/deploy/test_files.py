"""The deployment files against their own formats, each other, and the program they start."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import kubernetes_validate
import pytest
import yaml
from tests.deploy.image import instructions
from tests.house import open_house

from humanwire.cli.root import root
from humanwire.config import Settings

DEPLOY = Path(__file__).parents[2] / "deploy"
GUIDE = DEPLOY.parent / "docs/how-to/deploy.md"
UNIT = DEPLOY / "humanwire.service"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
COMPOSE: Any = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
TEXTS = [*sorted(path for path in DEPLOY.rglob("[!.]*") if path.is_file()), GUIDE]
VARIABLE = re.compile(r"\bHUMANWIRE_[A-Z_]+")
CALL = re.compile(r"(?:^|[\s`/(])humanwire (?P<words>[a-z][^`|#\n]*)", re.MULTILINE)


def manifests() -> list[Any]:
    resources = [path for path in MANIFESTS if path.name != "kustomization.yaml"]
    return [yaml.safe_load(path.read_text()) for path in resources]


def manifest(kind: str, name: str = "humanwire") -> Any:
    [found] = (
        each for each in manifests() if (each["kind"], each["metadata"]["name"]) == (kind, name)
    )
    return found


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, click.Command]]:
    with click.Context(group) as ctx:
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            assert command is not None
            words = (*path, name)
            if isinstance(command, click.Group):
                yield from commands(command, *words)
            else:
                yield " ".join(words), command


COMMANDS = dict(commands(root))


def calls() -> Iterator[tuple[str, list[str]]]:
    """Lists what the files tell the program to do, with where they do."""
    for name, service in COMPOSE["services"].items():
        if service["image"] == "humanwire":
            yield f"compose {name}", service["command"]
    for resource in manifests():
        for container in containers(resource):
            yield f"kubernetes {container['name']}", container["args"]
    yield "Dockerfile", next(step for step in instructions() if step.name == "CMD").words()
    for text in (UNIT, GUIDE):
        said = text.read_text().replace("\\\n", " ")
        for match in CALL.finditer(said):
            words = shlex.split(match["words"])
            if any(" ".join(words[:length]) in COMMANDS for length in (1, 2)):
                yield text.name, words


def pod(resource: Any) -> Any:
    return resource.get("spec", {}).get("template", {}).get("spec", {})


def containers(resource: Any) -> list[Any]:
    return pod(resource).get("containers", [])


def run(*command: str | Path, **options: Any) -> None:
    """Run a linter, which says what is wrong."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_called_exists() -> None:
    for place, words in calls():
        command = COMMANDS.get(" ".join(words[:2])) or COMMANDS[words[0]]
        options = {name for option in command.params for name in option.opts}
        said = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert said - options == set(), place
    assert {words[0] for _, words in calls()} >= {"serve", "migrate", "backup"}


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_variables_are_settings(text: Path) -> None:
    settings = [option.envvar for command in COMMANDS.values() for option in command.params]
    known = {"HUMANWIRE_CONFIG", *map(str, settings)}
    assert set(VARIABLE.findall(text.read_text())) - known == set()


async def test_what_is_probed_answers(tmp_path: Path) -> None:
    [server] = containers(manifest("Deployment"))
    probes = {server[name]["httpGet"]["path"] for name in ("livenessProbe", "readinessProbe")}
    asked = next(step for step in instructions() if step.name == "HEALTHCHECK").text
    asked += str(COMPOSE["services"]["server"]["healthcheck"]["test"])
    probes |= set(re.findall(r"8080(/\w+)", asked))
    assert probes == {"/healthz", "/readyz"}
    async with open_house(tmp_path) as house:
        for path in probes:
            assert (await house.call("GET", path)).status == 200


def test_nobody_is_killed_before_the_server_gives_up_waiting() -> None:
    grace = Settings().grace_seconds
    unit = re.search(r"^TimeoutStopSec=(\d+)$", UNIT.read_text(), re.MULTILINE)
    assert unit
    assert int(unit[1]) > grace
    assert int(COMPOSE["services"]["server"]["stop_grace_period"].removesuffix("s")) > grace
    deployment = manifest("Deployment")
    [server] = containers(deployment)
    pause = server["lifecycle"]["preStop"]["sleep"]["seconds"]
    assert pod(deployment)["terminationGracePeriodSeconds"] > grace + pause


def test_manifests_find_each_other() -> None:
    deployment, job = manifest("Deployment"), manifest("Job", "humanwire-migrate")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    [server], [migrate] = containers(deployment), containers(job)
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert manifest("Service")["spec"]["selector"] == labels
    assert manifest("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
    [spread] = pod(deployment)["topologySpreadConstraints"]
    assert spread["labelSelector"]["matchLabels"] == labels
    # Else requests would go to the pod that migrates.
    assert job["spec"]["template"]["metadata"]["labels"] != labels
    assert server["image"] == migrate["image"]
    [port] = server["ports"]
    assert manifest("Service")["spec"]["ports"][0]["targetPort"] == port["name"]
    assert port["containerPort"] == Settings().port
    for container in (server, migrate):
        assert container["envFrom"] == [
            {"configMapRef": {"name": manifest("ConfigMap")["metadata"]["name"]}},
            {"secretRef": {"name": manifest("Secret")["metadata"]["name"]}},
        ]
    volumes = {volume["name"]: volume for volume in pod(deployment)["volumes"]}
    mounts = {mount["mountPath"]: volumes[mount["name"]] for mount in server["volumeMounts"]}
    media = mounts[manifest("ConfigMap")["data"]["HUMANWIRE_MEDIA_FOLDER"]]
    assert manifest("PersistentVolumeClaim", media["persistentVolumeClaim"]["claimName"])
    listed = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())["resources"]
    alone = {"kustomization.yaml", "migrate.yaml", "secret.example.yaml"}
    assert sorted({*listed, *alone}) == [path.name for path in MANIFESTS]


def test_nobody_is_root() -> None:
    user = next(step for step in instructions() if step.name == "USER").text
    for resource in (manifest("Deployment"), manifest("Job", "humanwire-migrate")):
        security = pod(resource)["securityContext"]
        assert f"{security['runAsUser']}:{security['runAsGroup']}" == user
        assert security["runAsNonRoot"] is True
    assert re.search(r"^User=(?!root)", UNIT.read_text(), re.MULTILINE)


@pytest.mark.parametrize("resource", manifests(), ids=lambda each: each["kind"])
def test_manifests_are_kubernetes(resource: Any) -> None:
    kubernetes_validate.validate(resource, "1.37", strict=True)


def test_compose_file_is_one() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    linter = Path(sys.executable).with_name("check-jsonschema")
    run(linter, *schema, DEPLOY / "compose.yaml")


HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not made for this machine")
def test_dockerfile_is_good_style() -> None:
    assert HADOLINT is not None
    run(HADOLINT, DEPLOY / "Dockerfile")


def systemd_version() -> int:
    """Ask for the version of systemd's linter; 0 where there is none."""
    if shutil.which("systemd-analyze") is None:
        return 0
    told = subprocess.run(
        ["systemd-analyze", "--version"], capture_output=True, text=True, check=True
    )
    found = re.search(r"\d+", told.stdout)
    return int(found[0]) if found else 0


# Older ones do not judge a file, only what runs.
@pytest.mark.skipif(systemd_version() < 251, reason="needs systemd-analyze 251")
def test_unit_is_understood_and_locked_up(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    text = UNIT.read_text()
    unit.write_text(text.replace("/opt/humanwire/bin/humanwire", str(shutil.which("true"))))
    run("systemd-analyze", "verify", "--man=no", unit)
    run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)
