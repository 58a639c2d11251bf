from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from tests.house import House, open_house


@pytest.fixture
async def house(tmp_path: Path) -> AsyncGenerator[House]:
    async with open_house(tmp_path) as opened:
        yield opened
