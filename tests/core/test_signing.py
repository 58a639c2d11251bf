"""What we sign is accepted by the reference verifier, and by nothing that was changed."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from humanwire.core.signing import new_secret, sign


def now() -> int:
    """The verifier reads the clock itself."""
    return int(datetime.now(UTC).timestamp())


OLD = new_secret(bytes(range(24)))
NEW = new_secret(bytes(range(100, 132)))


def test_the_published_example_has_the_published_signature():
    headers = sign(
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


@given(entropy=st.binary(min_size=24, max_size=64), body=st.text().map(str.encode))
def test_the_reference_verifier_accepts_every_body(entropy: bytes, body: bytes):
    secret = new_secret(entropy)
    Webhook(secret).verify(body, sign([secret], "msg_1", now(), body), json_parse=False)


def test_both_secrets_verify_during_a_rotation():
    headers = sign([NEW, OLD], "msg_1", now(), b"{}")
    assert headers["webhook-signature"].count("v1,") == 2
    for secret in (OLD, NEW):
        assert Webhook(secret).verify(b"{}", headers) == {}


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp"])
def test_the_id_and_the_time_are_signed(header: str):
    # No parameter holds the time: each process of a run must name the same tests.
    other = {"webhook-id": "msg_2", "webhook-timestamp": str(now() + 5)}
    headers = sign([OLD], "msg_1", now(), b"{}") | {header: other[header]}
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(b"{}", headers)


def test_another_secret_or_body_does_not_verify():
    headers = sign([OLD], "msg_1", now(), b"{}")
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(b"{}", headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(b"[]", headers)


def test_a_secret_is_never_made_from_too_little_entropy():
    assert new_secret(b"\x00" * 24) == "whsec_" + "A" * 32
    with pytest.raises(ValueError, match="24"):
        new_secret(b"\x00" * 23)
