"""Writes of the sign-in: tries, a person's own factors and password, and help for those who cannot get in."""

from tracker.signin.actions.own import (
    add_passkey,
    add_totp,
    change_password,
    remove_factor,
    renew_recovery_codes,
)
from tracker.signin.actions.refusals import SignInRefused
from tracker.signin.actions.rescue import (
    ask_factor_reset,
    ask_link,
    decide_factor_reset,
    decide_link,
    issue_password_link,
    unlink_identity,
    unlock,
    use_password_link,
)
from tracker.signin.actions.tries import (
    advance_counter,
    may_sign_in,
    record_entry,
    record_leaving,
    record_password,
    record_proof,
    record_refusal,
    try_code,
    try_password,
)

__all__ = [
    "SignInRefused", "add_passkey", "add_totp", "advance_counter", "ask_factor_reset", "ask_link", "change_password",
    "decide_factor_reset", "decide_link", "issue_password_link", "may_sign_in", "record_entry", "record_leaving",
    "record_password", "record_proof", "record_refusal", "remove_factor", "renew_recovery_codes", "try_code",
    "try_password", "unlink_identity", "unlock", "use_password_link",
]  # fmt: skip
