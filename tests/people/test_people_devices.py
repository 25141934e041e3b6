"""Keys of devices: bound once, sign once, doubted once, gone with their session."""

import hashlib
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils.timezone import now
from tests.makers import make_account
from tests.parallel import meanwhile
from tests.web.signing import make_key, public_of, raw_signature

from kehui.ledger.models import Entry
from kehui.people import services
from kehui.people.facts import DeviceDoubted
from kehui.people.models import Account, DeviceKey
from kehui.people.services import Act
from kehui.people.services.devices import LATEST

pytestmark = pytest.mark.django_db

KEY = make_key()
AT = now()


def session_of(account: Account) -> str:
    client = Client()
    client.force_login(account)
    name = str(client.session.session_key)
    UserSession.objects.create(user=account, ip="127.0.0.1", user_agent="", session_key=name)
    return name


def bound(account: Account) -> DeviceKey:
    return services.bind_device(
        account=account, session_key=session_of(account), public_key=public_of(KEY), at=AT
    )


def act(*, nonce: str = "n", late: timedelta = timedelta()) -> Act:
    said = Act(
        method="POST",
        path="/needs/1/",
        fields=[("b", "two\r\nlines"), ("a", "甲"), ("b", "\ud800")],
        seconds=int((AT - late).timestamp()),
        nonce=nonce,
        signature=b"",
    )
    return Act(**{**vars(said), "signature": raw_signature(KEY, said.message)})


def test_the_words_that_are_signed_are_these() -> None:
    said = Act(
        method="POST",
        path="/a/?b=1",
        fields=[("z", "1\r\n2\r3"), ("甲", "\u2028"), ("a", '"'), ("z", "0")],
        seconds=1_790_000_000,
        nonce="one",
        signature=b"",
    )
    body = '[["a","\\""],["z","1\\n2\\n3"],["z","0"],["甲","\u2028"]]'
    digest = hashlib.sha256(body.encode()).hexdigest()

    words = ["kehui-act-1", "POST", "/a/?b=1", digest, "1790000000", "one"]
    assert said.message.decode() == "\n".join(words)


def test_a_signed_act_is_taken_once() -> None:
    account = make_account()
    device = bound(account)

    services.accept_act(device=device, person=account.person_id, act=act(), at=AT)
    with pytest.raises(services.ActReplayed):
        services.accept_act(device=device, person=account.person_id, act=act(), at=AT)
    services.accept_act(device=device, person=account.person_id, act=act(nonce="other"), at=AT)

    device.refresh_from_db()
    assert device.used_at == AT


def test_nonces_of_two_devices_are_two() -> None:
    account = make_account()
    for device in (bound(account), bound(account)):
        services.accept_act(device=device, person=account.person_id, act=act(), at=AT)


@pytest.mark.parametrize(
    "said",
    [
        None,
        act(nonce=""),
        act(nonce="n" * 65),
        act(late=LATEST + timedelta(seconds=2)),
        act(late=-LATEST - timedelta(seconds=2)),
        Act(**{**vars(act()), "path": "/needs/2/"}),
        Act(**{**vars(act()), "method": "PUT"}),
        Act(**{**vars(act()), "fields": [("a", "乙")]}),
        Act(**{**vars(act()), "seconds": act().seconds + 1}),
        Act(**{**vars(act()), "nonce": "m"}),
        Act(**{**vars(act()), "signature": raw_signature(make_key(), act().message)}),
    ],
    ids=lambda said: type(said).__name__,  # what is signed differs from run to run
)
def test_what_the_device_did_not_sign_now_is_refused(said: Act | None) -> None:
    account = make_account()
    device = bound(account)

    with pytest.raises(services.SignatureMissing):
        services.accept_act(device=device, person=account.person_id, act=said, at=AT)

    device.refresh_from_db()
    assert device.used_at is None


def test_a_session_has_one_key() -> None:
    account = make_account()
    name = session_of(account)

    def bind(key: bytes) -> DeviceKey:
        return services.bind_device(account=account, session_key=name, public_key=key, at=AT)

    bind(public_of(KEY))
    with pytest.raises(services.DeviceAlreadyBound):
        bind(public_of(make_key()))
    with pytest.raises(services.DeviceKeyMalformed):
        bind(b"no key")


def test_nobody_binds_the_session_of_somebody_else() -> None:
    with pytest.raises(services.DeviceAlreadyBound):
        services.bind_device(
            account=make_account(),
            session_key=session_of(make_account()),
            public_key=public_of(KEY),
            at=AT,
        )
    assert not DeviceKey.objects.exists()


def test_a_device_is_doubted_once() -> None:
    account = make_account()
    assert account.person_id is not None
    device = bound(account)

    news = [services.doubt_device(device=device, person=account.person_id, at=AT) for _ in range(2)]

    assert news == [True, False]
    told = Entry.objects.filter(kind="device.doubted")
    assert [DeviceDoubted.of(each) for each in told] == [
        DeviceDoubted(person=account.person_id, device=device.pk)
    ]


def test_a_key_goes_with_its_session_and_by_itself() -> None:
    account = make_account()
    device, other = bound(account), bound(account)

    device.session.end()
    assert list(DeviceKey.objects.all()) == [other]
    services.release_device(device=other)
    assert not DeviceKey.objects.exists()
    assert UserSession.objects.count() == 1


def test_a_session_that_is_renamed_keeps_its_key() -> None:
    account = make_account()
    device = bound(account)

    old = device.session.session_key
    services.follow_session(account=account, old=old, new="renamed")
    services.follow_session(account=make_account(), old="renamed", new="stolen")

    device.session.refresh_from_db()
    assert device.session.session_key == "renamed"


@pytest.mark.django_db(transaction=True)
def test_of_two_equal_acts_at_once_one_is_taken() -> None:
    account = make_account()
    device = bound(account)

    def send() -> str:
        try:
            services.accept_act(device=device, person=account.person_id, act=act(), at=AT)
        except services.ActReplayed:
            return "replayed"
        return "taken"

    with meanwhile(send) as other:
        here = send()
        there = other.result(timeout=20)

    assert sorted([here, there]) == ["replayed", "taken"]
