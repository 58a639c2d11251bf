"""The bench on PostgreSQL: in a database of its own, with as many servers as are asked for."""

import asyncpg
import msgspec
import pytest
from tests.postgres import PostgresServer

from humanwire.bench.plan import Plan
from humanwire.bench.scenarios import SCENARIOS
from humanwire.core.errors import Invalid, Unavailable

SHORT = Plan(seconds=0.5, concurrency=4, tasks=40, callers=30)


async def databases(server: PostgresServer) -> set[str]:
    connection = await asyncpg.connect(server.url())
    try:
        return {name for (name,) in await connection.fetch("SELECT datname FROM pg_database")}
    finally:
        await connection.close()


@pytest.mark.parametrize("scenario", ["create", "claim", "list"])
async def test_servers_share_a_database_that_goes_in_the_end(
    postgres_18: PostgresServer, scenario: str
):
    before = await databases(postgres_18)
    plan = msgspec.structs.replace(SHORT, database=postgres_18.url(), nodes=2, callers=None)
    report = await SCENARIOS[scenario](plan.checked(scenario))
    assert (report.engine, report.nodes, report.tasks) == ("postgresql", 2, 40)
    assert report.ratio == pytest.approx(
        (report.per_second or 0) / (report.floor_per_second or 1), abs=0.001
    )
    assert await databases(postgres_18) == before


async def test_callers_at_one_node_are_woken_through_another(postgres_18: PostgresServer):
    plan = msgspec.structs.replace(SHORT, database=postgres_18.url(), nodes=2)
    report = await SCENARIOS["blocked"](plan)
    assert report.nodes == 2
    assert 0 <= (report.wake_p50_ms or 0) <= (report.p50_ms or 0)


@pytest.mark.parametrize(
    ("database", "refusal"),
    [("postgresql://127.0.0.1:9/x", Unavailable), ("postgresql://127.0.0.1:port/x", Invalid)],
)
async def test_a_server_that_is_none_is_refused(database: str, refusal: type[Exception]):
    with pytest.raises(refusal):
        await SCENARIOS["create"](msgspec.structs.replace(SHORT, database=database))
