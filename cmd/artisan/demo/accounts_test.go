package demo

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

// TestNoDemoHasAnothersPasswords makes the sign-ins of many demos.
func TestNoDemoHasAnothersPasswords(t *testing.T) {
	seen := map[string]bool{}
	for range 50 {
		for _, account := range Invent() {
			if seen[account.Password] || len(account.Password) < 16 {
				t.Errorf("%s has the password %q", account.Email, account.Password)
			}
			seen[account.Password] = true
		}
	}
}

// TestADemosSignInsAreKeptForItsOwnerAlone reads what was written.
func TestADemosSignInsAreKeptForItsOwnerAlone(t *testing.T) {
	data, all := t.TempDir(), Invent()
	if err := all.Write(data); err != nil {
		t.Fatal(err)
	}
	if got, err := Read(data); err != nil || !reflect.DeepEqual(got, all) {
		t.Errorf("read %v, %v, want %v", got, err, all)
	}
	info, err := os.Stat(filepath.Join(data, AccountsFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
}
