"""Which acts count and which need a fresh proof of who it is: names of addresses, as data.

A new address that changes what is counted, or opens what is closed, gets its name here and its
mark in the table of rights, which tests compare.
"""

# What a signature adds to a form
PARTS = ("device_time", "device_nonce", "device_signature")

# POST: with the signature of the session's device
COUNTED = frozenset(
    {
        "deals:accept",
        "deals:act",
        "deals:act_on",
        "deals:sign",
        "market:close",
        "market:confirm_contact",
        "market:discard",
        "market:renew",
        "market:studio_best_works",
        "market:studio_edit",
        "market:studio_move",
        "market:studio_open",
        "market:studio_transfer",
        "market:submit",
        "market:withdraw",
        "me:revoke_token",
        "me:tokens",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_remove_webauthn",
        "office:decide_dispute",
        "office:end_seat",
        "office:gate_review",
        "office:identify_organization",
        "office:identify_person",
        "office:import_confirm",
        "office:judge_naming",
        "office:remove_term",
        "office:seats",
        "office:term",
        "office:unmask_phone",
        "people:end_seat",
        "people:found_team",
        "people:join_team",
        "people:leave_team",
        "people:organization",
        "people:register_organization",
        "rules:accept",
        "rules:decline",
        "rules:talk",
        "usersessions_list",
    }
)
# By method: only minutes after a password or a second factor. Leaving, the copy of one's data and
# a new password ask for the password in their own forms; allauth's pages of factors do it too.
STEP_UP = frozenset(
    {
        ("office:import_run_csv", "GET"),
        ("office:seats", "POST"),
        ("office:unmask_phone", "POST"),
        ("me:tokens", "POST"),
    }
)
