package quick_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/artisan-eats/artisan/quick"
)

// form makes the tests of a test short, or not, and gives what they tell.
func form(t *testing.T, short string) (told func() string) {
	t.Helper()
	before := flag.Lookup("test.short").Value.String()
	t.Cleanup(func() { _ = flag.Set("test.short", before) })
	if err := flag.Set("test.short", short); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "left")
	t.Setenv(quick.Variable, path)
	return func() string {
		text, _ := os.ReadFile(path)
		return string(text)
	}
}

// TestTheShortFormTellsWhatItLeaves runs tests that do less in it.
func TestTheShortFormTellsWhatItLeaves(t *testing.T) {
	told := form(t, "true")
	if n := quick.Of(t, 30, 3, "kills"); n != 3 {
		t.Errorf("it does %d", n)
	}
	if n := quick.Usually(t, 30, 10, 3, "floods"); n != 3 {
		t.Errorf("it does %d of what is usually done ten times", n)
	}
	ran := false
	t.Run("engine", func(t *testing.T) { quick.Lacks(t, "PostgreSQL", "start one"); ran = true })
	t.Run("phone", func(t *testing.T) { quick.Leaves(t, "one screen of four"); ran = true })
	if ran {
		t.Error("it went on without what it lacks")
	}
	want := "3 kills of 30\tTestTheShortFormTellsWhatItLeaves\n" +
		"3 floods of 30\tTestTheShortFormTellsWhatItLeaves\n" +
		"without PostgreSQL\tTestTheShortFormTellsWhatItLeaves/engine\n" +
		"one screen of four\tTestTheShortFormTellsWhatItLeaves/phone\n"
	if told() != want {
		t.Errorf("it told\n%swant\n%s", told(), want)
	}
}

// failing is a test that notes that it failed, and goes on.
type failing struct {
	testing.TB
	said []any
}

func (f *failing) Fatal(said ...any) { f.said = said; panic(f) }

// TestTheWholeFormTellsWhatOnlyTheLongOneDoes runs a test that is too long for it.
func TestTheWholeFormTellsWhatOnlyTheLongOneDoes(t *testing.T) {
	told := form(t, "false")
	if n := quick.Usually(t, 30, 10, 3, "floods"); n != 10 {
		t.Errorf("it does %d", n)
	}
	part := func(name string) (ran bool) {
		t.Run(name, func(t *testing.T) {
			quick.LeavesToLong(t, "two screens of four")
			ran = true
		})
		return ran
	}
	if part("phone") {
		t.Error("it looks at all screens")
	}
	t.Setenv(quick.LongVariable, "1")
	if n := quick.Usually(t, 30, 10, 3, "floods"); n != 30 {
		t.Errorf("the long form does %d", n)
	}
	if !part("desk") {
		t.Error("the long form does not look at all screens")
	}
	if want := "10 floods of 30\tTestTheWholeFormTellsWhatOnlyTheLongOneDoes\n" +
		"two screens of four\tTestTheWholeFormTellsWhatOnlyTheLongOneDoes/phone\n"; told() != want {
		t.Errorf("they told %q, want %q", told(), want)
	}
}

// TestTheWholeFormLeavesNothing runs the same tests in it: what is lacking fails.
func TestTheWholeFormLeavesNothing(t *testing.T) {
	told := form(t, "false")
	if n := quick.Of(t, 30, 3, "kills"); n != 30 {
		t.Errorf("it does %d", n)
	}
	quick.Leaves(t, "one screen of four")
	f := &failing{TB: t}
	func() {
		defer func() { _ = recover() }()
		quick.Lacks(f, "PostgreSQL", "start one")
	}()
	if len(f.said) != 1 || f.said[0] != "start one" || told() != "" {
		t.Errorf("it said %v and told %q", f.said, told())
	}
}
