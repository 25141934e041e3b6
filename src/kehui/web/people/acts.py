"""Which acts count and which need a fresh proof of who it is: names of addresses, as data.

A new address that changes what is counted, or opens what is closed, gets its name here and its
mark in the table of rights, which tests compare.
"""

# What a signature adds to a form
PARTS = ("device_time", "device_nonce", "device_signature")

# POST: with the signature of the session's device
COUNTED = frozenset(
    {
        "centers:close",
        "centers:end_seat",
        "centers:hours",
        "centers:kept",
        "centers:note_holiday",
        "centers:policies",
        "centers:procedures",
        "centers:profile",
        "centers:staff",
        "centers:standard",
        "centers:withdraw_procedure",
        "deals:accept",
        "deals:act",
        "deals:act_on",
        "deals:sign",
        "hooks:end",
        "hooks:hooks",
        "hooks:replace_secret",
        "hooks:resume",
        "hooks:send_again",
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
        "me:contacts",
        "me:phone",
        "me:remove_contact",
        "me:remove_phone",
        "me:replace_token",
        "me:revoke_token",
        "me:tokens",
        "mfa_deactivate_totp",
        "mfa_generate_recovery_codes",
        "mfa_remove_webauthn",
        "office:complaint",
        "office:decide_dispute",
        "office:decide_merge",
        "office:decide_site_change",
        "office:end_seat",
        "office:escalate_complaint",
        "office:gate_review",
        "office:identify_organization",
        "office:identify_person",
        "office:import_confirm",
        "office:import_terms",
        "office:job_again",
        "office:judge_naming",
        "office:merge",
        "office:remove_term",
        "office:seats",
        "office:site",
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
        ("centers:staff", "POST"),
        ("hooks:hooks", "POST"),
        ("hooks:replace_secret", "POST"),
        ("me:contacts", "POST"),
        ("me:phone", "POST"),
        ("me:remove_contact", "POST"),
        ("me:remove_phone", "POST"),
        ("me:replace_token", "POST"),
        ("me:tokens", "POST"),
        ("office:decide_site_change", "POST"),
        ("office:import_run_csv", "GET"),
        ("office:seats", "POST"),
        ("office:unmask_phone", "POST"),
        ("usersessions_list", "POST"),
    }
)
