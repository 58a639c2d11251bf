"""The setting `--model`: what is taken, and what is refused with the reason."""

import pytest

from humanwire.core.errors import Invalid
from humanwire.models.address import ModelAddress, parse_address, parse_addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("nudity", ModelAddress(name="nudity", way="here")),
        (
            "nudity=http://127.0.0.1:8090/",
            ModelAddress(name="nudity", way="worker", url="http://127.0.0.1:8090"),
        ),
        (
            "eyes=openai+https://x.test/v1?model=org/small&key=K&seconds=2.5&batch=3&kinds=choice,text",
            ModelAddress(
                name="eyes",
                way="openai",
                url="https://x.test/v1",
                model="org/small",
                key="K",
                seconds=2.5,
                batch=3,
                kinds=("choice", "text"),
            ),
        ),
        (
            "b=label-studio+http://[::1]:9090?media=address",
            ModelAddress(name="b", way="label-studio", url="http://[::1]:9090", inline=False),
        ),
    ],
)
def test_addresses(text: str, address: ModelAddress) -> None:
    assert parse_address(text) == address


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no name"),
        ("Nudity", "no name"),
        ("=http://x.test", "no name"),
        ("a=", "no http(s) address"),
        ("a=ftp://x.test", "no http(s) address"),
        ("a=http://", "no http(s) address"),
        ("a=http://[", "no http(s) address"),
        ("a=torch+http://x.test", "no http(s) address"),
        ("a=http://x.test?colour=red", "no setting 'colour'"),
        ("a=http://x.test?seconds=soon", "'seconds' must be above 0"),
        ("a=http://x.test?seconds=nan", "'seconds' must be above 0"),
        ("a=http://x.test?batch=0", "'batch' must be above 0"),
        ("a=http://x.test?batch=1.5", "'batch' must be above 0"),
        ("a=http://x.test?media=carrier-pigeon", "'media' is inline or address"),
    ],
)
def test_what_is_no_address_is_refused(text: str, message: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_address(text)
    assert message in refused.value.message
    assert refused.value.field == "model"


def test_a_name_stands_once() -> None:
    with pytest.raises(Invalid, match="'a' is there twice"):
        parse_addresses(["a", "b", "a=http://x.test"])


def test_a_secret_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    address = parse_address("a=http://x.test?key=A_KEY")
    monkeypatch.delenv("A_KEY", raising=False)
    with pytest.raises(Invalid, match="A_KEY"):
        address.secret()
    monkeypatch.setenv("A_KEY", "s")
    assert address.secret() == "s"
    assert parse_address("a=http://x.test").secret() is None
