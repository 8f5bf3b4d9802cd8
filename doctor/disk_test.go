package doctor_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/artisan-eats/artisan/doctor"
	"github.com/artisan-eats/artisan/host"
)

// TestADiskThatFillsIsSaid is of this machine's disk, of which more is wanted free than there is.
func TestADiskThatFillsIsSaid(t *testing.T) {
	for free, want := range map[uint64]doctor.Level{1 << 10: doctor.OK, 1 << 52: doctor.Fail} {
		found := doctor.Look(t.Context(), doctor.Shop{
			Config: host.Config{Data: filepath.Join(t.TempDir(), "data")}, LeastFree: free,
		})
		for _, f := range found {
			if f.Code == "disk" && (f.Level != want || (want == doctor.Fail) != strings.Contains(f.Says,
				"make room")) {
				t.Errorf("with %d bytes it says %v", free, f)
			}
		}
	}
}

// TestWhatCannotBeLookedAtIsNotOK is a shop of which there is nothing.
func TestWhatCannotBeLookedAtIsNotOK(t *testing.T) {
	for _, f := range doctor.Look(t.Context(), doctor.Shop{
		Config: host.Config{
			Data:        filepath.Join(t.TempDir(), "data"),
			DatabaseURL: "postgres://127.0.0.1:1/shop",
		},
		Services: []host.Service{{Name: "notify", Migrations: host.Migrations()}},
	}) {
		blind := []string{"standby", "backup", "queue", "migration", "away", "versions", "clock"}
		for _, code := range blind {
			if f.Code == code && (f.Level == doctor.OK || !strings.Contains(f.Says,
				"could not be looked at: ")) {
				t.Errorf("it says %v", f)
			}
		}
	}
}
