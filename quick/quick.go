// Package quick says how much of a test the short form of ./check runs (go test -short): fewer rounds, and
// nothing that wants what the machine was not given; and what even ./check all leaves to ./check --long. It
// tells what that is, so that nothing is left out in silence.
package quick

import (
	"fmt"
	"os"
	"testing"
)

// Variable names the file to which is told, a line each, what is left out. Without it only the test's own log
// says so.
const Variable = "ARTISAN_TEST_LEFT"

// Of is how many of something a test does: all of them, or short of them in the short form, which it tells.
func Of(t testing.TB, all, short int, what string) int {
	t.Helper()
	if !testing.Short() {
		return all
	}
	tell(t, fmt.Sprintf("%d %s of %d", short, what, all))
	return short
}

// LongVariable is set where nothing is left out.
const LongVariable = "ARTISAN_TEST_LONG"

// Usually is Of where even ./check all does some only, and ./check --long does all.
func Usually(t testing.TB, all, some, short int, what string) int {
	t.Helper()
	if os.Getenv(LongVariable) != "" {
		return all
	}
	if !testing.Short() {
		tell(t, fmt.Sprintf("%d %s of %d", some, what, all))
		return some
	}
	return Of(t, all, short, what)
}

// Lacks ends a test that wants what the machine was not given. Only the short form leaves it to ./check all,
// and tells that; otherwise the test fails, and says what to do.
func Lacks(t testing.TB, what, todo string) {
	t.Helper()
	if !testing.Short() {
		t.Fatal(todo)
	}
	tell(t, "without "+what)
	t.Skipf("without %s: left to ./check all", what)
}

// Leaves ends a part of a test that the short form leaves to ./check all, and tells that; otherwise it does
// nothing.
func Leaves(t testing.TB, why string) {
	t.Helper()
	if !testing.Short() {
		return
	}
	tell(t, why)
	t.Skipf("%s: left to ./check all", why)
}

// LeavesToLong ends a part of a test that even ./check all leaves to ./check --long, and tells that.
func LeavesToLong(t testing.TB, why string) {
	t.Helper()
	if os.Getenv(LongVariable) != "" {
		return
	}
	tell(t, why)
	t.Skipf("%s: left to ./check --long", why)
}

// tell appends a line: why, a tab, and the test's name. Tests of several packages do so at the same time.
func tell(t testing.TB, why string) {
	t.Helper()
	path := os.Getenv(Variable)
	if path == "" {
		t.Logf("left out: %s", why)
		return
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // named by ./check
	if err != nil {
		t.Fatal(err)
	}
	_, err = fmt.Fprintf(file, "%s\t%s\n", why, t.Name())
	if failure := file.Close(); err != nil || failure != nil {
		t.Fatal(err, failure)
	}
}
