"""`kehui rotate keys`, and what prepare, restore and the doctor say of keys."""

import shutil

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings
from tests.makers import NOW, make_person

from kehui.cli import key_checks
from kehui.core.vault import safe
from kehui.people import services
from kehui.people.models import Person, PersonKey

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


def phoned(number: str) -> Person:
    person = make_person()
    services.give_phone(person=person, phone=number, at=NOW)
    return person


def test_keys_are_rotated_in_steps(capsys: Capture) -> None:
    for each in range(3):
        phoned(f"1381234567{each}")

    call_command("rotate_keys", batch=2)

    said = capsys.readouterr().out
    master = safe.holder().master()
    assert f"新的主密钥 {master}。" in said
    assert "已重新加密 2 人\n已重新加密 3 人\n✓ 全部 3 人" in said
    assert set(PersonKey.objects.values_list("master", flat=True)) == {master}


def test_a_resumed_run_adds_no_key(capsys: Capture) -> None:
    phoned("13812345678")
    master = services.add_master_key(at=NOW)

    call_command("rotate_keys", resume=True)

    assert "新的主密钥" not in capsys.readouterr().out
    assert safe.holder().master() == master == PersonKey.objects.get().master


def test_who_cannot_be_read_is_named(capsys: Capture) -> None:
    person = phoned("13812345678")
    PersonKey.objects.update(master="0" * 16)

    with pytest.raises(CommandError, match=f"人员编号 {person.pk}"):
        call_command("rotate_keys")
    with pytest.raises(CommandError, match="--batch"):
        call_command("rotate_keys", batch=0)
    assert "已重新加密 0 人" in capsys.readouterr().out


def test_the_doctor_looks_at_the_keys(settings: Settings) -> None:
    assert key_checks.finding()["verdict"] == "good"
    phoned("13812345678")
    found = key_checks.finding()
    assert (found["verdict"], "1 个人有加密信息" in found["found"]) == ("good", True)

    PersonKey.objects.update(master="0" * 16)
    assert "1 个人的信息缺主密钥" in key_checks.finding()["found"]

    (settings.KEYS_DIR / "master.json").write_text("{}")
    assert "KEY_FILE" in key_checks.finding()["found"]

    shutil.rmtree(settings.KEYS_DIR)
    assert "KEYS_MISSING" in key_checks.finding()["found"]


def test_a_service_is_asked_for_its_master_key_alone(settings: Settings) -> None:
    settings.KEY_SERVICE = "http://127.0.0.1:9"

    assert "KEY_SERVICE_DOWN" in key_checks.finding()["found"]


def test_nothing_starts_where_keys_are_missing(settings: Settings) -> None:
    phoned("13812345678")
    shutil.rmtree(settings.KEYS_DIR)

    with pytest.raises(CommandError, match="KEYS_MISSING"):
        call_command("prepare")

    assert not settings.KEYS_DIR.exists()
