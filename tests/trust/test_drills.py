"""What drills share."""

from drills.processes import run_tests


def test_a_drill_that_runs_tests_ends_as_they_end():
    """The control: arguments that pytest does not know end it with 4."""
    bare = ("-c", "/dev/null", "--noconftest", "-p", "no:django")

    assert (run_tests("--version", *bare), run_tests("--no-such-argument", *bare)) == (0, 4)
