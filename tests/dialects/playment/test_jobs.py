"""Jobs: as clients make them, as people work on them, and as results and callbacks tell of them."""

import json

import pytest
from tests.dialects.playment.conftest import Client
from tests.dialects.playment.trackers import FRAMES, SHAPES, labelled, tracker, video

JOBS = "/v1/projects/PROJECT/jobs"


async def test_a_job_from_request_to_callback(client: Client):
    workflow = await client.workflow()
    body = {"reference_id": "001", "data": video(), "work_flow_id": workflow}
    made = await client.make(**body)
    identifier, batch = made["job_id"], made["batch_id"]
    assert made == {
        "job_id": identifier,
        "reference_id": "001",
        "tag": "tracking",
        "work_flow_id": workflow,
        "batch_id": batch,
        "project_id": client.id,
        "status": "PENDING",
        "priority_weight": 5,
    }
    job = {
        "job_id": identifier,
        "batch_id": batch,
        "project_id": client.id,
        "reference_id": "001",
        "status": "PENDING",
        "tag": "tracking",
        "priority_weight": 5,
        "result": None,
    }
    assert await client.job(identifier) == job

    seen = await client.work({"annotations": [tracker()]})
    assert seen["id"] == identifier
    assert seen["question"]["frames"] == FRAMES
    result = labelled(tracker())
    assert await client.job(identifier) == job | {"status": "COMPLETED", "result": result}
    assert await client.receiver.next() == {
        "jobs": [
            {
                "job_id": identifier,
                "reference_id": "001",
                "batch_id": batch,
                "status": "COMPLETED",
                "tag": "tracking",
                "work_flow_id": workflow,
                "result": result,
            }
        ]
    }


@pytest.mark.parametrize("name", ["video2d", "video_2d"])
@pytest.mark.parametrize("kind", SHAPES)
async def test_a_result_is_the_next_pre_label_unchanged(client: Client, kind: str, name: str):
    workflow = await client.workflow()
    sent = labelled(tracker(kind), tracker(kind, _id="2", label="", attributes={}), name=name)
    for reference in ("first", "second"):
        data = video(maker_response=sent)
        made = await client.make(reference_id=reference, work_flow_id=workflow, data=data)
        task = await client.work({"annotations": [tracker("line")]})
        assert task["question"]["annotations"] == sent[name]["data"]["annotations"]
        done = await client.job(made["job_id"])
        assert done["result"] == labelled(tracker("line"), name=name)
        sent = done["result"]


async def test_pre_labels_come_back_in_their_own_words(client: Client):
    workflow = await client.workflow()
    words = json.dumps(video(maker_response=labelled(tracker()))).replace("0.00398", "3.980e-3")
    body = f'{{"reference_id": "1", "work_flow_id": "{workflow}", "data": {words}}}'
    reply = await client.call("POST", JOBS, body.encode())
    task = (await client.house.claim(client.worker))["task"]
    assert task["id"] == reply.json["data"]["job_id"]
    staged = await client.call("POST", JOBS, body.encode(), client.test_key)
    shown = await client.call("GET", f"{JOBS}/{staged.json['data']['job_id']}", key=client.test_key)
    # What is made of them is made anew; what was asked stays as it was written.
    assert shown.json["data"]["result"] == labelled(tracker())
    asked = await client.house.call(
        "GET", f"/v1/requests/{task['id']}", headers={"X-Heat-API-Key": client.key}
    )
    assert b"3.980e-3" in asked.body


@pytest.mark.parametrize(
    ("path", "header"),
    [
        (JOBS, "x-api-key"),
        (JOBS, "x-client-key"),
        ("/projectsvc/projects/PROJECT/jobs", "x-api-key"),
        ("/projectsvc/projects/PROJECT/jobs", "x-client-key"),
    ],
)
async def test_every_spelling_of_path_and_key(client: Client, path: str, header: str):
    workflow = await client.workflow()
    body = {"reference_id": "1", "work_flow_id": workflow, "data": video()}
    name = header.replace("-", "_")
    made = await client.call("POST", path, body, **{name: client.key})
    assert made.status == 200
    job = made.json["data"]["job_id"]
    for version in ("v0", "v1"):
        where = f"/{version}/projects/PROJECT/jobs/{job}"
        assert (await client.call("GET", where, **{name: client.key})).json["data"]["job_id"] == job


async def test_a_tag_names_the_workflow_too(client: Client):
    workflow = await client.workflow()
    made = await client.make(reference_id="1", tag="tracking", work_flow_id="", data=video())
    assert (made["work_flow_id"], made["tag"]) == (workflow, "tracking")


@pytest.mark.parametrize("image", ["https://e.com/a.jpg", ["https://e.com/a.jpg"]])
@pytest.mark.parametrize("name", ["image_url", "image_data"])
async def test_single_images_are_for_the_other_kinds(client: Client, name: str, image: object):
    workflow = await client.workflow("choice", labels=["cat", "dog"], result_key="category")
    data = {name: image, "image_other": "https://e.com/b.jpg", "note": "Look twice."}
    made = await client.make(reference_id="1", work_flow_id=workflow, data=data)
    task = await client.work(["cat"])
    shown = [each["value"] for each in task["attachments"]]
    assert shown == ["https://e.com/a.jpg", "https://e.com/b.jpg", "note: Look twice."]
    assert (await client.job(made["job_id"]))["result"] == {"category": "cat"}


