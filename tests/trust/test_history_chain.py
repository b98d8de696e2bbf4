"""LOG-3, LOG-4, LOG-6: whoever owns the database may bend the history, but not unseen."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from tests import makers
from tracker import audit, chains, checkpoints, checkups, health, looks
from tracker.chains import GENESIS
from tracker.models import Checkup, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def history(db) -> list[int]:
    """Five entries whose keys have no gap, in a database whose owner took the triggers away; their keys."""
    for place in range(5):
        audit.record("reference.add", makers.partner(f"X{'ABCDE'[place]}"), by=None, details={"thing": place})
    audit.remove_guards(connection)
    yield list(Entry.objects.order_by("pk").values_list("pk", flat=True))
    audit.install_guards(connection)


@pytest.fixture
def keys(settings, tmp_path) -> Path:
    """A place for checkpoints, and the pair of keys."""
    settings.CHECKPOINT_KEY, settings.CHECKPOINT_PUBLIC_KEY = checkpoints.new_key()
    settings.CHECKPOINT_DIR = str(tmp_path / "外部")
    return Path(settings.CHECKPOINT_DIR)


def run(command: str, *arguments: str) -> tuple[int, str]:
    """A command's exit code and what it wrote."""
    output = StringIO()
    try:
        call_command(command, *arguments, stdout=output)
    except SystemExit as end:
        return int(end.code or 0), output.getvalue().strip()
    return 0, output.getvalue().strip()


def values_of(key: int) -> dict:
    return {name: value for name, value in vars(Entry.objects.get(pk=key)).items() if name != "_state"}


def write(key: int, **values: object) -> None:
    Entry.objects.filter(pk=key).update(**values)


def write_anew(first: int, **changed: object) -> None:
    """Change the entry ``first`` and give it and all that follow digests that fit, as a patient owner would."""
    previous = (
        Entry.objects.filter(pk__lt=first).order_by("-pk").values_list("digest", flat=True).first() or GENESIS
    )
    write(first, **changed)
    rows = [
        values_of(key)
        for key in Entry.objects.filter(pk__gte=first).order_by("pk").values_list("pk", flat=True)
    ]
    for values in rows:  # out of the way: no two rows may follow the same one meanwhile
        write(values["id"], previous=f"{values['id']:064x}")
    for values in rows:
        digest = audit._digest(values | {"previous": previous})
        write(values["id"], previous=previous, digest=digest)
        previous = digest


def change_a_field(keys: list[int]) -> int:
    write(keys[2], actor_name="somebody else")
    return keys[2]


def swap_two(keys: list[int]) -> int:
    second, fourth = values_of(keys[1]), values_of(keys[3])
    Entry.objects.filter(pk__in=[keys[1], keys[3]]).delete()
    Entry.objects.create(**second | {"id": keys[3]})
    Entry.objects.create(**fourth | {"id": keys[1]})
    return keys[1]


def delete_one_in_the_middle(keys: list[int]) -> int:
    Entry.objects.filter(pk=keys[2]).delete()
    return keys[3]


def cut_the_tail(keys: list[int]) -> int:
    Entry.objects.filter(pk__gte=keys[3]).delete()
    return keys[3]


def insert_one(keys: list[int]) -> int:
    last = values_of(keys[4])
    Entry.objects.filter(pk=keys[4]).delete()
    forged = values_of(keys[3]) | {"id": keys[4], "verb": "forged", "previous": "1" * 64}
    Entry.objects.create(**forged | {"digest": audit._digest(forged)})
    Entry.objects.create(**last | {"id": keys[4] + 1})
    return keys[4]


def change_the_clock(keys: list[int]) -> int:
    write(keys[1], at=timezone.now() - timedelta(days=1))
    return keys[1]


