"""The cases against which the workspace's own check is held as well (frontend/tests)."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from humanwire.core.errors import InvalidAnswer
from humanwire.core.questions import Annotation

CASES = json.loads((Path(__file__).parent / "annotation_cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_fault_is_found_where_the_workspace_finds_it(case: dict[str, Any]) -> None:
    asked = {"kind": "annotation", "instruction": "?", "attachments": case["attachments"]}
    question = msgspec.convert(asked | case["question"], Annotation).checked()
    if case["fault"] is None:
        assert question.check(case["response"]) == case["response"]
        return
    with pytest.raises(InvalidAnswer) as refused:
        question.check(case["response"])
    assert refused.value.field == case["fault"]
