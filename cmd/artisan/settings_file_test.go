package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAFileOfSettingsHasNoKeyThatNobodyReads starts with files that have one, and with one that is right.
// That one gets as far as its database.
func TestAFileOfSettingsHasNoKeyThatNobodyReads(t *testing.T) {
	for content, want := range map[string]string{
		`{"databse_url": "postgres://x"}`:                  `there is no setting "databse_url"`,
		`{"database-url": "postgres://x"}`:                 `write it as "database_url"`,
		`{"DATABASE_URL": "postgres://x"}`:                 `write it as "database_url"`,
		`{"database_url": "postgres://127.0.0.1:1/x"}`:     "cannot be reached",
		`{"databaseUrl": "postgres://127.0.0.1:1/x"}`:      "cannot be reached",
		`{"database_url": "postgres://x/y", "port": 8080}`: `there is no setting "port"`,
		`{"database_url": `:                                "are not JSON",
	} {
		path := filepath.Join(t.TempDir(), "settings.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("ARTISAN_DATA", filepath.Join(t.TempDir(), "data"))
		var stdout, stderr bytes.Buffer
		code := run(t.Context(), []string{"--config", path, "migrate"}, &stdout, &stderr)
		if first, _, _ := strings.Cut(stderr.String(), "\n"); code == 0 || !strings.Contains(first, want) {
			t.Errorf("%s: exit %d, %q; want %q", content, code, stderr.String(), want)
		}
	}
}
