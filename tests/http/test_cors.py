"""Calls from pages of other origins: none until the operator names them."""

from pathlib import Path

from tests.house import House, open_house

ASKING = {
    "Origin": "https://shop.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "x-heat-api-key",
}
ALLOWED = "access-control-allow-origin"


async def test_no_page_elsewhere_may_call_at_first(house: House) -> None:
    asked = await house.call("OPTIONS", "/v1/requests/free-text", headers=ASKING)
    assert ALLOWED not in asked.headers


async def test_a_page_of_a_named_origin_may_call_without_cookies(tmp_path: Path) -> None:
    async with open_house(tmp_path, cors_origins=("https://shop.example",)) as house:
        asked = await house.call("OPTIONS", "/v1/requests/free-text", headers=ASKING)
        assert (asked.status, asked.headers[ALLOWED]) == (200, "https://shop.example")
        assert "access-control-allow-credentials" not in asked.headers
        headers = {"Origin": "https://shop.example", "X-Heat-API-Key": house.key}
        listed = await house.call("GET", "/v1/requests", headers=headers)
        assert (listed.status, listed.headers[ALLOWED]) == (200, "https://shop.example")
        foreign = {**headers, "Origin": "https://elsewhere.example"}
        assert ALLOWED not in (await house.call("GET", "/v1/requests", headers=foreign)).headers
