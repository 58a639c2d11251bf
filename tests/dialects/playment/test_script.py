"""The protocol's own script, as its document prints it: it makes a job on this server."""

import asyncio
import sys
from pathlib import Path
from textwrap import dedent

from tests.dialects.playment.conftest import Client

# Word for word. The document lost the indentation, which is all that was put back.
SCRIPT = '''
import requests
import json
"""
Details for creating JOBS,
project_id ->> ID of project in which the job will be created
x_api_key ->> API key for authentication
workflow_id ->> The workflow in which the job will be created
batch_id ->> The batch in which job will be created
"""
# Additional helper function to create a batch
def create_batch(BATCH_NAME):
    base_url = f"https://api.playment.io/v1/projects/{PROJECT_ID}/batch"
    DATA = {"name":BATCH_NAME}
    response = requests.post(base_url, headers={'x-api-key': CLIENT_KEY}, json=DATA)
    response_data = response.json()
    if response.status_code >= 500:
        raise Exception(f"Something went wrong at Playment's end {response.status_code}")
    if 400 <= response.status_code < 500:
        raise Exception(f"{response_data['error']['message']} {response.status_code}")
    print(response_data)
    return response_data
#method that can be used to call the job creation api
def create_job(project_id, data, x_api_key):
    base_url = "https://api.playment.io/v1/projects/{}/jobs".format(project_id)
    headers = {'x-api-key': x_api_key}
    response = requests.post(base_url, headers=headers, json=data)
    print(response.json())
    if response.status_code >= 500:
        raise Exception(response.text)
    if 400 <= response.status_code < 500:
        raise Exception(response.text)
    return response.json()
if __name__ == "__main__":
    #list of frames in a single job
    frames = ["https://example.com/image_url_1","https://example.com/image_url_2","https://example.com/image_url_3"]
    #reference_id should be unique for each job
    reference_id= "job1"
    project_id = ''
    x_api_key = ''
    workflow_id = ''
    batch_id = ''
    video_data = {'frames' : []}
    i=0
    for frame_url in frames:
        i=i+1
        frame_id = "frame"+str(i)
        frame_obj = {'src':frame_url,'frame_id':frame_id}
        video_data['frames'].append(frame_obj)
    job_data = {
        'reference_id':reference_id,
        'work_flow_id':workflow_id,
        'data':{'video_data':video_data},
        'batch_id' : batch_id
    }
    response = create_job(project_id=project_id, data=job_data, x_api_key= x_api_key)
    print(response)
'''


async def run(folder: Path, text: str) -> tuple[int | None, str, str]:
    file = folder / "script.py"
    file.write_text(text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, file, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    said, wrong = await process.communicate()
    return process.returncode, said.decode(), wrong.decode()


async def test_the_script_makes_a_job(client: Client, tmp_path: Path):
    workflow = await client.workflow()
    filled = SCRIPT.replace("https://api.playment.io", client.house.origin)
    for name, value in (("project_id", client.id), ("x_api_key", client.key)):
        filled = filled.replace(f"{name} = ''", f"{name} = {value!r}")
    filled = filled.replace("workflow_id = ''", f"workflow_id = {workflow!r}")
    status, said, wrong = await run(tmp_path, filled)
    assert (status, wrong) == (0, "")

    seen = await client.work({"annotations": []})
    assert seen["question"]["frames"] == [
        {"frame_id": f"frame{number}", "src": f"https://example.com/image_url_{number}"}
        for number in (1, 2, 3)
    ]
    job = await client.job(seen["id"])
    assert (job["reference_id"], job["status"]) == ("job1", "COMPLETED")
    assert f"'job_id': '{seen['id']}'" in said
    # Once more, and the reference is taken: the script tells so and fails.
    status, _, wrong = await run(tmp_path, filled)
    assert status != 0
    assert "FS_0001" in wrong


async def test_the_scripts_batch(client: Client, tmp_path: Path):
    helper = SCRIPT.partition("if __name__")[0]
    use = f"""
        PROJECT_ID, CLIENT_KEY = {client.id!r}, {client.key!r}
        create_batch("monday")
        create_batch("monday")
    """
    filled = helper.replace("https://api.playment.io", client.house.origin) + dedent(use)
    status, said, wrong = await run(tmp_path, filled)
    assert status != 0
    assert "'success': True, 'data': {'batch_id':" in said
    assert "A batch of this name exists already. 409" in wrong
