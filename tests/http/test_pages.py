"""Signing in by link, the session, pages and health."""

import asyncio
from pathlib import Path

import pytest
from tests.house import House, open_house

from humanwire.flows import accounts


async def sign_in(house: House, token: str) -> dict[str, str]:
    reply = await house.call("GET", f"/in/{token}")
    assert reply.status == 303
    cookie = reply.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}
    assert reply.headers["Referrer-Policy"] == "no-referrer"
    return {"Cookie": cookie.partition(";")[0]}


async def test_a_link_signs_a_worker_in(house: House) -> None:
    cookie = await sign_in(house, house.worker)

    me = await house.call("GET", "/worker/v1/me", headers=cookie)

    assert (me.status, me.json["name"]) == (200, "Ada")
    assert house.worker not in cookie["Cookie"]


async def test_a_person_with_an_old_link_is_led_to_the_workspace(house: House) -> None:
    reply = await house.call("GET", "/in/wk_old", headers={"Accept": "text/html,*/*"})

    assert (reply.status, reply.headers["Location"]) == (303, "/work")
    assert "Set-Cookie" not in reply.headers


async def test_signing_out_ends_the_session(house: House) -> None:
    cookie = await sign_in(house, house.worker)

    assert (await house.call("POST", "/worker/v1/sign-out", headers=cookie)).status == 200

    assert (await house.call("GET", "/worker/v1/me", headers=cookie)).status == 401


async def test_a_revoked_workers_session_and_link_end_at_once(house: House) -> None:
    cookie = await sign_in(house, house.worker)
    ada = await accounts.find_worker(house.ports, "Ada")

    await house.ports.store.revoke_worker(ada.number, house.clock())

    assert (await house.call("GET", "/worker/v1/me", headers=cookie)).status == 401
    assert (await house.call("GET", f"/in/{house.worker}")).status == 401


async def test_a_session_runs_out(house: House) -> None:
    cookie = await sign_in(house, house.worker)
    house.clock.ahead = accounts.SESSION_MS + 1

    assert (await house.call("GET", "/worker/v1/me", headers=cookie)).status == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_another_sites_page_cannot_act_for_a_worker(house: House, origin: str) -> None:
    headers = await sign_in(house, house.worker) | {"Origin": origin}

    reply = await house.call("POST", "/worker/v1/assignments", json={}, headers=headers)

    assert (reply.status, reply.json["error"]["code"]) == (403, "forbidden")


async def test_our_own_page_can(house: House) -> None:
    headers = await sign_in(house, house.worker) | {"Origin": house.origin}

    assert (
        await house.call("POST", "/worker/v1/assignments", json={}, headers=headers)
    ).status == 204


async def test_an_operators_link_leads_to_the_api(house: House) -> None:
    key = await accounts.create_operator_key(house.ports)

    reply = await house.call("GET", f"/in/{key}")

    assert (reply.status, reply.headers["Location"]) == (303, "/docs")
    cookie = {"Cookie": reply.headers["Set-Cookie"].partition(";")[0]}
    assert (await house.call("GET", "/admin/v1/projects", headers=cookie)).status == 200
    assert (await house.call("GET", "/worker/v1/me", headers=cookie)).status == 401


async def test_health_is_told_apart_from_readiness(house: House) -> None:
    assert (await house.call("GET", "/healthz")).json == {"status": "ok"}
    assert (await house.call("GET", "/readyz")).json == {"status": "ready"}
    house.context.loops[0].cancel()
    await asyncio.gather(*house.context.loops, return_exceptions=True)

    unready = await house.call("GET", "/readyz")

    assert (unready.status, unready.json["error"]["code"]) == (503, "unavailable")
    assert (await house.call("GET", "/healthz")).status == 200


async def test_the_document_describes_every_surface(house: House) -> None:
    document = (await house.call("GET", "/openapi.json")).json

    assert document["openapi"].startswith("3.1")
    for path in (
        "/v1/requests/free-text",
        "/worker/v1/assignments",
        "/admin/v1/projects",
        "/v1/media",
    ):
        assert path in document["paths"]


@pytest.mark.parametrize(
    "path", ["/nowhere", "/docs/../../config.py", "/work/assets/%2e%2e/%2e%2e/config.py", "/in/x"]
)
async def test_what_is_not_there_is_refused_in_json(house: House, path: str) -> None:
    reply = await house.call("GET", path)

    assert reply.status in {401, 404}
    assert set(reply.json) == {"error"}


@pytest.mark.parametrize(
    ("path", "methods"),
    [("/v1/requests", {"GET", "POST"}), ("/worker/v1/assignments", {"GET", "POST"})],
)
async def test_a_wrong_method_names_the_right_ones(
    house: House, path: str, methods: set[str]
) -> None:
    reply = await house.call("PATCH", path)

    assert (reply.status, reply.json["error"]["code"]) == (405, "method_not_allowed")
    assert set(reply.headers["Allow"].split(", ")) - {"HEAD"} == methods


STATIC = Path(__file__).parents[2] / "src/humanwire/static"


@pytest.mark.skipif(not STATIC.exists(), reason="the front end is not built")
async def test_the_workspace_is_served_compressed_and_locked_down(house: House) -> None:
    page = await house.call("GET", "/work", headers={"Accept-Encoding": "br"})

    assert page.status == 200
    assert page.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    script = max((STATIC / "assets").glob("*.js"), key=lambda file: file.stat().st_size)
    asset = await house.call(
        "GET", f"/work/assets/{script.name}", headers={"Accept-Encoding": "gzip, br"}
    )
    assert asset.headers["Content-Encoding"] == "br"
    assert "immutable" in asset.headers["Cache-Control"]
    assert asset.headers["Content-Type"].startswith("text/javascript")


async def test_a_server_whose_file_was_replaced_is_not_ready(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        file = tmp_path / "house.db"
        file.rename(tmp_path / "aside.db")

        gone = await house.call("GET", "/readyz")
        file.write_bytes((tmp_path / "aside.db").read_bytes())
        replaced = await house.call("GET", "/readyz")
        (tmp_path / "aside.db").replace(file)
        back = await house.call("GET", "/readyz")

    assert (gone.status, replaced.status, back.status) == (503, 503, 200)
    assert "restart" in gone.json["error"]["message"]
