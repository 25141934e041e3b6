"""Ask witnesses to sign the last checkpoint too."""

from datetime import datetime

from kehui.ledger import adapter, selectors
from kehui.ledger.models import Checkpoint, Cosignature, Witness


def ask_witnesses(*, at: datetime) -> int:
    """Show every chosen witness the last checkpoint, and return how many signed it now.

    A witness that does not is asked again the next time; why is kept in its row. Nothing waits for
    it: the next checkpoint proves that it continues the last one that the witness saw.

    Raises:
        WitnessSettingWrong: the setting cannot be read.
    """
    chosen = adapter.chosen_witnesses()
    last = selectors.last_checkpoint()
    return sum(_ask(each, last, at=at) for each in chosen) if last else 0


def _ask(chosen: adapter.Chosen, last: Checkpoint, *, at: datetime) -> int:
    witness, _ = Witness.objects.get_or_create(name=chosen.key.name, defaults={"asked_at": at})
    if last.cosignatures.filter(witness=chosen.key.name).exists():
        return 0
    note = adapter.Note.parse(last.note)
    answer = _answer(chosen, witness.size, last.pk, note)
    if answer.size is not None and answer.size <= last.pk:  # it knows better what it saw
        witness.size = answer.size
        answer = _answer(chosen, witness.size, last.pk, note)
    line = adapter.cosignature_of(chosen, note=note, answer=answer)
    witness.asked_at, witness.trouble = at, "" if line else _trouble(answer, last.pk)
    if line:
        witness.size = last.pk
        Cosignature.objects.get_or_create(
            checkpoint=last, witness=chosen.key.name, defaults={"line": str(line)}
        )
    witness.save()
    return 1 if line else 0


def _answer(chosen: adapter.Chosen, old: int, size: int, note: adapter.Note) -> adapter.Answer:
    proof = adapter.consistency(old, size)
    return chosen.ask(adapter.question(old=old, proof=proof, note=note))


def _trouble(answer: adapter.Answer, size: int) -> str:
    """Say in a word what is wrong; AHEAD and 409, 422 mean that it has seen another history."""
    if answer.size is not None and answer.size > size:
        return "AHEAD"
    return {0: "UNREACHABLE", 200: "SIGNATURE"}.get(answer.status, f"STATUS_{answer.status}")