async def test_an_image_may_be_an_object(client: Client):
    workflow = await client.workflow("photo-tag", labels=["car"])
    data = {"image_data": {"image_url": "https://e.com/a.jpg", "metadata": None}, "metadata": None}
    made = await client.make(reference_id="1", work_flow_id=workflow, data=data)
    boxes = [{"tag": "car", "x": 1, "y": 2, "w": 3, "h": 4}]
    await client.work(boxes)
    assert (await client.job(made["job_id"]))["result"] == {"response": boxes}


async def test_the_highest_weight_is_served_first(client: Client):
    workflow = await client.workflow()
    weights = {"a": 1, "b": None, "c": 10}
    for reference, weight in weights.items():
        made = await client.make(
            reference_id=reference, work_flow_id=workflow, data=video(), priority_weight=weight
        )
        assert made["priority_weight"] == (weight or 5)
    served = [
        (await client.job((await client.work({"annotations": []}))["id"]))["reference_id"]
        for _ in weights
    ]
    assert served == ["c", "b", "a"]


async def test_metadata_are_kept_and_listed_by(client: Client):
    workflow = await client.workflow()
    for city in ("Riga", "Oslo"):
        await client.make(
            reference_id=city, work_flow_id=workflow, data=video(), metadata={"city": city}
        )
    listed = await client.house.call(
        "GET", "/v1/requests?metadata.city=Riga", headers={"X-Heat-API-Key": client.key}
    )
    (request,) = listed.json["requests"]
    assert request["reference_id"] == "Riga"
    assert request["metadata"] == {"city": "Riga"}


async def test_no_agreement_is_completed_without_a_result(client: Client):
    policy = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    workflow = await client.workflow(consensus=policy)
    made = await client.make(reference_id="1", work_flow_id=workflow, data=video())
    await client.work({"annotations": [tracker()]})
    teammate = await client.house.hire("Di", client.project)
    await client.work({"annotations": []}, teammate)
    done = await client.job(made["job_id"])
    assert (done["status"], done["result"]) == ("COMPLETED", None)
    (told,) = (await client.receiver.next())["jobs"]
    assert (told["status"], told["result"]) == ("COMPLETED", None)


async def test_agreed_trackers_say_beside_them_what_they_rest_on(client: Client):
    policy = {"strategy": "majority", "min_agreements": 2, "max_crunchers": 2}
    workflow = await client.workflow(consensus=policy)
    made = await client.make(reference_id="1", work_flow_id=workflow, data=video())
    await client.work({"annotations": [tracker()]})
    teammate = await client.house.hire("Di", client.project)
    await client.work({"annotations": [tracker()]}, teammate)
    result = (await client.job(made["job_id"]))["result"]
    assert result == {"video2d": {"data": {"annotations": [tracker()], "support": [2]}}}
    again = await client.make(
        reference_id="2", work_flow_id=workflow, data=video(maker_response=result)
    )
    assert again["status"] == "PENDING"


async def test_what_is_flagged_or_aborted_shows_and_is_not_called_back(client: Client):
    workflow = await client.workflow()
    flagged, aborted, done = [
        (await client.make(reference_id=str(number), work_flow_id=workflow, data=video()))["job_id"]
        for number in range(3)
    ]
    claimed = await client.house.claim(client.worker)
    await client.house.work(
        f"/assignments/{claimed['id']}/flag", {"feedback": "No picture."}, client.worker
    )
    headers = {"X-Heat-API-Key": client.key}
    await client.house.call("POST", f"/v1/tasks/abort/{aborted}", headers=headers)
    await client.work({"annotations": []})
    shown = [await client.job(job) for job in (flagged, aborted, done)]
    assert [job["status"] for job in shown] == ["FLAGGED", "ABORTED", "COMPLETED"]
    assert [job["result"] for job in shown] == [None, None, labelled()]
    (told,) = (await client.receiver.next())["jobs"]
    assert told["job_id"] == done
    assert client.receiver.got.empty()


@pytest.mark.parametrize(
    ("staged", "status", "result"),
    [
        (None, "COMPLETED", None),
        ("null", "COMPLETED", None),
        ("pending", "PENDING", None),
        ("flagged", "FLAGGED", None),
        ("as usual", "COMPLETED", labelled(tracker())),
    ],
)
async def test_a_test_key_stages_jobs(client: Client, staged: object, status: str, result: object):
    workflow = await client.workflow()
    body = {
        "reference_id": "1",
        "work_flow_id": workflow,
        "data": video(maker_response=labelled(tracker())),
        "metadata": {"staged": staged},
    }
    made = await client.make(key=client.test_key, **body)
    assert made["status"] == status
    job = await client.job(made["job_id"], client.test_key)
    assert (job["status"], job["result"]) == (status, result)
    if status == "COMPLETED":
        (told,) = (await client.receiver.next())["jobs"]
        assert told["result"] == result
    # Nobody sees it, no live key finds it, and its reference is free for a live job.
    assert (await client.house.work("/assignments", {}, client.worker)).status == 204
    missing = await client.call("GET", f"/v0/projects/PROJECT/jobs/{made['job_id']}")
    assert missing.json["error"]["code"] == "FS_0006"
    assert (await client.make(**body))["status"] == "PENDING"


async def test_jobs_of_other_protocols_are_shown_as_a_response(client: Client):
    headers = {"X-Heat-API-Key": client.key}
    asked = await client.house.call(
        "POST", "/v1/requests/free-text", json={"instruction": "?"}, headers=headers
    )
    await client.work("a cat")
    job = await client.job(asked.json["id"])
    assert job == {
        "job_id": asked.json["id"],
        "batch_id": None,
        "project_id": client.id,
        "reference_id": None,
        "status": "COMPLETED",
        "tag": None,
        "priority_weight": 5,
        "result": {"response": "a cat"},
    }