def encode_its_json_anew(keys: list[int]) -> int:
    """The same number as another one: 1 as 1.0. On SQLite a mere space is found as well, see below."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_entry SET details = %s WHERE id = %s", ['{"thing": 1.0}', keys[1]])
    return keys[1]


TAMPERINGS = [
    change_a_field, swap_two, delete_one_in_the_middle, cut_the_tail, insert_one, change_the_clock, encode_its_json_anew,
]  # fmt: skip


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda one: one.__name__)
def test_the_owner_of_the_database_changes_nothing_unseen_and_the_first_bad_entry_is_named(history, tamper):
    assert run("verify_history")[0] == 0

    first_bad = tamper(history)

    code, said = run("verify_history", "--format", "json")
    assert (code, json.loads(said)["first_broken"]) == (1, first_bad)


UNREADABLE = {
    "sqlite": [
        "at = 'garbage'",
        "at = '2026-13-45 00:00:00'",
        "actor_name = CAST(x'ff' AS TEXT)",
        "verb = x'00ff'",
        "details = '{'",
        """details = '{"thing": "\\ud800"}'""",
    ],
    "postgresql": [
        "at = 'infinity'",
        "at = '0044-03-15 BC'",
        "at = NULL",
        "details = NULL",
        """details = ('{"thing": ' || repeat('1', 5000) || '}')::jsonb""",
    ],
}[connection.vendor]
"""What the owner of a database can write into a row, and no value of its column can be made of."""


def without_rules(table: str, *columns: str) -> list[str]:
    """The statements with which an owner takes away what keeps such values out of a table."""
    if connection.vendor == "sqlite":
        return ["PRAGMA ignore_check_constraints = ON"]
    return [
        "SET CONSTRAINTS ALL IMMEDIATE",
        *(f"ALTER TABLE {table} ALTER {one} DROP NOT NULL" for one in columns),
    ]


@pytest.fixture
def sql():
    """Carries statements out as the owner of the database."""

    def carry_out(*statements: str) -> None:
        with connection.cursor() as cursor:
            for one in statements:
                cursor.execute(one)

    yield carry_out
    if connection.vendor == "sqlite":
        carry_out("PRAGMA ignore_check_constraints = OFF")


@pytest.mark.parametrize("value", UNREADABLE)
def test_an_entry_that_cannot_be_read_is_named_and_turns_health_red_like_any_other(
    history, sql, caplog, value
):
    run("verify_history")
    before = health.report(timezone.now())["history"]

    sql(
        *without_rules("tracker_entry", "at", "details"),
        f"UPDATE tracker_entry SET {value} WHERE id = {history[2]}",
    )

    code, said = run("verify_history")
    assert (code, said.splitlines()[0]) == (1, f"broken at entry {history[2]} (unreadable)")
    assert (before, health.report(timezone.now())["history"]) == ("ok", "failed")
    assert [record.code for record in caplog.records if record.name == "tracker.history"] == ["history_bent"]


def test_an_entry_behind_many_others_that_cannot_be_read_is_named_too(history, sql, monkeypatch):
    """Rows are read many at a time: the first bad one is neither the first of its lot nor the one after the last lot."""
    monkeypatch.setattr(chains, "AT_ONCE", 2)

    sql(
        *without_rules("tracker_entry", "at", "details"),
        f"UPDATE tracker_entry SET {UNREADABLE[0]} WHERE id = {history[3]}",
    )

    assert audit.verify() == chains.Verdict(4, history[3])


def test_a_look_that_cannot_be_read_and_one_whose_keys_cannot_are_named(history, sql):
    jun, code = makers.jun(), "CAST(x'ff' AS TEXT)" if connection.vendor == "sqlite" else "NULL"
    made = [looks.record_many(jun, Entry, history[:2], "export") for _turn in range(3)]
    looks.remove_guards(connection)

    sql(
        *without_rules("tracker_lookedat", "about_id"),
        f"UPDATE tracker_lookedat SET about_id = {code} WHERE look_id = {made[1].pk}",
    )
    keys = run("verify_history")
    sql(f"UPDATE tracker_look SET {UNREADABLE[0]} WHERE id = {made[0].pk}")
    row = run("verify_history")
    looks.install_guards(connection)

    assert keys == (
        1,
        f"5 entries, intact\nlooks: 3 entries, intact\nlooks: the keys of look {made[1].pk} are not those it was written with",
    )
    assert row[1].splitlines()[:2] == [
        "5 entries, intact",
        f"looks: broken at entry {made[0].pk} (unreadable)",
    ]


def test_the_same_json_written_otherwise_is_found_where_the_database_keeps_its_text(history):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE tracker_entry SET details = %s WHERE id = %s", ['{"thing" : 1}', history[1]])
        cursor.execute("SELECT CAST(details AS text) FROM tracker_entry WHERE id = %s", [history[1]])
        kept = cursor.fetchone()[0]

    # PostgreSQL keeps the value alone, so that nothing was changed there at all.
    assert audit.verify().first_broken == (None if kept == '{"thing": 1}' else history[1])
    assert (kept == '{"thing": 1}') == (connection.vendor == "postgresql")


def test_a_history_written_anew_fits_in_itself_and_not_with_what_the_last_check_saw(history):
    run("verify_history")

    write_anew(history[1], verb="forged")

    assert audit.verify().intact, "the control: the chain alone shows nothing"
    assert run("verify_history") == (1, f"broken at entry {history[4]} (rewritten)\nlooks: 0 entries, intact")


def test_a_history_written_anew_with_its_last_check_does_not_fit_with_a_checkpoint_kept_outside(
    history, keys
):
    run("checkpoint")
    (kept,) = keys.iterdir()

    write_anew(history[1], verb="forged")
    Checkup.objects.all().delete()

    assert run("verify_history")[0] == 0, "the control: nothing inside the database shows it"
    Checkup.objects.all().delete()
    code, said = run("verify_history", "--checkpoint", str(kept))
    assert (code, said.splitlines()[0]) == (1, f"broken at entry {history[4]} (rewritten)")


def test_a_checkpoint_finds_a_cut_tail_and_an_emptied_history(history, keys):
    run("checkpoint")
    (kept,) = keys.iterdir()
    Entry.objects.filter(pk__gt=history[1]).delete()

    cut = run("verify_history", "--checkpoint", str(kept))
    Entry.objects.all().delete()
    emptied = run("verify_history", "--checkpoint", str(kept))

    assert cut == (1, f"broken at entry {history[2]} (shortened)\nlooks: 0 entries, intact")
    assert emptied == (1, "broken at entry 1 (shortened)\nlooks: 0 entries, intact")


def test_a_history_that_went_on_goes_through_its_earlier_checkpoints(history, keys):
    run("checkpoint")
    audit.record("reference.add", makers.partner("XF"), by=None)
    run("checkpoint")
    audit.record("reference.add", makers.partner("XG"), by=None)
    first, second = sorted(keys.iterdir())

    code, said = run("verify_history", "--checkpoint", str(first), "--checkpoint", str(second))

    assert (code, said.splitlines()[0]) == (0, "7 entries, intact")


def test_no_checkpoint_is_written_after_a_history_that_left_the_last_one(history, keys):
    run("checkpoint")
    write_anew(history[3], verb="forged")

    with pytest.raises(CommandError, match="history does not go through the last checkpoint"):
        run("checkpoint")

    assert len(list(keys.iterdir())) == 1
    assert Checkup.objects.get(name="checkpoint").is_well is False


@pytest.mark.parametrize("part", ["at", "heads", "key", "signature"])
def test_a_checkpoint_that_was_changed_or_signed_by_another_key_is_refused(history, keys, part):
    run("checkpoint")
    (kept,) = keys.iterdir()
    said = json.loads(kept.read_text("utf-8"))
    another = checkpoints.sign(
        checkpoints.read(kept.read_text("utf-8")), checkpoints.private_key(checkpoints.new_key()[0])
    )
    changed = {
        "at": "2020-01-01T00:00:00+00:00",
        "heads": {},
        "key": "0" * 16,
        "signature": another.signature,
    }
    kept.write_text(json.dumps(said | {part: changed[part]}), "utf-8")

    with pytest.raises(CommandError, match="signature does not fit"):
        run("verify_history", "--checkpoint", str(kept))


class Machines:
    """The server with the public key and the folder of what came back, and the machine that has the key; both command lines."""

    def __init__(self, settings, place: Path) -> None:
        self.settings, self.private = settings, settings.CHECKPOINT_KEY
        self.here, self.there, self.exported = place / "here", place / "there", place / "heads.json"
        self.here.mkdir()
        self.there.mkdir()

    def export(self) -> None:
        self.settings.CHECKPOINT_KEY, self.settings.CHECKPOINT_DIR = "", str(self.here)
        self.exported.write_text(run("checkpoint", "--export")[1], "utf-8")

    def sign(self) -> Path:
        self.settings.CHECKPOINT_KEY, self.settings.CHECKPOINT_DIR = self.private, str(self.there)
        return Path(run("checkpoint", "--sign", str(self.exported))[1])

    def hand_back(self, signed: Path) -> None:
        shutil.copy(signed, self.here)

    def all_three(self) -> Path:
        self.export()
        signed = self.sign()
        self.hand_back(signed)
        return signed


@pytest.fixture
def machines(keys, settings, tmp_path) -> Machines:
    return Machines(settings, tmp_path)


def add_an_entry() -> None:
    audit.record("reference.add", makers.partner("XG"), by=None)


def codes(caplog) -> list[str]:
    return [record.code for record in caplog.records if record.name == "tracker.checkpoint"]


def test_the_key_may_lie_on_another_machine_that_signs_what_is_exported(history, machines):
    first = machines.all_three()
    add_an_entry()
    second = machines.all_three()

    code, said = run("verify_history", "--checkpoint", str(first), "--checkpoint", str(second))

    assert (code, said.splitlines()[0]) == (0, "6 entries, intact")
    assert sorted(machines.there.iterdir()) == [first, second]


def test_a_history_written_anew_and_grown_is_not_exported_and_turns_health_red(history, machines, caplog):
    machines.all_three()
    machines.export()
    before = health.report(timezone.now())["checkpoint"]
    write_anew(history[1], verb="forged")
    add_an_entry()
    Checkup.objects.all().delete()

    with pytest.raises(CommandError, match="history does not go through the last checkpoint"):
        machines.export()

    assert (before, health.report(timezone.now())["checkpoint"]) == ("ok", "failed")
    assert codes(caplog) == ["history_bent"]


@pytest.mark.parametrize("is_kept", [False, True], ids=["nothing came back", "an older one did"])
def test_what_was_not_compared_with_the_last_checkpoint_is_not_signed(history, machines, caplog, is_kept):
    """Else whoever takes the last checkpoint away from the server, or puts an older one there, has a bent history signed."""
    machines.all_three()
    add_an_entry()
    last = machines.all_three()
    (machines.here / last.name).unlink()
    if not is_kept:
        shutil.rmtree(machines.here)
    write_anew(audit.HISTORY.head().last, verb="forged")
    audit.record("reference.add", makers.partner("XH"), by=None)
    machines.export()

    with pytest.raises(CommandError, match=r"not compared with the checkpoint of .*: hand that back"):
        machines.sign()

    assert max(machines.there.iterdir()) == last
    assert codes(caplog) == ["checkpoint_refused"]


def test_a_machine_that_lost_what_it_signed_does_not_begin_anew_by_itself(history, machines):
    machines.all_three().unlink()
    machines.export()

    with pytest.raises(CommandError, match="not compared with any that is here"):
        machines.sign()


def test_what_contradicts_the_checkpoint_before_or_is_of_a_day_to_come_is_not_signed(history, machines):
    """The other machine asks no row: it sees by itself that rows were taken away, or the clock put forward."""
    signed = checkpoints.read(machines.all_three().read_text("utf-8"))
    shorter = replace(signed, heads={"history": replace(signed.heads["history"], rows=4)})
    for exported, why in (
        (shorter, "contradicts"),
        (replace(signed, at=signed.at - timedelta(days=1)), "contradicts"),
        (replace(signed, at=signed.at + timedelta(days=1)), "lies in the future"),
    ):
        machines.exported.write_text(replace(exported, after=signed.signature).to_json(), "utf-8")
        with pytest.raises(CommandError, match=why):
            machines.sign()


def test_a_server_to_which_nothing_comes_back_any_more_turns_red(history, machines, settings):
    """Exporting alone keeps nothing safe: what counts is the last checkpoint that came back."""
    settings.CHECKPOINT_WITHIN_HOURS = 3
    told = [health.report(timezone.now())["checkpoint"]]
    signed = machines.all_three()
    machines.export()
    told.append(health.report(timezone.now())["checkpoint"])
    machines.export()

    assert Checkup.objects.get(name="checkpoint").at == checkpoints.read(signed.read_text("utf-8")).at
    told.append(health.report(timezone.now() + timedelta(hours=4))["checkpoint"])

    assert told == ["never_ran", "ok", "too_old"]


def test_without_the_public_key_nothing_is_exported_beside_checkpoints(history, machines, settings):
    settings.CHECKPOINT_PUBLIC_KEY = ""

    with pytest.raises(CommandError, match="set CHECKPOINT_PUBLIC_KEY"):
        machines.export()


def unsigned(folder: Path, key: str) -> None:
    far = checkpoints.Checkpoint(datetime(9999, 12, 31, tzinfo=UTC), {})
    checkpoints.keep(far, folder)


def signed_by_another(folder: Path, key: str) -> None:
    now = checkpoints.take(timezone.now())
    checkpoints.keep(checkpoints.sign(now, checkpoints.private_key(checkpoints.new_key()[0])), folder)


def of_a_day_to_come(folder: Path, key: str) -> None:
    far = checkpoints.take(timezone.now() + timedelta(days=1))
    checkpoints.keep(checkpoints.sign(far, checkpoints.private_key(key)), folder)


def an_older_one_under_a_later_name(folder: Path, key: str) -> None:
    (first,) = folder.iterdir()
    shutil.copy(first, folder / "99991231T000000000000Z.checkpoint.json")


def no_checkpoint_at_all(folder: Path, key: str) -> None:
    (folder / "99991231T000000000000Z.checkpoint.json").write_bytes(b"\xff\xfe{}")


def no_file_at_all(folder: Path, key: str) -> None:
    (folder / "99991231T000000000000Z.checkpoint.json").mkdir()


@pytest.mark.parametrize("where", ["one machine", "the server", "the other machine"])
@pytest.mark.parametrize(
    "put",
    [unsigned, signed_by_another, of_a_day_to_come, an_older_one_under_a_later_name, no_checkpoint_at_all, no_file_at_all],
    ids=lambda one: one.__name__,
)  # fmt: skip
def test_no_file_put_into_the_folder_hides_the_last_checkpoint(
    history, machines, settings, caplog, put, where
):
    machines.all_three()
    folder = machines.here if where == "the server" else machines.there
    put(folder, machines.private)
    before = sorted(folder.iterdir())

    with pytest.raises(CommandError, match="the newest checkpoint is not believed"):
        if where == "one machine":
            settings.CHECKPOINT_KEY, settings.CHECKPOINT_DIR = machines.private, str(machines.there)
            run("checkpoint")
        elif where == "the server":
            machines.export()
        else:
            machines.sign()

    assert sorted(folder.iterdir()) == before
    assert codes(caplog) == ["checkpoint_refused"]
    is_red = health.report(timezone.now())["checkpoint"] == "failed"
    assert is_red is (where != "the other machine"), "that one has no database"


@pytest.mark.parametrize("where", ["one machine", "the server", "the other machine"])
def test_a_folder_that_cannot_be_listed_is_not_taken_for_an_empty_one(
    history, machines, settings, caplog, monkeypatch, where
):
    machines.all_three()
    machines.export()
    before = sorted(machines.there.iterdir())

    def closed(path: Path) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patch, pytest.raises(CommandError, match="Permission denied"):
        patch.setattr(Path, "iterdir", closed)  # root, as whom the tests may run, lists any folder
        if where == "one machine":
            settings.CHECKPOINT_KEY, settings.CHECKPOINT_DIR = machines.private, str(machines.there)
            run("checkpoint", "--anew")
        elif where == "the server":
            machines.export()
        else:
            machines.sign()

    assert (sorted(machines.there.iterdir()), codes(caplog)) == (before, ["checkpoint_refused"])
    is_red = health.report(timezone.now())["checkpoint"] == "failed"
    assert is_red is (where != "the other machine"), "that one has no database"


@pytest.mark.parametrize(
    ("is_there", "why"), [(True, "the folder holds none"), (False, "No such file or directory")]
)
def test_a_folder_that_lost_its_checkpoints_is_refused_until_one_says_to_begin_anew(
    history, keys, caplog, is_there, why
):
    """A share that is not mounted looks like this. The very first time there is no folder yet: the control."""
    run("checkpoint")
    shutil.rmtree(keys)
    if is_there:
        keys.mkdir()

    for _time in ("once", "and the next hour"):
        with pytest.raises(CommandError, match=why):
            run("checkpoint")
        assert health.report(timezone.now())["checkpoint"] == "failed"
    left = list(keys.iterdir()) if is_there else keys.exists()
    told = codes(caplog)
    for how in (["--anew"], []):
        run("checkpoint", *how)

    assert (left or [], told) == ([], ["checkpoint_refused"] * 2)
    assert (len(list(keys.iterdir())), health.report(timezone.now())["checkpoint"]) == (2, "ok")


def test_without_a_key_nothing_is_signed_and_no_signature_is_believed(history, keys, settings):
    run("checkpoint")
    (kept,) = keys.iterdir()
    settings.CHECKPOINT_KEY = settings.CHECKPOINT_PUBLIC_KEY = ""

    with pytest.raises(CommandError, match="no key that signs"):
        run("checkpoint")
    with pytest.raises(CommandError, match="no key to check"):
        run("verify_history", "--checkpoint", str(kept))


def test_a_new_key_is_written_for_its_owner_alone(tmp_path):
    place = tmp_path / "金鑰"
    _code, public = run("checkpoint", "--new-key", str(place))

    assert oct(place.stat().st_mode)[-3:] == "600"
    assert place.with_name("金鑰.pub").read_text("utf-8").strip() == public
    with pytest.raises(CommandError):
        run("checkpoint", "--new-key", str(place))


def test_a_check_is_remembered_with_the_head_it_saw(history):
    run("verify_history")

    assert Checkup.objects.get(name=checkups.HISTORY).is_well
    newest = Entry.objects.aggregate(newest=Max("pk"))["newest"]
    assert checkups.noted_head("history") == audit.HISTORY.head()
    assert audit.HISTORY.head().last == newest


def test_a_broken_history_is_remembered_and_the_head_of_the_last_good_check_stays(history):
    run("verify_history")
    good = checkups.noted_head("history")
    change_a_field(history)

    run("verify_history")

    assert Checkup.objects.get(name=checkups.HISTORY).is_well is False
    assert checkups.noted_head("history") == good


def test_an_account_that_only_reads_may_check_too(history):
    run("verify_history", "--no-record")

    assert list(Checkup.objects.all()) == []
