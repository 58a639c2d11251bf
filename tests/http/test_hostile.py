"""What nobody sends by mistake: each is refused for what it is, and costs the server nothing."""

import time

import pytest
from tests.house import House

from humanwire.core.errors import Invalid
from humanwire.flows import accounts
from humanwire.wire.bodies import json_fields

PART = b'--line\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'


@pytest.mark.parametrize("opening", [b'{"a":"', b"[" * 40 + b'"'])
def test_a_text_without_an_end_is_read_once(opening: bytes) -> None:
    started = time.perf_counter()

    with pytest.raises(Invalid):
        json_fields(opening + b'\\"' * 500_000)

    assert time.perf_counter() - started < 5  # read anew from each quote it would be an hour


@pytest.mark.parametrize("path", ["/docs/%00", "/work/assets/%00", f"/docs/{'a' * 300}"])
async def test_a_name_that_no_file_can_have_is_not_found(house: House, path: str) -> None:
    assert (await house.call("GET", path)).status == 404


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (b"--other\r\n", "Malformed form"),
        (b"--line\r\n\0", "Malformed form"),
        (PART + b"\r\nx\r\n" + PART + b"\r\ny\r\n--line--\r\n", "Too many files"),
        (PART + b"Content-Type: image/png\nSet-Cookie: a=b\r\n\r\nx\r\n--line--\r\n", "no content"),
        (PART + b"Content-Type: image/p\xe9g\r\n\r\nx\r\n--line--\r\n", "no content"),
    ],
)
async def test_a_bad_form_is_said_to_be_one(house: House, form: bytes, message: str) -> None:
    headers = {"X-Heat-API-Key": house.key, "Content-Type": "multipart/form-data; boundary=line"}

    reply = await house.call("POST", "/v1/media", data=form, headers=headers)

    assert reply.status == 400
    assert message in reply.json["error"]["message"]


async def test_a_draft_version_beyond_what_is_stored_is_refused(house: House) -> None:
    await house.ask()
    path = f"/assignments/{(await house.claim())['id']}/draft"

    refused = await house.work(path, {"version": 2**63, "body": {}}, method="PUT")

    assert (refused.status, refused.json["error"]["field"]) == (422, "version")
    largest = {"version": 2**63 - 1, "body": {}}
    assert (await house.work(path, largest, method="PUT")).status == 200


async def test_a_setting_beyond_all_numbers_is_refused(house: House) -> None:
    operator = await accounts.create_operator_key(house.ports)
    body = b'{"name": "rich", "price": 1e999}'
    headers = {"Authorization": f"Bearer {operator}"}

    reply = await house.call("POST", "/admin/v1/projects", data=body, headers=headers)

    assert (reply.status, reply.json["error"]["field"]) == (400, "price")


async def test_a_list_is_filtered_by_a_few_entries_only(house: House) -> None:
    query = "&".join(f"metadata.k{number}=1" for number in range(2000))
    headers = {"X-Heat-API-Key": house.key}

    reply = await house.call("GET", f"/v1/requests?{query}", headers=headers)

    assert (reply.status, reply.json["error"]["field"]) == (400, "metadata")


@pytest.mark.parametrize("origin", ["http://[::1", "null", "", "https://evil.example"])
async def test_an_origin_that_is_not_ours_cannot_use_a_session(house: House, origin: str) -> None:
    signed_in = await house.call("GET", f"/in/{house.worker}")
    cookie = signed_in.headers["Set-Cookie"].partition(";")[0]
    headers = {"Cookie": cookie, "Origin": origin}

    reply = await house.call("POST", "/worker/v1/assignments", json={}, headers=headers)

    assert (reply.status, reply.json["error"]["code"]) == (403, "forbidden")
