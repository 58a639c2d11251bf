"""Forms over Heat: the protocol's four examples, asked natively, and their results."""

import pytest

IMAGE = {"attachments_type": "image", "attachments": ["https://example.com/1.jpg"]}
CORNERS = ("top-left", "top-right", "bottom-right", "bottom-left")
BOX = dict(zip(CORNERS, ("(0.45,0.06)", "(0.71,0.06)", "(0.71,0.44)", "(0.45,0.44)"), strict=True))
REVIEW = {"review_body": "Mobile is not booting up.", "stars": 1.50, "tags": ["new", None]}
JOBS = [
    ("Draw a box around the eagle", IMAGE, dict.fromkeys(CORNERS, "STRING"), BOX),
    ("Select the type of the bag", IMAGE, {"type": "STRING"}, {"type": "Handbags"}),
    ("Classify the review", {"context": REVIEW}, {"class": "STRING"}, {"class": "Approve Review"}),
    ("Input the sales tax", IMAGE, {"sales_tax_amount": "STRING"}, {"sales_tax_amount": "1.49"}),
]


@pytest.mark.parametrize(("instruction", "beside", "structure", "result"), JOBS)
async def test_the_result_has_exactly_the_fields(server, instruction, beside, structure, result):
    body = {"instruction": instruction, "result_structure": structure} | beside
    asked = await server.ask("form", body)
    assert asked.status == 200
    await server.work(result)
    done = (await server.call("GET", f"/v1/requests/{asked.json['id']}")).json
    assert (done["status"], done["type"], done["response"]) == ("complete", "form", result)
    assert done["result_structure"] == structure

    staged = (await server.ask("form", body, key="test")).json
    assert list(staged["response"]) == list(structure)


async def test_a_majority_gets_the_mean_box(server):
    confidence = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 3}
    structure = dict.fromkeys(CORNERS, "STRING")
    body = {"instruction": "x", "result_structure": structure, "confidence": confidence} | IMAGE
    asked = await server.ask("form", body)
    await server.work(BOX)
    await server.work(BOX | {"top-left": "(0.47,0.06)", "bottom-left": "(0.47,0.44)"})
    done = (await server.call("GET", f"/v1/requests/{asked.json['id']}")).json
    assert done["response"] == BOX | {"top-left": "(0.46,0.06)", "bottom-left": "(0.46,0.44)"}


async def test_in_bulk_and_with_an_idempotency_key(server):
    sound = {"type": "form", "instruction": "x", "result_structure": {"a": "ENUM[b, c]"}}
    items = [sound, sound | {"result_structure": {"a": "ENUM[b,b]"}}]
    for _ in range(2):
        reply = await server.call(
            "POST", "/v1/requests", items, headers={"Idempotency-Key": "mine"}
        )
        assert [each.get("status") for each in reply.json] == ["pending", None]
        assert reply.json[1]["error"]["field"] == "result_structure.a"
    assert await server.stored() == 1
    await server.work({"a": "c"})
