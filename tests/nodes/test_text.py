"""What PostgreSQL cannot hold is refused, and does not look like a fault."""

from tests.nodes.conftest import Pair


async def test_a_text_with_nul_in_an_address_is_refused(pair: Pair) -> None:
    for path in (
        "/v1/requests?type=a%00b",
        "/v1/requests?metadata.run=%00",
        "/v1/requests?type=ab",
    ):
        status, reply = await pair.call(0, "GET", path, pair.key)
        assert status == (400 if "%00" in path else 200), reply
