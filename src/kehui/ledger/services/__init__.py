"""Actions of the ledger."""

from kehui.ledger.services.accesses import AccessReasonMissing, forget_reason, log_access
from kehui.ledger.services.entries import (
    NotReplayable,
    Verdict,
    catch_up,
    rebase,
    record,
    replay,
    verify,
)
from kehui.ledger.services.exports import export_log
from kehui.ledger.services.receipts import KeyMalformed, KeyReused, forget_receipts, once
from kehui.ledger.services.seals import LogContradicted, keep_checkpoint, restart_log, seal
from kehui.ledger.services.witnesses import ask_witnesses

__all__ = [
    "AccessReasonMissing",
    "KeyMalformed",
    "KeyReused",
    "LogContradicted",
    "NotReplayable",
    "Verdict",
    "ask_witnesses",
    "catch_up",
    "export_log",
    "forget_reason",
    "forget_receipts",
    "keep_checkpoint",
    "log_access",
    "once",
    "rebase",
    "record",
    "replay",
    "restart_log",
    "seal",
    "verify",
]
