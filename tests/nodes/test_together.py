"""What holds however hard both nodes are asked at once."""

import asyncio
from collections import Counter

from tests.nodes.audit import audit
from tests.nodes.conftest import Pair

from humanwire import wiring
from humanwire.config import Settings
from humanwire.flows import accounts

ASK = "/v1/requests/multiple-choice"
BODY = {"instruction": "Which?", "choices": ["a", "b"]}


async def ask_once(pair: Pair, node: int, key: str, **changes: str) -> tuple[int, str]:
    headers = {"X-Heat-API-Key": pair.key, "Idempotency-Key": key}
    url = pair.nodes[node].origin + ASK
    async with pair.http.post(url, json=BODY | changes, headers=headers) as reply:
        told = await reply.json()
        return reply.status, told["id"] if reply.status == 200 else told["error"]["code"]


async def test_a_key_sent_to_both_nodes_at_once_makes_one_task(pair: Pair):
    keys = [f"key-{number}" for number in range(30)]
    calls = [ask_once(pair, turn % 2, key) for key in keys for turn in range(6)]
    told = await asyncio.gather(*calls)
    assert {status for status, _ in told} == {200}
    made = [{task for _, task in told[n : n + 6]} for n in range(0, len(told), 6)]
    assert [len(tasks) for tasks in made] == [1] * len(keys)
    found = await audit(pair.nodes[0].database)
    assert found.tasks.keys() == set.union(*made)


async def test_one_of_two_different_requests_under_a_key_is_refused(pair: Pair):
    for number in range(15):
        wordings = [f"Which of {turn}?" for turn in range(4)]
        told = await asyncio.gather(
            *(
                ask_once(pair, turn % 2, f"key-{number}", instruction=wording)
                for turn, wording in enumerate(wordings)
            )
        )
        assert Counter(status for status, _ in told) == {200: 1, 409: 3}


async def test_a_worker_asking_everywhere_holds_two_tasks(pair: Pair):
    for _ in range(20):
        await pair.ask(0)
    worker = pair.workers[0]
    told = await asyncio.gather(*(pair.claim(turn % 2, worker) for turn in range(24)))
    assert len({lease["id"] for lease in told}) == 2
    await audit(pair.nodes[0].database)


async def test_a_task_wanted_once_is_leased_once(pair: Pair):
    for turn in range(30):
        task = await pair.ask(turn % 2)
        told = await asyncio.gather(
            *(pair.claim(node, worker) for worker in pair.workers for node in (0, 1))
        )
        leases = {lease["id"]: number for number, lease in enumerate(told) if lease is not None}
        assert len(leases) == 1
        ((assignment, number),) = leases.items()
        await pair.answer(turn % 2, pair.workers[number // 2], {"id": assignment})
        assert told[number]["task"]["id"] == task
    await audit(pair.nodes[0].database)


async def test_answers_that_land_on_both_nodes_at_once_decide_once(pair: Pair):
    majority = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
    for _ in range(15):
        await pair.ask(0, confidence=majority)
        leases = await asyncio.gather(
            *(pair.claim(node, pair.workers[node], wait=20) for node in (0, 1))
        )
        # Each answer is sent to both nodes.
        await asyncio.gather(
            *(
                pair.answer(node, pair.workers[number], lease)
                for number, lease in enumerate(leases)
                for node in (0, 1)
            )
        )
    found = await audit(pair.nodes[0].database)
    assert set(found.tasks.values()) == {"complete"}
    assert {len(answers) for answers in found.answers.values()} == {2}


async def test_a_barred_worker_holds_nothing_and_gets_nothing_from_then_on(pair: Pair):
    database = pair.nodes[0].database
    for _ in range(12):
        await pair.ask(0)
    async with wiring.open_ports(Settings(database=database)) as ports:
        for token in pair.workers:
            worker = await accounts.find_worker(ports, f"w{pair.workers.index(token)}")
            claims = [
                asyncio.create_task(
                    pair.call(turn % 2, "POST", "/worker/v1/assignments", token, {"wait": 0})
                )
                for turn in range(8)
            ]
            await asyncio.wait(claims, return_when=asyncio.FIRST_COMPLETED)

            await ports.store.revoke_worker(worker.number, ports.clock())

            told = await asyncio.gather(*claims)
            assert {status for status, _ in told} <= {200, 201, 204, 401}
            assert await ports.store.held(worker.number, ports.clock()) == []
            for node in (0, 1):
                status, _ = await pair.call(
                    node, "POST", "/worker/v1/assignments", token, {"wait": 0}
                )
                assert status == 401
    await audit(database)
